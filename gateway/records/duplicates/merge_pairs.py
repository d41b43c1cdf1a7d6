"""What a merge, or the end of one, means for pairs of records that may be one."""

from typing import Final

from gateway.kernel.actor import Actor
from gateway.records.duplicates import pairs
from gateway.records.duplicates.lookalikes import Candidate
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.transaction import Tx

_STATE: Final = (
    "UPDATE duplicate_pairs SET state = ?, decided_by = ?, decided_at = ?"
    " WHERE one = ? AND other = ?"
)


def close(tx: Tx, kind: Kind, record: str, alias: str, actor: Actor) -> tuple[str, ...]:
    """Mark a pair as merged, and let the record that stays inherit what the alias was said not to
    be; the records it inherits so. The alias' other pairs go: the sweep finds them anew.
    """
    passed_on = []
    judged = {_other(pair, record): pair.state for pair in pairs.of_record(tx, record)}
    for pair in pairs.of_record(tx, alias):
        third = _other(pair, alias)
        if third == record:
            continue
        pairs.fade(tx, alias, third)
        if pair.state == "not_same" and judged.get(third) in (None, "open"):
            said = Candidate(third, pair.score, pair.grade, pair.reasons)
            pairs.remember(tx, kind, record, said, state="not_same", by=pair.decided_by)
            passed_on.append(third)
    if alias not in judged:
        pairs.remember(tx, kind, record, Candidate(alias, 1.0, "strong", ()))
    _decide(tx, record, alias, "merged", actor)
    return tuple(passed_on)


def reopen(
    tx: Tx, record: str, alias: str, inherited: tuple[str, ...], actor: Actor, *, not_same: bool
) -> None:
    """Undo ``close``: the pair waits again, or is ``not_same`` for ever."""
    for third in inherited:
        one, other = sorted((record, third))
        tx.execute(
            "DELETE FROM duplicate_pairs WHERE one = ? AND other = ? AND state = 'not_same'",
            (heads.key(one), heads.key(other)),
        )
    _decide(tx, record, alias, "not_same" if not_same else "open", actor)


def _decide(tx: Tx, record: str, alias: str, state: str, actor: Actor) -> None:
    one, other = sorted((record, alias))
    by = ("", None) if state == "open" else (actor.id, tx.now_ms)
    tx.execute(_STATE, (state, *by, heads.key(one), heads.key(other)))


def _other(pair: pairs.Pair, record: str) -> str:
    return pair.one if pair.other == record else pair.other

"""What forms outside the house send: new customers of a web shop, and what it later says of them.

Anybody may stand before such a form, so it must tell nobody who is a customer here. The sender
hears what is wrong with the entry itself, or that it was received, and nothing else: no number, not
whether a record was made or changed, and not what it looks like. Whatever is known of the house is
only asked after it has been taken, and what it then comes to is for people to see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.commands import New
from gateway.records.edits import drafts
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Findings
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.transaction import Tx

HOUR_MS: Final = 3_600_000
_CAME: Final = {"source_channel": "web"}


@dataclass(frozen=True, slots=True)
class Submission:
    """``id`` makes a repetition harmless; ``key`` is what the sender itself knows the customer by,
    empty where it knows nothing.
    """

    id: str
    data: Mapping[str, object]
    key: str = ""


class Submissions:
    """Takes them in, at most ``hourly`` of one sender in an hour."""

    def __init__(self, store: Store, engine: Callable[[], Engine], hourly: int) -> None:
        self._store = store
        self._engine = engine
        self._hourly = hourly

    def take(self, actor: Actor, kind_name: str, sent: Submission) -> None:
        """Keep what was sent; the same again is kept once.

        Problem kind_unknown, not_allowed, record_invalid or field_not_writable (by what was sent
        alone), submission_id_reused, or submissions_too_many.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)
        # Judged as a whole new record, so that no judgement speaks of one that is there.
        findings = drafts.creation(engine, actor, kind, sent.data)
        self._store.write(lambda tx: self._taken(tx, engine, actor, (kind, sent, findings)))

    def _taken(
        self, tx: Tx, engine: Engine, actor: Actor, asked: tuple[Kind, Submission, Findings]
    ) -> None:
        kind, sent, findings = asked
        identity = tx.keyring.blind_index(f"submission:{sent.id}")
        said = tx.keyring.digest(
            canonical.encode({"kind": kind.name, "key": sent.key, "data": dict(sent.data)})
        )
        place = (actor.name, identity)
        known = tx.value("SELECT said FROM submissions WHERE source = ? AND id = ?", place)
        if known is not None:
            if bytes(known) != said:
                raise Problem("submission_id_reused", pointer="/id")
            return
        self._count(tx, actor.name)
        tx.execute("INSERT INTO submissions VALUES (?,?,?,?)", (*place, said, tx.now_ms))
        _store(tx, engine, Origin(actor), kind, sent, findings)

    def _count(self, tx: Tx, source: str) -> None:
        """Problem submissions_too_many when there is no more room in this hour."""
        oldest = tx.value(
            "SELECT received_at FROM submissions WHERE source = ? AND received_at > ?"
            " ORDER BY received_at DESC LIMIT 1 OFFSET ?",
            (source, tx.now_ms - HOUR_MS, self._hourly - 1),
        )
        if oldest is not None:
            wait_ms = min(HOUR_MS, int(oldest) + HOUR_MS - tx.now_ms)
            raise Problem("submissions_too_many", retry_after_s=max(1, -(-wait_ms // 1000)))


def _store(
    tx: Tx, engine: Engine, origin: Origin, kind: Kind, sent: Submission, findings: Findings
) -> None:
    """A record of its own, or the sender's next word about one that it has brought before."""
    key = tx.keyring.blind_index(f"submission key:{sent.key}")
    place = (origin.actor.name, kind.name, key)
    asked = (
        "SELECT record, operation FROM submission_keys WHERE source = ? AND kind = ? AND key = ?"
    )
    known = tx.one(asked, place) if sent.key else None
    origin = origin.filled(tx.now_ms)
    outcome, operation = None, origin.operation
    if known is not None:
        record, last = ids.to_text(known["record"]), ids.to_text(known["operation"])
        said = {name: findings.data[name] for name in sent.data if name in findings.data}
        outcome = _changed(tx, engine, origin, kind, (record, last, said))
        if outcome is not None and outcome.seq is None and not outcome.conflicts:
            operation = last  # it said nothing new: the next word is built on the one before
    if outcome is None:
        _tell_whence(kind, findings)
        outcome = commands.place(tx, engine, origin, kind, New(findings))
    if sent.key:
        tx.execute(
            "INSERT OR REPLACE INTO submission_keys VALUES (?,?,?,?,?)",
            (*place, heads.key(outcome.head.id), ids.to_bytes(operation)),
        )


def _changed(
    tx: Tx, engine: Engine, origin: Origin, kind: Kind, asked: tuple[str, str, Data]
) -> Outcome | None:
    """The next word about a record, built on the sender's last; None where it does not fit what
    others have made of the record: then it is kept as one of its own, for people to compare.
    """
    record, last, said = asked
    built_on = (Proposal(said, 0, last), Proposal(said, heads.get(tx, kind, record).version))
    for proposal in built_on:
        try:
            with tx.attempt():
                return commands.edit(tx, engine, origin, kind.name, record, proposal)
        except Problem as problem:
            if problem.code != "base_unknown":
                return None
    return None


def _tell_whence(kind: Kind, findings: Findings) -> None:
    for name, value in _CAME.items():
        if kind.field(name) is not None:
            findings.data.setdefault(name, value)

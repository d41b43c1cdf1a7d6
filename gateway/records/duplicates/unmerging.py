"""Undoing a merge, any time later: the alias is a record again, and what it brought goes back.

What somebody has changed since stays where it is and is told: taking it away would lose their work.
"""

from dataclasses import dataclass, replace

from gateway.access.policy import allowed
from gateway.kernel.problems import Problem
from gateway.records.duplicates import merge_pairs
from gateway.records.duplicates.merging import carried
from gateway.records.edits import conflicts, writing
from gateway.records.edits.docket import Conflict, Docket
from gateway.records.edits.rebasing import taken_back
from gateway.records.engine import Engine, Origin
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at
from gateway.records.rows import aliases, heads, scopes, sealed
from gateway.records.rows.aliases import Merge
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Undone:
    """Both records, apart again, and the places of the first that stay: they changed since."""

    merge: Merge
    record: Head
    restored: Head
    stays: tuple[Path, ...]


def undo(tx: Tx, engine: Engine, origin: Origin, merge: str, *, not_same: bool) -> Undone:
    """Undo a merge; ``not_same``: never propose the two as duplicates again.

    Problem not_allowed, merge_missing (also out of scope), merge_undone, or merge_buried when the
    record has been merged into another one since.
    """
    origin = origin.filled(tx.now_ms)
    made = aliases.get(tx, merge)
    kind = engine.kind(made.kind)
    head, other = _sides(tx, kind, origin, made)
    versions = (heads.version(tx, head.id, made.version + step) for step in (-1, 0))
    before, after = (sealed.open_all(tx.keyring, kind, head.id, data) for data in versions)
    now = sealed.open_all(tx.keyring, kind, head.id, head.data)
    data, stays = taken_back(kind, before, after, now)
    back, own = _conflicts(tx, kind, head, made)
    restored = replace(other, alias_of="")
    said: Data = {"merge": made.id, "from": head.id}
    restored = writing.restore(tx, kind, origin, restored, said)
    stored = sealed.seal_all(tx.keyring, kind, head.id, data, head.data)
    record = writing.combine(
        tx, kind, origin, head, stored, {"merge": made.id, "unmerged": other.id}
    )
    conflicts.remove(tx, back)
    record = _contest(tx, kind, origin, record, own, data)
    clear = sealed.open_all(tx.keyring, kind, other.id, other.data)
    restored = _contest(tx, kind, origin, restored, back, clear)
    merge_pairs.reopen(tx, head.id, other.id, made.pairs, origin.actor, not_same=not_same)
    return Undone(
        aliases.end(tx, made, origin.actor, record.version), record, restored, tuple(stays)
    )


def _sides(tx: Tx, kind: Kind, origin: Origin, made: Merge) -> tuple[Head, Head]:
    actor = origin.actor
    rules = (allowed(actor, kind.name, "unmerge"), allowed(actor, kind.name, "read"))
    head, other = heads.get(tx, kind, made.record), heads.get(tx, kind, made.alias)
    if not all(scopes.covers(rule, actor, one) for rule in rules for one in (head, other)):
        raise Problem("merge_missing")
    if made.undone_at is not None:
        raise Problem("merge_undone", name=made.undone_name)
    if head.alias_of:
        into = aliases.standing(tx, head)
        raise Problem("merge_buried", number=head.number, into=into.number)
    return head, other


def _conflicts(
    tx: Tx, kind: Kind, head: Head, made: Merge
) -> tuple[list[Conflict], list[Conflict]]:
    """The open conflicts that go back to the alias, and those that are the record's own."""
    old = {identity: (place, base) for identity, place, base in made.conflicts}
    back, own = [], []
    for one in conflicts.waiting(tx, kind, head, tx.keyring):
        if one.id not in old:
            own.append(one)
            continue
        place, base = old[one.id]
        path = tuple(place.split("."))
        base = sealed.open_at(tx.keyring, kind, made.alias, path, base)
        back.append(replace(one, record=made.alias, path=path, base=base))
    return back, own


def _contest(
    tx: Tx, kind: Kind, origin: Origin, head: Head, waiting: list[Conflict], data: Data
) -> Head:
    """Store the conflicts that a record has now."""
    stand = [
        # One that went back has the base it had; its other side is what the record says.
        carried(one, data) if one.current != at(data, one.path) else one
        for one in waiting
    ]
    still = tuple(one for one in stand if one.state == "open")
    return writing.contest(tx, kind, origin, head, Docket(data, tuple(stand), still))

"""Pairs and merges as the rest of the house uses them: side by side, preview, merge, undo."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from msgspec import structs

from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import approvals
from gateway.records.duplicates import merge_views, merging, pairs, unmerging
from gateway.records.duplicates.lookalikes import Candidate
from gateway.records.duplicates.merging import Order
from gateway.records.duplicates.pairs import Pair
from gateway.records.edits import proposals, writing
from gateway.records.engine import Engine, Origin
from gateway.records.model.guards import Held
from gateway.records.model.kind import Kind
from gateway.records.model.patch import dotted
from gateway.records.rows import aliases, heads, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]


class Shown(Protocol):
    """Stored records as JSON for an actor, within a read: the one way out."""

    def __call__(
        self, rows: Rows, actor: Actor, heads: Sequence[Head], action: str = "list"
    ) -> Iterator[Json]: ...


class Merges:
    """The merges of one store, and the pairs of records that may be one."""

    def __init__(self, store: Store, engine: Callable[[], Engine], shown: Shown) -> None:
        self._store = store
        self._engine = engine
        self._shown = shown

    def waiting(
        self, actor: Actor, kind_name: str, *, after: str = "", limit: int = 50
    ) -> tuple[list[Json], str | None, int]:
        """Pairs that wait, the likeliest first, each with both records; the next page's cursor; and
        how many there are, counted up to 1,000.

        Problem kind_unknown, not_allowed or cursor_malformed.
        """
        kind = self._engine().kind(kind_name)
        rule = allowed(actor, kind.name, "duplicates")
        with self._store.read() as rows:
            found, place = pairs.waiting(
                rows, kind, actor, rule, limit=limit, after=_place(after) if after else None
            )
            told = [self._pair(rows, actor, kind, pair) for pair in found]
            count = pairs.count(rows, kind, actor, rule)
        return told, None if place is None else "~".join(str(part) for part in place), count

    def compare(self, actor: Actor, kind_name: str, record: str, alias: str) -> Json:
        """Two records side by side, with what a merge would make of each difference.

        {"kept", "other", "suggested", "notes", "places", "pair"}; see ``merging.sides``.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)
        with self._store.read() as rows:
            sides = merging.sides(rows, kind, actor, record, alias)
            made = merging.plan(rows, self._store.keyring, engine, kind, sides, {})
            kept, other = self._shown(rows, actor, sides, "read")
            pair = _pair_of(rows, sides)
            return {
                "kept": kept,
                "other": other,
                "suggested": merge_views.first(kind, sides).id,
                "notes": list(merge_views.notes(kind, sides)),
                "places": list(merge_views.places(self._store.keyring, actor, kind, made)),
                "pair": None if pair is None else merge_views.pair(actor, kind, pair),
            }

    def preview(self, actor: Actor, kind_name: str, order: Order) -> Json:
        """The record that a merge would store, and why it could not be: {"record", "problems",
        "changes"}; see ``merging.plan``.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)
        with self._store.read() as rows:
            sides = merging.sides(rows, kind, actor, order.record, order.alias)
            made = merging.plan(rows, self._store.keyring, engine, kind, sides, order.choices)
            kept = made.kept
            stored = sealed.seal_all(self._store.keyring, kind, kept.id, made.data, kept.data)
            after = replace(kept, version=kept.version + 1, data=stored)
            (shown,) = self._shown(rows, actor, [after], "read")
        return {
            "record": shown,
            "problems": [problem.brief(actor.language) for problem in made.problems],
            "changes": merge_views.changes(self._store.keyring, kind, actor, made),
        }

    def merge(self, origin: Origin, kind_name: str, order: Order) -> tuple[Json, str]:
        """Merge, or put it before a second person: the record, and the id of the proposal or "".

        Problem as for ``merging.sides`` and ``merging.current``.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)
        head, proposal = self._store.write(lambda tx: _merge(tx, engine, kind, origin, order))
        with self._store.read() as rows:
            (shown,) = self._shown(rows, origin.actor, [head], "read")
        return shown, proposal

    def undo(self, origin: Origin, merge: str, *, not_same: bool) -> Json:
        """Undo a merge: {"merge", "record", "restored", "stays"}; see ``unmerging.undo``."""
        engine = self._engine()
        done = self._store.write(
            lambda tx: unmerging.undo(tx, engine, origin, merge, not_same=not_same)
        )
        kind = engine.kind(done.merge.kind)
        read = allowed(origin.actor, kind.name, "read")
        glass = Glass(self._store.keyring, kind, read, done.record.id)
        with self._store.read() as rows:
            record, restored = self._shown(rows, origin.actor, [done.record, done.restored], "read")
            return {
                "merge": merge_views.merge(rows, origin.actor, kind, done.merge),
                "record": record,
                "restored": restored,
                "stays": [dotted(path) for path in done.stays if glass.shows(path)],
            }

    def page(
        self, actor: Actor, kind_name: str, *, record: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[Json], str | None]:
        """Merges of a kind, or into one record, the newest first; the next page's cursor."""
        kind = self._engine().kind(kind_name)
        allowed(actor, kind.name, "history")
        with self._store.read() as rows:
            if record:
                found, more = aliases.of_record(rows, record), False
            else:
                found = aliases.newest(rows, kind.name, after, limit + 1)
                more = len(found) > limit
            told = (merge_views.merge(rows, actor, kind, one) for one in found[:limit])
            return [one for one in told if one is not None], found[limit - 1].id if more else None

    def not_same(self, origin: Origin, kind_name: str, record: str, other: str) -> None:
        """Remember for ever that two records are two.

        Problem record_missing, merge_self, or pair_decided where they have been merged.
        """
        kind = self._engine().kind(kind_name)
        self._store.write(lambda tx: _not_same(tx, kind, origin, record, other))

    def _pair(self, rows: Rows, actor: Actor, kind: Kind, pair: Pair) -> Json:
        found = (heads.find(rows, one) for one in (pair.one, pair.other))
        both = [head for head in found if head is not None]
        return {
            **merge_views.pair(actor, kind, pair),
            "suggested": merge_views.first(kind, (both[0], both[1])).id,
            "records": list(self._shown(rows, actor, both)),
        }


def _merge(tx: Tx, engine: Engine, kind: Kind, origin: Origin, order: Order) -> tuple[Head, str]:
    origin = origin.filled(tx.now_ms)
    rule = allowed(origin.actor, kind.name, "merge")
    sides = merging.sides(tx, kind, origin.actor, order.record, order.alias)
    order = replace(order, record=sides[0].id, alias=sides[1].id)
    made = merging.current(tx, engine, kind, sides, order)
    if not rule.second:
        return merging.carry_out(tx, kind, origin, made, order), ""
    beside = proposals.of_record(tx, made.kept.id)
    earlier = [
        replace(one, state="withdrawn", ended="replaced", decided_at=tx.now_ms)
        for one in beside
        if one.path == proposals.MERGE
        and one.person == origin.actor.human
        and Order.proposed(one).alias == order.alias
    ]
    change = Held(proposals.MERGE, None, order.told())
    fresh = approvals.made(tx, engine, kind, origin, made.kept, change)
    return writing.show_proposals(tx, origin, made.kept, [*earlier, fresh]), fresh.id


def _not_same(tx: Tx, kind: Kind, origin: Origin, record: str, other: str) -> None:
    origin = origin.filled(tx.now_ms)
    actor = origin.actor
    rules = [
        allowed(actor, name, act) for name, act in (("duplicate", "update"), (kind.name, "read"))
    ]
    both = [heads.get(tx, kind, one) for one in (record, other)]
    if not all(scopes.covers(rule, actor, head) for rule in rules for head in both):
        raise Problem("record_missing")
    one, two = both
    if one.id == two.id:
        raise Problem("merge_self")
    if _pair_of(tx, (one, two)) is None:
        pairs.remember(tx, kind, one.id, Candidate(two.id, 0.0, "weak", ()))
    pairs.decide(tx, one.id, two.id, "not_same", actor)
    said = {"kind": kind.name, "id": one.id, "other": two.id}
    named = Entry(origin.operation, "record.not_same", said, kind=kind.name, subject=one.id)
    tx.append(structs.replace(named, actor=actor.id, device=origin.device))


def _pair_of(rows: Rows, sides: tuple[Head, Head]) -> Pair | None:
    ends = {head.id for head in sides}
    found = pairs.of_record(rows, sides[0].id)
    return next((pair for pair in found if {pair.one, pair.other} == ends), None)


def _place(cursor: str) -> pairs.Place:
    try:
        score, one, other = cursor.split("~")
        return float(score), ids.to_text(ids.to_bytes(one)), ids.to_text(ids.to_bytes(other))
    except ValueError as error:
        raise Problem("cursor_malformed") from error

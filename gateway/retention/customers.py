"""Customers with whom nothing happens any more: each is put up for erasure, and a person confirms.

A rejection keeps a customer for another term: that is how somebody says that it must stay.
"""

from collections.abc import Callable, Sequence
from typing import Final

from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM
from gateway.records import approvals, erasing
from gateway.records.edits import proposals, writing
from gateway.records.engine import Engine, Origin
from gateway.records.model.guards import Held
from gateway.records.model.patch import dotted
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

KIND: Final = "customer"
# What somebody does with one of a family of merged records, by its key, id and number.
_USED: Final = (
    "SELECT EXISTS (SELECT 1 FROM records WHERE id = ?2 AND updated_at >= ?1)"
    " OR EXISTS (SELECT 1 FROM visits WHERE customer = ?2 AND at >= ?1)"
    " OR EXISTS (SELECT 1 FROM sales WHERE customer IN (?3, ?4) AND customer <> ''"
    " AND occurred_at >= ?1)"
    " OR EXISTS (SELECT 1 FROM attachment_links WHERE kind = 'customer' AND subject = ?2"
    " AND at >= ?1)"
    " OR EXISTS (SELECT 1 FROM records WHERE kind = 'task'"
    " AND json_extract(data, '$.customer') = ?3 AND updated_at >= ?1)"
)
_CANDIDATES: Final = (
    "SELECT id FROM records WHERE kind = 'customer' AND alias_of IS NULL AND updated_at < ?"
    " AND id > ? ORDER BY id LIMIT ?"
)
_TASK: Final = (
    "SELECT 1 FROM records WHERE kind = 'task' AND json_extract(data, '$.customer') = ?"
    " AND json_extract(data, '$.status') NOT IN ('done', 'dropped') LIMIT 1"
)
_REJECTED: Final = (
    "SELECT 1 FROM record_proposals WHERE record = ? AND field = ? AND state = 'rejected'"
    " AND decided_at >= ?"
)


class Customers:
    """``needed`` is the journal entry from which the ERP still needs what stands there."""

    name = "customers"
    first: Place = (b"",)

    def __init__(
        self, months: int, engine: Callable[[], Engine], needed: Callable[[Rows], int]
    ) -> None:
        self.months = months
        self._engine = engine
        self._needed = needed

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """Customers of which nobody heard since."""
        kind = self._engine().kind(KIND)
        keys = [key for (key,) in rows.tuples(_CANDIDATES, (before_ms, *after, limit))]
        family = {key: _family(rows, ids.to_text(key)) for key in keys}
        needed = self._needed(rows)
        found = [
            Old((key,), one.number or one.id, self._held(rows, one, before_ms, needed))
            for key in keys
            if not any(_is_used(rows, each, before_ms) for each in family[key])
            for one in [heads.get(rows, kind, ids.to_text(key))]
        ]
        return cut(found, len(keys), limit, (keys[-1],) if keys else after)

    def _held(self, rows: Rows, head: Head, before_ms: int, needed: int) -> str:
        key = heads.key(head.id)
        if head.data.get("balance"):
            return "balance"
        if head.conflicts:
            return "conflict"
        if waiting := proposals.of_record(rows, head.id):
            return "asked" if any(one.path == proposals.ERASE for one in waiting) else "proposal"
        if rows.value(_TASK, (head.id,)):
            return "task"
        if rows.value(_REJECTED, (key, dotted(proposals.ERASE), before_ms)):
            return "kept"
        return "erp" if head.seq >= needed else ""

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Ask for their erasure; the gateway is the first person, the second one decides."""
        engine = self._engine()
        kind = engine.kind(KIND)
        for one in due:
            (key,) = one.place
            assert isinstance(key, bytes)
            head = heads.get(tx, kind, ids.to_text(key))
            origin = Origin(SYSTEM).filled(tx.now_ms)
            change = Held(proposals.ERASE, None, {"reason": "expired"})
            fresh = approvals.made(tx, engine, kind, origin, head, change)
            writing.show_proposals(tx, origin, head, [fresh])

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The customer that was left alone for longest; a visit since may keep it."""
        found = rows.value(
            "SELECT min(updated_at) FROM records WHERE kind = 'customer' AND alias_of IS NULL"
            " AND updated_at >= ?",
            (before_ms,),
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Nothing has gone yet."""


def _family(rows: Rows, record: str) -> list[Head]:
    found = (heads.find(rows, one) for one in erasing.with_aliases(rows, record))
    return [one for one in found if one is not None]


def _is_used(rows: Rows, one: Head, before_ms: int) -> bool:
    values = (before_ms, heads.key(one.id), one.id, one.number)
    return bool(rows.value(_USED, values))

"""Visits that are long over, with their notes and photos: erased, and kept from coming back."""

from collections.abc import Callable, Sequence
from typing import Final

from gateway.kernel import ids
from gateway.records import erasing
from gateway.records.forgetting import Forgetting
from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_PAGE: Final = (
    "SELECT v.id, v.seq, r.number FROM visits v LEFT JOIN records r ON r.id = v.customer"
    " WHERE v.at < ? AND v.id > ? ORDER BY v.id LIMIT ?"
)


class Visits:
    """``needed`` is the journal entry from which the ERP still needs what stands there."""

    name = "visits"
    first: Place = (b"",)

    def __init__(self, months: int, forgetting: Forgetting, needed: Callable[[Rows], int]) -> None:
        self.months = months
        self._forgetting = forgetting
        self._needed = needed

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """Visits that took place before; the customer's number says which."""
        needed = self._needed(rows)
        lines = rows.tuples(_PAGE, (before_ms, *after, limit))
        found = [
            Old((key,), number or ids.to_text(key), "erp" if seq >= needed else "")
            for key, seq, number in lines
        ]
        return cut(found, len(lines), limit, (lines[-1][0],) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Into the ledger, so that neither a phone nor a backup brings them back."""
        named = [ids.to_text(one.place[0]) for one in due if isinstance(one.place[0], bytes)]
        self._forgetting.elsewhere(tx, erasing.expire_visits(tx, named))

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The oldest visit that is kept."""
        found = rows.value("SELECT min(at) FROM visits WHERE at >= ?", (before_ms,))
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Their photos leave the disk, and the ledger goes to the backups."""
        self._forgetting.afterwards()

"""Phones that nobody uses any more: what each said of itself and whose it was."""

from collections.abc import Sequence
from typing import Final

from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_PAGE: Final = (
    "SELECT device, coalesce(unsent, 0), EXISTS (SELECT 1 FROM paired_phones p"
    " WHERE p.device = phones.device AND p.retired_at IS NULL)"
    " FROM phones WHERE last_seen_at < ? AND device > ? ORDER BY device LIMIT ?"
)


class Phones:
    """One that comes back is noted anew; what it sent is known by the ids of its entries."""

    name = "phones"
    first: Place = ("",)

    def __init__(self, months: int) -> None:
        self.months = months

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """Phones unheard of since; one with unsent entries, or still paired, is not over."""
        lines = rows.tuples(_PAGE, (before_ms, *after, limit))
        found = [
            Old((device,), device, "unsent" if unsent else "paired" if paired else "")
            for device, unsent, paired in lines
        ]
        return cut(found, len(lines), limit, (lines[-1][0],) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Off the list, with what would open it for whoever has forgotten how."""
        for one in due:
            tx.execute("DELETE FROM phone_recoveries WHERE device = ?", one.place)
            tx.execute("DELETE FROM phones WHERE device = ?", one.place)

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The one that was unheard of for longest."""
        found = rows.value(
            "SELECT min(last_seen_at) FROM phones WHERE last_seen_at >= ?", (before_ms,)
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Nothing lies elsewhere."""

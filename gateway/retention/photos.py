"""Photos and business cards by their own age. What was brought as a document is a paper of the
business with its customer, and stays as long as the customer.
"""

from collections.abc import Callable, Sequence
from typing import Final

from gateway.kernel import ids
from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_PAGE: Final = (
    "SELECT l.kind, l.subject, l.file, l.actor, l.purpose, coalesce(r.number, s.number)"
    " FROM attachment_links l LEFT JOIN records r ON r.id = l.subject"
    " LEFT JOIN visits v ON v.id = l.subject LEFT JOIN records s ON s.id = v.customer"
    " WHERE l.at < ? AND (l.kind, l.subject, l.file, l.actor) > (?, ?, ?, ?)"
    " ORDER BY l.kind, l.subject, l.file, l.actor LIMIT ?"
)


class Photos:
    """``clean`` deletes files that no book knows."""

    name = "photos"
    first: Place = ("", b"", b"", "")

    def __init__(self, months: int, clean: Callable[[], object]) -> None:
        self.months = months
        self._clean = clean

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """What came before, by customer."""
        lines = rows.tuples(_PAGE, (before_ms, *after, limit))
        found = [
            Old(
                tuple(place),
                number or ids.to_text(place[1]),
                "document" if purpose == "document" else "",
            )
            for *place, purpose, number in lines
        ]
        return cut(found, len(lines), limit, tuple(lines[-1][:4]) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Out of the book; a file that belongs to something else too stays for that."""
        for one in due:
            tx.execute(
                "DELETE FROM attachment_links WHERE (kind, subject, file, actor) = (?, ?, ?, ?)",
                one.place,
            )
            tx.execute(
                "DELETE FROM attachments WHERE id = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM attachment_links WHERE file = ?1)",
                (one.place[2],),
            )

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The oldest that is kept."""
        found = rows.value(
            "SELECT min(at) FROM attachment_links WHERE at >= ? AND purpose <> 'document'",
            (before_ms,),
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """The bytes leave the disk."""
        self._clean()

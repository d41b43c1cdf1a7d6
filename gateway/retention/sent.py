"""What phones sent about people and had no effect: refused entries, and the other content of an id
that was used twice. What still waits for a person, or for another entry, stays.
"""

from collections.abc import Sequence
from typing import Final

from gateway.kernel import ids
from gateway.records.erasing import ABOUT_PEOPLE
from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_WAITS: Final = ("quarantined", "deferred", "retry", "blocked_by")
_REFUSED: Final = (
    f"SELECT id, status FROM operations WHERE {ABOUT_PEOPLE}"  # noqa: S608
    " AND status IN ('rejected','quarantined','deferred','retry','blocked_by')"
    " AND received_at < ? AND id > ? ORDER BY id LIMIT ?"
)
_TWICE: Final = (
    "SELECT u.number, u.id, o.status FROM reused_ids u JOIN operations o ON o.id = u.id"  # noqa: S608
    f" WHERE {ABOUT_PEOPLE} AND u.body <> CAST('{{}}' AS BLOB)"
    " AND u.received_at < ? AND u.number > ? ORDER BY u.number LIMIT ?"
)


class Refused:
    """Entries that were refused for good."""

    name = "refused"
    first: Place = (b"",)

    def __init__(self, months: int) -> None:
        self.months = months

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """What came before, by its id."""
        lines = rows.tuples(_REFUSED, (before_ms, *after, limit))
        found = [
            Old((key,), ids.to_text(key), "waits" if status in _WAITS else "")
            for key, status in lines
        ]
        return cut(found, len(lines), limit, (lines[-1][0],) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Deleted: it had no effect, so nothing refers to it."""
        for one in due:
            tx.execute("DELETE FROM reused_ids WHERE id = ?", one.place)
            tx.execute("DELETE FROM operations WHERE id = ?", one.place)

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The oldest that is kept."""
        found = rows.value(
            "SELECT min(received_at) FROM operations"  # noqa: S608
            f" WHERE status = 'rejected' AND {ABOUT_PEOPLE} AND received_at >= ?",
            (before_ms,),
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Nothing lies elsewhere."""


class Repeats:
    """Contents that came under the id of another entry, or were mended in quarantine."""

    name = "repeats"
    first: Place = (0,)

    def __init__(self, months: int) -> None:
        self.months = months

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """What came before, by its id."""
        lines = rows.tuples(_TWICE, (before_ms, *after, limit))
        found = [
            Old((number,), ids.to_text(key), "waits" if status in _WAITS else "")
            for number, key, status in lines
        ]
        return cut(found, len(lines), limit, (lines[-1][0],) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """Emptied; the digest stays, by which the same content is known when it comes again."""
        for one in due:
            tx.execute(
                "UPDATE reused_ids SET body = CAST('{}' AS BLOB) WHERE number = ?", one.place
            )

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The oldest that is kept."""
        found = rows.value(
            "SELECT min(received_at) FROM reused_ids WHERE received_at >= ?", (before_ms,)
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Nothing lies elsewhere."""

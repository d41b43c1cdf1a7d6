"""Every record of a kind as it stands: for an ERP that comes when its edits have left the journal.

A copy is read in pages at any pace. It is taken as of one journal entry, so that it fits together
whatever changes meanwhile; what changed comes as batches, and each entry's version tells which of
the two is newer.
"""

from dataclasses import dataclass

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Rows
from sync.erp.batch import record_state
from sync.erp.book import Book

SEQ_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class Place:
    """How far a copy has been read: as of journal entry ``seq``, behind the record ``after``."""

    seq: int
    after: bytes = b""

    def token(self, epoch: str) -> str:
        """The place on the wire."""
        return f"{epoch}.{self.seq}.{self.after.hex()}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some records as of journal entry ``seq``, and the place behind them; None behind the last."""

    seq: int
    entries: list[dict[str, object]]
    next: Place | None


def place(token: str, epoch: str, head: int) -> Place:
    """Where to go on; empty begins a copy as of the journal's ``head``.

    Problem cursor_malformed, or resync_required when it was begun in another life of the database.
    """
    if not token:
        return Place(head)
    life, _, rest = token.partition(".")
    seq, _, after = rest.partition(".")
    if not (seq.isascii() and seq.isdigit()) or len(seq) > SEQ_DIGITS_MAX:
        raise Problem("cursor_malformed")
    if life != epoch:
        raise Problem("resync_required")
    try:
        return Place(int(seq), bytes.fromhex(after))
    except ValueError as error:
        raise Problem("cursor_malformed") from error


def page(rows: Rows, book: Book, kind: str, start: Place, limit: int) -> Page:
    """The next records of a kind; what was merged into another one is an alias of that."""
    found = rows.tuples(
        "SELECT id FROM records WHERE kind = ? AND id > ? AND alias_of IS NULL ORDER BY id LIMIT ?",
        (kind, start.after, limit),
    )
    entries = []
    for (key,) in found:
        subject = ids.to_text(key)
        snapshot = book.snapshot(rows, kind, subject, start.seq)
        if snapshot is not None:
            entries.append(record_state(kind, subject, snapshot))
    following = Place(start.seq, found[-1][0]) if len(found) == limit else None
    return Page(start.seq, entries, following)

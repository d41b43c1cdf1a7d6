"""What became of batches: each with its receipts by status, and one of them entry by entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.facts.types import SALE
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from sync.erp.book import Book
from sync.erp.held import RecordTitle, SaleTitle, sale_title

UNANSWERED: Final = "unanswered"

_BATCHES = "SELECT id, consumer, sha256, cut_at, done_at FROM erp_batches"
_COUNTS = (
    "SELECT coalesce(status, 'unanswered') AS status, sum(last_seq - seq + 1) AS count,"
    " min(seq) AS first, max(last_seq) AS last, max(answered_at) AS answered FROM erp_receipts"
    " WHERE batch = ? GROUP BY status"
)
# A row may stand for facts side by side; they are counted out in order, no further than asked.
_ENTRIES = (
    "WITH RECURSIVE entry(seq, first, last_seq) AS ("
    "SELECT max(seq, ?3 + 1), seq, last_seq FROM erp_receipts WHERE batch = ?2"
    " AND last_seq > ?3 AND ?4 IN ('', coalesce(status, 'unanswered'))"
    " UNION ALL SELECT seq + 1, first, last_seq FROM entry WHERE seq < last_seq"
    " ORDER BY 1 LIMIT ?5)"
    " SELECT e.seq, r.kind, r.subject, r.version, r.status, r.answered_at, r.erp_ref,"
    " coalesce(r.problem, o.problem) AS problem, o.status AS held, o.attempts, o.due_at,"
    " j.type, j.device, j.body FROM entry e"
    " JOIN erp_receipts r ON r.batch = ?2 AND r.seq = e.first"
    " LEFT JOIN journal j ON j.seq = e.seq"
    " LEFT JOIN erp_outstanding o ON o.consumer = ?1 AND o.seq = e.seq ORDER BY e.seq"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One batch. Instants are Unix milliseconds; ``receipts`` counts entries by status, those
    without an answer as ``unanswered``; ``answered_at`` is the newest receipt's.
    """

    id: str
    consumer: str
    sha256: str
    first_seq: int
    last_seq: int
    cut_at: int
    answered_at: int | None
    done_at: int | None
    receipts: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many entries it has."""
        return sum(self.receipts.values())


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an entry stands that the ERP still does not have: tries, and the next one (ms)."""

    status: str
    attempts: int
    due_at: int


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """One entry of a batch and its receipt; ``type`` is empty once it has left the journal.

    ``outlook`` is None where nothing is left to do.
    """

    seq: int
    type: str
    kind: str
    subject: str
    device: str
    version: int | None
    status: str
    answered_at: int | None
    erp_ref: str
    problem: Problem | None
    record: RecordTitle | None
    sale: SaleTitle | None
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class Portion:
    """Which entries of a batch: so many after a seq, of one status, or of all where it is empty."""

    after: int
    limit: int
    status: str = ""


def page(rows: Rows, consumer: str, before: str, limit: int) -> list[Told]:
    """Batches of a consumer, the newest first, older than ``before`` (an id, empty for none).

    Problem batch_unknown for an id that is none.
    """
    older = ""
    params: tuple[object, ...] = (consumer,)
    if before:
        older, params = " AND id < ?", (consumer, ids.key(before, "batch_unknown"))
    found = rows.all(
        f"{_BATCHES} WHERE consumer = ?{older} ORDER BY id DESC LIMIT ?", (*params, limit)
    )
    return [_told(rows, row) for row in found]


def one(rows: Rows, identity: str) -> Told:
    """A batch by its id; Problem batch_unknown."""
    return _told(rows, rows.by_id(f"{_BATCHES} WHERE id = ?", identity, "batch_unknown"))


def entries(rows: Rows, book: Book, reader: Actor, batch: Told, asked: Portion) -> list[ToldEntry]:
    """Entries of a batch, with titles as the reader may see them."""
    key = ids.to_bytes(batch.id)
    found = rows.all(_ENTRIES, (batch.consumer, key, asked.after, asked.status, asked.limit))
    return [_entry(rows, row, book, reader) for row in found]


def _told(rows: Rows, row: Row) -> Told:
    counts = rows.all(_COUNTS, (row["id"],))
    answered = [each["answered"] for each in counts if each["answered"]]
    return Told(
        id=ids.to_text(row["id"]),
        consumer=row["consumer"],
        sha256=row["sha256"],
        first_seq=min(each["first"] for each in counts),
        last_seq=max(each["last"] for each in counts),
        cut_at=row["cut_at"],
        answered_at=max(answered, default=None),
        done_at=row["done_at"],
        receipts={each["status"]: each["count"] for each in counts},
    )


def _entry(rows: Rows, row: Row, book: Book, reader: Actor) -> ToldEntry:
    kind, subject = row["kind"], row["subject"]
    return ToldEntry(
        **{name: row[name] for name in ("seq", "kind", "subject", "version", "answered_at")},
        type=row["type"] or "",
        device=row["device"] or "",
        status=row["status"] or UNANSWERED,
        erp_ref=row["erp_ref"],
        problem=Problem.from_record(json.loads(row["problem"])) if row["problem"] else None,
        record=RecordTitle(*book.title(rows, reader, kind, subject)) if kind else None,
        sale=sale_title(row["body"]) if row["type"] == SALE else None,
        outlook=Outlook(row["held"], row["attempts"], row["due_at"]) if row["held"] else None,
    )

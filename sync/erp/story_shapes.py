"""The shapes of what became of batches, and of the lag, on the wire."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.kernel.clock import to_iso
from sync.erp import lag
from sync.erp.shapes import Name, OutstandingRecord, OutstandingSale, instant
from sync.erp.story import Told, ToldEntry

Status = Literal["accepted", "duplicate", "rejected", "deferred", "unanswered"]


class BatchesAsked(Struct, forbid_unknown_fields=True):
    """Whose batches; ``before`` is the id of the oldest that was shown."""

    consumer: Name
    before: Annotated[str, Meta(max_length=36)] = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class EntriesAsked(Struct, forbid_unknown_fields=True):
    """Which entries of a batch: after a seq, and of one status or of all."""

    after: Annotated[int, Meta(ge=0, le=2**62)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    status: Literal["", "accepted", "duplicate", "rejected", "deferred", "unanswered"] = ""


class LagAsked(Struct, forbid_unknown_fields=True):
    """Whose lag, and how many hours of it, the one under way among them."""

    consumer: Name
    hours: Annotated[int, Meta(ge=1, le=lag.KEPT_HOURS)] = 48


class ToldBatch(Struct):
    """One batch: its range in the journal, when it was cut and answered, receipts by status."""

    id: str
    consumer: str
    state: Literal["open", "done"]
    count: int
    first_seq: int
    last_seq: int
    sha256: str
    cut_at: str
    answered_at: str | None
    done_at: str | None
    receipts: dict[str, int]


class Batches(Struct):
    """A page of batches, the newest first; ``more`` says whether there are older ones."""

    batches: list[ToldBatch]
    more: bool


class NextTry(Struct):
    """How an entry stands that the ERP still does not have; rejected ones have no next try."""

    status: Literal["deferred", "rejected"]
    attempts: int
    due_at: str | None


class BatchEntry(Struct):
    """One entry and what the ERP said of it; ``outlook`` is null where nothing is left to do."""

    seq: int
    type: str
    kind: str
    subject: str
    device: str
    version: int | None
    status: Status
    answered_at: str | None
    erp_ref: str
    problem: dict[str, Any] | None
    record: OutstandingRecord | None
    sale: OutstandingSale | None
    outlook: NextTry | None


class OpenedBatch(Struct):
    """One batch with a page of its entries, by seq."""

    batch: ToldBatch
    entries: list[BatchEntry]
    more: bool


class LagHour(Struct):
    """The worst of one hour: entries that waited, age of the oldest, those beside the cursor."""

    at: str
    waiting: int
    oldest_s: int
    held: int


class Lag(Struct):
    """Hours in which the gateway looked, oldest first; an hour that is missing was not seen."""

    consumer: str
    since: str
    until: str
    hours: list[LagHour]


def batch(told: Told) -> ToldBatch:
    """A batch on the wire."""
    return ToldBatch(
        id=told.id,
        consumer=told.consumer,
        state="open" if told.done_at is None else "done",
        count=told.count,
        first_seq=told.first_seq,
        last_seq=told.last_seq,
        sha256=told.sha256,
        cut_at=to_iso(told.cut_at),
        answered_at=instant(told.answered_at),
        done_at=instant(told.done_at),
        receipts=dict(told.receipts),
    )


def entry(told: ToldEntry, language: str) -> BatchEntry:
    """An entry on the wire, its reason in a language."""
    names = ("seq", "type", "kind", "subject", "device", "version", "status", "erp_ref")
    record, sale = told.record, told.sale
    return BatchEntry(
        **{name: getattr(told, name) for name in names},
        answered_at=instant(told.answered_at),
        problem=told.problem.document(language) if told.problem else None,
        record=OutstandingRecord(record.number, record.name) if record else None,
        sale=OutstandingSale(sale.register, sale.receipt, sale.total, sale.currency)
        if sale
        else None,
        outlook=_next_try(told),
    )


def _next_try(told: ToldEntry) -> NextTry | None:
    if told.outlook is None:
        return None
    attempts, due_at = told.outlook.attempts, to_iso(told.outlook.due_at)
    if told.outlook.status == "deferred":
        return NextTry("deferred", attempts, due_at)
    return NextTry("rejected", attempts, None)


def hour(seen: lag.Hour) -> LagHour:
    """An hour on the wire."""
    return LagHour(to_iso(seen.at), seen.waiting, seen.oldest_ms // 1000, seen.held)

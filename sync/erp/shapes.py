"""The shapes of the ERP routes on the wire, and how the house's own values become them."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from sync.erp.held import Held
from sync.erp.standing import Standing
from sync.jobs.progress import Moving as Round

Name = Annotated[str, Meta(max_length=40)]


class Moving(Struct):
    """A round under way: since when, entries done, and about how many there are in all."""

    began_at: str
    done: int
    total: int


class Consumer(Struct):
    """Somebody who takes the journal: how far, what waits, and what went wrong last.

    ``circuit`` is open while the line rests after ``failures`` in a row. ``alarm`` is what somebody
    must hear of: a round that stands still, or silence while entries wait.
    """

    name: str
    mode: Literal["push", "pull"]
    takes: list[str] | None
    cursor_seq: int
    head_seq: int
    waiting: int
    oldest_waiting_at: str | None
    open_batch: str | None
    last_success_at: str | None
    last_attempt_at: str | None
    last_problem: dict[str, Any] | None
    deferred: int
    rejected: int
    paused: bool
    paused_by: str
    paused_at: str | None
    circuit: Literal["closed", "open", "half_open"]
    resting_until: str | None
    failures: int
    closed_until: str | None
    moving: Moving | None
    alarm: dict[str, Any] | None


class Phone(Struct):
    """A field rep's phone, as it was last heard of."""

    device: str
    user: str
    last_seen_at: str | None
    unsent_reported: int | None


class ErpState(Struct):
    """The connectors (none where the ERP pulls) and every consumer."""

    connectors: list[str]
    consumers: list[Consumer]


class Replication(Struct):
    """Everything that replicates."""

    erp: ErpState
    phones: list[Phone]


class OutstandingRecord(Struct):
    """What people call the record, as far as the reader may see it."""

    number: str
    name: str


class OutstandingSale(Struct):
    """What people know a sale by; ``total`` is in minor units."""

    register: str
    receipt: str
    total: int
    currency: str


class Outstanding(Struct):
    """An entry the ERP has not taken: deferred until ``due_at``, or rejected until mended.

    ``record`` says what an edit is about, ``sale`` what a sale is.
    """

    consumer: str
    seq: int
    type: str
    kind: str
    subject: str
    device: str
    status: Literal["deferred", "rejected"]
    attempts: int
    since: str
    due_at: str | None
    problem: dict[str, Any]
    record: OutstandingRecord | None
    sale: OutstandingSale | None


class AllOutstanding(Struct):
    """What the ERP has not taken, rejected entries first."""

    entries: list[Outstanding]


class Named(Struct, forbid_unknown_fields=True):
    """Whose run, or whose entry."""

    consumer: Name


class Offered(Struct):
    """How many entries are offered again."""

    consumer: str
    count: int


class Pause(Struct, forbid_unknown_fields=True):
    """Hold a consumer back, or let it go on."""

    consumer: Name
    paused: bool


class Rewind(Struct, forbid_unknown_fields=True):
    """From where on everything is offered again; 0 is the beginning."""

    consumer: Name
    after_seq: Annotated[int, Meta(ge=0)]


def consumer(one: Standing, language: str, now_ms: int) -> Consumer:
    """How a consumer stands, in the words of a language."""
    circuit = one.circuit.state(now_ms)
    return Consumer(
        name=one.name,
        mode="push" if one.mode == "push" else "pull",
        takes=None if one.takes is None else list(one.takes),
        cursor_seq=one.cursor_seq,
        head_seq=one.head_seq,
        waiting=one.waiting,
        oldest_waiting_at=instant(one.oldest_waiting_at),
        open_batch=one.open_batch,
        last_success_at=instant(one.last_success_at),
        last_attempt_at=instant(one.last_attempt_at),
        last_problem=_document(one.problem, language),
        deferred=one.deferred,
        rejected=one.rejected,
        paused=one.paused,
        paused_by=one.paused_by,
        paused_at=instant(one.paused_at),
        circuit=circuit,
        resting_until=to_iso(one.circuit.until) if circuit == "open" else None,
        failures=one.circuit.failures,
        closed_until=instant(one.closed_until),
        moving=_moving(one.moving),
        alarm=_document(one.alarm, language),
    )


def outstanding(held: Held, language: str) -> Outstanding:
    """An entry beside the cursor, with its reason in a language."""
    is_deferred = held.status == "deferred"
    return Outstanding(
        consumer=held.consumer,
        seq=held.seq,
        type=held.type,
        kind=held.kind,
        subject=held.subject,
        device=held.device,
        status="deferred" if is_deferred else "rejected",
        attempts=held.attempts,
        since=to_iso(held.since),
        due_at=to_iso(held.due_at) if is_deferred else None,
        problem=held.problem.document(language),
        record=OutstandingRecord(held.record.number, held.record.name) if held.record else None,
        sale=(
            OutstandingSale(
                held.sale.register, held.sale.receipt, held.sale.total, held.sale.currency
            )
            if held.sale
            else None
        ),
    )


def _moving(one: Round | None) -> Moving | None:
    return Moving(to_iso(one.began_at), one.done, one.total) if one else None


def _document(problem: Problem | None, language: str) -> dict[str, Any] | None:
    return problem.document(language) if problem else None


def instant(unix_ms: int | None) -> str | None:
    """An instant on the wire, where there is one."""
    return None if unix_ms is None else to_iso(unix_ms)

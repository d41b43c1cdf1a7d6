"""One measurement, what disturbed it, and the rule for repeating it."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from bench import machine

STEAL_REPEAT = 0.08
STEAL_DROP = 0.15
TRIES = 3
SETTLE_S = 0.2


@dataclass(frozen=True)
class Answer:
    """What a load generator saw."""

    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Cell:
    """One program under one load.

    ``cpu_us`` is the server's processor time per event, ``fsyncs`` per event (None: not countable),
    ``stolen`` the share the host took, ``foreign`` the share other programs here took.
    """

    name: str
    clients: int
    batch: int
    events_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    fsyncs: float | None
    memory_mib: float
    acknowledged: int
    stored: int
    stolen: float
    foreign: float

    def document(self) -> dict[str, object]:
        """For a file of results."""
        return asdict(self)


@dataclass(frozen=True)
class Subject:
    """A running program: its process, its own counts, and how to load it."""

    name: str
    root: int
    port: int
    stored: Callable[[], int]
    fsyncs: Callable[[], int] | None
    load: Callable[[int, int, float], Answer]


def measure(subject: Subject, clients: int, batch: int, seconds: float) -> Cell:
    """One cell; raises AssertionError when an acknowledged event is not stored."""
    stored = _settled(subject)
    fsyncs = subject.fsyncs() if subject.fsyncs else 0
    cpu, ours, start = machine.cpu_s(subject.root), os.times(), machine.moment()
    answer = subject.load(clients, batch, seconds)
    (busy, stolen), client = machine.moment().since(start), os.times()
    # What the load left behind is stored a moment later, and costs as much as the rest.
    kept = _settled(subject) - stored
    used = machine.cpu_s(subject.root) - cpu
    counted = (subject.fsyncs() - fsyncs) if subject.fsyncs else None
    acknowledged = (answer.requests - answer.failed) * batch
    _audit(subject.name, acknowledged, kept, clients * batch)
    spent = used + (client.children_user - ours.children_user)
    spent += client.children_system - ours.children_system
    share = spent / (answer.seconds * (os.cpu_count() or 1))
    return Cell(
        name=subject.name,
        clients=clients,
        batch=batch,
        events_per_s=acknowledged / answer.seconds,
        p50_ms=answer.p50_ms,
        p99_ms=answer.p99_ms,
        cpu_us=used / max(1, kept) * 1e6,
        fsyncs=None if counted is None else counted / max(1, kept),
        memory_mib=machine.memory_mib(subject.root),
        acknowledged=acknowledged,
        stored=kept,
        stolen=stolen,
        foreign=max(0.0, busy - share),
    )


def _settled(subject: Subject) -> int:
    """What is stored once the requests that a load left behind have been answered."""
    before = subject.stored()
    while True:
        time.sleep(SETTLE_S)
        now = subject.stored()
        if now == before:
            return now
        before = now


def _audit(name: str, acknowledged: int, stored: int, in_flight: int) -> None:
    """Acknowledged means stored; what was in flight at the end may be stored without an answer."""
    if not acknowledged <= stored <= acknowledged + in_flight:
        raise AssertionError(f"{name}: {acknowledged} acknowledged, {stored} stored")


def steady(subject: Subject, clients: int, batch: int, seconds: float) -> Cell | None:
    """A cell the host did not disturb: repeated above 8 % stolen time, dropped above 15 %."""
    best = measure(subject, clients, batch, seconds)
    for _ in range(TRIES - 1):
        if best.stolen <= STEAL_REPEAT:
            break
        again = measure(subject, clients, batch, seconds)
        best = min(best, again, key=lambda cell: cell.stolen)
    return best if best.stolen <= STEAL_DROP else None


def median(cells: Sequence[Cell]) -> Cell:
    """The cells of several rounds as one, each figure by itself."""

    def middle(values: Iterable[float]) -> float:
        return statistics.median(values)

    known = [cell.fsyncs for cell in cells if cell.fsyncs is not None]
    return replace(
        cells[0],
        events_per_s=middle(cell.events_per_s for cell in cells),
        p50_ms=middle(cell.p50_ms for cell in cells),
        p99_ms=middle(cell.p99_ms for cell in cells),
        cpu_us=middle(cell.cpu_us for cell in cells),
        fsyncs=middle(known) if known else None,
        memory_mib=max(cell.memory_mib for cell in cells),
        acknowledged=sum(cell.acknowledged for cell in cells),
        stored=sum(cell.stored for cell in cells),
        stolen=max(cell.stolen for cell in cells),
        foreign=max(cell.foreign for cell in cells),
    )

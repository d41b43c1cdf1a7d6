"""Taking events in, beside the peers.

Peers take turns, in reversed order every other round, and medians count.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from bench.cell import Cell, Subject, median, steady
from bench.disk import FAST_US, SLOW_US, Disk, disk
from bench.peers import datasette, gateway, naive, pocketbase, postgres

Start = Callable[[Disk], AbstractContextManager[Subject]]

ALL: tuple[Start, ...] = (
    gateway.running,
    postgres.running,
    pocketbase.running,
    naive.running,
    datasette.running,
)
# A Go program cannot be slowed by a preloaded library, so it has no place on the slow disk.
SLOWED: tuple[Start, ...] = (gateway.running, postgres.running, naive.running, datasette.running)


@dataclass(frozen=True)
class Plan:
    """Which loads, on which disk, how often and how long."""

    title: str
    peers: Sequence[Start]
    loads: Sequence[tuple[int, int]]
    fsync_us: int
    rounds: int
    seconds: float


def single(*, quick: bool) -> Plan:
    """One durable event per request on a fast disk."""
    rounds, seconds = (1, 2) if quick else (3, 5)
    loads = [(16, 1), (64, 1)] if quick else [(1, 1), (16, 1), (64, 1)]
    return Plan("One event per request, fast disk", ALL, loads, FAST_US, rounds, seconds)


def batches(*, quick: bool) -> Plan:
    """A hundred events per request on a fast disk."""
    rounds, seconds = (1, 2) if quick else (3, 5)
    return Plan("100 events per request, fast disk", ALL, [(16, 100)], FAST_US, rounds, seconds)


def slow(*, quick: bool) -> Plan:
    """One durable event per request on a memory card."""
    rounds, seconds = (1, 3) if quick else (3, 6)
    loads = [(16, 1)] if quick else [(1, 1), (16, 1), (64, 1)]
    return Plan("One event per request, 10 ms per fsync", SLOWED, loads, SLOW_US, rounds, seconds)


def run(plan: Plan) -> list[Cell]:
    """The median cell of every peer under every load, without those that were always disturbed."""
    found: dict[tuple[str, int, int], list[Cell]] = {}
    with disk(plan.fsync_us) as where, ExitStack() as stack:
        subjects = [stack.enter_context(start(where)) for start in plan.peers]
        for subject, clients, batch in _order(plan, subjects):
            if cell := steady(subject, clients, batch, plan.seconds):
                found.setdefault((subject.name, clients, batch), []).append(cell)
    return [median(cells) for cells in found.values()]


def _order(plan: Plan, subjects: Sequence[Subject]) -> Iterator[tuple[Subject, int, int]]:
    for subject in subjects:
        subject.load(16, 1, 1)  # warm: files opened, code loaded, indexes begun
    for number in range(plan.rounds):
        for clients, batch in plan.loads:
            turned = subjects if number % 2 == 0 else [*reversed(subjects)]
            for subject in turned:
                yield subject, clients, batch

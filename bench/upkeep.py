"""What the index and the duplicates of a file of many companies cost behind the scenes."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.shelf import Shelf
from config.schema import GatewaySettings
from gateway.kinds.customer import KIND
from gateway.records.duplicates.comparing import SLICE
from gateway.records.finding.reindexing import PAGE, Reindexing
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.store.transaction import Tx

# So many records are indexed anew, and so many slices of new ones compared.
PAGES, SLICES = 10, 20


@dataclass(frozen=True)
class Upkeep:
    """Milliseconds, of which ``longest`` are wall-clock time of one write or slice."""

    count: int
    reindex_cpu: float
    reindex_wall: float
    reindex_longest: float
    compare_cpu: float
    compare_longest: float
    sweep_seconds: float
    sweep_cpu_seconds: float
    sweep_slices: int
    sweep_longest: float
    pairs: int
    memory_mib: float


def measured(full: Shelf) -> Upkeep:
    """Some records indexed anew, some new ones compared, and the whole sweep."""
    records = Records(full.store, {KIND.name: KIND}, GatewaySettings())
    watched = _Watched(full.store)
    reindexing = Reindexing(watched, lambda: records.engine)  # type: ignore[arg-type]
    began, worked = time.perf_counter(), time.process_time()
    for page in range(PAGES):
        reindexing.step(KIND.name, anew=page == 0)
    reindexed = 1000 * (time.process_time() - worked), 1000 * (time.perf_counter() - began)
    full.store.write(_whole)
    comparing = _Timed(lambda: records.comparing.step(KIND))
    worked = time.process_time()
    for _ in range(SLICES):
        comparing()
    compared = 1000 * (time.process_time() - worked)
    before = _memory()
    sweeping = _Timed(lambda: records.comparing.sweep(KIND))
    began, worked, slices = time.perf_counter(), time.process_time(), 1
    while sweeping():
        slices += 1
    with full.store.read() as rows:
        pairs = int(rows.value("SELECT count(*) FROM duplicate_pairs"))
    return Upkeep(
        full.count, *(ms / (PAGES * PAGE) for ms in reindexed), watched.write.longest,
        compared / (SLICES * SLICE), comparing.longest, time.perf_counter() - began,
        time.process_time() - worked, slices, sweeping.longest, pairs, _memory() - before,
    )  # fmt: skip


class _Watched:
    """A store whose writes are timed."""

    def __init__(self, store: Store) -> None:
        self.read = store.read
        self.write = _Timed(store.write)


class _Timed:
    """A call that remembers how long it took at the longest, in milliseconds."""

    def __init__(self, call: Callable[..., object]) -> None:
        self.call = call
        self.longest = 0.0

    def __call__(self, *arguments: object) -> object:
        began = time.perf_counter()
        try:
            return self.call(*arguments)
        finally:
            self.longest = max(self.longest, 1000 * (time.perf_counter() - began))


def _whole(tx: Tx) -> None:
    """The rest need not be indexed anew: the rules are the same."""
    tx.execute("UPDATE record_index_rules SET reached = NULL")
    tx.execute("DELETE FROM duplicate_pairs")
    tx.execute("DELETE FROM duplicate_sweeps")


def _memory() -> float:
    """The most that the process has taken so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

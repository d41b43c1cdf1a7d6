"""The write-ahead log stays small, whoever reads while others write."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store import log
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.places import DATABASE

NOW = 1_800_000_000_000
KIB = 1024
BIG = "x" * (64 * KIB)
# Some milliseconds of reading.
LONG = (
    "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
    " SELECT count(*) + (SELECT count(*) FROM journal) FROM n"
)


@pytest.fixture
def small(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with a log of a hundredth of the size."""
    monkeypatch.setattr(log, "KEPT_BYTES", 256 * KIB)
    monkeypatch.setattr(log, "STEP_BYTES", 128 * KIB)
    monkeypatch.setattr(log, "CROWDED_BYTES", 1024 * KIB)
    store = Store(tmp_path, StoreSettings(), clock)
    yield store
    store.close()


def write(store: Store) -> int:
    """Store one entry; the size of the log then."""
    entry = Entry(id=ids.uuid7(NOW), type="note.taken", body={"text": BIG})
    store.write(lambda tx: tx.append(entry))
    return (store.folder / f"{DATABASE}-wal").stat().st_size


class Relay:
    """Readers of whom each goes only when the next one has come: somebody always reads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._over = threading.Event()
        self._came = threading.Semaphore(0)
        self.reading = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(2)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        while not self._over.is_set():
            with self._store.read() as rows:
                rows.value(LONG)
                self._came.release()
                self.reading.set()
                rows.value(LONG)
                while not self._came.acquire(timeout=0.01) and not self._over.is_set():
                    pass

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_readers_who_relieve_each_other_do_not_make_the_log_grow(small: Store) -> None:
    relay = Relay(small)
    relay.reading.wait(10)
    try:
        sizes = [write(small) for _ in range(200)]
    finally:
        relay.end()
    assert max(sizes) < 3 * 1024 * KIB


def test_nobody_waits_for_long_for_a_reader_who_stays(small: Store) -> None:
    with small.read() as rows:
        rows.value("SELECT count(*) FROM journal")
        grown = max(write(small) for _ in range(40))
    assert grown > 1024 * KIB, "what a reader sees must stay"
    write(small)
    after = [write(small) for _ in range(8)]
    assert after[-1] < 1024 * KIB, "when the reader has gone, so has the log"


def test_a_log_that_was_large_gives_its_space_back(small: Store) -> None:
    small.write(lambda tx: [tx.append(Entry(id=ids.uuid7(NOW), type="n", body={"t": BIG}))
                            for _ in range(100)])  # fmt: skip
    assert max(write(small) for _ in range(2)) > 0
    assert write(small) < 512 * KIB

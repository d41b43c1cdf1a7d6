"""Groups of writes: whole or not at all, without a savepoint where the transaction is enough."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store import journal
from gateway.store.connection import IntegrityError
from gateway.store.database import Store
from gateway.store.insert import EXACT_MAX, ROWS_MAX
from gateway.store.jobs import Mailbox
from gateway.store.journal import Entry
from gateway.store.transaction import Tx

NOW = 1_800_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, StoreSettings(), ManualClock())
    yield opened
    opened.close()


def entries(count: int, subject: str = "") -> list[tuple[Entry, bytes, None]]:
    made = [Entry(ids.uuid7(NOW), "note", {"n": n}, subject=subject) for n in range(count)]
    return [(entry, ids.to_bytes(entry.id), None) for entry in made]


def assert_whole(store: Store, count: int) -> None:
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == count
        assert rows.value("SELECT max(seq) FROM journal") == (count or None)


@pytest.mark.parametrize("count", [1, EXACT_MAX, EXACT_MAX + 1, ROWS_MAX, 3 * ROWS_MAX + 21])
def test_any_number_of_entries_is_appended_in_order(store: Store, count: int) -> None:
    mixed = [*entries(count), *entries(3, subject="customer-1")]
    assert store.write(lambda tx: tx.append_all(mixed)) == list(range(1, count + 4))
    assert_whole(store, count + 3)
    with store.read() as rows:
        stored = [row[0] for row in rows.tuples("SELECT id FROM journal ORDER BY seq")]
    assert sorted(stored) == sorted(identity for _, identity, _ in mixed)


@pytest.mark.parametrize("count", [2, EXACT_MAX + 1, 3 * ROWS_MAX])
@pytest.mark.parametrize("subject", ["", "customer-1"])
def test_entries_with_a_known_id_among_them_leave_nothing_behind(
    store: Store, count: int, subject: str
) -> None:
    known = entries(1)
    store.write(lambda tx: tx.append_all(known))

    def again(tx: Tx) -> tuple[int, bytes]:
        with pytest.raises(IntegrityError):
            tx.append_all([*entries(count), *entries(1, subject), *known])
        return tx.seq, tx.chain

    place = store.write(again, lane="capture")
    assert_whole(store, 1)
    with store.read() as rows:
        assert place == (1, rows.value("SELECT chain FROM journal"))
    store.write(lambda tx: tx.append_all(entries(2)))
    assert_whole(store, 3)


def test_the_only_work_of_a_transaction_is_undone_when_it_fails(store: Store) -> None:
    called: list[str] = []

    def half(tx: Tx) -> None:
        tx.append_all(entries(3))
        tx.after_commit(lambda: called.append("half"))
        raise KeyError("half-way")

    with pytest.raises(KeyError, match="half-way"):
        store.write(half, lane="capture")
    assert_whole(store, 0)
    store.write(lambda tx: tx.append_all(entries(1)), lane="capture")
    assert_whole(store, 1)
    assert called == []


def test_of_joined_captures_the_bad_one_alone_is_undone(store: Store) -> None:
    entered, gate = threading.Event(), threading.Event()
    ran: list[int] = []

    def handler(tx: Tx, items: Sequence[str]) -> list[int]:
        if "hold" in items:
            entered.set()
            assert gate.wait(10)
        ran.append(len(items))
        seqs = tx.append_all(entries(len(items)))
        if "bad" in items:
            raise ValueError("bad item")
        return seqs

    outcomes: dict[str, object] = {}

    def submit(item: str) -> None:
        try:
            outcomes[item] = store.write_group(handler, [item])
        except ValueError as error:
            outcomes[item] = str(error)

    threads = [threading.Thread(target=submit, args=(name,)) for name in ("hold", "bad", "good")]
    threads[0].start()
    assert entered.wait(10)
    for thread in threads[1:]:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert outcomes["bad"] == "bad item"
    assert sorted([outcomes["hold"], outcomes["good"]]) == [[1], [2]]  # type: ignore[type-var]
    assert_whole(store, 2)


class SlowClock(ManualClock):
    """A second passes between any two looks: every commit seems slow."""

    def monotonic_us(self) -> int:
        self.advance(1_000)
        return super().monotonic_us()


def test_callers_who_come_back_together_share_slow_commits(tmp_path: Path) -> None:
    store = Store(tmp_path, StoreSettings(linger_ms_max=100), SlowClock())
    transactions: list[Tx] = []

    def handler(tx: Tx, items: list[int]) -> list[int]:
        transactions.append(tx)
        return tx.append_all(entries(len(items)))

    def come_back() -> None:
        for number in range(10):
            store.write_group(handler, [number])

    try:
        threads = [threading.Thread(target=come_back) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert_whole(store, 80)
        assert len(transactions) <= 40
    finally:
        store.close()


def test_whatever_work_raises_reaches_the_loop_and_nobody_else_waits(store: Store) -> None:
    def ends(_: Tx, items: Sequence[str]) -> list[str]:
        if "bad" in items:
            raise StopIteration
        return [item.upper() for item in items]

    async def together() -> list[object]:
        mailbox = Mailbox(asyncio.get_running_loop())
        asked = [store.write_group_soon(ends, [item], mailbox) for item in ("a", "bad", "b")]
        return list(await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 20))

    # On a thread of its own: a browser of this worker keeps a loop on the main one.
    with ThreadPoolExecutor(1) as alone:
        first, bad, last = alone.submit(asyncio.run, together()).result()
    assert (first, last) == (["A"], ["B"])
    assert isinstance(bad, RuntimeError)

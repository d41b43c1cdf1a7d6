"""The store: acknowledged means on disk, one writer for everybody, one life per epoch."""

import json
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import cursors, journal
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.migrate import scripts
from gateway.store.places import DATABASE, KEYRING
from gateway.store.transaction import Tx

NOW = 1_800_000_000_000


def note(text: str = "x", **more: object) -> Entry:
    return Entry(id=ids.uuid7(NOW), type="note.taken", body={"text": text}, **more)  # type: ignore[arg-type]


def entries(store: Store) -> int:
    with store.read() as rows:
        return int(rows.value("SELECT count(*) FROM journal"))


def test_what_was_written_is_there_after_reopening(tmp_path: Path, clock: ManualClock) -> None:
    first = Store(tmp_path, StoreSettings(), clock)
    seq = first.write(lambda tx: tx.append(note()))
    epoch = first.epoch
    first.close()
    second = Store(tmp_path, StoreSettings(), clock)
    assert (second.epoch, second.head) == (epoch, seq)
    second.close()


def test_a_failing_piece_of_work_undoes_itself_alone(store: Store) -> None:
    def half(tx: Tx) -> None:
        tx.append(note())
        raise KeyError("half-way")

    store.write(lambda tx: tx.append(note()))
    with pytest.raises(KeyError, match="half-way"):
        store.write(half)
    assert store.write(lambda tx: tx.append(note())) == 2
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == 2


def test_many_writers_get_one_gapless_order_and_share_commits(store: Store) -> None:
    seqs: list[int] = []

    def write() -> None:
        for _ in range(20):
            seq = store.write(lambda tx: tx.append(note()), lane="capture")
            seqs.append(seq)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs) == list(range(1, 321))
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == 320


def test_joined_submissions_get_their_own_results_and_a_bad_one_spoils_only_itself(
    store: Store,
) -> None:
    gate = threading.Event()
    entered = threading.Event()

    def hold(tx: Tx) -> None:
        entered.set()
        assert gate.wait(10)

    def handler(tx: Tx, items: list[str]) -> list[int]:
        if "bad" in items:
            raise ValueError("bad item")
        return [tx.append(note(item)) for item in items]

    outcomes: dict[str, object] = {}

    def submit(name: str, items: list[str]) -> None:
        try:
            outcomes[name] = store.write_group(handler, items)
        except ValueError as error:
            outcomes[name] = str(error)

    holder = threading.Thread(target=store.write, args=(hold,))
    holder.start()
    assert entered.wait(10)
    jobs = {"a": ["one", "two"], "b": ["bad"], "c": ["three"]}
    threads = [threading.Thread(target=submit, args=job) for job in jobs.items()]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in (holder, *threads):
        thread.join()
    assert outcomes["b"] == "bad item"
    assert sorted([*outcomes["a"], *outcomes["c"]]) == [1, 2, 3]  # type: ignore[misc]


def test_submitting_from_the_writer_thread_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="writer thread"):
        store.write(lambda _: store.write(lambda tx: tx.append(note())))


def test_a_full_queue_is_answered_busy_and_nothing_of_it_is_stored(
    tmp_path: Path, clock: ManualClock
) -> None:
    store = Store(tmp_path, StoreSettings(queue_max=1), clock)
    gate, entered = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        entered.set()
        assert gate.wait(10)

    holder = threading.Thread(target=store.write, args=(hold,))
    holder.start()
    assert entered.wait(10)
    waiting = threading.Thread(target=store.write, args=(lambda tx: tx.append(note()),))
    waiting.start()
    refused = None
    while refused is None and waiting.is_alive():
        # The waiting one fills the queue; only then is the next refused.
        if store._writer._incoming.qsize() == 1:
            with pytest.raises(Problem) as caught:
                store.write(lambda tx: tx.append(note()))
            refused = caught.value
    gate.set()
    holder.join()
    waiting.join()
    assert refused is not None
    assert (refused.code, refused.status, refused.retryable) == ("store_busy", 503, True)
    assert entries(store) == 1
    store.close()


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(dbapi2.OperationalError, match="readonly"), store.read() as rows:
        rows.all("DELETE FROM journal")


def test_a_second_process_is_told_who_owns_the_folder(store: Store, clock: ManualClock) -> None:
    with pytest.raises(Problem) as refused:
        Store(store.folder, StoreSettings(), clock, lock_wait_s=0.1)
    assert refused.value.code == "store_in_use"


def test_the_file_is_unreadable_without_its_key(store: Store) -> None:
    store.write(lambda tx: tx.append(note("a secret text")))
    for path in store.folder.glob(DATABASE + "*"):
        assert b"secret text" not in path.read_bytes()


def test_a_wrong_or_missing_key_refuses_and_changes_nothing(
    tmp_path: Path, clock: ManualClock
) -> None:
    Store(tmp_path / "one", StoreSettings(), clock).close()
    Store(tmp_path / "two", StoreSettings(), clock).close()
    before = (tmp_path / "one" / DATABASE).read_bytes()
    (tmp_path / "one" / KEYRING).unlink()
    with pytest.raises(Problem) as missing:
        Store(tmp_path / "one", StoreSettings(), clock)
    assert missing.value.code == "store_key_missing"
    (tmp_path / "two" / KEYRING).rename(tmp_path / "one" / KEYRING)
    with pytest.raises(Problem) as wrong:
        Store(tmp_path / "one", StoreSettings(), clock)
    assert wrong.value.code == "store_key_wrong"
    assert (tmp_path / "one" / DATABASE).read_bytes() == before


def test_a_damaged_file_refuses_to_start_and_is_left_as_it_is(
    tmp_path: Path, clock: ManualClock
) -> None:
    store = Store(tmp_path, StoreSettings(), clock)
    for _ in range(50):
        store.write(lambda tx: tx.append(note("x" * 500)))
    store.close()
    path = tmp_path / DATABASE
    damaged = bytearray(path.read_bytes())
    damaged[4096:12288] = bytes(8192)  # a page that maps others, and the first one of a table
    path.write_bytes(damaged)
    with pytest.raises(Problem) as refused:
        Store(tmp_path, StoreSettings(), clock)
    assert refused.value.code in ("store_corrupt", "storage_failing")
    assert path.read_bytes() == bytes(damaged)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    settings = StoreSettings(encryption="off")
    Store(tmp_path, settings, clock).close()
    connection = dbapi2.connect(str(tmp_path / DATABASE))
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(Problem) as refused:
        Store(tmp_path, settings, clock)
    assert (refused.value.code, refused.value.params["known"]) == ("store_newer", len(scripts()))


def test_every_commit_is_synced_in_full(store: Store) -> None:
    pragmas = ("synchronous", "secure_delete", "wal_autocheckpoint")
    found = store.write(lambda tx: [tx.value(f"PRAGMA {name}") for name in pragmas])
    assert found == [2, 1, 0]


# Changed; deleted; two swapped; one put in between, the others moved up.
TAMPERED = {
    "changed": ("UPDATE journal SET body = CAST('{}' AS BLOB) WHERE seq = 3",),
    "deleted": ("DELETE FROM journal WHERE seq = 3",),
    "moved up": (
        "DELETE FROM journal WHERE seq = 3",
        "UPDATE journal SET seq = seq - 1 WHERE seq > 3",
    ),
    "swapped": (
        "UPDATE journal SET seq = 99 WHERE seq = 3",
        "UPDATE journal SET seq = 3 WHERE seq = 4",
        "UPDATE journal SET seq = 4 WHERE seq = 99",
    ),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_a_changed_entry_breaks_the_chain_at_that_entry(store: Store, way: str) -> None:
    for _ in range(5):
        store.write(lambda tx: tx.append(note()))
    for statement in TAMPERED[way]:
        store.write(lambda tx, sql=statement: tx.execute(sql))
    with store.read() as rows, pytest.raises(Problem) as broken:
        journal.verify(rows, store.keyring)
    # What is gone shows where the next one stands.
    assert broken.value.params["seq"] == (4 if way == "deleted" else 3)


def test_an_erased_body_leaves_the_chain_whole(store: Store) -> None:
    for _ in range(3):
        store.write(lambda tx: tx.append(note()))
    store.write(lambda tx: tx.execute("UPDATE journal SET body = NULL WHERE seq = 2"))
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == 3
        entry = json.loads(journal.splice(journal.page(rows, 1, 1).rows[0]))
    assert sorted(entry) == ["device", "received_at", "seq", "type"]


def test_paging_by_cursor_shows_every_entry_once(store: Store) -> None:
    for number in range(25):
        store.write(lambda tx, n=number: tx.append(note(str(n))))  # type: ignore[misc]
    seen, after, more = [], 0, True
    while more:
        with store.read() as rows:
            page = journal.page(rows, after, 10)
        seen += [row[0] for row in page.rows]
        after, more = page.seq, page.more
    assert seen == list(range(1, 26))


def test_a_page_of_one_type_moves_past_entries_of_others(store: Store) -> None:
    store.write(lambda tx: tx.append(note()))
    other = Entry(id=ids.uuid7(NOW), type="other", body={})
    store.write(lambda tx: tx.append(other))
    store.write(lambda tx: tx.append(note()))
    with store.read() as rows:
        page = journal.page(rows, 0, 10, ["other"])
    assert ([row[0] for row in page.rows], page.seq, page.more) == ([2], 3, False)


def test_waiting_for_news_ends_when_something_is_committed(store: Store) -> None:
    heads: list[int] = []
    waiter = threading.Thread(target=lambda: heads.append(store.wait_beyond(0, 10)))
    waiter.start()
    store.write(lambda tx: tx.append(note()))
    waiter.join()
    assert heads == [1]


def test_waiting_for_news_ends_when_it_is_given_up(store: Store) -> None:
    ending = threading.Event()
    heads: list[int] = []
    waiter = threading.Thread(target=lambda: heads.append(store.wait_beyond(0, 600, ending.is_set)))
    waiter.start()
    ending.set()
    store.stir()
    waiter.join()
    assert heads == [0]


def test_the_clock_never_falls_behind_the_newest_entry(tmp_path: Path) -> None:
    store = Store(tmp_path, StoreSettings(), ManualClock(NOW))
    store.write(lambda tx: tx.append(note()))
    store.close()
    dead_battery = ManualClock(0)
    store = Store(tmp_path, StoreSettings(), dead_battery)
    assert dead_battery.now_ms() == NOW
    store.close()


@pytest.mark.parametrize("text", ["5", "abc", "e.-1", "e.x", "e." + "9" * 30, ".", "e.١"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        cursors.decode(text, "e")
    assert refused.value.code == "cursor_malformed"


def test_a_cursor_of_another_life_asks_for_a_fresh_start() -> None:
    assert cursors.decode("", "e") == 0
    assert cursors.decode(cursors.encode("e", 7), "e") == 7
    for text, low_water in (("other.7", 0), ("e.7", 8)):
        with pytest.raises(Problem) as refused:
            cursors.decode(text, "e", low_water=low_water)
        assert refused.value.code == "resync_required"

"""The archive: entries leave the journal only when nobody needs them, and can all be read again."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import StoreSettings
from gateway.facts.accept import Facts
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import archive, archiver, cursors, journal, segment
from gateway.store.archiver import DAY_MS, Archiver, Hold
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.places import DATABASE
from gateway.store.rows import Rows
from gateway.store.segment import Stored
from gateway.store.transaction import Tx

SCANNER = Actor(id="scanner", name="Counter", role="device", device="scanner-1")
SMALL = StoreSettings(segment_entries=10)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of three rows, one after the other."""
    monkeypatch.setattr(archiver, "SLICE", 3)
    monkeypatch.setattr(archiver, "PAUSE_S", 0)
    monkeypatch.setattr(archiver, "READ", 4)


def fill(store: Store, count: int) -> list[str]:
    """Some entries; their ids."""
    made = [ids.uuid7(store.clock.now_ms()) for _ in range(count)]

    def append(tx: Tx) -> None:
        for number, identity in enumerate(made):
            tx.append(Entry(identity, "note.taken", {"text": f"note {number} of a shop"}))

    store.write(append)
    return made


def age(clock: ManualClock, days: int = 31) -> None:
    clock.advance(days * DAY_MS)


def everything(store: Store) -> list[Stored]:
    return list(archive.history(store))


def mark(store: Store) -> int:
    with store.read() as rows:
        return journal.low_water(rows)


def in_journal(store: Store) -> int:
    with store.read() as rows:
        return int(rows.value("SELECT count(*) FROM journal"))


def files(store: Store) -> list[Path]:
    return sorted((store.folder / archive.FOLDER).glob("*"))


def sound(store: Store) -> tuple[int, bytes]:
    """The whole chain holds, over every file and the journal; how much of it is in the journal."""
    after = 0
    while after < mark(store):
        after, problem = archive.check_next(store, after)
        assert problem is None
    with store.read() as rows:
        return archive.verify(rows, store.keyring)


class Holding:
    """A keeper that answers with one hold after the other, and then with the last."""

    def __init__(self, *holds: Hold) -> None:
        self._holds = list(holds)

    def let_go(self) -> None:
        pass

    def hold(self, rows: Rows) -> Hold:
        return self._holds.pop(0) if len(self._holds) > 1 else self._holds[0]


def worker(store: Store, options: StoreSettings = SMALL, hold: Hold | None = None) -> Archiver:
    return Archiver(store, options, [Holding(hold)] if hold else [])


def test_what_is_archived_reads_as_before_and_the_chain_runs_on(
    store: Store, clock: ManualClock, quick: None
) -> None:
    fill(store, 25)
    age(clock)
    fill(store, 5)
    before = everything(store)
    worker(store).run()
    assert (mark(store), in_journal(store)) == (25, 5)
    assert [path.name for path in files(store)] == [
        "000000000001.segment", "000000000011.segment", "000000000021.segment",
    ]  # fmt: skip
    assert everything(store) == before
    assert sound(store) == (5, before[-1].chain)
    fill(store, 1)
    assert sound(store)[0] == 6


def test_young_entries_and_the_newest_one_stay(store: Store, clock: ManualClock) -> None:
    fill(store, 5)
    age(clock, 29)
    fill(store, 2)
    worker(store).run()
    assert mark(store) == 0
    age(clock, 1)
    worker(store).run()
    assert mark(store) == 5
    age(clock)
    worker(store).run()
    assert (mark(store), in_journal(store)) == (6, 1)
    worker(store).run()
    assert in_journal(store) == 1


def test_after_a_restart_the_journal_goes_on_where_it_was(
    tmp_path: Path, clock: ManualClock
) -> None:
    first = Store(tmp_path, SMALL, clock)
    fill(first, 12)
    age(clock)
    worker(first).run()
    assert in_journal(first) == 1
    first.close()
    second = Store(tmp_path, SMALL, clock)
    assert (second.head, mark(second)) == (12, 11)
    fill(second, 1)
    assert second.head == 13
    assert sound(second)[0] == 2
    second.close()


def test_nothing_passes_whoever_still_needs_it(store: Store, clock: ManualClock) -> None:
    fill(store, 20)
    age(clock)
    held = Hold(7, "head-office has taken the journal up to entry 7")
    slow = Archiver(store, SMALL, [Holding(held), Holding(Hold(15, "somebody else"))])
    slow.run()
    assert mark(store) == 7
    assert slow.held() == held
    assert slow.trouble() is None


def test_a_consumer_that_goes_back_at_the_last_moment_keeps_its_entries(
    store: Store, clock: ManualClock
) -> None:
    fill(store, 20)
    age(clock)
    rewound = Hold(3, "rewound while the file was written")
    late = Archiver(store, SMALL, [Holding(Hold(15, "at first"), rewound)])
    assert late.step() is None
    assert (mark(store), in_journal(store)) == (0, 20)
    worker(store).run()
    assert mark(store) == 19


def test_a_retry_of_an_archived_fact_is_a_duplicate_and_other_content_is_refused(
    store: Store, clock: ManualClock, quick: None
) -> None:
    facts = Facts(store)
    identities = [ids.uuid7(clock.now_ms()) for _ in range(12)]

    def send(identity: str, text: str) -> tuple[str, int | None, str]:
        result = facts.capture(
            "scan.captured", {"text": text}, actor=SCANNER, source="counter", id=identity,
            occurred_at=1_800_000_000_000,
        )  # fmt: skip
        return result.status, result.seq, result.problem.code if result.problem else ""

    for number, identity in enumerate(identities):
        send(identity, f"code {number}")
    age(clock)
    worker(store).run()
    assert mark(store) == 11
    for number, identity in enumerate(identities):
        assert send(identity, f"code {number}") == ("duplicate", number + 1, "")
        assert send(identity, "something else") == ("refused", None, "id_reused")
    assert store.head == 12


def test_a_place_that_is_archived_asks_for_a_fresh_start(store: Store, clock: ManualClock) -> None:
    fill(store, 8)
    age(clock)
    worker(store).run()
    with store.read() as rows:
        epoch, low_water = store.cursor_state(rows)
    assert cursors.decode("", epoch, low_water=low_water) == 7
    assert cursors.decode(cursors.encode(epoch, 7), epoch, low_water=low_water) == 7
    with pytest.raises(Problem) as refused:
        cursors.decode(cursors.encode(epoch, 6), epoch, low_water=low_water)
    assert refused.value.code == "resync_required"
    assert refused.value.params == {"cursor": cursors.encode(epoch, 7)}


def test_nothing_of_an_entry_can_be_read_in_the_file(store: Store, clock: ManualClock) -> None:
    fill(store, 11)
    age(clock)
    worker(store).run()
    raw = files(store)[0].read_bytes()
    assert raw.startswith(segment.SEALED)
    assert b"note" not in raw[len(segment.SEALED) :]
    assert files(store)[0].stat().st_mode & 0o777 == 0o600


def test_without_encryption_the_file_is_plain(tmp_path: Path, clock: ManualClock) -> None:
    options = StoreSettings(encryption="off", segment_entries=10)
    store = Store(tmp_path, options, clock)
    fill(store, 11)
    age(clock)
    before = everything(store)
    worker(store, options).run()
    assert files(store)[0].read_bytes().startswith(segment.PLAIN)
    assert everything(store) == before
    store.close()


def test_an_entry_that_was_changed_is_never_sealed_into_a_file(
    store: Store, clock: ManualClock
) -> None:
    fill(store, 8)
    age(clock)
    store.write(lambda tx: tx.execute("UPDATE journal SET body = x'7b7d' WHERE seq = 4"))
    busy = worker(store)
    busy.run()
    trouble = busy.trouble()
    assert trouble is not None
    assert (trouble.code, trouble.params) == ("chain_broken", {"seq": 4})
    assert (mark(store), in_journal(store)) == (0, 8)


class Crash(BaseException):
    """The power goes away."""


def fail_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, turn: int) -> None:
    """Let the ``turn``-th call of a function be the last thing that happens."""
    whole = getattr(module, name)
    calls = iter(range(turn))

    def crash(*arguments: object, **named: object) -> object:
        if next(calls) == turn - 1:
            raise Crash
        return whole(*arguments, **named)

    monkeypatch.setattr(module, name, crash)


STEPS: dict[str, tuple[object, str, int]] = {
    "before the file is written": (os, "open", 1),
    "before the file is synced": (os, "fsync", 1),
    "before the folder is synced": (os, "fsync", 2),
    "before the data folder is synced": (os, "fsync", 3),
    "before the file is read again": (archive, "check", 1),
    "before it is described": (Archiver, "_describe", 1),
    "before the first rows are deleted": (archiver, "_delete_slice", 2),
    "between two slices": (archiver, "_delete_slice", 3),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_loses_nothing_and_the_next_run_ends_the_work(
    tmp_path: Path, clock: ManualClock, quick: None, step: str
) -> None:
    first = Store(tmp_path, SMALL, clock)
    fill(first, 25)
    age(clock)
    before = everything(first)
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, *STEPS[step])
        with pytest.raises((Crash, Problem)):
            worker(first).step()
    assert everything(first) == before
    first.close()
    second = Store(tmp_path, SMALL, clock)
    assert everything(second) == before
    worker(second).run()
    assert everything(second) == before
    assert (mark(second), in_journal(second)) == (24, 1)
    assert [path.suffix for path in files(second)] == [".segment"] * 3
    assert sound(second) == (1, before[-1].chain)
    second.close()


def test_a_full_disk_leaves_the_entries_where_they_are_and_says_so(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, 12)
    age(clock)
    busy = worker(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        busy.run()
    trouble = busy.trouble()
    assert trouble is not None
    assert trouble.code == "archive_failing"
    assert (mark(store), in_journal(store), files(store)) == (0, 12, [])
    busy.run()
    assert busy.trouble() is None
    assert mark(store) == 11


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("harm", ["gone", "flipped", "cut", "swapped", "plain"])
def test_a_damaged_file_is_named_and_the_gateway_goes_on(
    tmp_path: Path, clock: ManualClock, harm: str
) -> None:
    store = Store(tmp_path, SMALL, clock)
    fill(store, 25)
    age(clock)
    worker(store).run()
    store.close()
    first, second = (
        tmp_path / "archive/000000000001.segment",
        tmp_path / "archive/000000000011.segment",
    )
    raw = bytearray(first.read_bytes())
    if harm == "gone":
        first.unlink()
    elif harm == "flipped":
        raw[200] ^= 1
        first.write_bytes(raw)
    elif harm == "cut":
        first.write_bytes(raw[:-1])
    elif harm == "swapped":
        first.write_bytes(second.read_bytes())
    else:
        first.write_bytes(segment.PLAIN + raw[len(segment.SEALED) :])
    store = Store(tmp_path, SMALL, clock)
    code = "segment_missing" if harm == "gone" else "segment_damaged"
    after, problem = archive.check_next(store, 0)
    assert problem is not None
    assert (after, problem.code, problem.params["first"]) == (10, code, 1)
    assert archive.check_next(store, 10) == (20, None)
    with pytest.raises(Problem, match=code):
        everything(store)
    assert [row.seq for row in archive.history(store, 10)] == list(range(11, 26))
    if harm in ("gone", "cut"):
        watching = worker(store)
        watching.run()
        assert watching.trouble() is not None
    fill(store, 1)
    assert store.head == 26
    store.close()


def test_a_file_that_nobody_knows_any_more_is_a_gap_not_silence(
    store: Store, clock: ManualClock
) -> None:
    fill(store, 25)
    age(clock)
    worker(store).run()
    store.write(lambda tx: tx.execute("DELETE FROM archive_segments WHERE first_seq = 11"))
    with pytest.raises(Problem) as refused:
        everything(store)
    assert (refused.value.code, refused.value.params["last"]) == ("segment_missing", 20)
    after, problem = archive.check_next(store, 10)
    assert (after, problem and problem.code) == (20, "segment_missing")
    assert archive.check_next(store, 20) == (24, None)


def test_captures_go_on_while_entries_move(store: Store, clock: ManualClock, quick: None) -> None:
    fill(store, 60)
    age(clock)
    facts = Facts(store)
    busy = threading.Thread(target=worker(store).run)
    busy.start()
    stored = 0
    while busy.is_alive() or stored == 0:
        answer = facts.capture("scan.captured", {"text": "1"}, actor=SCANNER, source="counter")
        assert answer.status == "stored"
        stored += 1
    busy.join()
    assert [row.seq for row in archive.history(store)] == list(range(1, 61 + stored))
    assert mark(store) >= 59


def test_a_stop_ends_it_between_two_writes(store: Store, clock: ManualClock) -> None:
    fill(store, 25)
    age(clock)
    busy = worker(store)
    busy.stop()
    busy.run()
    assert busy.step() is None
    assert mark(store) == 0


def test_space_goes_back_to_the_disk_only_where_much_is_free(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiver, "FREE_PAGES_MIN", 20)
    monkeypatch.setattr(archiver, "VACUUM_PAGES", 10)
    monkeypatch.setattr(archiver, "PAUSE_S", 0)
    store = Store(tmp_path, StoreSettings(), clock)
    fill(store, 3000)
    age(clock)
    worker(store, StoreSettings()).run()

    def pages(rows: Rows) -> tuple[int, int]:
        return rows.value("PRAGMA freelist_count"), rows.value("PRAGMA page_count")

    with store.read() as rows:
        free, count = pages(rows)
    assert free * archiver.FREE_SHARE_MAX < count + 10 * archiver.FREE_SHARE_MAX
    store.close()
    assert (tmp_path / DATABASE).stat().st_size == count * 4096


@settings(max_examples=25, deadline=None)
@given(
    groups=st.lists(
        st.tuples(st.integers(1, 15), st.integers(0, 20), st.integers(0, 60)), max_size=6
    ),
    size=st.integers(1, 12),
    bodies=st.lists(st.text(max_size=40), min_size=1, max_size=4),
)
def test_however_entries_age_all_of_them_read_as_before(
    tmp_path_factory: pytest.TempPathFactory,
    groups: list[tuple[int, int, int]],
    size: int,
    bodies: list[str],
) -> None:
    """Groups of (entries, days that pass, how far a slow consumer has come)."""
    clock = ManualClock()
    options = StoreSettings(segment_entries=size, readers=1)
    store = Store(tmp_path_factory.mktemp("aging"), options, clock)
    try:
        for count, days, taken in groups:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(archiver, "PAUSE_S", 0)
                store.write(_appending(count, bodies))
                before = everything(store)
                clock.advance(days * DAY_MS)
                moving = worker(store, options, Hold(taken, "a slow consumer"))
                moving.run()
                assert moving.trouble() is None
            assert everything(store) == before
            assert mark(store) <= max(0, store.head - 1)
            young = clock.now_ms() - 30 * DAY_MS
            assert all(row.received_at <= young for row in before[: mark(store)])
            assert sound(store)[1] == before[-1].chain
    finally:
        store.close()


def _appending(count: int, bodies: list[str]) -> Callable[[Tx], None]:
    def append(tx: Tx) -> None:
        for number in range(count):
            tx.append(
                Entry(
                    ids.uuid7(tx.now_ms), "note.taken", {"text": bodies[number % len(bodies)]},
                    subject="" if number % 2 else "somebody", device="phone-1",
                    origin_epoch="e1", origin_seq=tx.seq if number % 3 else None,
                    clock_offset_ms=-number,
                )
            )  # fmt: skip

    return append

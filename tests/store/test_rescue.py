"""A damaged database is never replaced by an empty one: what is readable goes on, the rest told."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import archive
from gateway.store.connection import DatabaseError
from gateway.store.database import Store
from gateway.store.format.pages import PAGE
from gateway.store.journal import Entry
from gateway.store.landmarks import FILE as LANDMARKS
from gateway.store.places import DATABASE, KEYRING, SALVAGED
from gateway.store.rescue import aside
from gateway.store.rescue.salvage import LOST, Note
from gateway.store.soundness import SUSPECT

NOW = 1_800_000_000_000
ENTRIES = 60
WAL = f"{DATABASE}-wal"


def note(text: str) -> Entry:
    return Entry(id=ids.uuid7(NOW), type="note.taken", body={"text": text})


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with entries of half a kilobyte, one of ten pages, and a setting or two."""
    folder = tmp_path_factory.mktemp("full") / "data"
    store = Store(folder, StoreSettings(), ManualClock())
    for at in range(ENTRIES):
        store.write(lambda tx, at=at: tx.append(note(f"{at} " + "x" * 500)))  # type: ignore[misc]
    store.write(lambda tx: tx.append(note("long " + "y" * 40_000)))
    store.write(lambda tx: tx.execute("INSERT INTO settings VALUES ('a', '1'), ('b', '2')"))
    store.close()
    return folder


@dataclass
class Opened:
    """What a folder is after it was opened in spite of its damage."""

    entries: dict[int, bytes | None]
    settings: int
    head: int
    epoch: str
    chained: int
    note: Note | None


def opened(folder: Path) -> Opened:
    clock, settings = ManualClock(), StoreSettings()
    unlock = Keyring.load_or_create
    store = aside.opened(folder, settings, clock, unlock, lambda: Store(folder, settings, clock))
    try:
        with store.read() as rows:
            found = dict(rows.tuples("SELECT seq, body FROM journal"))
            chained = archive.verify(rows, store.keyring)[0]
            kept = int(rows.value("SELECT count(*) FROM settings"))
        put_aside = aside.notes(folder)
        told = put_aside[0] if put_aside else None
        return Opened(found, kept, store.head, store.epoch, chained, told)
    finally:
        store.close()


def spoil(folder: Path, *numbers: int) -> None:
    """Turn one bit of some pages."""
    path = folder / DATABASE
    raw = bytearray(path.read_bytes())
    for number in numbers:
        raw[(number - 1) * PAGE + 2000] ^= 1
    path.write_bytes(raw)
    (folder / SUSPECT).touch()


def pages_of(folder: Path, name: str) -> list[int]:
    """The pages of a table or index, the root first."""
    store = Store(folder, StoreSettings(), ManualClock())
    with store.read() as rows:
        root = rows.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,))
    store.close()
    return [int(root)]


def lost_count(note: Note) -> int:
    return sum(last - first + 1 for first, last in note.entries_lost)


def test_whatever_page_is_damaged_all_entries_on_other_pages_go_on(
    full: Path, tmp_path: Path
) -> None:
    count = (full / DATABASE).stat().st_size // PAGE
    # Each of the last pages, where the rows lie, and a few of the first: header, map, roots.
    for number in (1, 2, 3, 4, 5, *range(count - 45, count + 1, 3)):
        folder = shutil.copytree(full, tmp_path / str(number))
        spoil(folder, number)
        damaged = (folder / DATABASE).read_bytes()
        found = opened(folder)
        assert found.note is not None, number
        assert (folder / found.note.folder / DATABASE).read_bytes() == damaged
        gone = [seq for seq, body in found.entries.items() if body is None]
        assert len(gone) == lost_count(found.note) <= 8, number
        assert (found.head, found.chained) == (ENTRIES + 1, ENTRIES + 1)
        assert not gone or number in found.note.pages_lost
        shutil.rmtree(folder)


def test_entries_on_pages_below_a_damaged_root_are_all_found(full: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    spoil(folder, *pages_of(folder, "journal"))
    found = opened(folder)
    assert None not in found.entries.values()
    assert found.note is not None
    assert found.note.rows_lost == {"pages of journal": 1}


def test_a_lost_entry_leaves_its_place_and_its_sender_is_heard_again(
    full: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    count = (full / DATABASE).stat().st_size // PAGE
    for number in range(count - 40, count):
        shutil.copy(full / DATABASE, folder / DATABASE)
        spoil(folder, number)
        found = opened(folder)
        assert found.note is not None
        if found.note.entries_lost:
            break
    first, last = found.note.entries_lost[0]
    store = Store(folder, StoreSettings(), ManualClock())
    with store.read() as rows:
        types = rows.tuples(
            "SELECT DISTINCT type FROM journal WHERE seq BETWEEN ? AND ?", (first, last)
        )
    assert types == [(LOST,)]
    assert store.write(lambda tx: tx.append(note("after"))) == ENTRIES + 2
    store.close()


@pytest.mark.parametrize("harm", ["header gone", "cut short"])
def test_a_file_without_its_beginning_or_its_end_is_read_as_far_as_it_goes(
    full: Path, tmp_path: Path, harm: str
) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    path = folder / DATABASE
    raw = path.read_bytes()
    if harm == "cut short":
        path.write_bytes(raw[: len(raw) - 30 * PAGE])
    else:
        path.write_bytes(bytes(PAGE) + raw[PAGE:])
    found = opened(folder)
    assert found.note is not None
    assert found.head == ENTRIES + 1
    kept = [seq for seq, body in found.entries.items() if body is not None]
    assert len(kept) == ENTRIES + 1 - lost_count(found.note)
    assert found.settings == 2
    if harm == "header gone":
        assert len(kept) == ENTRIES + 1


def test_another_life_has_begun_and_nobody_s_cursor_fits_it(full: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    before = opened(folder)
    assert before.note is None
    spoil(folder, *pages_of(folder, "journal"))
    after = opened(folder)
    assert after.epoch != before.epoch
    assert opened(folder).epoch == after.epoch


def running_copy(full: Path, target: Path, commits: int) -> tuple[Path, int]:
    """A copy of a folder as a kill leaves it: commits lie in the log alone."""
    source = shutil.copytree(full, target.with_name("running"))
    store = Store(source, StoreSettings(), ManualClock())
    for at in range(commits):
        store.write(lambda tx, at=at: tx.append(note(f"late {at}")))  # type: ignore[misc]
    folder = shutil.copytree(source, target)
    store.close()
    return folder, ENTRIES + 1 + commits


def test_a_log_that_is_torn_in_the_middle_loses_one_page_and_no_commit_behind_it(
    full: Path, tmp_path: Path
) -> None:
    folder, head = running_copy(full, tmp_path / "data", 20)
    log = bytearray((folder / WAL).read_bytes())
    frames = (len(log) - 32) // (24 + PAGE)
    log[32 + (24 + PAGE) * (frames // 3) + 24 + 1000] ^= 1
    (folder / WAL).write_bytes(log)
    found = opened(folder)
    assert found.note is not None
    assert found.head == head
    assert (folder / found.note.folder / WAL).read_bytes() == log
    assert [seq for seq, body in found.entries.items() if body is None] == []


def test_a_log_that_ends_in_the_middle_of_a_write_is_what_a_power_cut_leaves(
    full: Path, tmp_path: Path
) -> None:
    folder, head = running_copy(full, tmp_path / "data", 5)
    log = (folder / WAL).read_bytes()
    (folder / WAL).write_bytes(log[: len(log) - 1000])
    found = opened(folder)
    assert found.note is None
    assert found.head in (head - 1, head)


def test_a_wrong_key_is_no_damage_and_nothing_is_touched(full: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    Store(tmp_path / "other", StoreSettings(), ManualClock()).close()
    shutil.copy(tmp_path / "other" / KEYRING, folder / KEYRING)
    with pytest.raises(Problem) as refused:
        opened(folder)
    assert refused.value.code == "store_key_wrong"
    assert (folder / DATABASE).read_bytes() == (full / DATABASE).read_bytes()
    assert not (folder / aside.FOLDER).exists()


def test_where_nothing_can_be_read_nothing_begins_anew(full: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    (folder / LANDMARKS).unlink()
    path = folder / DATABASE
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(Problem) as refused:
        opened(folder)
    assert refused.value.code in ("store_key_wrong", "store_corrupt")
    assert path.read_bytes() == bytes(path.stat().st_size)


@pytest.mark.parametrize("step", range(6))
def test_putting_aside_goes_on_after_a_crash_at_any_step(
    full: Path, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    spoil(folder, *pages_of(folder, "journal"))
    renamed = 0
    rename: Callable[[Path, Path], Path] = Path.rename

    def until(one: Path, target: Path) -> Path:
        nonlocal renamed
        if renamed == step:
            raise KeyboardInterrupt
        renamed += 1
        return rename(one, target)

    with monkeypatch.context() as cut:
        cut.setattr(Path, "rename", until)
        try:
            opened(folder)
        except KeyboardInterrupt:
            if (folder / SALVAGED).exists():
                with pytest.raises(Problem, match="salvage_unfinished"):
                    Store(folder, StoreSettings(), ManualClock())
    found = opened(folder)
    assert found.note is not None
    assert len(aside.notes(folder)) == 1
    assert None not in found.entries.values()


def test_it_is_told_until_somebody_confirms(full: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    assert aside.trouble(folder) is None
    spoil(folder, *pages_of(folder, "journal"))
    opened(folder)
    told = aside.trouble(folder)
    assert told is not None
    assert told.code == "store_salvaged"
    with pytest.raises(Problem, match="damage_unknown"):
        aside.confirm(folder, "elsewhere", "Ana", NOW)
    aside.confirm(folder, str(told.params["folder"]), "Ana", NOW)
    assert aside.trouble(folder) is None
    assert aside.notes(folder)[0].confirmed_by == "Ana"


def test_a_damaged_page_that_is_met_while_running_is_told_and_examined_at_the_next_start(
    full: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    spoil(folder, *pages_of(folder, "sales"))
    (folder / SUSPECT).unlink()
    store = Store(folder, StoreSettings(), ManualClock())
    told: list[bool] = []
    store.when_damaged(lambda: told.append(True))
    with pytest.raises((Problem, DatabaseError)), store.read() as rows:
        rows.value("SELECT count(*) FROM sales NOT INDEXED")
    assert (told, store.damage is not None) == ([True], True)
    store.close()
    assert opened(folder).note is not None


def test_a_page_that_was_only_read_wrongly_once_puts_nothing_aside(
    full: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(full, tmp_path / "data")
    (folder / SUSPECT).touch()
    assert opened(folder).note is None
    assert not (folder / SUSPECT).exists()

"""Backups: what is made opens by the sheet, holds everything, and says so when it does not."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.schema import StoreSettings, TlsSettings
from gateway.backup import manifest, packing, restoring, shelf, unpacking
from gateway.backup.backups import Backups
from gateway.backup.shelf import Note
from gateway.kernel import age, ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import archive
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.places import ARRIVING, RESTORED, UNPACKING
from gateway.web.door.certificate import Certificate
from tests.backup.conftest import SECRET

Maker = Callable[..., Backups]


def nobody(_: int) -> None:
    """Hears how far it is."""


def scan(store: Store, text: str) -> None:
    entry = Entry(ids.uuid7(store.clock.now_ms()), "scan.captured", {"text": text})
    store.write(lambda tx: tx.append(entry))


def restored(file: Path, folder: Path, clock: ManualClock) -> Store:
    restoring.restore(file, SECRET, folder, clock, nobody)
    return Store(folder, StoreSettings(), clock)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        call()
    return refused.value.code


def test_a_backup_brings_back_everything_as_another_life_of_the_database(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    scan(store, "before")
    photo = store.folder / "attachments" / "ab" / "photo"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"sealed bytes")
    (store.folder / ARRIVING).mkdir()
    (store.folder / ARRIVING / "photo").write_bytes(b"where it was taken")
    backups = backups_of(store)
    note = backups.make()
    scan(store, "after")
    assert (note.head, note.problem) == (1, None)
    opened = restored(backups.shelf.folder / note.file, tmp_path / "new", clock)
    with opened.read() as rows, store.read() as old:
        assert opened.head == 1
        assert archive.verify(rows, opened.keyring)[0] == 1
        chain = "SELECT chain FROM journal WHERE seq = 1"
        assert rows.value(chain) == old.value(chain)
    assert opened.epoch != store.epoch
    assert (tmp_path / "new/attachments/ab/photo").read_bytes() == b"sealed bytes"
    assert not (tmp_path / "new" / ARRIVING).exists()
    assert "Nordwind" in (tmp_path / "new/site.toml").read_text()
    assert not (tmp_path / "new/backups").exists()
    opened.close()


def test_the_authority_comes_back_and_vouches_for_the_new_box_at_its_own_address(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    before = Certificate(store.folder, TlsSettings(names=("192.168.1.10",)), clock)
    before.renew()
    backups = backups_of(store)
    restored(backups.shelf.folder / backups.make().file, tmp_path / "new", clock).close()
    after = Certificate(tmp_path / "new", TlsSettings(names=("192.168.1.11",)), clock)
    assert after.renew()
    assert after.authority() == before.authority()
    assert after.faults() == []


def test_the_newest_backup_passes_its_check_and_a_flipped_bit_fails_it(
    store: Store, backups_of: Maker
) -> None:
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    assert backups.check().proved_at
    assert backups.trouble() is None
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    found = backups.check()
    assert found.problem is not None
    assert found.problem["code"] == "backup_damaged"
    trouble = backups.trouble()
    assert trouble is not None
    assert trouble.code == "backup_unproved"
    assert not (store.folder / "backup.checking").exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda raw: raw[:-1], "backup_damaged"),
        (lambda raw: raw[:100], "backup_damaged"),
        (lambda raw: b"", "backup_damaged"),
        (lambda raw: raw[:9000] + bytes([raw[9000] ^ 1]) + raw[9001:], "backup_damaged"),
    ],
)
def test_what_is_damaged_leaves_the_box_empty(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path,
    spoil: Callable[[bytes], bytes], code: str,
) -> None:  # fmt: skip
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    file.write_bytes(spoil(file.read_bytes()))
    box = tmp_path / "new"
    assert refusal(lambda: restoring.restore(file, SECRET, box, clock, nobody)) == code
    assert [one.name for one in box.iterdir()] == ["waystation.lock"]


def test_another_sheet_does_not_open_it(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    other, box = age.new_identity(), tmp_path / "new"
    assert refusal(lambda: restoring.restore(file, other, box, clock, nobody)) == "backup_key_wrong"


def test_the_head_office_opens_it_too(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    secret = age.new_identity()
    backups = backups_of(store, head_office=age.recipient_of(secret))
    file = backups.shelf.folder / backups.make().file
    assert restoring.restore(file, secret, tmp_path / "new", clock, nobody).epoch


def test_a_box_with_something_in_it_is_left_alone(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    box = tmp_path / "new"
    box.mkdir()
    (box / "waystation.db").write_bytes(b"somebody's")
    again = lambda: restoring.restore(file, SECRET, box, clock, nobody)  # noqa: E731
    assert refusal(again) == "restore_not_empty"
    assert (box / "waystation.db").read_bytes() == b"somebody's"


def packed_as(members: list[tuple[tarfile.TarInfo, bytes]], target: Path) -> Path:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as made:
        for about, content in members:
            about.size = len(content) if about.isreg() else 0
            made.addfile(about, io.BytesIO(content))
    with target.open("wb") as file:
        age.encrypt(io.BytesIO(raw.getvalue()), file, [age.recipient_of(SECRET)])
    return target


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, "/etc/passwd"
    return made


@pytest.mark.parametrize(
    "members",
    [
        [member("../out")],
        [member("/tmp/out")],
        [member("link", tarfile.SYMTYPE)],
        [member("hard", tarfile.LNKTYPE)],
        [member("device", tarfile.CHRTYPE)],
        [member("twice"), member("twice")],
        [member("manifest.json")],
        [member("keyring.json")],
    ],
    ids=lambda members: members[-1].name,
)
def test_an_archive_that_somebody_made_up_writes_nothing(
    members: list[tarfile.TarInfo], clock: ManualClock, tmp_path: Path
) -> None:
    file = packed_as([(one, b"{}") for one in members], tmp_path / "made.backup")
    box = tmp_path / "box" / "data"
    restore = lambda: restoring.restore(file, SECRET, box, clock, nobody)  # noqa: E731
    assert refusal(restore) == "backup_damaged"
    assert [one.name for one in box.rglob("*")] == ["waystation.lock"]
    assert not (tmp_path / "box" / "out").exists()


def test_a_file_that_the_list_does_not_have_is_refused(tmp_path: Path) -> None:
    listed = manifest.Manifest("waystation-backup", 1, "", "", "", 1, "required", 0, "", {}, [])
    content = [(member("extra"), b"x"), (member("manifest.json"), msgspec.json.encode(listed))]
    file = packed_as(content, tmp_path / "made.backup")
    opened = lambda: unpacking.unpack(file, SECRET, tmp_path / "out", nobody)  # noqa: E731
    with pytest.raises(Problem, match="extra is not what was put in"):
        opened()


def test_a_backup_of_a_newer_version_says_so(store: Store, tmp_path: Path) -> None:
    raw = b'{"format": "waystation-backup", "version": 3}'
    listed = manifest.Manifest("waystation-backup", 3, "", "", "", 1, "required", 0, "", {}, [])
    assert refusal(lambda: manifest.read(msgspec.json.encode(listed), "f")) == "backup_newer"
    assert refusal(lambda: manifest.read(raw, "f")) == "backup_damaged"


@pytest.mark.parametrize("at", ["unpack", "examine", "begin", "move", "moved"])
def test_a_restore_that_is_killed_anywhere_is_run_again_and_is_whole(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, at: str,
) -> None:  # fmt: skip
    scan(store, "before")
    backups = backups_of(store)
    file = backups.shelf.folder / backups.make().file
    box = tmp_path / "new"

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    # A kill runs no clean-up either.
    with monkeypatch.context() as dying:
        dying.setattr(restoring.shutil, "rmtree", lambda *_, **__: None)
        place = {"unpack": (unpacking, "_compare"), "examine": (unpacking, "examine"),
                 "begin": (restoring, "_sync_all"), "move": (restoring, "_move_out"),
                 "moved": (Path, "rmdir")}[at]  # fmt: skip
        dying.setattr(*place, kill)
        with pytest.raises(Killed):
            restoring.restore(file, SECRET, box, clock, nobody)
    assert (box / UNPACKING).exists() or (box / RESTORED).exists()
    assert refusal(lambda: Store(box, StoreSettings(), clock)) == "restore_unfinished"
    opened = restored(file, box, clock)
    assert opened.head == 1
    opened.close()
    assert not (box / UNPACKING).exists()
    assert not (box / RESTORED).exists()


def test_without_a_recovery_sheet_nothing_is_made(store: Store, backups_of: Maker) -> None:
    backups = backups_of(store)
    store.write(lambda tx: tx.execute("DELETE FROM meta WHERE key = 'backup_recipient'"))
    assert refusal(backups.make) == "backup_no_key"


def test_a_file_that_shrinks_while_it_is_read_ends_the_backup_and_leaves_nothing(
    store: Store, backups_of: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = backups_of(store)
    with monkeypatch.context() as shrinking:
        bigger = type("S", (), {"st_size": 10**9})()
        shrinking.setattr(packing, "os", type("O", (), {"fstat": lambda _: bigger}))
        assert refusal(backups.make) == "backup_file_changed"
    assert backups.shelf.notes() == []
    assert not (store.folder / "backup.making").exists()
    backups.make()
    assert [one.suffix for one in sorted(backups.shelf.folder.iterdir())] == [".backup", ".json"]


def test_the_second_medium_gets_every_backup_and_a_missing_one_is_told(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    backups = backups_of(store, second_folder=str(stick))
    backups.make()
    assert not stick.exists(), "it would lie on the box's own disk"
    trouble = backups.trouble()
    assert trouble is not None
    assert trouble.code == "backup_folder_failing"
    stick.mkdir()
    clock.advance(60_000)
    note = backups.make()
    assert (stick / note.file).read_bytes() == (backups.shelf.folder / note.file).read_bytes()
    assert backups.trouble() is None


def test_a_restored_gateway_lets_go_of_no_backup_of_the_life_before(
    store: Store, clock: ManualClock, backups_of: Maker, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    before = backups_of(store, second_folder=str(stick))
    file = before.make().file
    box = tmp_path / "new"
    restoring.restore(stick / file, SECRET, box, clock, nobody)
    drill = Store(box, StoreSettings(), clock)
    try:
        after = backups_of(drill, second_folder=str(stick))
        for _ in range(3):  # of one day each is let go for the next one
            clock.advance(60_000)
            newest = after.make().file
        assert {note.file for note in after.second.notes()} == {file, newest}
    finally:
        drill.close()


def test_a_medium_without_room_is_told_with_what_is_needed(
    store: Store, backups_of: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = backups_of(store)
    full = type("U", (), {"free": 3})()
    monkeypatch.setattr(shelf.shutil, "disk_usage", lambda _: full)
    assert refusal(backups.make) == "backup_no_room"


def test_an_old_backup_raises_an_alarm_and_a_young_gateway_none(
    store: Store, clock: ManualClock, backups_of: Maker
) -> None:
    backups = backups_of(store)
    assert backups.trouble() is None
    scan(store, "first")
    clock.advance(51 * 3_600_000)
    never = backups.trouble()
    assert never is not None
    assert never.code == "backup_missing"
    backups.make()
    assert backups.trouble() is None
    assert not backups.is_due()
    clock.advance(51 * 3_600_000)
    old = backups.trouble()
    assert old is not None
    assert (old.code, old.params["hours"]) == ("backup_old", 51)
    assert backups.is_due()


def test_days_weeks_and_months_keep_their_newest_and_the_last_good_one_stays() -> None:
    days = [
        f"2026-{month:02}-{day:02}T02:00:00.000Z" for month in (8, 9, 10) for day in range(1, 31)
    ]
    notes = [Note(at, at, 1, 1, {}) for at in days]
    notes[0].proved_at = days[0]
    gone = {note.file for note in shelf.outlived(notes, daily=3, weekly=2, monthly=2)}
    kept = [at[5:10] for at in days if at not in gone]
    assert kept == ["08-01", "09-30", "10-25", "10-28", "10-29", "10-30"]

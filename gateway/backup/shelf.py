"""The folder of backups: what lies in it, what is known of each, and how long it stays.

Beside a file lies its note, JSON under the same name. A backup without a note is one that
somebody put there; nothing is known of it until it is checked.
"""

import datetime
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem

SUFFIX = ".backup"
PART = ".part"
_MIB = 1_048_576


class Note(msgspec.Struct):
    """A backup. ``made_at`` and the others are instants, ``size`` in bytes, ``head`` the newest
    entry in it; ``problem`` is what its last check found, or None. ``epoch`` is the life of the
    gateway that it was made in, empty where that is not known.
    """

    file: str
    made_at: str
    size: int
    head: int
    counts: dict[str, int]
    proved_at: str = ""
    checked_at: str = ""
    problem: dict[str, object] | None = None
    epoch: str = ""


def name_of(now_ms: int) -> str:
    """The file of a backup made now, so that names sort by age."""
    return f"waystation-{to_iso(now_ms)[:19].replace('-', '').replace(':', '')}Z{SUFFIX}"


class Shelf:
    """One folder of backups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def notes(self) -> list[Note]:
        """Every backup, the newest first."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.iterdir() if path.suffix == SUFFIX]
        notes = [self._note(path) for path in files]
        return sorted(notes, key=lambda note: note.made_at, reverse=True)

    def one(self, file: str) -> Note:
        """A backup by its name; Problem backup_missing."""
        for note in self.notes():
            if note.file == file:
                return note
        raise Problem("backup_missing", file=file)

    def keep(self, note: Note) -> None:
        """Write down what is known of a backup."""
        path = self._place(note.file)
        part = path.with_name(path.name + PART)
        part.write_bytes(msgspec.json.encode(note))
        part.replace(path)

    def drop(self, file: str) -> None:
        """Take a backup and its note away."""
        (self.folder / file).unlink(missing_ok=True)
        self._place(file).unlink(missing_ok=True)

    def clear_parts(self) -> None:
        """Take away what an interrupted backup has left."""
        for path in self.folder.glob(f"*{PART}"):
            path.unlink()

    def check_room(self, needed: int) -> None:
        """Problem backup_no_room or backup_folder_failing."""
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise self.failing(error) from error
        if free < needed:
            raise Problem("backup_no_room", folder=str(self.folder), free_mib=free // _MIB,
                          needed_mib=-(-needed // _MIB))  # fmt: skip

    def failing(self, error: OSError) -> Problem:
        """The problem behind a failure of the folder."""
        reason = os.strerror(error.errno or 0)
        return Problem("backup_folder_failing", folder=str(self.folder), reason=reason)

    def _place(self, file: str) -> Path:
        return self.folder / f"{file}.json"

    def _note(self, path: Path) -> Note:
        about = path.stat()
        try:
            note = msgspec.json.decode(self._place(path.name).read_bytes(), type=Note)
        except (FileNotFoundError, msgspec.DecodeError):
            note = Note(path.name, to_iso(int(about.st_mtime * 1000)), 0, 0, {})
        note.file, note.size = path.name, about.st_size
        return note


def copy(source: Shelf, target: Shelf, note: Note) -> None:
    """Copy a backup to another shelf: all of it under its name, on the medium, or nothing.

    The folder is never made: where a stick is not plugged in, it would be one of the box's own.
    Problem backup_folder_failing or backup_no_room.
    """
    if not target.folder.is_dir():
        raise target.failing(FileNotFoundError(2, ""))
    target.check_room(note.size)
    part = target.folder / (note.file + PART)
    try:
        with (source.folder / note.file).open("rb") as old, part.open("wb") as new:
            shutil.copyfileobj(old, new, 1_048_576)
            new.flush()
            os.fsync(new.fileno())
        part.rename(target.folder / note.file)
        target.keep(note)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise target.failing(error) from error


def outlived(notes: Iterable[Note], daily: int, weekly: int, monthly: int) -> list[Note]:
    """Which backups may go (pure): all but the newest of each of the last days, weeks and months
    that have one, and the newest that passed a check.
    """
    newest_first = sorted(notes, key=lambda note: note.made_at, reverse=True)
    kept: set[str] = {note.file for note in newest_first[:1]}
    kept |= {note.file for note in [one for one in newest_first if one.proved_at][:1]}
    for count, period in ((daily, _day), (weekly, _week), (monthly, _month)):
        seen: dict[str, str] = {}
        for note in newest_first:
            seen.setdefault(period(note.made_at), note.file)
        kept |= set(list(seen.values())[:count])
    return [note for note in newest_first if note.file not in kept]


def _day(at: str) -> str:
    return at[:10]


def _week(at: str) -> str:
    year, week, _ = datetime.date.fromisoformat(at[:10]).isocalendar()
    return f"{year}-{week}"


def _month(at: str) -> str:
    return at[:7]

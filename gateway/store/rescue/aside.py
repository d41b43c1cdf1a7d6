"""Putting a damaged database aside, whole, and what was salvaged of it in its place.

The new one is built first, in a folder of its own; one rename says that it is whole. From then on
moving the damaged files out goes on after any interruption, and a store does not open meanwhile.
Until an administrator has confirmed what is lost, the gateway says so everywhere.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from config.schema import StoreSettings
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.folders import own
from gateway.store.places import DATABASE, KEYRING, LOCK, SALVAGED
from gateway.store.rescue.salvage import Note, salvage
from gateway.store.soundness import SUSPECT

FOLDER: Final = "damaged"
NOTE: Final = "note.json"
PART: Final = "salvaged.part"
_FILES: Final = (f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE)

T = TypeVar("T")
Unlock = Callable[[Path], Keyring]
log = logging.getLogger(__name__)


def opened(
    folder: Path, settings: StoreSettings, clock: Clock, unlock: Unlock, open_: Callable[[], T]
) -> T:
    """What ``open_`` opens; with a damaged database put aside first, if it says store_corrupt.

    Any other problem is raised, and store_corrupt too where nothing at all can be read: the files
    lie as they lay then.
    """
    finish(folder)
    try:
        return open_()
    except Problem as problem:
        if problem.code != "store_corrupt":
            raise
        reason = str(problem.params["reason"])
        log.critical("the database is damaged (%s) and is put aside", reason)
        put_aside(folder, settings, clock, unlock(folder / KEYRING), reason)
    return open_()


def put_aside(
    folder: Path, settings: StoreSettings, clock: Clock, keyring: Keyring, reason: str
) -> Note:
    """Salvage what can be read, and put it in the place of the damaged files."""
    lock = own(folder / LOCK, 5.0)
    try:
        part = folder / PART
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        try:
            note = salvage(folder / DATABASE, part / DATABASE, keyring, settings, clock, reason)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        note.folder = f"{FOLDER}/{note.at.replace(':', '-')}"
        for name in _FILES[:2]:
            (part / name).unlink(missing_ok=True)
        _write(part / NOTE, note)
        _sync(part)
        part.rename(folder / SALVAGED)
        _sync(folder)
        _move(folder)
    finally:
        os.close(lock)
    return note


def finish(folder: Path) -> None:
    """Go on with what was interrupted, if anything was."""
    if (folder / SALVAGED).exists():
        lock = own(folder / LOCK, 5.0)
        try:
            _move(folder)
        finally:
            os.close(lock)


def notes(folder: Path) -> list[Note]:
    """Every database that was put aside, the newest first."""
    found = sorted((folder / FOLDER).glob(f"*/{NOTE}"), reverse=True)
    return [msgspec.json.decode(path.read_bytes(), type=Note) for path in found]


def trouble(folder: Path) -> Problem | None:
    """The loudest thing there is: what was lost, until somebody has confirmed that they know."""
    for note in notes(folder):
        if not note.confirmed_at:
            entries = sum(last - first + 1 for first, last in note.entries_lost)
            rows = sum(note.rows_lost.values())
            return Problem(
                "store_salvaged", reason=note.reason, folder=note.folder, entries=entries, rows=rows
            )
    return None


def confirm(folder: Path, name: str, by: str, now_ms: int) -> Note:
    """Note that somebody knows what is lost; the files stay. Problem damage_unknown."""
    for note in notes(folder):
        if note.folder in (name, f"{FOLDER}/{name}"):
            note.confirmed_at, note.confirmed_by = to_iso(now_ms), by
            _write(folder / note.folder / NOTE, note)
            return note
    raise Problem("damage_unknown")


def was_just_salvaged(folder: Path) -> bool:
    """Whether what follows from the journal has still to be made anew."""
    return any(not note.settled for note in notes(folder))


def settled(folder: Path) -> None:
    """Note that it has been."""
    for note in notes(folder):
        note.settled = True
        _write(folder / note.folder / NOTE, note)


def _move(folder: Path) -> None:
    """One rename after the other, each of which may be the last one before a power cut."""
    whole = folder / SALVAGED
    if (whole / NOTE).exists():
        note = msgspec.json.decode((whole / NOTE).read_bytes(), type=Note)
        target = folder / note.folder
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (whole / DATABASE).exists():  # so what lies in the folder is the damaged one
            for name in _FILES:
                if (folder / name).exists():
                    (folder / name).rename(target / name)
            _sync(target)
            (whole / DATABASE).rename(folder / DATABASE)
            _sync(folder)
        (folder / SUSPECT).unlink(missing_ok=True)
        (whole / NOTE).rename(target / NOTE)
        _sync(target)
    whole.rmdir()
    _sync(folder)


def _write(path: Path, note: Note) -> None:
    part = path.with_name(f"{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

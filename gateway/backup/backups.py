"""Backups of one gateway: make one, check one, keep as many as the site wants, tell their state."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from config.schema import BackupSettings, StoreSettings
from gateway.backup import durable, erased, manifest, packing, shelf, unpacking
from gateway.backup.keys import Keys
from gateway.backup.manifest import Manifest
from gateway.backup.shelf import PART, Note, Shelf
from gateway.kernel import age
from gateway.kernel.clock import from_iso, to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.version import VERSION
from gateway.records.rows import erasures
from gateway.store import archive, landmarks, snapshot, upgrade
from gateway.store.database import Store
from gateway.store.places import ARRIVING, DATABASE, KEYRING, LOCK, RESTORED, SALVAGED, UNPACKING
from gateway.store.rescue import aside
from gateway.store.room import RESERVE
from gateway.store.soundness import SUSPECT

MAKING = "backup.making"
CHECKING = "backup.checking"
FOLDER = "backups"
HOUR_MS = 3_600_000
SITE_FILE = "site.toml"

# Beside the database, which is copied by itself, and what only this box can use.
_LEFT = frozenset({
    RESERVE, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK, f"{MAKING}/", f"{CHECKING}/",
    f"{UNPACKING}/", f"{RESTORED}/", "restored.json", SITE_FILE, f"{archive.FOLDER}/", "demo/",
    KEYRING, f"{KEYRING}.new", f"{SALVAGED}/", f"{aside.PART}/", f"{aside.FOLDER}/",
    f"{upgrade.FOLDER}/", SUSPECT, landmarks.FILE, f"{ARRIVING}/",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Under:
    """What is under way: ``what`` is make or check, since when (Unix ms), and bytes done of about
    so many.
    """

    what: str
    began_at: int
    done: int
    total: int


class Backups:
    """The backups of one store; ``site_file`` is where the site's settings stand."""

    def __init__(
        self, store: Store, settings: BackupSettings, encryption: StoreSettings, site_file: Path
    ) -> None:
        self._store = store
        self._settings = settings
        self._encryption = encryption
        self._site_file = site_file
        self.keys = Keys(store, settings.head_office)
        self._folder = store.folder.resolve()
        self.shelf = Shelf((self._folder / (settings.folder or FOLDER)).resolve())
        second = (self._folder / settings.second_folder).resolve()
        self.second = Shelf(second) if settings.second_folder else None
        self.second_problem: Problem | None = None
        self._ledger_problem: Problem | None = None
        self.under: Under | None = None
        self._lock = threading.Lock()

    def make(self) -> Note:
        """Make a backup, copy it to the second medium, let old ones go.

        Problem backup_no_key, backup_busy, backup_no_room, backup_folder_failing, disk_full. What
        keeps the second medium is in ``second_problem``: the backup itself is there.
        """
        recipients = self.keys.recipients()
        with self._alone("make"):
            try:
                note = self._make(recipients)
            except OSError as error:
                raise self.shelf.failing(error) from error
            self.second_problem = self._copy(note)
            self._let_go()
            self.carry_ledger()
            return note

    def thin(self) -> None:
        """Let go of what is beyond the number that is kept, as after a new one; Problem backup_busy
        or backup_folder_failing.
        """
        with self._alone("thin"):
            try:
                self._let_go()
            except OSError as error:
                raise self.shelf.failing(error) from error

    def carry_ledger(self) -> None:
        """Put the ledger of erasures beside the backups that there are, older ones among them. What
        keeps it from a medium is in ``trouble`` until it is there.
        """
        with self._store.read() as rows:
            ledger = erasures.ledger(rows)
        self._ledger_problem = None
        for one in (self.shelf, self.second) if ledger else ():
            if one is None or not one.notes():
                continue
            try:
                erased.write(one.folder / erased.LEDGER, self._store.keyring, ledger)
            except OSError as error:
                self._ledger_problem = one.failing(error)

    def check(self, file: str = "") -> Note:
        """Open a backup (the newest one) with the gateway's own key and check all of it.

        The note tells what was found; Problem backup_missing or backup_busy.
        """
        note = self.shelf.one(file) if file else next(iter(self.shelf.notes()), None)
        if note is None:
            raise Problem("backup_missing", file=file or "*")
        with self._alone("check"):
            now = to_iso(self._store.clock.now_ms())
            try:
                self._open(note)
                note.checked_at, note.proved_at, note.problem = now, now, None
            except Problem as problem:
                note.checked_at, note.proved_at, note.problem = now, "", problem.record()
            self.shelf.keep(note)
            return note

    def is_due(self) -> bool:
        """Whether the newest backup is as old as they may be."""
        return self._age_ms(self.shelf.notes()) >= self._settings.every_hours * HOUR_MS

    def is_check_due(self) -> bool:
        """Whether none has passed a check for as long as the site allows."""
        proved = [note.proved_at for note in self.shelf.notes() if note.proved_at]
        since = self._store.clock.now_ms() - max(map(from_iso, proved), default=0)
        return since >= self._settings.check_days * 24 * HOUR_MS

    def trouble(self) -> Problem | None:
        """What somebody should know; None while all is well or the gateway is young."""
        notes = self.shelf.notes()
        if notes and notes[0].problem is not None:
            reason = Problem.from_record(notes[0].problem).detail()
            return Problem("backup_unproved", file=notes[0].file, reason=reason)
        hours = self._age_ms([note for note in notes if note.problem is None]) // HOUR_MS
        if hours > self._settings.alarm_hours and (notes or self._is_grown_up()):
            return Problem("backup_old", hours=hours) if notes else self._never()
        return self.second_problem or self._ledger_problem

    def _never(self) -> Problem:
        return Problem("backup_no_key" if not self.keys.recovery() else "backup_missing", file="*")

    def _age_ms(self, notes: list[Note]) -> int:
        newest = max((from_iso(note.made_at) for note in notes), default=0)
        return self._store.clock.now_ms() - newest

    def _is_grown_up(self) -> bool:
        """Whether its oldest entry is older than a backup may be: there is something to lose."""
        with self._store.read() as rows:
            first = rows.value("SELECT received_at FROM journal ORDER BY seq LIMIT 1")
        allowed = self._settings.alarm_hours * HOUR_MS
        return first is not None and self._store.clock.now_ms() - int(first) > allowed

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """One making or checking at a time; Problem backup_busy."""
        if not self._lock.acquire(blocking=False):
            raise Problem("backup_busy")
        try:
            self.under = Under(what, self._store.clock.now_ms(), 0, 0)
            yield
        finally:
            self.under = None
            self._lock.release()

    def _make(self, recipients: list[str]) -> Note:
        now = self._store.clock.now_ms()
        self.shelf.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.shelf.clear_parts()
        making = _emptied(self._folder / MAKING)
        try:
            files = self._files(making)
            size = sum(path.stat().st_size for _, path in files)
            # The copy of the database is made already; the same again goes into the file.
            self.shelf.check_room(size + size // 50)
            listed = self._manifest(making / DATABASE, now)
            file = shelf.name_of(now)
            keyring = age.sealed(self._store.keyring.encoded(), recipients)
            sealed = {unpacking.SEALED_KEYRING: keyring}
            self._write(packing.Packed(files, sealed, listed, self._told(size)), file, recipients)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        made = (self.shelf.folder / file).stat().st_size
        note = Note(file, listed.made_at, made, listed.head, listed.counts, epoch=listed.epoch)
        self.shelf.keep(note)
        return note

    def _files(self, making: Path) -> list[tuple[str, Path]]:
        """The database first: whatever it tells of is on the disk before it was copied."""
        folder, copied = self._folder, making / DATABASE
        Shelf(folder).check_room((folder / DATABASE).stat().st_size)
        snapshot.take(self._store, copied, self._encryption)
        with snapshot.look(copied, self._store.keyring, self._encryption.encryption) as rows:
            segments = [one.file for one in archive.segments(rows)]
        shelves = [one.folder for one in (self.shelf, self.second) if one]
        left = _LEFT | {f"{one.relative_to(folder).as_posix()}/" for one in shelves
                        if one.is_relative_to(folder)}  # fmt: skip
        others = packing.files_below(folder, left.__contains__)
        named = [(f"{archive.FOLDER}/{name}", folder / archive.FOLDER / name) for name in segments]
        site = [(SITE_FILE, self._site_file)]
        return [(name, path) for name, path in [(DATABASE, copied), *others, *named, *site]
                if path.is_file()]  # fmt: skip

    def _manifest(self, copied: Path, now: int) -> Manifest:
        encryption = self._encryption.encryption
        with snapshot.look(copied, self._store.keyring, encryption) as rows:
            head, chain = manifest.head_of(rows)
            return Manifest(
                format=manifest.FORMAT,
                version=manifest.VERSION,
                made_at=to_iso(now),
                gateway=VERSION,
                epoch=self._store.epoch,
                schema=int(rows.value("PRAGMA user_version")),
                encryption=encryption,
                head=head,
                chain=chain,
                counts=dict(manifest.counts_of(rows)),
                files=[],
            )

    def _write(self, packed: packing.Packed, file: str, recipients: list[str]) -> None:
        part = self.shelf.folder / (file + PART)
        with part.open("xb") as target:
            part.chmod(0o600)
            packed.encrypt(target, recipients)
            target.flush()
            os.fsync(target.fileno())
        part.rename(self.shelf.folder / file)
        durable.sync_folder(self.shelf.folder)

    def _copy(self, note: Note) -> Problem | None:
        if self.second is None:
            return None
        try:
            shelf.copy(self.shelf, self.second, note)
        except Problem as problem:
            return problem
        return None

    def _let_go(self) -> None:
        # Only what this life of the gateway has made: one that was restored, for good or to try it,
        # finds the backups of the one before, which are the only way back to it.
        wanted, mine = self._settings, self._store.epoch
        counts = (wanted.keep_daily, wanted.keep_weekly, wanted.keep_monthly)
        second = [self.second] if self.second and self.second_problem is None else []
        for one in (self.shelf, *second):
            own = [note for note in one.notes() if note.epoch == mine]
            for note in shelf.outlived(own, *counts):
                one.drop(note.file)

    def _open(self, note: Note) -> None:
        checking = self._folder / CHECKING
        shutil.rmtree(checking, ignore_errors=True)
        Shelf(self._folder).check_room(2 * note.size)
        try:
            told = self._told(note.size)
            own = self.keys.own()
            listed = unpacking.unpack(self.shelf.folder / note.file, own, checking, told)
            keyring = unpacking.keyring(checking, own, note.file)
            unpacking.examine(checking, listed, keyring, note.file)
            note.made_at, note.head, note.counts = listed.made_at, listed.head, listed.counts
        finally:
            shutil.rmtree(checking, ignore_errors=True)

    def _told(self, total: int) -> Callable[[int], None]:
        def told(done: int) -> None:
            if self.under is not None:
                self.under = replace(self.under, done=done, total=max(done, total))

        return told


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder

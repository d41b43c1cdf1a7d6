"""The store: one data folder, one writer, a small pool of readers.

``write`` is the only way in, ``read`` the only way to look.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

import peewee

from config.schema import DiskSettings, StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection, folders, journal, soundness, upgrade
from gateway.store.jobs import Call, Handler, Mailbox, Promise
from gateway.store.landmarks import Landmarks
from gateway.store.migrate import migrate
from gateway.store.places import DATABASE, KEYRING, LOCK
from gateway.store.room import Read, Room, free_of
from gateway.store.rows import Rows
from gateway.store.storage import Storage
from gateway.store.transaction import Tx
from gateway.store.writer import Writer

READER_WAIT_S = 10.0

HELD_US = 50_000

S = TypeVar("S")
T = TypeVar("T")


class Store:
    """An open data folder.

    ``epoch`` is the identity of this life of the database, ``head`` the newest seq. ``unlock``
    opens the keyring at a path, or makes one.
    """

    def __init__(
        self,
        folder: Path,
        settings: StoreSettings,
        clock: Clock,
        unlock: Callable[[Path], Keyring] = Keyring.load_or_create,
        *,
        lock_wait_s: float = 5.0,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self._room: Room | None = None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = folders.own(folder / LOCK, lock_wait_s)
        try:
            folders.refuse_half_restored(folder)
            self.keyring = folders.keyring(folder, unlock)
            self._open(settings)
        except connection.DatabaseError as error:
            os.close(self._lock)
            raise self._open_problem(error) from error
        except BaseException:
            os.close(self._lock)
            raise

    def _open(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._path = self.folder / DATABASE
        self.damage: Problem | None = None
        self._on_damage: Callable[[], None] | None = None
        self._prepare()
        storage = Storage(self._path, self.keyring, settings, self._met_damage)
        self._storage = storage
        self.head = storage.seq
        self._moved = threading.Condition()
        self._readers: LifoQueue[peewee.SqliteDatabase | None] = LifoQueue()
        for _ in range(settings.readers):
            self._readers.put(None)  # opened when first needed: memory counts on a small box
        try:
            with self.read() as rows:
                self.epoch = str(rows.value("SELECT value FROM meta WHERE key = 'epoch'"))
                newest = rows.value("SELECT received_at FROM journal ORDER BY seq DESC LIMIT 1")
        except BaseException:
            storage.close()
            if self.damage is not None:
                raise self.damage from None
            raise
        self.clock.raise_floor(newest or 0)
        upgrade.let_go(self.folder, self.clock.now_ms())
        self._writer = Writer(storage, settings, self.clock, self._committed)

    def _prepare(self) -> None:
        """Create or upgrade the schema before anything else looks at the file."""
        doubt = soundness.Doubt(self._path)
        doubt.look_at_log()
        try:
            if self._path.exists() and self._look_first(doubt):
                upgrade.upgrade(self._path, self.keyring, self._settings, self.clock.now_ms())
            database = connection.connect(self._path, self.keyring, self._settings, writer=True)
            # Left open it would later tidy up beside another file of the same name.
            with closing(database):
                raw = connection.raw(database)
                migrate(database)
                row = ("epoch", ids.random_epoch())
                raw.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", row)
                raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                Landmarks.of(self._path, Rows(database)).keep(self.folder)
        except connection.DatabaseError as error:
            raise self._open_problem(error) from error

    def _look_first(self, doubt: soundness.Doubt) -> bool:
        """Without writing: what is damaged is left as it is. Whether its schema is older."""
        database = connection.connect(self._path, self.keyring, self._settings, writer=False)
        with closing(database):
            raw = connection.raw(database)
            doubt.look_at_pages(raw)
            if raw.execute("PRAGMA user_version").fetchone()[0]:
                raw.execute("SELECT count(*) FROM meta").fetchone()
            return upgrade.is_due(raw)

    def _open_problem(self, error: connection.DatabaseError) -> Problem:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            return soundness.why_shut(self._path, self.keyring, self._settings.encryption, KEYRING)
        if connection.is_damage(error):
            return Problem("store_corrupt", file=DATABASE, reason=str(error))
        return connection.storage_problem(error) or Problem("storage_failing", reason=str(error))

    @contextmanager
    def read(self) -> Iterator[Rows]:
        """One snapshot on a pooled connection that cannot write.

        Keep it short: a page, not a report.
        """
        try:
            reader = self._readers.get(timeout=READER_WAIT_S)
        except Empty as error:
            raise Problem("store_busy") from error
        try:
            if reader is None:
                reader = connection.connect(self._path, self.keyring, self._settings, writer=False)
            raw = connection.raw(reader)
            raw.execute("BEGIN")
            try:
                yield Rows(reader)
            finally:
                raw.execute("ROLLBACK")
        except connection.DatabaseError as error:
            if reader is not None:
                reader.close()
                reader = None
            if connection.wrote(error):
                raise  # a bug of the caller, no fault of the disk
            if connection.is_damage(error):
                self._met_damage(error)
            raise connection.storage_problem(error) or error from error
        finally:
            self._readers.put(reader)

    def each(self, items: Sequence[S], look: Callable[[Rows, S], T]) -> Iterator[T]:
        """What ``look`` comes to for one item after the other.

        On snapshots that are let go of after ``HELD_US`` (microseconds): while one is held, the
        write-ahead log can only grow.
        """
        at = 0
        while at < len(items):
            until = self.clock.monotonic_us() + HELD_US
            with self.read() as rows:
                found = [look(rows, items[at])]
                while at + len(found) < len(items) and self.clock.monotonic_us() < until:
                    found.append(look(rows, items[at + len(found)]))
            at += len(found)
            yield from found

    def write(self, work: Callable[[Tx], T], *, lane: str = "bulk") -> T:
        """Run ``work`` in the writer thread, alone in a savepoint.

        Its result once it is on the disk.

        What ``work`` raises undoes that work alone and is raised here. Problem store_busy,
        storage_failing or disk_full: nothing was stored. Prepare on a reader first: ``work`` holds
        everybody up.
        """
        self._check_open()
        job = Call(lambda tx, _: [work(tx)], [None])
        self._writer.submit(job, capture=lane == "capture")
        result: T = job.answer()[0]
        return result

    def write_group(self, handler: Handler, items: list[Any]) -> list[Any]:
        """Run ``handler(tx, items)`` on the capture lane, joined with other callers' items of the
        same handler.
        """
        self._check_open()
        job = Call(handler, items)
        self._writer.submit(job, capture=True)
        return job.answer()

    async def write_group_soon(
        self, handler: Handler, items: list[Any], mailbox: Mailbox
    ) -> list[Any]:
        """``write_group`` for the event loop of a mailbox: nobody's thread waits."""
        promise = Promise(handler, items, mailbox)
        try:
            self._check_open()
            self._writer.submit(promise, capture=True)
        except Problem:
            mailbox.forget(promise)
            raise
        return await promise.future

    def wait_beyond(
        self, seq: int, timeout_s: float, given_up: Callable[[], bool] = lambda: False
    ) -> int:
        """Wait until the journal has grown past ``seq``, or for so long; the head then.

        Whether it is ``given_up`` is asked with every entry, and when somebody stirs.
        """
        with self._moved:
            self._moved.wait_for(lambda: self.head > seq or given_up(), timeout_s)
            return self.head

    def stir(self) -> None:
        """Have everybody who waits for the journal look whether that is still wanted."""
        with self._moved:
            self._moved.notify_all()

    def failure(self) -> Problem | None:
        """The problem the storage refuses with at the moment, or None."""
        return self._storage.failure or self._full()

    def when_damaged(self, act: Callable[[], None]) -> None:
        """Call this, once, from whatever thread meets a page that is not what was written.

        The next start examines the whole file, and puts it aside if it is damaged.
        """
        self._on_damage = act

    def _met_damage(self, error: BaseException) -> None:
        if self.damage is None:
            self.damage = Problem("store_corrupt", file=DATABASE, reason=str(error))
            soundness.suspect(self.folder, str(error))
            if self._on_damage is not None:
                self._on_damage()

    def cursor_state(self, rows: Rows) -> tuple[str, int]:
        """(epoch, low-water mark) for reading cursors in this very snapshot: entries that leave
        the journal in the middle of a request must not be missed unnoticed.
        """
        return self.epoch, journal.low_water(rows)

    def close(self) -> None:
        """Finish what is waiting, close every connection, give up the folder."""
        for _ in range(self._settings.readers):
            reader = self._readers.get(timeout=READER_WAIT_S)
            if reader is not None:
                reader.close()
        self._writer.stop()
        os.close(self._lock)

    def watch_room(self, settings: DiskSettings, read: Read = free_of) -> Room:
        """Refuse whatever is to be written from now on while the disk is in its last stage."""
        self._room = Room(self.folder, settings, self.clock, read)
        return self._room

    def _full(self) -> Problem | None:
        return self._room.full() if self._room is not None else None

    def _check_open(self) -> None:
        if (problem := self._full()) is not None:
            raise problem

    def _committed(self, seq: int) -> None:
        if seq != self.head:
            with self._moved:
                self.head = seq
                self._moved.notify_all()

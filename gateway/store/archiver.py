"""Moving entries out of the journal: a file first, then its description, and only then the rows.

A crash at any point leaves the rows, the file, or both. A file that is not described yet does not
count; the next attempt begins with the same entry and takes its place. Rows that are described as
archived already are deleted by the next run. A described file is never written again.
"""

import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.schema import StoreSettings
from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.store import archive, journal, segment
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.segment import Segment, Stored
from gateway.store.transaction import Tx

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
READ = 250
# A slice takes the writer some 6 ms. With the pause, captures have the disk most of the time.
SLICE = 1_000
PAUSE_S = 0.02
# A file ends early when its bodies have grown to this: it is packed in memory.
SEGMENT_BYTES_MAX = 16_777_216
# Free pages are what new entries are written to. Only where they are many, as after a long backlog,
# are they given back to the disk.
FREE_PAGES_MIN = 1_000
FREE_SHARE_MAX = 4
VACUUM_PAGES = 250

_DESCRIBE = (
    f"INSERT INTO archive_segments ({', '.join(Segment.__slots__)})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(Segment.__slots__))})"
)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody who still needs the journal behind ``seq``; ``why`` is told to people."""

    seq: int
    why: str


class Keeper(Protocol):
    """Somebody who reads the journal at their own pace."""

    def let_go(self) -> None:
        """Note elsewhere what the journal need not be kept for."""

    def hold(self, rows: Rows) -> Hold | None:
        """What has to stay, in this very snapshot; None for nothing."""


class Archiver:
    """Moves what may leave; one run at a time. Of several keepers the slowest counts."""

    def __init__(self, store: Store, settings: StoreSettings, keepers: Sequence[Keeper]) -> None:
        self._store = store
        self._settings = settings
        self._keepers = keepers
        self._folder = store.folder / archive.FOLDER
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._problem: Problem | None = None

    def run(self) -> None:
        """Move everything that may leave, file by file; what stops it is told by ``trouble``."""
        try:
            while not self._stopping.is_set() and self.step() is not None:
                pass
            with self._store.read() as rows:
                known = archive.segments(rows)
            self._problem = archive.glance(self._store.folder, known)
        except Problem as problem:
            self._problem = problem
        if self._problem is not None:
            log.error("the archive: %s", self._problem)

    def step(self) -> Segment | None:
        """Move one file's worth of entries, or None when nothing may leave at the moment.

        Problem chain_broken, archive_failing, or the store's; then the entries are still in the
        journal.
        """
        with self._turn:
            self._clear()
            for keeper in self._keepers:
                keeper.let_go()
            entries, before = self._due()
            if self._stopping.is_set():
                return None
            if not entries:
                self._shrink()
                return None
            made = self._write(entries, before)
            if not self._store.write(lambda tx: self._describe(tx, made)):
                return None
            self._clear()
            return made

    def stop(self) -> None:
        """End the run under way after the write it is at."""
        self._stopping.set()

    def trouble(self) -> Problem | None:
        """What kept the last run from its work, or what it found missing."""
        return self._problem

    def held(self) -> Hold | None:
        """Who needs the most of the journal, if anybody does."""
        with self._store.read() as rows:
            return self._lowest(rows)

    def _lowest(self, rows: Rows) -> Hold | None:
        holds = [hold for one in self._keepers if (hold := one.hold(rows)) is not None]
        return min(holds, key=lambda hold: hold.seq, default=None)

    def _bound(self, rows: Rows) -> int:
        """The last entry that nobody needs any more; the newest one always stays, for from it the
        journal goes on.
        """
        head = int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))
        hold = self._lowest(rows)
        return head - 1 if hold is None else min(head - 1, hold.seq)

    def _due(self) -> tuple[list[Stored], bytes]:
        """The entries of the next file, checked against the hash chain, and the link before."""
        with self._store.read() as rows:
            low_water, before = journal.low_water(rows), archive.last_link(rows)
            bound = self._bound(rows)
        until_ms = self._store.clock.now_ms() - self._settings.retention_days * DAY_MS
        entries: list[Stored] = []
        size, chain = 0, before
        while len(entries) < self._settings.segment_entries and size < SEGMENT_BYTES_MAX:
            after = low_water + len(entries)
            limit = min(READ, self._settings.segment_entries - len(entries))
            with self._store.read() as rows:
                found = archive.journal_page(rows, after, limit)
            due = _leading(found, bound, until_ms)
            chain = self._follow(chain, after, due)
            entries += due
            size += sum(len(row.body or b"") for row in due)
            if len(due) < limit:
                break
        return entries, before

    def _follow(self, chain: bytes, after: int, rows: Sequence[Stored]) -> bytes:
        """The chain behind some rows; Problem chain_broken where one does not fit: an entry that
        was changed must not pass for a sound one in a new file.
        """
        for seq, row in enumerate(rows, after + 1):
            chain = journal.link(chain, seq, row.id, row.digest)
            sound = row.body is None or self._store.keyring.digest(row.body) == row.digest
            if row.seq != seq or row.chain != chain or not sound:
                raise Problem("chain_broken", seq=seq)
        return chain

    def _write(self, entries: Sequence[Stored], before: bytes) -> Segment:
        sealed = self._settings.encryption == "required"
        raw = segment.pack(entries, before, self._store.keyring, sealed=sealed)
        first, last = entries[0], entries[-1]
        made = Segment(
            first.seq, last.seq, len(entries), segment.name_of(first.seq), len(raw),
            canonical.sha256(raw), before, last.chain, last.received_at, self._store.clock.now_ms(),
        )  # fmt: skip
        try:
            _write_durably(self._folder / made.file, raw)
        except OSError as error:
            raise Problem("archive_failing", reason=os.strerror(error.errno or 0)) from error
        # What is about to be deleted must be there to be read.
        archive.check(self._store.folder, made, self._store.keyring)
        return made

    def _describe(self, tx: Tx, made: Segment) -> bool:
        """From here the file counts; unless somebody has gone back behind its entries meanwhile."""
        if self._bound(tx) < made.last_seq:
            return False
        tx.execute(_DESCRIBE, [getattr(made, name) for name in Segment.__slots__])
        return True

    def _clear(self) -> None:
        """Delete the rows whose file counts, a slice at a time, so that no capture waits long."""
        while not self._stopping.is_set() and self._store.write(_delete_slice):
            self._stopping.wait(PAUSE_S)

    def _shrink(self) -> None:
        while not self._stopping.is_set() and self._store.write(_give_back):
            self._stopping.wait(PAUSE_S)


def _leading(rows: Sequence[Stored], bound: int, until_ms: int) -> list[Stored]:
    """The rows before the first that is still needed or too young: no gap is ever left."""
    due = []
    for row in rows:
        if row.seq > bound or row.received_at > until_ms:
            break
        due.append(row)
    return due


def _delete_slice(tx: Tx) -> int:
    """Delete the oldest rows that are archived; how many. Their ids stay known."""
    low_water = journal.low_water(tx)
    first = tx.value("SELECT min(seq) FROM journal WHERE seq <= ?", (low_water,))
    if first is None:
        return 0
    run = (first, min(first + SLICE - 1, low_water))
    tx.execute(
        "INSERT INTO archived_ids (id, seq, digest)"
        " SELECT id, seq, digest FROM journal WHERE seq BETWEEN ? AND ?",
        run,
    )
    return tx.execute("DELETE FROM journal WHERE seq BETWEEN ? AND ?", run)


def _give_back(tx: Tx) -> bool:
    """Return some free pages to the disk; whether there is more to return."""
    free, pages = tx.value("PRAGMA freelist_count"), tx.value("PRAGMA page_count")
    if free < FREE_PAGES_MIN or free * FREE_SHARE_MAX < pages:
        return False
    # Every page is a row of the answer: fetching them all is what does the work.
    tx.tuples(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
    return bool(tx.value("PRAGMA freelist_count") < free)


def _write_durably(path: Path, raw: bytes) -> None:
    """The whole file under its name, on the disk, or nothing under that name."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)  # on a full disk it would take the room of what matters more
        raise
    draft.rename(path)
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

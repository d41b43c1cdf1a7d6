"""Reading what has left the journal: its files, and the whole history across both.

The archive is a prefix of the history: every entry up to the low-water mark is in one of its
files, every later one is in the journal. While entries move they may be in both; the files count.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import journal, segment
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.segment import COLUMNS, Segment, Stored

FOLDER = "archive"
PAGE = 1_000

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608


def segments(rows: Rows) -> list[Segment]:
    """Every file, oldest first."""
    return [Segment(**row) for row in rows.all("SELECT * FROM archive_segments ORDER BY first_seq")]


def following(rows: Rows, after: int) -> Segment | None:
    """The file that holds the entry behind a place, or None when that is not archived.

    Problem segment_missing when it is archived and no file is known to hold it.
    """
    if after >= journal.low_water(rows):
        return None
    row = rows.one(
        "SELECT * FROM archive_segments WHERE last_seq > ? ORDER BY last_seq LIMIT 1", (after,)
    )
    assert row is not None, "the low-water mark is the end of the last file"
    found = Segment(**row)
    if found.first_seq > after + 1:
        name, last = segment.name_of(after + 1), found.first_seq - 1
        raise Problem("segment_missing", file=name, first=after + 1, last=last)
    return found


def last_link(rows: Rows) -> bytes:
    """The link of the hash chain at the low-water mark."""
    link = rows.value("SELECT last_link FROM archive_segments ORDER BY first_seq DESC LIMIT 1")
    return journal.GENESIS if link is None else bytes(link)


def read(folder: Path, found: Segment, keyring: Keyring) -> list[Stored]:
    """The entries of a file below the data folder; Problem segment_missing or segment_damaged."""
    try:
        raw = (folder / FOLDER / found.file).read_bytes()
    except FileNotFoundError as error:
        raise _missing(found) from error
    except OSError as error:
        raise segment.damaged(found, os.strerror(error.errno or 0)) from error
    return segment.unpack(raw, found, keyring)


def check(folder: Path, found: Segment, keyring: Keyring) -> None:
    """Read a file to its last byte; Problem segment_missing or segment_damaged."""
    segment.check_bodies(read(folder, found, keyring), found, keyring)


def check_next(store: Store, after: int) -> tuple[int, Problem | None]:
    """Check the file that begins behind a place: (its last entry, what is wrong with it)."""
    try:
        with store.read() as rows:
            found = following(rows, after)
            before = rows.value(
                "SELECT last_link FROM archive_segments WHERE last_seq = ?", (after,)
            )
    except Problem as problem:
        return int(str(problem.params.get("last", after))), problem
    if found is None:
        return after, None
    try:
        check(store.folder, found, store.keyring)
        # Behind a file that nobody knows there is nothing to follow on from.
        if before is not None and bytes(before) != found.first_link:
            raise segment.damaged(found, "it does not follow the one before it")
    except Problem as problem:
        return found.last_seq, problem
    return found.last_seq, None


def glance(folder: Path, found: list[Segment]) -> Problem | None:
    """What a look at the folder alone tells: a file that is missing or has another size."""
    for one in found:
        try:
            size = (folder / FOLDER / one.file).stat().st_size
        except OSError:
            return _missing(one)
        if size != one.size_bytes:
            return segment.damaged(one, f"it has {size} bytes instead of {one.size_bytes}")
    return None


def page(store: Store, after: int) -> list[Stored]:
    """Some entries behind a place, wherever they are; none at the end.

    Problem segment_missing or segment_damaged. Entries may move while a caller goes on.
    """
    with store.read() as rows:
        found = following(rows, after)
        if found is None:
            return journal_page(rows, after)
    entries = read(store.folder, found, store.keyring)
    return entries[after + 1 - found.first_seq :]


def journal_page(rows: Rows, after: int, limit: int = PAGE) -> list[Stored]:
    """Entries of the journal alone behind a place."""
    return [Stored(*row) for row in rows.tuples(_SELECT, (after, limit))]


def history(store: Store, after: int = 0) -> Iterator[Stored]:
    """Every entry behind a place, from the files and the journal. Problems as of ``page``."""
    while entries := page(store, after):
        yield from entries
        after = entries[-1].seq


def verify(rows: Rows, keyring: Keyring) -> tuple[int, bytes]:
    """Walk the journal's part of the hash chain, on from the last file of the archive.

    (entries, last link); Problem chain_broken.
    """
    return journal.verify(rows, keyring, journal.low_water(rows), last_link(rows))


def _missing(found: Segment) -> Problem:
    return Problem("segment_missing", file=found.file, first=found.first_seq, last=found.last_seq)

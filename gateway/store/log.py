"""The write-ahead log: when it is copied into the database, and when the writer waits for it.

Commits lie in the log until a checkpoint copies them. Once all of it is copied and nobody reads in
it any more, the next commit begins at its start again; otherwise it grows. While readers relieve
each other that moment does not come by itself. So the writer waits for it from some size on, with
the log copied: who begins to read then reads the database alone, and is in nobody's way.
"""

import logging
from pathlib import Path

from gateway.store.connection import Connection

# A write-ahead log of some 8 MB: small enough for a quick start after a power cut, and large enough
# that the pages which every commit touches are copied once for hundreds of commits.
COMMITS = 500
ENTRIES = 8_000
# What commits with many pages each leave is measured: so much of the file is kept for good, as
# writing over it is quicker than making it grow, and beyond it every step is worth a checkpoint.
KEPT_BYTES = 16 * 1024 * 1024
STEP_BYTES = 4 * 1024 * 1024
# From here on readers are waited for, no longer than a scan may wait unnoticed.
CROWDED_BYTES = 48 * 1024 * 1024
WAIT_MS = 50
_USUAL_WAIT_MS = 5_000
# From here on somebody should know.
_TOLD_BYTES = 256 * 1024 * 1024

_log = logging.getLogger(__name__)


def keep_little(connection: Connection) -> None:
    """Have the file of the log cut off where it has grown large, when it is begun anew."""
    connection.execute(f"PRAGMA journal_size_limit = {KEPT_BYTES}").fetchall()


class Log:
    """The log of the database at ``path``, as the writer sees it; ``seq`` is the journal's head."""

    def __init__(self, path: Path, seq: int) -> None:
        self._path = path.with_name(f"{path.name}-wal")
        self._commits, self._seq = 0, seq
        self._size = 0
        self._due = KEPT_BYTES

    def committed(self) -> None:
        """Count a commit."""
        self._commits += 1

    def copy(self, connection: Connection, seq: int) -> None:
        """Copy it into the database once enough has gathered to be worth two syncs.

        Raises sqlcipher3 errors.
        """
        grown = self._has_grown()
        if not grown and self._commits < COMMITS and seq - self._seq < ENTRIES:
            return
        self._commits, self._seq = 0, seq
        if grown and self._size > CROWDED_BYTES:
            self._copy_and_wait(connection)
        else:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _has_grown(self) -> bool:
        """Whether it is a step larger than when it was copied last.

        The file is as large as the log only beyond what is kept of it.
        """
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size < self._size:
            self._due = KEPT_BYTES  # it was begun anew
        self._size = size
        if size <= self._due:
            return False
        self._due = size + STEP_BYTES
        return True

    def _copy_and_wait(self, connection: Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0]
        finally:
            connection.execute(f"PRAGMA busy_timeout = {_USUAL_WAIT_MS}")
        if busy and self._size > _TOLD_BYTES:
            _log.warning(
                "the write-ahead log has %d MiB: somebody has been reading for long",
                self._size >> 20,
            )

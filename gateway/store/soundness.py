"""Whether a database file is what was written: looked at before it is used.

After a clean end nothing is examined: SQLCipher proves every page when it is read. After a power
cut or a kill, and where a damaged page has been met, the whole file is gone through first.
"""

import os
from pathlib import Path
from typing import Final

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection
from gateway.store.format import log_frames
from gateway.store.format.pages import PAGE, Pages
from gateway.store.landmarks import Landmarks

# Stands in the data folder from the moment a damaged page was met until the file was examined.
SUSPECT: Final = "waystation.suspect"
# So much is gone through in about a second or two; a larger file is examined when it is suspected.
CHECKED_BYTES: Final = 256 * 1024 * 1024


def suspect(folder: Path, reason: str) -> None:
    """Have the database examined whole at the next start."""
    handle = os.open(folder / SUSPECT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(reason)
        file.flush()
        os.fsync(file.fileno())


class Doubt:
    """What speaks for examining a database that nobody has opened yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._is_suspect = (path.parent / SUSPECT).exists()
        self._ended_badly = self._log.exists() and self._log.stat().st_size > 0

    def look_at_log(self) -> None:
        """Problem store_corrupt when commits lie behind a break of the log: opening the database
        would throw them away.
        """
        if self._ended_badly and log_frames.is_torn(self._log.read_bytes(), PAGE):
            raise Problem("store_corrupt", file=self._log.name, reason="it is torn in the middle")

    def look_at_pages(self, database: connection.Connection) -> None:
        """Go through an open database where there is reason to; Problem store_corrupt."""
        is_small = self._path.stat().st_size <= CHECKED_BYTES
        if not self._is_suspect and not (self._ended_badly and is_small):
            return
        how = "integrity_check" if self._is_suspect else "quick_check"
        found = str(database.execute(f"PRAGMA {how}(1)").fetchone()[0])
        if found != "ok":
            raise Problem("store_corrupt", file=self._path.name, reason=" ".join(found.split()))
        (self._path.parent / SUSPECT).unlink(missing_ok=True)


def why_shut(path: Path, keyring: Keyring, encryption: str, keyring_file: str) -> Problem:
    """Why a file does not open as a database: the key is another one, or the file is damaged."""
    pages = Pages(path, keyring, encryption, Landmarks.read(path.parent).salt_bytes)
    try:
        if pages.any_opens():
            return Problem("store_corrupt", file=path.name, reason="its beginning is damaged")
    finally:
        pages.close()
    return Problem("store_key_wrong", file=path.name, keyring=keyring_file)

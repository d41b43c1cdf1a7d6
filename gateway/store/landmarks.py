"""What a database file cannot be read without, kept beside it: its salt, and where tables begin.

Both lie in the file's first page alone. With a copy of them all other pages can still be read when
that one is gone. Neither is a secret.
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from gateway.store.rows import Rows

FILE: Final = "waystation.landmarks"
SALT_BYTES: Final = 16


class Landmarks(msgspec.Struct):
    """``version`` of the schema, ``salt`` in hexadecimal, the first page of every table."""

    version: int = 0
    salt: str = ""
    roots: dict[str, int] = {}

    @property
    def salt_bytes(self) -> bytes | None:
        """The salt of an encrypted file; None where nothing is known of it."""
        return bytes.fromhex(self.salt) or None

    @classmethod
    def read(cls, folder: Path) -> "Landmarks":
        """Those that are kept; empty ones where none are, or none that can be read."""
        try:
            return msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError):
            return cls()

    @classmethod
    def of(cls, path: Path, rows: Rows) -> "Landmarks":
        """Those of an open database whose log has been copied into the file."""
        with path.open("rb") as file:
            salt = file.read(SALT_BYTES)
        found = rows.tuples("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'")
        roots = {name: root for name, root in found if root}
        return cls(int(rows.value("PRAGMA user_version")), salt.hex(), roots)

    def keep(self, folder: Path) -> None:
        """Write them down, if others are kept."""
        if self == Landmarks.read(folder):
            return
        part = folder / f"{FILE}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(self))
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / FILE)

"""What a driver keeps in mind between two connections: short texts by name, on disk.

For what has been taken over from a device and is no fact yet, so that whoever sent it may be told
that it is safe. A note is no place for what people want to know: it is nobody's to read.
"""

from collections.abc import Mapping
from typing import Protocol

from gateway.kernel import ids
from gateway.store.database import Store
from gateway.store.transaction import Tx


class Notes(Protocol):
    """The notes of one device."""

    def read(self) -> Mapping[str, str]:
        """All of them."""

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write them, or (None) strike them out, all or none; returns after the commit.

        Problem when the storage refuses.
        """


class Notebook:
    """Notes in the database."""

    def __init__(self, store: Store, device: str) -> None:
        self._store = store
        self._device = ids.to_bytes(device)

    def read(self) -> Mapping[str, str]:
        """All of them."""
        with self._store.read() as rows:
            found = rows.all(
                "SELECT name, note FROM device_notes WHERE device = ?", (self._device,)
            )
        return {row["name"]: row["note"] for row in found}

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write them, or strike them out."""
        written = [(self._device, name, note) for name, note in changes.items() if note is not None]
        struck = [(self._device, name) for name, note in changes.items() if note is None]

        def apply(tx: Tx) -> None:
            tx.executemany(
                "INSERT INTO device_notes (device, name, note) VALUES (?,?,?)"
                " ON CONFLICT (device, name) DO UPDATE SET note = excluded.note",
                written,
            )
            tx.executemany("DELETE FROM device_notes WHERE device = ? AND name = ?", struck)

        self._store.write(apply)


class Forgotten:
    """Notes that last as long as whoever has them."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    def read(self) -> Mapping[str, str]:
        """All of them."""
        return dict(self._notes)

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write them, or strike them out."""
        for name, note in changes.items():
            if note is None:
                self._notes.pop(name, None)
            else:
                self._notes[name] = note

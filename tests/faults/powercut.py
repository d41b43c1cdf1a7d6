"""What a power cut could leave on the disk, rebuilt from a log of writes and syncs.

The model: a write is safe once a later sync of the same file has returned. Everything newer may
have reached the disk or not, each 512-byte sector for itself, in any order. Every crash state is
drawn from a seed.
"""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
HEADER = struct.Struct("<cHQIQ")


@dataclass(frozen=True)
class Event:
    """One write (``op`` W), truncation (T) or sync (S) of a file; ``at_ns`` is the wall clock when
    it was done.
    """

    op: str
    name: str
    offset: int
    at_ns: int
    data: bytes = b""


@dataclass
class Disk:
    """The files of a folder as a disk sees them: what is safe, and what is still on its way."""

    safe: dict[str, bytearray]
    on_its_way: dict[str, list[Event]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """A folder at rest."""
        return cls(
            {path.name: bytearray(path.read_bytes()) for path in folder.iterdir() if path.is_file()}
        )

    def copy(self) -> "Disk":
        """The same disk once more."""
        return Disk({name: bytearray(content) for name, content in self.safe.items()})

    def apply(self, event: Event) -> None:
        """Let one thing happen."""
        waiting = self.on_its_way.setdefault(event.name, [])
        if event.op != "S":
            waiting.append(event)
            return
        content = self.safe.setdefault(event.name, bytearray())
        for write in waiting:
            _put(content, write.op, write.offset, write.data)
        waiting.clear()

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files after the power went away now; nothing, everything, or any part of what was on
        its way.
        """
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        files = {name: bytearray(content) for name, content in self.safe.items()}
        for name, waiting in self.on_its_way.items():
            content = files.setdefault(name, bytearray())
            for event in waiting:
                if event.op == "T":
                    if chance.random() < share:
                        _put(content, "T", event.offset, b"")
                    continue
                for start in range(0, len(event.data), SECTOR):
                    if chance.random() < share:
                        _put(content, "W", event.offset + start, event.data[start : start + SECTOR])
        return {name: bytes(content) for name, content in files.items()}


def read_log(path: Path) -> Iterator[Event]:
    """The events of a log in the order they happened; a torn last record is left out."""
    raw = path.read_bytes()
    place = 0
    while place + HEADER.size <= len(raw):
        op, name_length, offset, size, at_ns = HEADER.unpack_from(raw, place)
        carried = size if op == b"W" else 0
        start = place + HEADER.size
        place = start + name_length + carried
        if place > len(raw):
            return
        name = raw[start : start + name_length].decode()
        yield Event(op.decode(), name, offset, at_ns, raw[start + name_length : place])


def _put(content: bytearray, op: str, offset: int, data: bytes) -> None:
    if op == "T":
        content[offset:] = bytes(max(0, offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data

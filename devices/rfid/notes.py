"""What is kept in mind of a reader's messages until they are facts (pure).

A tag that is being counted is one note. So is each of the last messages, so that one that is sent
again, because the broker never heard that it had arrived, is known: by the number that the broker
gave it, or by the numbers of the reader itself.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from devices.rfid.windows import Seen
from gateway.kernel import canonical

TAG: Final = "tag:"
HEARD: Final = "heard:"
HEARD_MAX: Final = 512
_DIGEST = 32


@dataclass(frozen=True)
class Sent:
    """One message as it came. ``mid`` is the broker's number, 0 where it gave none.

    ``again``: the broker says that it may have been sent before.
    """

    topic: str
    payload: bytes
    mid: int = 0
    again: bool = False

    @property
    def digest(self) -> str:
        """What it is told by."""
        return canonical.sha256_hex(self.topic.encode() + b"\0" + self.payload)[:_DIGEST]


def note_of(seen: Seen) -> tuple[str, str]:
    """The note of a tag that is being counted: its name and its text."""
    return TAG + seen.id, msgspec.json.encode(seen).decode()


def tags_of(notes: Mapping[str, str]) -> list[Seen]:
    """The tags that were being counted, the first one first."""
    found = [
        msgspec.json.decode(note, type=Seen) for name, note in notes.items() if name.startswith(TAG)
    ]
    return sorted(found, key=lambda seen: (seen.first_ms, seen.id))


class Heard:
    """The last messages that were taken over; ``notes`` are those of an earlier life."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        marks = [note.split(" ") for name, note in notes.items() if name.startswith(HEARD)]
        self._marks: OrderedDict[int, tuple[int, str]] = OrderedDict(
            (int(number), (int(mid), digest))
            for number, mid, digest in sorted(marks, key=lambda mark: int(mark[0]))
        )
        self._next = max(self._marks, default=0) + 1

    def knows(self, sent: Sent, *, numbered: bool) -> bool:
        """Whether it was taken over before, as far as that can be told."""
        if not (numbered or (sent.again and sent.mid)):
            return False
        digest = sent.digest
        return any(
            mark == digest and (numbered or mid == sent.mid) for mid, mark in self._marks.values()
        )

    def mark(self, sent: Sent) -> tuple[str, str]:
        """It is taken over: the note of it."""
        number, self._next = self._next, self._next + 1
        self._marks[number] = (sent.mid, sent.digest)
        while len(self._marks) > HEARD_MAX:
            self._marks.popitem(last=False)
        return f"{HEARD}{number % HEARD_MAX}", f"{number} {sent.mid} {sent.digest}"

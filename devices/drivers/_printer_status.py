"""What a printer says of itself: the answers to ``DLE EOT 1`` to ``4``, and what it says unasked
(pure).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

QUERIES: Final = tuple(bytes([0x10, 0x04, number]) for number in (1, 2, 3, 4))
Paper = Literal["enough", "near_end", "end"]
# What keeps it from printing; everything else is a warning.
BLOCKING: Final = frozenset({"cover_open", "paper_end", "printer_error", "printer_offline"})


def is_answer(byte: int) -> bool:
    """Whether a byte answers ``DLE EOT``: four of its bits are always the same."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_ordered(byte: int) -> bool:
    """Whether a byte answers ``GS r 1``, which waits for its turn behind what is printed."""
    return byte & 0b1001_0000 == 0


# Four bytes about paper and cover that many printers send of their own accord. Some of them look
# like the answer to ``GS r``.
_unasked = re.compile(
    rb"[\x10\x14\x18\x1c\x30\x34\x38\x3c\x50\x54\x58\x5c\x70\x74\x78\x7c].{0,3}", re.DOTALL
)


def asked_for(heard: bytes) -> bytes:
    """What a printer has said without what it says unasked, be it whole or only begun."""
    return _unasked.sub(b"", heard)


@dataclass(frozen=True)
class Status:
    """How a printer is. ``offline`` without any other cause is a button or a pause."""

    offline: bool
    cover_open: bool
    error: bool
    paper: Paper

    @property
    def reason(self) -> str:
        """One word of the catalogue for what a person should know first; empty when all is well."""
        if self.cover_open:
            return "cover_open"
        if self.paper == "end":
            return "paper_end"
        if self.error:
            return "printer_error"
        if self.offline:
            return "printer_offline"
        return "paper_near_end" if self.paper == "near_end" else ""

    @property
    def blocked(self) -> bool:
        """Whether nothing can be printed now."""
        return self.reason in BLOCKING

    def shown(self) -> dict[str, object]:
        """For people, in JSON."""
        return {
            "online": not self.offline,
            "cover": "open" if self.cover_open else "closed",
            "paper": self.paper,
            "error": self.error,
        }


def read(printer: int, cause: int, fault: int, roll: int) -> Status:
    """What the four answers mean together."""
    ended = bool(roll & 0x60 or cause & 0x20)
    return Status(
        offline=bool(printer & 0x08),
        cover_open=bool(cause & 0x04),
        error=bool(cause & 0x40 or fault & 0x6C),
        paper="end" if ended else "near_end" if roll & 0x0C else "enough",
    )

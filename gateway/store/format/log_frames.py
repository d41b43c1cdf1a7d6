"""The pages that lie in a write-ahead log, also in one that is damaged.

SQLite reads a log up to the first frame whose checksum does not follow, and passes over all behind
it. After a power cut that is right: nothing behind was promised. It is not when a byte has been
changed in the middle: commits behind it were synced and acknowledged. Every frame names its page
and carries the salt of the log's present round, and ends a commit or does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HEADER: Final = 32
FRAME: Final = 24
_MAGIC: Final = (0x377F0682, 0x377F0683)


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in the log; ``pages`` is the size of the database after a commit, 0 within one."""

    page: int
    pages: int
    content: bytes
    sound: bool  # its checksum follows from the one before


def frames(raw: bytes, page_size: int) -> list[Frame]:
    """Every frame of the log's present round up to its last commit, sound or not."""
    salt = _salt(raw, page_size)
    found = list(_round(raw, page_size, salt)) if salt is not None else []
    while found and not found[-1].pages:
        found.pop()
    return found


def is_torn(raw: bytes, page_size: int) -> bool:
    """Whether commits lie behind a break, and more than the one that a power cut may leave there:
    the next commit begins only when the one before is on the disk.
    """
    found = frames(raw, page_size)
    behind = [frame for frame in found if not frame.sound and frame.pages]
    return len(behind) > 1 or (bool(behind) and not _has_header(raw))


def _salt(raw: bytes, page_size: int) -> bytes | None:
    """The salt of the present round: by the header, or by the first frame where that is gone."""
    if _has_header(raw):
        return raw[16:24]
    first = raw[HEADER : HEADER + FRAME + page_size]
    return first[8:16] if len(first) == FRAME + page_size else None


def _has_header(raw: bytes) -> bool:
    if len(raw) < HEADER or int.from_bytes(raw[:4]) not in _MAGIC:
        return False
    stored = int.from_bytes(raw[24:28]), int.from_bytes(raw[28:32])
    return _sum(raw[:24], (0, 0), _order(raw)) == stored


def _round(raw: bytes, page_size: int, salt: bytes) -> Iterator[Frame]:
    sound = _has_header(raw)
    running = int.from_bytes(raw[24:28]), int.from_bytes(raw[28:32])
    order = _order(raw)
    for start in range(HEADER, len(raw) - FRAME - page_size + 1, FRAME + page_size):
        head = raw[start : start + FRAME]
        content = raw[start + FRAME : start + FRAME + page_size]
        page, pages = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
        if head[8:16] != salt or not page:
            if sound:
                return  # what an earlier round has left
            continue
        if sound:
            running = _sum(content, _sum(head[:8], running, order), order)
            sound = running == (int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
        yield Frame(page, pages, content, sound)


def _order(raw: bytes) -> str:
    return "big" if len(raw) > 3 and raw[3] & 1 else "little"


def _sum(data: bytes, before: tuple[int, int], order: str) -> tuple[int, int]:
    """The checksum of the format: two sums over words of 32 bits, in the order the magic tells."""
    first, second = before
    words = memoryview(data).cast("I")
    if order == "big":
        words = memoryview(b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))).cast(
            "I"
        )
    for at in range(0, len(words), 2):
        first = (first + words[at] + second) & 0xFFFFFFFF
        second = (second + words[at + 1] + first) & 0xFFFFFFFF
    return first, second

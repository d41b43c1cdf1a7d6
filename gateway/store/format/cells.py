"""Rows as they lie in the pages of a database file (SQLite's file format, sections 1.6 and 2).

Pure: a page's bytes in, rows out. ``usable`` is a page without what the encryption keeps of it.
"""

import struct
from collections.abc import Callable
from typing import Final

TABLE_LEAF: Final = 0x0D
TABLE_INSIDE: Final = 0x05
INDEX_LEAF: Final = 0x0A
INDEX_INSIDE: Final = 0x02
KINDS: Final = frozenset({TABLE_LEAF, TABLE_INSIDE, INDEX_LEAF, INDEX_INSIDE})
_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Value = int | float | str | bytes | None
Overflow = Callable[[int], bytes | None]


class Unreadable(Exception):
    """A cell that is not what was written."""


def children(page: bytes, start: int) -> list[int]:
    """The pages below an inner page, the last one included."""
    found = [int.from_bytes(page[at : at + 4]) for at in _cells(page, start)]
    return [*found, int.from_bytes(page[start + 8 : start + 12])]


def rows(
    page: bytes, start: int, usable: int, overflow: Overflow
) -> tuple[list[tuple[int | None, list[Value]]], int]:
    """(rowid or None, values) of every row of a page that can be read, and how many cannot."""
    kind = page[start]
    found: list[tuple[int | None, list[Value]]] = []
    lost = 0
    for at in _cells(page, start) if kind != TABLE_INSIDE else []:
        try:
            found.append(_row(page, at, kind, usable, overflow))
        except (Unreadable, IndexError, struct.error, UnicodeDecodeError):
            lost += 1
    return found, lost


def _cells(page: bytes, start: int) -> list[int]:
    count = int.from_bytes(page[start + 3 : start + 5])
    first = start + (8 if page[start] in (TABLE_LEAF, INDEX_LEAF) else 12)
    return [int.from_bytes(page[at : at + 2]) for at in range(first, first + 2 * count, 2)]


def _row(
    page: bytes, at: int, kind: int, usable: int, overflow: Overflow
) -> tuple[int | None, list[Value]]:
    if kind == INDEX_INSIDE:
        at += 4
    size, at = _varint(page, at)
    rowid = None
    if kind == TABLE_LEAF:
        rowid, at = _varint(page, at)
        rowid -= 1 << 64 if rowid >> 63 else 0
    return rowid, _values(_payload(page, at, size, kind, usable, overflow))


def _payload(page: bytes, at: int, size: int, kind: int, usable: int, overflow: Overflow) -> bytes:
    most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
    if size <= most:
        return page[at : at + size]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= most else least
    found = bytearray(page[at : at + here])
    following = int.from_bytes(page[at + here : at + here + 4])
    while len(found) < size:
        part = overflow(following) if following else None
        if part is None:
            raise Unreadable
        following = int.from_bytes(part[:4])
        found += part[4 : min(usable, 4 + size - len(found))]
    return bytes(found)


def _values(payload: bytes) -> list[Value]:
    end, at = _varint(payload, 0)
    body = end
    found: list[Value] = []
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _value(payload, body, kind)
        found.append(value)
    if body != len(payload):
        raise Unreadable
    return found


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind >= 12:
        size = (kind - 12) // 2
        raw = payload[at : at + size]
        return (raw.decode() if kind & 1 else raw), at + size
    if kind in _INTEGERS:
        size = _INTEGERS[kind]
        return int.from_bytes(payload[at : at + size], signed=True), at + size
    if kind == 7:
        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind in (0, 8, 9):
        return (None if kind == 0 else kind - 8), at
    raise Unreadable


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = raw[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value << 8 | raw[at], at + 1

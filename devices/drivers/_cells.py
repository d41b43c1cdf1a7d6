"""Text on a display of a few cells (pure): what fits, in bytes that the display understands.

A character takes as many cells as it has bytes: one, or two in the code pages of East Asia, whose
displays draw it twice as wide. Nothing of a text is ever a command: what is no character is a
blank.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

Encoding = Literal[
    "ascii", "cp437", "cp850", "cp858", "cp866", "cp1252", "gb18030", "big5", "shift_jis"
]
Protocol = Literal["cd5220", "escpos"]
UNKNOWN = b"?"
CELLS_MAX = 2  # GB18030 has characters of four bytes, which no display of this sort can draw

ALIKE: Mapping[str, str] = {"¥": "￥"}  # the sign of the yuan as Chinese code pages have it

ESC, US, CR = b"\x1b", b"\x1f", b"\r"
CLEAR = b"\x0c"
# ESC t, by Epson's numbers, which the others have taken over.
TABLES: Mapping[str, int] = {"cp437": 0, "cp850": 2, "cp1252": 16, "cp866": 17, "cp858": 19}


class TooLong(Exception):
    """What stands on the right does not fit, and half of a price is another price."""


def row(text: str, columns: int, encoding: Encoding) -> bytes:
    """Exactly ``columns`` cells of a text: cut or filled up at its right end.

    What stands behind a tab goes to the right end, whole, with a blank in front: a price behind its
    article. TooLong when it does not fit.
    """
    left, _, right = text.partition("\t")
    end = b"".join(cells(right, encoding))
    if len(end) > columns:
        raise TooLong(right)
    room = columns - len(end) - (1 if end and len(end) < columns else 0)
    return _cut(cells(left, encoding), room).ljust(columns - len(end)) + end


def cells(text: str, encoding: Encoding) -> list[bytes]:
    """The bytes of each character; a letter that the code page lacks loses its accent first."""
    found = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category == "Cf":
            continue  # joins, marks and directions have no cell
        found.append(b" " if category[0] in "CZ" else _cell(character, encoding))
    return found


def _cell(character: str, encoding: Encoding) -> bytes:
    bare = unicodedata.normalize("NFKD", character)[0]
    for variant in (character, ALIKE.get(character, ""), bare):
        try:
            raw = variant.encode(encoding)
        except UnicodeEncodeError:
            continue
        if 0 < len(raw) <= CELLS_MAX:
            return raw
    return UNKNOWN


def _cut(found: Sequence[bytes], columns: int) -> bytes:
    """As many whole characters as fit."""
    out = b""
    for cell in found:
        if len(out) + len(cell) > columns:
            break
        out += cell
    return out


def start(protocol: Protocol) -> bytes:
    """What makes a display ready, whatever it was told before."""
    overwrite = US + b"\x01" if protocol == "escpos" else ESC + b"\x11"
    return ESC + b"@" + overwrite + CLEAR


def page(rows: Sequence[bytes], protocol: Protocol, table: int | None) -> bytes:
    """Two rows at their places; ``table`` is the number of the code page, None to leave it.

    The code page is told each time: a display that was without current has forgotten it.
    """
    told = b"" if table is None else ESC + b"t" + bytes([table])
    for number, cells_of_row in enumerate(rows):
        if protocol == "cd5220":
            told += ESC + b"Q" + bytes([ord("A") + number]) + cells_of_row + CR
        else:
            told += US + b"$" + bytes([1, number + 1]) + cells_of_row
    return told

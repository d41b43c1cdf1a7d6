"""Words in lines and columns of so many cells (pure)."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from devices.escpos.code_pages import LOST, CodePage
from devices.escpos.document import Align, Cell

LEAST: Final = 2  # of a column: a character of two cells must fit
_KEPT_FREE: Final = 8  # for a column that shares what the others leave
# A run of blanks, a run of what is not broken, or a single character that may stand anywhere.
_unit = re.compile(r"[ ]+|[\x21-\x7e\u00a1-\u04ff]+|.")


def wrap(text: str, width: int, page: CodePage) -> list[str]:
    """Lines of ``width`` cells at the most, broken between words where that is possible."""
    return [line for piece in text.split("\n") for line in _wrap_line(piece, width, page)]


def _wrap_line(text: str, width: int, page: CodePage) -> list[str]:
    lines, line, used = [], "", 0
    for unit in _units(text, width, page):
        cells = page.cells(unit)
        if used + cells > width:
            lines.append(line.rstrip())
            line, used = "", 0
            if unit.isspace():
                continue
        line += unit
        used += cells
    return [*lines, line.rstrip()]


def _units(text: str, width: int, page: CodePage) -> list[str]:
    """What is not broken, each no wider than a line."""
    found: list[str] = []
    for unit in _unit.findall(text):
        if page.cells(unit) <= width:
            found.append(unit)
        else:
            found += [one if page.cells(one) <= width else LOST for one in unit]
    return found


def aligned(text: str, width: int, align: Align, page: CodePage) -> str:
    """A text that fits, with blanks up to the full width."""
    free = width - page.cells(text)
    before = {"left": 0, "centre": free // 2, "right": free}[align]
    return " " * before + text + " " * (free - before)


def columns(cells: Sequence[Cell], width: int, page: CodePage) -> list[str]:
    """The lines of a row, each exactly ``width`` cells wide; its texts are printable."""
    widths = shares(cells, width, page)
    if widths is None:  # there is no room beside each other, so they stand below each other
        return [
            aligned(line, width, cell.align, page)
            for cell in cells
            for line in wrap(cell.text, width, page)
        ]
    texts = [wrap(cell.text, own, page) for cell, own in zip(cells, widths, strict=True)]
    return [
        " ".join(
            aligned(text, own, cell.align, page)
            for text, own, cell in zip(line, widths, cells, strict=True)
        )
        for line in zip_longest(*texts, fillvalue="")
    ]


def shares(cells: Sequence[Cell], width: int, page: CodePage) -> list[int] | None:
    """How wide each column is, together with a blank between; None when there is no room."""
    room = width - (len(cells) - 1)
    if room < LEAST * len(cells):
        return None
    wanted = [_wanted(cell, page) for cell in cells]
    sharing = sum(want == 0 for want in wanted)
    free = room - min(_KEPT_FREE, room // len(cells)) * sharing
    asked = sum(wanted)
    if asked > free:
        wanted = [want and max(LEAST, want * free // asked) for want in wanted]
    left = room - sum(wanted)
    if left < LEAST * sharing:
        return None
    for at, want in enumerate(wanted):
        if want == 0:
            wanted[at] = left // sharing
            left, sharing = left - wanted[at], sharing - 1
    wanted[0] += left  # nobody shares: the first column has the rest
    return wanted if left >= 0 else None


def _wanted(cell: Cell, page: CodePage) -> int:
    if cell.fit:
        return max(LEAST, *(page.cells(line) for line in cell.text.split("\n")))
    return max(LEAST, cell.width) if cell.width else 0

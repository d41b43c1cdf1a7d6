"""A document in ZPL, the language of label printers (pure).

Whatever stands between two cuts is one label. Text is placed line by line: the printer's own font
is not as wide for every letter, so lines are cut a little shorter than they could be.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from devices.escpos.code_pages import CodePage, printable
from devices.escpos.document import (
    AnyPart,
    Barcode,
    Cell,
    Cut,
    Document,
    Feed,
    Pulse,
    Qr,
    Raster,
    Row,
    Rule,
    Text,
)
from devices.escpos.graphics import plain
from devices.escpos.layout import LEAST, shares, wrap
from devices.escpos.profile import Profile
from gateway.kernel.codes import gtin14

HEIGHT: Final = 28  # of a line of text, in dots
GAP: Final = 6
BARS: Final = 80
_SIDES: Final = {"left": "L", "centre": "C", "right": "R"}


class _Unicode(CodePage):
    """Everything that is seen; how wide it is says Unicode."""

    def cells(self, text: str) -> int:
        return sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)

    def has(self, text: str) -> bool:
        return text.isprintable()


_PAGE: Final = _Unicode("gb18030", "utf-8", b"")


@dataclass
class _Label:
    """One label as it grows: its fields, and how far down they reach in dots."""

    dots: int
    columns: int
    fields: str = ""
    y: int = 0

    def put(self, field: str, height: int, x: int = 0) -> None:
        """A field below the others; the next one stands below it."""
        self.at(x, field)
        self.y += height

    def at(self, x: int, field: str) -> None:
        """A field at the height that was reached."""
        self.fields += f"^FO{x},{self.y}{field}^FS\n"

    def finished(self) -> str:
        return f"^XA^CI28^PW{self.dots}^LL{self.y + HEIGHT}\n{self.fields}^XZ\n"


def write(document: Document, profile: Profile) -> bytes:
    """Every label. ValueError for a picture that is none, and for a drawer: there is none."""
    if any(isinstance(part, Pulse) for part in document.parts):
        raise ValueError("A label printer has no drawer.")
    label = _Label(profile.dots, profile.columns)
    labels = []
    for part in document.parts:
        if isinstance(part, Cut):
            labels.append(label)
            label = _Label(profile.dots, profile.columns)
        else:
            _add(label, part)
    return "".join(one.finished() for one in (*labels, label) if one.fields).encode()


def _add(label: _Label, part: AnyPart) -> None:
    match part:
        case Text():
            _text(label, part)
        case Row():
            _row(label, part)
        case Rule():
            label.put(f"^GB{label.dots},3,3", 3 + 2 * GAP)
        case Feed():
            label.y += part.lines * (HEIGHT + GAP)
        case Barcode():
            _barcode(label, part)
        case Qr():
            _qr(label, part.text, part.dots)
        case Raster():
            rows = list(part.rows())
            across = len(rows[0])
            total = across * part.height
            bits = "".join(row.hex() for row in rows)
            label.put(f"^GFA,{total},{total},{across},{bits}", part.height + GAP)


def _text(label: _Label, part: Text) -> None:
    times = 2 if part.large else 1
    said, _ = printable(part.text, _PAGE)
    for line in wrap(said, label.columns // times, _PAGE):
        label.put(
            _line(line, label.dots, _SIDES[part.align], times * HEIGHT, bold=part.bold),
            times * HEIGHT + GAP,
        )


def _row(label: _Label, row: Row) -> None:
    cells = [
        Cell(printable(cell.text, _PAGE)[0], cell.align, cell.width, cell.fit) for cell in row.cells
    ]
    widths = shares(cells, label.columns, _PAGE) or [label.columns // len(cells)] * len(cells)
    texts = [
        wrap(cell.text, max(LEAST, width), _PAGE) for cell, width in zip(cells, widths, strict=True)
    ]
    for at in range(max(map(len, texts))):
        x = 0
        for cell, width, lines in zip(cells, widths, texts, strict=True):
            room = label.dots * width // label.columns
            if at < len(lines) and lines[at]:
                side = _SIDES[cell.align]
                label.at(x, _line(lines[at], room, side, HEIGHT, bold=row.bold))
            x += room + label.dots // label.columns
        label.y += HEIGHT + GAP


def _line(text: str, room: int, side: str, height: int, *, bold: bool) -> str:
    wide = height * 6 // 5 if bold else height
    return f"^A0N,{height},{wide * 9 // 10}^FB{room},1,0,{side}^FH_^FD{_data(text)}"


def _barcode(label: _Label, part: Barcode) -> None:
    below = BARS + HEIGHT + 2 * GAP
    if part.symbology == "ean13" and len(part.text) == 13 and gtin14(part.text):
        label.put(f"^BY2^BEN,{BARS},Y,N^FD{part.text[:12]}", below, x=2 * GAP)
    elif part.text.isascii() and part.text.isprintable() and _fits(part.text, label.dots):
        said = _data(part.text.replace(">", ">0"))
        label.put(f"^BY2^BCN,{BARS},Y,N,N^FH_^FD{said}", below, x=2 * GAP)
    else:
        _qr(label, part.text, 6)


def _fits(text: str, dots: int) -> bool:
    return 2 * (11 * len(text) + 55) <= dots


def _qr(label: _Label, text: str, dots: int) -> None:
    size = min(dots, 10)
    squares = 29 + 4 * (len(text.encode()) // 14)
    label.put(f"^BQN,2,{size}^FH_^FDMA,{_data(plain(text))}", size * squares + GAP, x=2 * GAP)


def _data(text: str) -> str:
    """A text without a sign that would begin a command."""
    return "".join(f"_{ord(one):02X}" if one in "^~_" else one for one in plain(text))

"""A document as the bytes of one printer, and as plain lines for people to look at (pure)."""

from dataclasses import dataclass
from typing import Final

from devices.escpos import graphics, layout
from devices.escpos.code_pages import CodePage, printable
from devices.escpos.document import (
    AnyPart,
    Barcode,
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
from devices.escpos.profile import Profile

_RESET: Final = b"\x1b@"
_LEFT: Final = b"\x1ba\x00"
_CENTRE: Final = b"\x1ba\x01"
_CUTS: Final = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\n" * 4}
_PINS: Final = {2: 0, 5: 1}
_PULSE_MS_MAX: Final = 510


@dataclass(frozen=True)
class Written:
    """The bytes of a document; ``lost`` counts characters that the printer does not have."""

    data: bytes
    lost: int
    pulses: tuple[Pulse, ...]


def write(document: Document, profile: Profile) -> Written:
    """Every byte that a printer needs. ValueError for a picture that is none."""
    lost = 0
    said = [_RESET, profile.page.select]
    for part in document.parts:
        there, missing = _in_page(part, profile.page)
        lost += missing
        said.append(_bytes(there, profile))
    pulses = tuple(part for part in document.parts if isinstance(part, Pulse))
    return Written(b"".join(said), lost, pulses)


def show(document: Document, profile: Profile) -> list[str]:
    """The lines that can be read on the paper; what is no text stands in brackets."""
    lines: list[str] = []
    for part in document.parts:
        lines += _shown(_in_page(part, profile.page)[0], profile)
    return lines


def _in_page(part: AnyPart, page: CodePage) -> tuple[AnyPart, int]:
    """The part in characters that the printer has, and how many it has not."""
    if isinstance(part, Text):
        text, lost = printable(part.text, page)
        return Text(text, part.bold, part.large, part.align), lost
    if isinstance(part, Row):
        told = [printable(cell.text, page) for cell in part.cells]
        cells = [
            type(cell)(text, cell.align, cell.width, cell.fit)
            for cell, (text, _) in zip(part.cells, told, strict=True)
        ]
        return Row(cells, part.bold), sum(lost for _, lost in told)
    return part, 0


def _bytes(part: AnyPart, profile: Profile) -> bytes:
    match part:
        case Text(large=True):
            return b"\x1d!\x11" + _lines(part, profile, bold=part.bold) + b"\x1d!\x00"
        case Text() | Row():
            return _lines(part, profile, bold=part.bold)
        case Barcode() | Qr() | Raster():
            return _CENTRE + _drawn(part, profile.dots) + _LEFT
        case Cut():
            return _CUTS[profile.knife]
        case Pulse():
            return _pulse(profile)
        case _:
            return _lines(part, profile)


def _drawn(part: Barcode | Qr | Raster, dots: int) -> bytes:
    if isinstance(part, Barcode):
        return graphics.barcode(part, dots)
    return graphics.qr(part) if isinstance(part, Qr) else graphics.raster(part, dots)


def _lines(part: AnyPart, profile: Profile, *, bold: bool = False) -> bytes:
    page = profile.page
    text = b"".join(page.encode(line.rstrip()) + b"\n" for line in _shown(part, profile))
    return b"\x1bE\x01" + text + b"\x1bE\x00" if bold else text


def _pulse(profile: Profile) -> bytes:
    """``ESC p m t1 t2``: on for so long, and off for at least twice that, in steps of 2 ms."""
    on = max(1, min(profile.pulse_ms, _PULSE_MS_MAX) // 2)
    return b"\x1bp" + bytes([_PINS[profile.drawer_pin], on, min(255, 2 * on)])


def _shown(part: AnyPart, profile: Profile) -> list[str]:
    page, width = profile.page, profile.columns
    match part:
        case Text():
            narrow = width // 2 if part.large else width
            lines = layout.wrap(part.text, narrow, page)
            return [layout.aligned(line, narrow, part.align, page) for line in lines]
        case Row():
            return layout.columns(part.cells, width, page)
        case Feed():
            return [""] * part.lines
        case Pulse():
            return []
        case _:
            return [_sign(part, width)]


def _sign(part: Rule | Cut | Barcode | Qr | Raster, width: int) -> str:
    """What stands in the lines for what is no text."""
    if isinstance(part, Rule):
        return ("=" if part.double else "-") * width
    if isinstance(part, Cut):
        return "- " * (width // 2)
    if isinstance(part, Raster):
        return f"[{part.width} x {part.height}]"
    return f"[{graphics.plain(part.text)}]"


def marked(document: Document, word: str) -> Document:
    """The same as a copy: it says so at its top, and opens no drawer."""
    banner = Text(f"*** {word} ***", bold=True, large=True, align="centre")
    kept = [part for part in document.parts if not isinstance(part, Pulse)]
    return Document([banner, *kept])

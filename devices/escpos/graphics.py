"""Bar codes, QR codes and pictures in the words of a printer (pure).

Bytes that stand for dots may happen to be a command that printers obey at once, wherever it stands
(``DLE EOT``, ``DLE ENQ``, ``DLE DC4``: the last opens a drawer). There a dot is left out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from devices.escpos.document import Barcode, Qr, Raster
from gateway.kernel.codes import gtin14

_BAND: Final = 128  # rows of a picture in one command: printers have little memory
_HEIGHT: Final = 80
_at_once = re.compile(b"\x10(?=[\x04\x05\x14])")


def barcode(part: Barcode, dots: int) -> bytes:
    """``GS k``, or a QR code for what no bar code of this paper can say; all of it printable."""
    if part.symbology == "ean13" and len(part.text) == 13 and gtin14(part.text):
        width, code = _module(113, dots), b"\x43\x0d" + part.text.encode("ascii")
    else:
        width = _module(11 * len(part.text) + 55, dots)
        if width == 0 or not part.text.isascii() or not part.text.isprintable():
            return qr(Qr(part.text))
        said = b"{B" + part.text.replace("{", "{{").encode("ascii")
        code = bytes([0x49, len(said)]) + said
    head = b"\x1dH\x02\x1dh" + bytes([_HEIGHT]) + b"\x1dw" + bytes([width])
    return head + b"\x1dk" + code + b"\n"


def _module(modules: int, dots: int) -> int:
    """How many dots the thinnest bar has; 0 when the code does not fit."""
    return 3 if 3 * modules <= dots else 2 if 2 * modules <= dots else 0


def qr(part: Qr) -> bytes:
    """``GS ( k``: model 2, middling error correction."""
    said = plain(part.text).encode()
    return b"".join(
        (
            _symbol(b"1A2\x00"),
            _symbol(b"1C" + bytes([part.dots])),
            _symbol(b"1E1"),
            _symbol(b"1P0" + said),
            _symbol(b"1Q0"),
            b"\n",
        )
    )


def plain(text: str) -> str:
    """A text with a blank for everything that is not seen."""
    return "".join(one if one.isprintable() else " " for one in text)


def _symbol(said: bytes) -> bytes:
    return b"\x1d(k" + len(said).to_bytes(2, "little") + said


def raster(part: Raster, dots: int) -> bytes:
    """``GS v 0``, band by band. ValueError when the picture is not what it says."""
    across = min(-(-part.width // 8), dots // 8)
    rows = (row[:across] for row in part.rows())
    return b"".join(
        b"\x1dv0\x00" + across.to_bytes(2, "little") + count.to_bytes(2, "little") + band
        for count, band in _bands(rows)
    )


def _bands(rows: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    band: list[bytes] = []
    for row in rows:
        band.append(row)
        if len(band) == _BAND:
            yield len(band), _harmless(b"".join(band))
            band = []
    if band:
        yield len(band), _harmless(b"".join(band))


def _harmless(dots: bytes) -> bytes:
    return _at_once.sub(b"\x00", dots)

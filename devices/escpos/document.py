"""What is to be printed, whatever the printer: parts one below the other.

A document is kept and sent as JSON. How wide the paper is and which characters there are is the
printer's business: see ``profile.py``.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

PARTS_MAX: Final = 2000
RASTER_DOTS_MAX: Final = 832  # of the widest common paper head, across
Align = Literal["left", "centre", "right"]
Printed = Annotated[str, Meta(max_length=4096)]


class Part(Struct, forbid_unknown_fields=True, frozen=True, tag_field="part", omit_defaults=True):
    """One thing on the paper."""


class Text(Part, tag="text", frozen=True):
    """Words, broken into as many lines as they need. ``large`` is twice as high and as wide."""

    text: Printed
    bold: bool = False
    large: bool = False
    align: Align = "left"


class Cell(Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One column of a row.

    ``width`` counts characters; 0 shares what the others leave, or with ``fit`` takes what its text
    needs.
    """

    text: Printed
    align: Align = "left"
    width: Annotated[int, Meta(ge=0, le=80)] = 0
    fit: bool = False


class Row(Part, tag="row", frozen=True):
    """Columns beside each other, one blank between."""

    cells: Annotated[list[Cell], Meta(min_length=1, max_length=6)]
    bold: bool = False


class Rule(Part, tag="rule", frozen=True):
    """A line across the paper."""

    double: bool = False


class Feed(Part, tag="feed", frozen=True):
    """Empty lines."""

    lines: Annotated[int, Meta(ge=1, le=20)] = 1


class Barcode(Part, tag="barcode", frozen=True):
    """A bar code with its text below. What does not fit its symbology or the paper is a QR code."""

    text: Annotated[str, Meta(min_length=1, max_length=80)]
    symbology: Literal["code128", "ean13"] = "code128"


class Qr(Part, tag="qr", frozen=True):
    """A QR code; ``dots`` is the size of its squares."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    dots: Annotated[int, Meta(ge=2, le=12)] = 6


class Raster(Part, tag="raster", frozen=True):
    """A picture of black dots: rows from the top, bits from the left, each row in whole bytes.

    ``bits`` is base64. What is wider than the paper is cut off at the right.
    """

    width: Annotated[int, Meta(ge=1, le=RASTER_DOTS_MAX)]
    height: Annotated[int, Meta(ge=1, le=2400)]
    bits: Annotated[str, Meta(max_length=400_000)]

    def rows(self) -> Iterator[bytes]:
        """The bytes of each row; ValueError when there are more or less than it says."""
        try:
            raw = base64.b64decode(self.bits, validate=True)
        except binascii.Error as error:
            raise ValueError("The bits of a picture are not base64.") from error
        across = -(-self.width // 8)
        if len(raw) != across * self.height:
            raise ValueError(f"A picture has {len(raw)} bytes instead of {across * self.height}.")
        return (raw[at : at + across] for at in range(0, len(raw), across))


class Cut(Part, tag="cut", frozen=True):
    """The end of a piece of paper."""


class Pulse(Part, tag="pulse", frozen=True):
    """Have the drawer spring open, and why; ``register`` is whose drawer it is."""

    reason: Annotated[str, Meta(min_length=1, max_length=400, pattern=r"\S")]
    register: Annotated[str, Meta(max_length=80)] = ""


AnyPart = Text | Row | Rule | Feed | Barcode | Qr | Raster | Cut | Pulse


class Document(Struct, forbid_unknown_fields=True, frozen=True):
    """Everything of one job, from the top."""

    parts: Annotated[list[AnyPart], Meta(min_length=1, max_length=PARTS_MAX)]


class Printing(Struct, frozen=True):
    """A document on its way to a printer; ``number`` tells this job from the others."""

    document: Document
    number: int = 0


def check(document: Document) -> None:
    """ValueError with a sentence when a part of it cannot be printed at all."""
    for part in document.parts:
        if isinstance(part, Raster):
            part.rows()

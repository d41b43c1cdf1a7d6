"""What a frame turned out to say (pure values)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """Why a code is not taken as what it claims to be.

    ``reason`` is one word (check_digit, date, verifier, gs1, digital_link). ``field`` names the
    part of the code, ``expected`` and ``got`` say what should have stood there, where that is
    known.
    """

    reason: str
    field: str = ""
    expected: str = ""
    got: str = ""


@dataclass(frozen=True)
class Elements:
    """The parts of a code that carries several.

    ``values``: name -> text, {"value", "unit"} for a measure, an integer for a count or for minor
    units of the shop's money, {"minor", "currency"} for money of a currency that is named. GS1
    application identifiers without a name of their own stand under their number.
    ``gtin`` is 14 digits or empty.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    gtin: str = ""
    warnings: tuple[str, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True)
class Reading:
    """One code: ``text`` without its AIM prefix, ``aim`` such as ``]C1``, ``symbology`` in plain
    words.

    ``warnings``: restricted (an in-store number), gs_suspect (a separator seems to be missing),
    not_utf8, layout_suspect (a key that gives nothing: its scanner types for another keyboard
    layout), repeated (one element stands twice with different values), gs1_unread (looks like GS1,
    reads as nothing), unknown_ai (an identifier that is newer than this gateway), expired,
    best_before_over and sell_by_over (by the gateway's clock).
    """

    text: str
    aim: str = ""
    symbology: str = ""
    elements: Elements = Elements()

    @property
    def gtin(self) -> str:
        """The article number as 14 digits, or empty."""
        return self.elements.gtin

    @property
    def fault(self) -> Fault | None:
        """Why it is invalid, or None."""
        return self.elements.fault

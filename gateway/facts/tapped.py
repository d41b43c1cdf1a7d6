"""What was read off the line between a till and its printer: the shape of such facts."""

from typing import Annotated, Final

from msgspec import Meta, Struct, field

from gateway.facts.basic import Counted, Currency, Minor, Name, Text

Printed = Annotated[str, Meta(max_length=4096)]


class ReceiptTapped(Counted, kw_only=True):
    """receipt.tapped: what a till printed, line by line, and what could be read of it.

    ``parsed`` says whether a total was found. ``raw`` is base64 of the bytes, ``whole`` is false
    where there were too many of them. ``codes`` are what bar codes on it say. ``date``, ``receipt``
    and ``register`` are as printed. Moves nothing.
    """

    lines: Annotated[list[Printed], Meta(max_length=1000)]
    parsed: bool
    raw: Annotated[str, Meta(max_length=70_000)] = ""
    whole: bool = True
    codes: Annotated[list[Printed], Meta(max_length=50)] = field(default_factory=list)
    images: Annotated[int, Meta(ge=0)] = 0
    register: Name | None = None
    receipt: Name | None = None
    date: Text | None = None
    total: Minor | None = None
    tax: Minor | None = None
    currency: Currency | None = None
    payment: Name | None = None


TAPPED_TYPES: Final[dict[str, type[Struct]]] = {"receipt.tapped": ReceiptTapped}

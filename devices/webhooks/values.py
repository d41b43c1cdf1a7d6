"""Values of a foreign body as facts have them: numbers, whole numbers, texts (pure)."""

from decimal import Decimal, InvalidOperation
from typing import Final, Self

from gateway.kernel.canonical import INTEGER_MAX

DIGITS_MAX: Final = 18


class MappingFault(Exception):
    """A value cannot be made. ``code`` says why, ``place`` which member wanted it from where."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(code, place)
        self.code = code
        self.place = place

    def within(self, member: str) -> Self:
        """The same fault as that of a member."""
        return type(self)(self.code, f"{member}/{self.place}" if self.place else member)


class MissingFault(MappingFault):
    """There is nothing at a path."""


def fraction(text: str) -> Decimal:
    """A number of JSON; one that is too great or too small for any use is no number (NaN)."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def numeric(value: object) -> Decimal:
    """A number or its text; MappingFault."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        found = fraction(value) if isinstance(value, str) else Decimal(value)
        if found.is_finite() and (not found or abs(found.adjusted()) <= DIGITS_MAX):
            return found
    raise MappingFault("no_number")


def bounded(value: object) -> int:
    """An integer that the journal can hold; MappingFault."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > INTEGER_MAX:
        raise MappingFault("no_integer")
    return value


def text(value: object) -> str:
    """A text, or a number or truth value as text; MappingFault."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{numeric(value).normalize():f}"
    if isinstance(value, str | int):
        return str(value)
    raise MappingFault("no_text")

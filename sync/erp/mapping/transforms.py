"""From a value of ours to one of an ERP's and back: a closed table of pure functions.

Money is integer minor units here and a Decimal there, quantities and rates are decimal text here
and Decimal there. What a transform cannot take is a ValueError, told with the entry.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Literal

from gateway.kernel import languages, money
from sync.erp.line import Plain

Out = Plain | tuple[Plain, ...]
DATE_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Context:
    """What a transform has to know beside the value.

    ``currency`` is that of the entry's money, ``zone`` the one that the ERP's days are in.
    """

    currency: str
    zone: tzinfo = UTC
    half: Literal["up", "even"] = "up"

    @property
    def unit(self) -> Decimal:
        """The smallest amount of the currency."""
        return Decimal(1).scaleb(-money.exponent(self.currency))


@dataclass(frozen=True, slots=True)
class Transform:
    """A way there, and the way back. ``same`` makes what is compared of a value."""

    out: Callable[[object, Context], Out]
    back: Callable[[Plain, Context], object]
    same: Callable[[Plain], Plain] = lambda value: value


def number(value: object) -> Decimal:
    """A number that is no float: an integer, a Decimal or decimal text; ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError(f"{type(value).__name__} is no number")  # noqa: TRY004 (told alike)
    try:
        read = Decimal(value)
    except InvalidOperation as error:
        raise ValueError("a text that is no number") from error
    if not read.is_finite():
        raise ValueError("a number without an end")
    return read


def plain(value: Decimal) -> str:
    """Decimal text without an exponent or zeros at its end."""
    return f"{value.normalize():f}" if value else "0"


def amount(minor: object, context: Context) -> Decimal:
    """Minor units in the currency's own unit; ValueError."""
    read = number(minor)
    if read != read.to_integral_value():
        raise ValueError("an amount that is not in minor units")
    return read * context.unit


def _minor(value: Plain, context: Context) -> int:
    scaled = number(value) / context.unit
    if scaled != scaled.to_integral_value():
        raise ValueError(f"more places than {context.currency} has")
    return int(scaled)


def _date(value: object, context: Context) -> str:
    text = str(value)
    if len(text) == DATE_LENGTH:
        return date.fromisoformat(text).isoformat()
    return datetime.fromisoformat(text).astimezone(context.zone).date().isoformat()


def _instant(value: object, _context: Context) -> str:
    at = datetime.fromisoformat(str(value)).astimezone(UTC)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _tags(value: object, _context: Context) -> tuple[Plain, ...]:
    """What an ERP may call a language, the best name first; traditional Chinese is Taiwan's."""
    tag = str(value)
    exact = tag.replace("-", "_")
    other = "zh_TW" if languages.nearest(tag) == languages.TRADITIONAL else exact.partition("_")[0]
    return tuple(dict.fromkeys((exact, other)))


def _whole(value: object, _context: Context) -> int:
    read = number(value)
    if read != read.to_integral_value():
        raise ValueError("a number that is not whole")
    return int(read)


def _text(value: object, _context: Context) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _as_is(value: Plain, _context: Context) -> object:
    return value


def _compact(value: Plain) -> Plain:
    """A text without what an ERP puts in to make it readable (``+33 4 72 00 00 11``)."""
    return "".join(value.split()) if isinstance(value, str) else value


def _bool(value: object, _context: Context) -> bool:
    if not isinstance(value, bool):
        raise ValueError("a value that is neither true nor false")  # noqa: TRY004 (told alike)
    return value


def _decimal_back(value: Plain, _context: Context) -> str:
    return plain(number(value))


_DECIMAL = Transform(lambda value, _: number(value), _decimal_back)
TRANSFORMS: Final[Mapping[str, Transform]] = {
    "text": Transform(_text, lambda value, _: "" if value is None else str(value)),
    "phone": Transform(_text, lambda value, _: str(_compact(value) or ""), _compact),
    "money": Transform(amount, _minor),
    "quantity": _DECIMAL,
    "decimal": _DECIMAL,
    "percent": Transform(
        lambda value, _: number(value) * 100, lambda value, _: plain(number(value) / 100)
    ),
    "integer": Transform(_whole, _whole),
    "date": Transform(_date, _as_is),
    "instant": Transform(_instant, _as_is),
    "boolean": Transform(_bool, lambda value, _: bool(value)),
    "not": Transform(lambda value, context: not _bool(value, context), lambda value, _: not value),
    "upper": Transform(lambda value, _: str(value).upper(), _as_is),
    "lower": Transform(lambda value, _: str(value).lower(), _as_is),
    "language": Transform(_tags, lambda value, _: str(value).replace("_", "-")),
    # Of a line, with its quantity: see unit_price.
    "price": Transform(amount, _as_is),
}


def unit_price(
    quantity: Decimal, stated: Decimal | None, net: Decimal, context: Context, places: int
) -> tuple[Decimal, Decimal]:
    """The price that makes the ERP's amount of a line ours, and what is still missing from it.

    The stated price where it does, else the amount spread over the quantity: discounts and tills
    that round otherwise are in the amount already. The ERP keeps ``places`` of a price.
    """
    finest = Decimal(1).scaleb(-places)
    fits = stated is not None and stated == stated.quantize(finest)
    if stated is not None and fits and _rounded(quantity * stated, context) == net:
        return stated, Decimal(0)
    if not quantity:
        return (stated or Decimal(0)).quantize(finest), net
    price = (net / quantity).quantize(finest)
    return price, net - _rounded(quantity * price, context)


def _rounded(value: Decimal, context: Context) -> Decimal:
    """An amount as the ERP rounds it."""
    mode = ROUND_HALF_EVEN if context.half == "even" else ROUND_HALF_UP
    return value.quantize(context.unit, rounding=mode)


_PLACE = re.compile(r"\{([^{}]+)\}")


def filled(template: str, get: Callable[[str], object]) -> str:
    """A text with what stands at its paths in braces: ``{register}, receipt {receipt}``.

    It is empty where nothing stands at any of them.
    """
    values = {path: get(path) for path in places(template)}
    if all(value in (None, "") for value in values.values()):
        return ""
    told = {path: "" if value is None else str(value) for path, value in values.items()}
    return _PLACE.sub(lambda found: told[found[1]], template).strip()


def places(template: str) -> list[str]:
    """The paths of a template."""
    return _PLACE.findall(template)

"""What the value behind a GS1 application identifier means: its name, its type, what is wrong with
it (pure).

Dates are ISO 8601 dates, counts are integers, measures are decimal text with their unit, and money
is an integer of minor units (GS1 General Specifications, sections 3.2 to 3.8).
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from devices.codes.reading import Fault
from gateway.kernel import codes, money
from gateway.kernel.currencies import BY_NUMBER

NAMES: Final = {
    "00": "sscc",
    "01": "gtin",
    "02": "content_gtin",
    "10": "lot",
    "11": "production_date",
    "12": "due_date",
    "13": "packaging_date",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiry",
    "20": "variant",
    "21": "serial",
    "22": "consumer_variant",
    "30": "variable_count",
    "37": "count",
    "240": "additional_id",
    "241": "customer_part",
    "400": "customer_order",
    "410": "ship_to",
    "414": "location",
}
# The first three digits of an identifier of a measure; the fourth says how many decimals.
MEASURES: Final = {
    "310": ("weight", "kg"), "311": ("length", "m"), "312": ("width", "m"),
    "313": ("height", "m"), "314": ("area", "m2"), "315": ("volume", "l"),
    "316": ("volume", "m3"), "320": ("weight", "lb"), "321": ("length", "in"),
    "322": ("length", "ft"), "323": ("length", "yd"), "324": ("width", "in"),
    "325": ("width", "ft"), "326": ("width", "yd"), "327": ("height", "in"),
    "328": ("height", "ft"), "329": ("height", "yd"), "330": ("gross_weight", "kg"),
    "335": ("gross_volume", "l"), "336": ("gross_volume", "m3"), "337": ("density", "kg/m2"),
    "340": ("gross_weight", "lb"), "350": ("area", "in2"), "351": ("area", "ft2"),
    "352": ("area", "yd2"), "356": ("weight", "ozt"), "357": ("weight", "oz"),
    "360": ("volume", "qt"), "361": ("volume", "gal"), "394": ("discount", "%"),
}  # fmt: skip
# Money of the shop's own currency, and money that names its currency (ISO 4217, three digits).
AMOUNTS: Final = {"390": "amount", "392": "price", "395": "unit_price"}
NAMED_AMOUNTS: Final = {"391": "amount", "393": "price"}
COUNTS: Final = frozenset({"30", "37"})
DATES: Final = frozenset({"11", "12", "13", "15", "16", "17"})
CHECKED: Final = frozenset(
    {"00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417"}
)
# A date that lies behind us, and what is to be said of it.
OVER: Final = {"17": "expired", "15": "best_before_over", "16": "sell_by_over"}


@dataclass(frozen=True)
class Terms:
    """What a value depends on: the day it is read, and what the site has decided.

    ``money_decimals`` are those of the shop's currency. ``zero_dates``: 000000 means no date.
    """

    today: date
    zero_dates: bool = False
    money_decimals: int = 2


def named(identifier: str) -> str:
    """The name of an element, or its identifier where it has none."""
    return NAMES.get(identifier, identifier)


def fault_of(identifier: str, value: str, terms: Terms) -> Fault | None:
    """What is wrong with a value of the right form; None when nothing is."""
    name = named(identifier)
    if identifier in CHECKED and (expected := codes.check_digit(value[:-1])) != int(value[-1]):
        return Fault("check_digit", name, str(expected), value[-1])
    if identifier in DATES and not (terms.zero_dates and value == "000000"):
        return None if day(value, terms.today) else Fault("date", name, got=value)
    return Fault("gs1", name) if identifier in COUNTS and not value else None


def typed(identifier: str, value: str, terms: Terms) -> Mapping[str, object]:
    """The element with its value as what it is; empty where a date says that there is none."""
    family = identifier[:3]
    if identifier in DATES:
        found = day(value, terms.today)
        return {NAMES[identifier]: found} if found else {}
    if identifier in COUNTS:
        return {NAMES[identifier]: int(value)}
    if len(identifier) == 4 and family in MEASURES:
        name, unit = MEASURES[family]
        return {name: {"value": _decimal(value, int(identifier[3])), "unit": unit}}
    if len(identifier) == 4 and family in AMOUNTS:
        return _amount(AMOUNTS[family], value, int(identifier[3]), terms.money_decimals)
    if len(identifier) == 4 and family in NAMED_AMOUNTS:
        return _named_amount(NAMED_AMOUNTS[family], value, int(identifier[3]))
    return {named(identifier): value}


def over(identifier: str, value: str, terms: Terms) -> str:
    """The warning that a date lies behind us, or nothing."""
    if identifier not in OVER:
        return ""
    found = day(value, terms.today)
    return OVER[identifier] if found and found < terms.today.isoformat() else ""


def day(digits: str, today: date) -> str:
    """YYMMDD as YYYY-MM-DD, or nothing when there is no such day.

    Day 00 is the last of its month; the year lies between 49 years ago and 50 years to come (GS1
    General Specifications, section 7.12).
    """
    short, month, number = (int(digits[at : at + 2]) for at in (0, 2, 4))
    away = short - today.year % 100
    century = today.year - today.year % 100 + (-100 if away >= 51 else 100 if away <= -50 else 0)
    if not 1 <= month <= 12:
        return ""
    last = calendar.monthrange(century + short, month)[1]
    return "" if number > last else date(century + short, month, number or last).isoformat()


def _decimal(digits: str, decimals: int) -> str:
    return format(Decimal(int(digits)).scaleb(-decimals), "f")


def _amount(name: str, digits: str, decimals: int, money_decimals: int) -> Mapping[str, object]:
    """Minor units, or decimal text of what is finer than those."""
    minor = _minor(digits, decimals, money_decimals)
    return {name: _decimal(digits, decimals)} if minor is None else {f"{name}_minor": minor}


def _named_amount(name: str, digits: str, decimals: int) -> Mapping[str, object]:
    number, digits = digits[:3], digits[3:]
    currency = BY_NUMBER.get(number)
    minor = currency and _minor(digits, decimals, money.exponent(currency))
    if currency is None or not isinstance(minor, int):
        return {name: {"value": _decimal(digits, decimals), "currency": currency or number}}
    return {name: {"minor": minor, "currency": currency}}


def _minor(digits: str, decimals: int, money_decimals: int) -> int | None:
    value = Decimal(int(digits)).scaleb(money_decimals - decimals)
    return int(value) if value == value.to_integral_value() else None

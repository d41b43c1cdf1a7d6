"""GS1 codes with several parts, read by biip behind a fence (pure).

biip knows the application identifiers; it is kept from what it does not do well. It sees ASCII
only, and a limited length (long digits cost seconds), its assertions about structure become faults,
and check digits and dates are judged here: it returns elements whose check digit is wrong.

Import it where it is needed: biip brings a table of every company prefix, 6 MiB and a tenth of a
second, and the plain article numbers that most scans are do without.
"""

import re
from collections.abc import Iterable

from biip import ParseConfig, ParseError
from biip.checksums import gs1_price_weight_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.upc import Upc

from devices.reading import Elements, Fault
from gateway.kernel import codes

NAMES = {
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
MEASURES = {
    "310": ("weight", "kg"),
    "320": ("weight", "lb"),
    "330": ("gross_weight", "kg"),
    "340": ("gross_weight", "lb"),
    "311": ("length", "m"),
    "314": ("area", "m2"),
    "315": ("volume", "l"),
    "316": ("volume", "m3"),
}
DATES = frozenset({"11", "12", "13", "15", "16", "17"})
CHECKED = frozenset(
    {"00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417"}
)

# What a lot or serial number looks like that has swallowed the element behind it, for want of a
# separator.
_SWALLOWED = re.compile(
    r".{2,}(1[1235679][0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])|37[0-9]{1,8}|21[0-9A-Za-z]{3,})"
)
_ARTICLE_LINK = re.compile(r"/01/([0-9]{8}|[0-9]{12,14})([/?]|$)")
_STUMBLED = re.compile(r"match '(?P<element>[^']*)' with GS1 AI \((?P<identifier>[0-9]{2,4})\)")
# Dates are judged by _fault: biip would refuse the whole code without saying which part.
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)


def read_message(text: str, *, zero_dates: bool) -> Elements:
    """Element strings as GS1-128 and its relatives carry them, with 0x1D between them."""
    try:
        message = GS1Message.parse(text, config=_CONFIG)
    except (ParseError, ValueError) as error:
        return Elements(fault=_structure_fault(error))
    return _collect(message.element_strings, zero_dates=zero_dates)


def read_printed(text: str, *, zero_dates: bool) -> Elements | None:
    """The human-readable form ``(01)...(17)...``; None when it is just a text in parentheses."""
    try:
        message = GS1Message.parse_hri(text, config=_CONFIG)
    except (ParseError, ValueError):
        return None
    return _collect(message.element_strings, zero_dates=zero_dates)


def read_link(text: str, *, zero_dates: bool) -> Elements | None:
    """A GS1 Digital Link; None for any other web address."""
    try:
        link = GS1DigitalLinkURI.parse(text, config=_CONFIG)
    except (ParseError, ValueError):
        return Elements(fault=Fault("digital_link")) if _ARTICLE_LINK.search(text) else None
    return _collect(link.element_strings, zero_dates=zero_dates)


def upc_a(text: str) -> str | None:
    """The UPC-A behind a UPC-E, or None when its check digit says that it is none."""
    try:
        return Upc.parse(text).as_upc_a()
    except ParseError:
        return None


def price_verifier(digits: str) -> str:
    """The check digit of a price or weight of four or five digits, by its own weights."""
    return str(gs1_price_weight_check_digit(digits))


def _collect(parts: Iterable[GS1ElementString], *, zero_dates: bool) -> Elements:
    values: dict[str, object] = {}
    warnings: list[str] = []
    for part in parts:
        if fault := _fault(part, zero_dates=zero_dates):
            return Elements(values, fault=fault)
        if part.ai.ai in DATES and part.date is None:
            continue  # 000000 says that there is no date
        name, value = _named(part)
        if values.setdefault(name, value) != value:
            warnings.append("repeated")
        if part.ai.ai in ("10", "21") and _SWALLOWED.fullmatch(part.value):
            warnings.append("gs_suspect")
    return Elements(values, str(values.get("gtin", "")), tuple(dict.fromkeys(warnings)))


def _fault(part: GS1ElementString, *, zero_dates: bool) -> Fault | None:
    name, digits = NAMES.get(part.ai.ai, part.ai.ai), part.value
    if part.ai.ai in CHECKED and (expected := codes.check_digit(digits[:-1])) != int(digits[-1]):
        return Fault("check_digit", name, str(expected), digits[-1])
    if part.ai.ai in DATES and part.date is None and not (zero_dates and digits == "000000"):
        return Fault("date", name, got=digits)
    return None


def _named(part: GS1ElementString) -> tuple[str, object]:
    if part.decimal is not None and (measure := MEASURES.get(part.ai.ai[:3])):
        return measure[0], {"value": format(part.decimal, "f"), "unit": measure[1]}
    if part.ai.ai in DATES and part.date is not None:
        return NAMES[part.ai.ai], part.date.isoformat()
    return NAMES.get(part.ai.ai, part.ai.ai), part.value


def _structure_fault(error: Exception) -> Fault:
    """biip names the element it stumbled over: a date with month 13 does not even match its
    pattern.
    """
    match = _STUMBLED.search(str(error))
    if match is None:
        return Fault("gs1")
    identifier = match["identifier"]
    name = NAMES.get(identifier, identifier)
    if identifier not in DATES:
        return Fault("gs1", name)
    return Fault("date", name, got=match["element"].removeprefix(identifier)[:6])

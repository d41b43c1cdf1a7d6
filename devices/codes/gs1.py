"""GS1 codes with several parts, read by biip behind a fence (pure).

biip knows the application identifiers; it is kept from what it does not do well. It sees ASCII
only, and a limited length (long digits cost seconds), its assertions about structure become faults,
and check digits and dates are judged here: it returns elements whose check digit is wrong.

Import it where it is needed: biip brings a table of every company prefix, 6 MiB and a tenth of a
second, and the plain article numbers that most scans are do without.
"""

import re
from collections.abc import Iterable, Iterator

from biip import ParseConfig, ParseError
from biip.checksums import gs1_price_weight_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.upc import Upc

from devices.codes.gs1_values import DATES, Terms, fault_of, named, over, typed
from devices.codes.reading import Elements, Fault

SEPARATOR = "\x1d"

# What a lot or serial number looks like that has swallowed the element behind it, for want of a
# separator.
_SWALLOWED = re.compile(
    r".{2,}(1[1235679][0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])|37[0-9]{1,8}|21[0-9A-Za-z]{3,})"
)
_ARTICLE_LINK = re.compile(r"/01/([0-9]{8}|[0-9]{12,14})([/?]|$)")
_STUMBLED = re.compile(r"match '(?P<element>[^']*)' with GS1 AI \((?P<identifier>[0-9]{2,4})\)")
# Identifiers of no fixed length by their first two digits, and how long they are: what behind an
# unknown one of them reaches to the separator (GS1 General Specifications, figure 7.8.4-2).
_FREE = {
    **dict.fromkeys(("23", "24", "25", "40", "42", "71"), 3),
    **dict.fromkeys(("39", "43", "70", "72", "80", "81", "82"), 4),
}
_VALUE = re.compile(r"[!-?A-Z_a-z]{1,90}")
# Dates are judged by gs1_values: biip would refuse the whole code without saying which part.
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)

# Identifier, value, and whether the identifier is known.
Part = tuple[str, str, bool]


def read_message(text: str, terms: Terms) -> Elements:
    """Element strings as GS1-128 and its relatives carry them, with 0x1D between them."""
    try:
        parts = list(_parts(text.strip()))
    except (ParseError, ValueError) as error:
        return Elements(fault=_structure_fault(error))
    return _collect(parts, terms)


def read_printed(text: str, terms: Terms) -> Elements | None:
    """The human-readable form ``(01)...(17)...``; None when it is just a text in parentheses."""
    try:
        message = GS1Message.parse_hri(text, config=_CONFIG)
    except (ParseError, ValueError):
        return None
    return _collect(map(_plain, message.element_strings), terms)


def read_link(text: str, terms: Terms) -> Elements | None:
    """A GS1 Digital Link; None for any other web address."""
    try:
        link = GS1DigitalLinkURI.parse(text, config=_CONFIG)
    except (ParseError, ValueError):
        return Elements(fault=Fault("digital_link")) if _ARTICLE_LINK.search(text) else None
    return _collect(map(_plain, link.element_strings), terms)


def upc_a(text: str) -> str | None:
    """The UPC-A behind a UPC-E, or None when its check digit says that it is none."""
    try:
        return Upc.parse(text).as_upc_a()
    except ParseError:
        return None


def price_verifier(digits: str) -> str:
    """The check digit of a price or weight of four or five digits, by its own weights."""
    return str(gs1_price_weight_check_digit(digits))


def _plain(part: GS1ElementString) -> Part:
    return part.ai.ai, part.value, True


def _parts(rest: str) -> Iterator[Part]:
    """Element after element; ParseError where something stands that is none."""
    while rest:
        segment = rest.partition(SEPARATOR)[0]
        try:
            part = _plain(GS1ElementString.extract(segment, config=_CONFIG))
        except ParseError:
            unknown = _unknown(segment)
            if unknown is None:
                raise
            part = unknown
        yield part
        rest = rest[len(part[0]) + len(part[1]) :].lstrip(SEPARATOR)


def _unknown(segment: str) -> Part | None:
    """An element with an identifier that is newer than the table: it reaches to the separator."""
    try:
        GS1ApplicationIdentifier.extract(segment)
    except ParseError:
        length = _FREE.get(segment[:2], 0)
        identifier, value = segment[:length], segment[length:]
        if length and identifier.isdigit() and _VALUE.fullmatch(value):
            return identifier, value, False
    return None


def _collect(parts: Iterable[Part], terms: Terms) -> Elements:
    values: dict[str, object] = {}
    warnings: list[str] = []
    for identifier, value, known in parts:
        if known and (fault := fault_of(identifier, value, terms)):
            return Elements(values, fault=fault)
        found = typed(identifier, value, terms) if known else {identifier: value}
        for name, told in found.items():
            if values.setdefault(name, told) != told:
                warnings.append("repeated")
        if not known:
            warnings.append("unknown_ai")
        if identifier in ("10", "21") and _SWALLOWED.fullmatch(value):
            warnings.append("gs_suspect")
        if known and (passed := over(identifier, value, terms)):
            warnings.append(passed)
    return Elements(values, str(values.get("gtin", "")), tuple(dict.fromkeys(warnings)))


def _structure_fault(error: Exception) -> Fault:
    """biip names the element it stumbled over: a date with month 13 does not even match its
    pattern.
    """
    match = _STUMBLED.search(str(error))
    if match is None:
        return Fault("gs1")
    identifier = match["identifier"]
    name = named(identifier)
    if identifier not in DATES:
        return Fault("gs1", name)
    return Fault("date", name, got=match["element"].removeprefix(identifier)[:6])

"""Frames in, readings out (pure): what kind of code a scanner has read, and what it says.

The order of the questions matters. Labels of the shop come before GS1, because an 18-digit scale
label passes as a serial shipping container code: both end in the same check digit. A code that only
looks like GS1 stays plain text; a code that says it is GS1, by its AIM prefix, and is not, is
invalid.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from devices.codes import aim as prefixes
from devices.codes import epc
from devices.codes.gs1_values import Terms
from devices.codes.labels import LabelRule, read_label
from devices.codes.reading import Elements, Fault, Reading
from devices.codes.site_codes import CodeRule, read_code
from gateway.kernel import codes

SEPARATOR = "\x1d"
LOST = "\N{REPLACEMENT CHARACTER}"
GS1_CHARACTERS_MAX = 512
BY_LENGTH = {8: "ean8", 12: "upca", 13: "ean13", 14: "itf14"}
# Digits alone are a bar code's more often than a tag's.
_LETTER = re.compile(r"[A-Fa-f]")
_LINK = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """What a site decides about codes.

    ``labels`` are its own labels, ``codes`` its own codes. ``upc_e``: 8 digits that begin with 0 or
    1 are UPC-E rather than EAN-8. ``bare_sscc``: 18 digits with a right check digit are a shipping
        container code. ``zero_dates``: a GS1 date of 000000 means none. ``money_decimals``: of the
    shop's currency.
    """

    labels: tuple[LabelRule, ...] = ()
    codes: tuple[CodeRule, ...] = ()
    upc_e: bool = False
    bare_sscc: bool = False
    zero_dates: bool = False
    money_decimals: int = 2


def read(data: bytes, rules: Rules, today: date) -> Reading:
    """The reading of one frame on a day. Never raises, and takes well under a millisecond for what
    a label can hold.
    """
    text, warnings = decode(data)
    reading = _classify(text, rules, Terms(today, rules.zero_dates, rules.money_decimals))
    if LOST in text:
        warnings = (*warnings, "layout_suspect")
    if warnings:
        elements = replace(reading.elements, warnings=(*reading.elements.warnings, *warnings))
        reading = replace(reading, elements=elements)
    return reading


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a frame, and a warning where it is not UTF-8: then each byte is one character."""
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return data.decode("latin-1"), ("not_utf8",)


def _classify(text: str, rules: Rules, terms: Terms) -> Reading:
    aim, text = prefixes.split(text)
    reading = Reading(text, aim, prefixes.symbology(aim))
    if len(text) > GS1_CHARACTERS_MAX or not text.isascii():
        return reading
    if aim not in prefixes.GS1 and (own := _own(reading, rules)) is not None:
        return own
    if _LINK.match(text):
        return _link(reading, terms)
    if aim in prefixes.GS1:
        return replace(reading, elements=_message(text, terms))
    code, add_on = prefixes.added(aim, text)
    if add_on:
        return _with_add_on(reading, code, add_on, rules)
    return _digits(reading, rules, terms) if text.isdigit() else _structured(reading, terms)


def _own(reading: Reading, rules: Rules) -> Reading | None:
    """A label or a code of the shop's own."""
    text, elements = reading.text, None
    if text.isdigit():
        elements = read_label(text, rules.labels, rules.money_decimals)
    elements = elements or read_code(text, rules.codes)
    if elements is None:
        return None
    return replace(
        reading, symbology=reading.symbology or BY_LENGTH.get(len(text), ""), elements=elements
    )


def _message(text: str, terms: Terms) -> Elements:
    from devices.codes import gs1

    return gs1.read_message(text, terms)


def _link(reading: Reading, terms: Terms) -> Reading:
    from devices.codes import gs1

    elements = gs1.read_link(reading.text, terms)
    return replace(reading, elements=elements) if elements else reading


def _with_add_on(reading: Reading, code: str, add_on: str, rules: Rules) -> Reading:
    """A retail code with the issue of a magazine, or its price, beside it."""
    if len(code) not in codes.GTIN_LENGTHS:
        return reading
    whole = _article(replace(reading, text=code), rules)
    values = {**whole.elements.values, "add_on": add_on}
    return replace(whole, text=reading.text, elements=replace(whole.elements, values=values))


def _digits(reading: Reading, rules: Rules, terms: Terms) -> Reading:
    """ASCII digits only, and no AIM prefix that promises GS1 elements."""
    text, retail = reading.text, reading.aim in prefixes.RETAIL
    if len(text) in codes.GTIN_LENGTHS and (retail or not reading.aim or codes.gtin14(text)):
        return _article(reading, rules)
    if len(text) == 18 and rules.bare_sscc and codes.check_digit(text[:-1]) == int(text[-1]):
        return replace(reading, elements=Elements({"sscc": text}))
    if len(text) == 18:
        return reading
    return _structured(reading, terms)


def _article(reading: Reading, rules: Rules) -> Reading:
    text = reading.text
    reading = replace(reading, symbology=reading.symbology or BY_LENGTH[len(text)])
    # An EAN-8 has a prefix of its own: eight digits behind the other one can only be a UPC-E.
    short = len(text) == 8 and text[0] in "01" and (rules.upc_e or reading.aim == "]E0")
    if short and reading.aim != "]E4" and (upc_a := _expanded(text)):
        return replace(
            reading, symbology="upce", elements=Elements({"upc_a": upc_a}, upc_a.zfill(14))
        )
    gtin = codes.gtin14(text)
    if gtin is None:
        expected = str(codes.check_digit(text[:-1]))
        return replace(
            reading, elements=Elements(fault=Fault("check_digit", "gtin", expected, text[-1]))
        )
    warnings = ("restricted",) if _restricted(text) else ()
    values: dict[str, object] = {}
    if len(text) == 12 or (len(text) == 13 and reading.aim in ("]E0", "]E3") and text[0] == "0"):
        values["upc_a"] = text[-12:]
        reading = replace(reading, symbology="upca")
    return replace(reading, elements=Elements(values, gtin, warnings))


def _expanded(text: str) -> str | None:
    from devices.codes import gs1

    return gs1.upc_a(text)


def _restricted(text: str) -> bool:
    """Whether a valid number is free for use inside shops, so that it means nothing outside this
    one.
    """
    if len(text) == 8:
        return text[0] in "02"
    prefix = text.zfill(14)[1:3]
    return text.zfill(14)[0] == "0" and (prefix[0] == "2" or prefix in ("02", "04"))


def _structured(reading: Reading, terms: Terms) -> Reading:
    """Text without an AIM prefix for GS1 that may carry elements all the same."""
    text = reading.text
    tag = epc.read_uri(text) or (epc.read_hex(text) if _LETTER.search(text) else None)
    if tag is not None:
        return replace(reading, symbology=reading.symbology or "epc", elements=tag)
    if text.startswith("("):
        from devices.codes import gs1

        elements = gs1.read_printed(text, terms)
        return (
            replace(reading, symbology=reading.symbology or "gs1", elements=elements)
            if elements
            else reading
        )
    sure = text.startswith(SEPARATOR) or _begins_with_valid_key(text)
    if not sure and SEPARATOR not in text:
        return reading
    elements = _message(text.lstrip(SEPARATOR), terms)
    if not sure and (elements.fault or "unknown_ai" in elements.warnings):
        return replace(reading, elements=Elements(warnings=("gs1_unread",)))
    return replace(reading, symbology=reading.symbology or "gs1", elements=elements)


def _begins_with_valid_key(text: str) -> bool:
    """``01`` and a valid GTIN, or ``00`` and a valid SSCC."""
    gtin, sscc = text[2:16], text[2:20]
    if text.startswith("01"):
        return len(gtin) == 14 and codes.gtin14(gtin) is not None
    if text.startswith("00") and len(sscc) == 18 and sscc.isdigit():
        return codes.check_digit(sscc[:-1]) == int(sscc[-1])
    return False

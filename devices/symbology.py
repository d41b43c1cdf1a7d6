"""Frames in, readings out (pure): what kind of code a scanner has read, and what it says.

The order of the questions matters. Labels of the shop come before GS1, because an 18-digit scale
label passes as a serial shipping container code: both end in the same check digit. A code that only
looks like GS1 stays plain text; a code that says it is GS1, by its AIM prefix, and is not, is
invalid.
"""

import re
from dataclasses import dataclass, replace

from devices.labels import LabelRule, read_label
from devices.reading import Elements, Fault, Reading
from gateway.kernel import codes

SEPARATOR = "\x1d"
GS1_CHARACTERS_MAX = 512
GS1_SYMBOLOGIES = {
    "]C1": "gs1-128",
    "]e0": "gs1-databar",
    "]e1": "gs1-composite",
    "]e2": "gs1-composite",
    "]d2": "gs1-datamatrix",
    "]Q3": "gs1-qr",
    "]J1": "gs1-dotcode",
}
RETAIL_SYMBOLOGIES = {"]E0": "ean13", "]E3": "ean13", "]E4": "ean8", "]I1": "itf14"}
# By the code character alone, whatever the modifier says.
OTHER_SYMBOLOGIES = {
    "A": "code39",
    "C": "code128",
    "E": "ean-addon",
    "F": "codabar",
    "G": "code93",
    "I": "itf",
    "L": "pdf417",
    "Q": "qr",
    "U": "maxicode",
    "d": "datamatrix",
    "e": "gs1-databar",
    "z": "aztec",
}
BY_LENGTH = {8: "ean8", 12: "upca", 13: "ean13", 14: "itf14"}
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LINK = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """What a site decides about codes.

    ``labels`` are its own labels. ``upc_e``: 8 digits that begin with 0 or 1 are UPC-E rather than
    EAN-8. ``bare_sscc``: 18 digits with a right check digit are a shipping container code.
    ``zero_dates``: a GS1 date of 000000 means none. ``money_decimals``: of the shop's currency.
    """

    labels: tuple[LabelRule, ...] = ()
    upc_e: bool = False
    bare_sscc: bool = False
    zero_dates: bool = False
    money_decimals: int = 2


def read(data: bytes, rules: Rules) -> Reading:
    """The reading of one frame. Never raises, and takes well under a millisecond for what a label
    can hold.
    """
    text, warnings = decode(data)
    reading = _classify(text, rules)
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


def _classify(text: str, rules: Rules) -> Reading:
    aim = ""
    if _AIM.match(text) and len(text) > 3:
        aim, text = text[:3], text[3:]
    reading = Reading(text, aim, _symbology(aim))
    if len(text) > GS1_CHARACTERS_MAX or not text.isascii():
        return reading
    digits = text.isdigit()
    if digits and aim not in GS1_SYMBOLOGIES:
        label = read_label(text, rules.labels, rules.money_decimals)
        if label is not None:
            return replace(
                reading, symbology=reading.symbology or BY_LENGTH.get(len(text), ""), elements=label
            )
    if _LINK.match(text):
        return _link(reading, rules)
    if aim in GS1_SYMBOLOGIES:
        return replace(reading, elements=_message(text, rules))
    if digits:
        return _digits(reading, rules)
    return _structured(reading, rules)


def _symbology(aim: str) -> str:
    named = GS1_SYMBOLOGIES.get(aim) or RETAIL_SYMBOLOGIES.get(aim)
    return named or (OTHER_SYMBOLOGIES.get(aim[1], "") if aim else "")


def _message(text: str, rules: Rules) -> Elements:
    from devices import gs1

    return gs1.read_message(text, zero_dates=rules.zero_dates)


def _link(reading: Reading, rules: Rules) -> Reading:
    from devices import gs1

    elements = gs1.read_link(reading.text, zero_dates=rules.zero_dates)
    return replace(reading, elements=elements) if elements else reading


def _digits(reading: Reading, rules: Rules) -> Reading:
    """ASCII digits only, and no AIM prefix that promises GS1 elements."""
    text, retail = reading.text, reading.aim in RETAIL_SYMBOLOGIES
    if reading.aim == "]E3" and len(text) in (15, 18):
        whole = _article(replace(reading, text=text[:13]), rules)
        values = {**whole.elements.values, "add_on": text[13:]}
        return replace(whole, text=text, elements=replace(whole.elements, values=values))
    if len(text) in codes.GTIN_LENGTHS and (retail or not reading.aim or codes.gtin14(text)):
        return _article(reading, rules)
    if len(text) == 18 and rules.bare_sscc and codes.check_digit(text[:-1]) == int(text[-1]):
        return replace(reading, elements=Elements({"sscc": text}))
    if len(text) == 18:
        return reading
    return _structured(reading, rules)


def _article(reading: Reading, rules: Rules) -> Reading:
    text = reading.text
    reading = replace(reading, symbology=reading.symbology or BY_LENGTH[len(text)])
    if rules.upc_e and len(text) == 8 and text[0] in "01" and (upc_a := _expanded(text)):
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
    from devices import gs1

    return gs1.upc_a(text)


def _restricted(text: str) -> bool:
    """Whether a valid number is free for use inside shops, so that it means nothing outside this
    one.
    """
    if len(text) == 8:
        return text[0] in "02"
    prefix = text.zfill(14)[1:3]
    return text.zfill(14)[0] == "0" and (prefix[0] == "2" or prefix in ("02", "04"))


def _structured(reading: Reading, rules: Rules) -> Reading:
    """Text without an AIM prefix for GS1 that may carry elements all the same."""
    text = reading.text
    if text.startswith("("):
        from devices import gs1

        elements = gs1.read_printed(text, zero_dates=rules.zero_dates)
        return (
            replace(reading, symbology=reading.symbology or "gs1", elements=elements)
            if elements
            else reading
        )
    sure = text.startswith(SEPARATOR) or _begins_with_valid_key(text)
    if not sure and SEPARATOR not in text:
        return reading
    elements = _message(text.lstrip(SEPARATOR), rules)
    if elements.fault and not sure:
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

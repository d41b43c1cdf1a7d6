"""What a symbology identifier in front of a code promises (ISO/IEC 15424; pure).

``]`` and a code character, which names the symbology, and a modifier, which says what is inside: of
GS1 interest is FNC1 in the first position, whose elements follow.
"""

import re
from typing import Final

GS1: Final = {
    "]C1": "gs1-128",
    "]e0": "gs1-databar",
    "]e1": "gs1-composite",
    "]e2": "gs1-composite",
    "]e3": "gs1-composite",
    "]d2": "gs1-datamatrix",
    "]d5": "gs1-datamatrix",
    "]Q3": "gs1-qr",
    "]Q4": "gs1-qr",
    "]J1": "gs1-dotcode",
}
RETAIL: Final = {"]E0": "ean13", "]E3": "ean13", "]E4": "ean8", "]I1": "itf14"}
# By the code character alone, whatever the modifier says.
OTHERS: Final = {
    "A": "code39",
    "B": "telepen",
    "C": "code128",
    "D": "code-one",
    "E": "ean-addon",
    "F": "codabar",
    "G": "code93",
    "H": "code11",
    "I": "itf",
    "J": "dotcode",
    "K": "code16k",
    "L": "pdf417",
    "M": "msi",
    "N": "anker",
    "O": "codablock",
    "P": "plessey",
    "Q": "qr",
    "R": "2of5",
    "S": "2of5",
    "T": "code49",
    "U": "maxicode",
    "Z": "typed",
    "c": "channel-code",
    "d": "datamatrix",
    "e": "gs1-databar",
    "h": "han-xin",
    "o": "ocr",
    "p": "posicode",
    "s": "supercode",
    "z": "aztec",
}
_PREFIX = re.compile(r"\][A-Za-z][0-9A-Za-z]")
# Two or five more digits, which some scanners send as a message of their own.
_ADDED = re.compile(r"(?P<code>[0-9]{8,13})\](?:E1(?P<two>[0-9]{2})|E2(?P<five>[0-9]{5}))")


def split(text: str) -> tuple[str, str]:
    """The identifier in front of a text, or nothing, and the text behind it."""
    return (text[:3], text[3:]) if len(text) > 3 and _PREFIX.match(text) else ("", text)


def symbology(aim: str) -> str:
    """The symbology in plain words; empty where nothing is known of it."""
    named = GS1.get(aim) or RETAIL.get(aim)
    return named or (OTHERS.get(aim[1], "") if aim else "")


def added(aim: str, text: str) -> tuple[str, str]:
    """A retail code and the add-on beside it, however the scanner joins them; else no add-on."""
    if aim == "]E3" and len(text) in (15, 18) and text.isdigit():
        return text[:13], text[13:]
    match = _ADDED.fullmatch(text) if aim in ("]E0", "]E4") else None
    return (match["code"], match["two"] or match["five"]) if match else (text, "")

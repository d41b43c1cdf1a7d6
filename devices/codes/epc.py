"""Electronic product codes of RFID tags, as the numbers that bar codes carry (pure).

SGTIN-96, SGTIN-198 and SSCC-96, as the hexadecimal digits of a tag's memory or as a URI (GS1 EPC
Tag Data Standard 1.13, sections 6.3, 12 and 14.5). A tag has no check digit: it is worked out here.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from devices.codes.reading import Elements, Fault
from gateway.kernel import codes

# By partition value: bits and digits of the company prefix (Data Standard, tables 14-2 and 14-5).
_COMPANY: Final = ((40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6))
_KEY_DIGITS: Final = {"sgtin": 13, "sscc": 17}
_URI = re.compile(
    r"urn:epc:(?:id:(?P<id>sgtin|sscc):|tag:(?P<tag>sgtin-96|sgtin-198|sscc-96):[0-7]\.)"
    r"(?P<company>[0-9]{6,12})\.(?P<item>[0-9]{1,11})(?:\.(?P<serial>.{1,60}))?",
    re.IGNORECASE,
)
_HEX = re.compile(r"[0-9A-Fa-f]{24}|[0-9A-Fa-f]{50}|[0-9A-Fa-f]{52}")
_SERIAL = re.compile(r"[!-?A-Z_a-z]{1,20}")


@dataclass(frozen=True)
class _Scheme:
    """One binary coding: its key, its bits, those of the key, and those of the serial number."""

    key: str
    bits: int
    key_bits: int
    serial_bits: int


_SCHEMES: Final = {
    0x30: _Scheme("sgtin", 96, 44, 38),
    0x36: _Scheme("sgtin", 198, 44, 140),
    0x31: _Scheme("sscc", 96, 58, 0),
}


def read_uri(text: str) -> Elements | None:
    """``urn:epc:id:sgtin:...`` and its relatives; None for any other text."""
    if text[:8].lower() != "urn:epc:":
        return None
    match = _URI.fullmatch(text)
    if match is None:
        return Elements(fault=Fault("epc"))
    key = (match["id"] or match["tag"].partition("-")[0]).lower()
    serial = unquote(match["serial"] or "")
    if (key == "sgtin") != bool(_SERIAL.fullmatch(serial)):
        return Elements(fault=Fault("epc", "serial", got=serial[:20]))
    return _elements(key, match["company"], match["item"], serial) or Elements(fault=Fault("epc"))


def read_hex(text: str) -> Elements | None:
    """The memory of a tag, in hexadecimal digits; None for what is no such tag."""
    if not _HEX.fullmatch(text):
        return None
    scheme = _SCHEMES.get(int(text[:2], 16))
    if scheme is None or (len(text) == 24) != (scheme.bits == 96):
        return None
    number = int(text, 16) >> (len(text) * 4 - scheme.bits)
    partition = _slice(number, scheme.bits, 11, 3)
    if partition >= len(_COMPANY):
        return None
    bits, digits = _COMPANY[partition]
    company = str(_slice(number, scheme.bits, 14, bits)).zfill(digits)
    item_digits = _KEY_DIGITS[scheme.key] - digits
    item_bits = scheme.key_bits - bits
    item = str(_slice(number, scheme.bits, 14 + bits, item_bits)).zfill(item_digits)
    serial = _serial(number, scheme)
    if len(company) > digits or serial is None:
        return None
    return _elements(scheme.key, company, item, serial)


def _slice(number: int, bits: int, start: int, length: int) -> int:
    return number >> (bits - start - length) & ((1 << length) - 1)


def _serial(number: int, scheme: _Scheme) -> str | None:
    """Digits in 38 bits, or up to twenty characters of seven bits that end in zeros."""
    if scheme.serial_bits == 0:
        return ""
    tail = number & ((1 << scheme.serial_bits) - 1)
    if scheme.serial_bits == 38:
        return str(tail)
    signs = "".join(chr(tail >> shift & 0x7F) for shift in range(133, -1, -7)).rstrip("\0")
    return signs if _SERIAL.fullmatch(signs) else None


def _elements(key: str, company: str, item: str, serial: str) -> Elements | None:
    """The key with its check digit; its first digit stands at the beginning of the item."""
    body = item[:1] + company + item[1:]
    if len(body) != _KEY_DIGITS[key]:
        return None
    number = body + str(codes.check_digit(body))
    if key == "sscc":
        return Elements({"sscc": number})
    return Elements({"gtin": number, "serial": serial}, number)

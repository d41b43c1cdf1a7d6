"""The names that EPCIS gives to things and places: GS1 Digital Link URIs, or the shop's own (pure).

Digital Link URIs of id.gs1.org (GS1 Digital Link 1.1, canonical form) and not ``urn:epc:id:``:
those need the length of the company prefix, which a bar code does not tell. EPCIS 2.0 takes either.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from gateway.kernel import codes

RESOLVER: Final = "https://id.gs1.org"
_KEY_DIGITS: Final = {"sgtin": 13, "sscc": 17}
# What GS1 allows in lots, serial numbers and extensions (General Specifications, figure 7.11-1).
_SIGNS: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_EPC: Final = re.compile(
    r"urn:epc:id:(?P<key>sgtin|sscc):(?P<company>\d{6,12})\.(?P<item>\d{1,11})(?:\.(?P<serial>.+))?"
)


@dataclass(frozen=True)
class Places:
    """How this site names itself: GLNs or URIs; empty where nobody has said so.

    ``vocabulary`` begins the URIs of what has no GS1 number.
    """

    location: str = ""
    read_point: str = ""
    vocabulary: str = ""

    def location_uri(self, name: str = "") -> str:
        """The site, or a place in it."""
        return _place(self.location, name)

    def read_point_uri(self, name: str = "") -> str:
        """Where things are scanned, or a place in the site."""
        return _place(self.location if name else self.read_point or self.location, name)

    def document_uri(self, kind: str, number: str) -> str:
        """A document or a receipt; empty where nothing names the site.

        With a GLN in the form of the Core Business Vocabulary 2.0, section 8.5.
        """
        if self.vocabulary:
            return f"{self.vocabulary.rstrip('/')}/{kind}/{quote(number, safe='')}"
        if self.location.isdigit():
            return f"urn:epcglobal:cbv:bt:{self.location}:{quote(number, safe='')}"
        return ""

    def article_uri(self, sku: str) -> str:
        """An article that has no GTIN; empty where nothing names it."""
        base = self.vocabulary.rstrip("/")
        return f"{base}/article/{quote(sku, safe='')}" if base else ""


def _place(base: str, name: str) -> str:
    if not base:
        return ""
    if not (base.isascii() and base.isdigit()):
        return f"{base.rstrip('/')}/{quote(name, safe='')}" if name else base
    site = f"{RESOLVER}/414/{base}"
    if not name:
        return site
    return f"{site}/254/{quote(name, safe='')}" if _SIGNS.fullmatch(name) else ""


def item(gtin: str, serial: str) -> str:
    """One item; empty when that is no GTIN or no serial number."""
    return _below(class_of(gtin), "21", serial)


def lot(gtin: str, number: str) -> str:
    """A lot of an article; the article alone where that is no lot number."""
    return _below(class_of(gtin), "10", number) or class_of(gtin)


def class_of(gtin: str) -> str:
    """An article; empty when that is no GTIN."""
    full = codes.gtin14(gtin)
    return f"{RESOLVER}/01/{full}" if full else ""


def unit(sscc: str) -> str:
    """A logistic unit; empty when that is no SSCC."""
    right = len(sscc) == 18 and sscc.isascii() and sscc.isdigit()
    right = right and codes.check_digit(sscc[:-1]) == int(sscc[-1])
    return f"{RESOLVER}/00/{sscc}" if right else ""


def of_epc(epc: str) -> str:
    """An EPC URI of an item or a logistic unit as a Digital Link; empty for any other."""
    match = _EPC.fullmatch(epc)
    if match is None or not epc.isascii():
        return ""
    rest = match["item"]
    body = rest[:1] + match["company"] + rest[1:]
    if len(body) != _KEY_DIGITS[match["key"]]:
        return ""
    number = body + str(codes.check_digit(body))
    return unit(number) if match["key"] == "sscc" else item(number, unquote(match["serial"] or ""))


def _below(article: str, key: str, value: str) -> str:
    if not article or not _SIGNS.fullmatch(value):
        return ""
    return f"{article}/{key}/{quote(value, safe='')}"

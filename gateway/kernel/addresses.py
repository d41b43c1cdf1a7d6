"""Addresses typed in one line, taken apart where there is only one way to read them (pure)."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from gateway.kernel import china, formats, postal_codes


@dataclass(frozen=True, slots=True)
class Parts:
    """An address in its parts; what it does not name is empty."""

    street: str
    city: str
    region: str = ""
    district: str = ""
    postal_code: str = ""


# Where the postal code stands before the town, as in 10115 Berlin.
_CODE_FIRST: Final = frozenset(
    "AT BE BG CH CZ DE DK EE ES FI FR GR HR HU IS IT LI LT LU NL NO PL PT RO RS SE SI SK".split()
)
_american: Final = re.compile(
    r"(?P<street>\d[^,]*), (?P<city>[^\d,]+), (?P<region>[A-Z]{2}) (?P<code>\d{5}(?:-\d{4})?)"
)
_british: Final = re.compile(
    r"(?P<street>\d[^,]*), (?P<city>[^\d,]+?),? (?P<code>[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2})"
)
_chinese_code: Final = re.compile(r"(?:邮编|邮政编码)?[::]?\s*(?<!\d)(\d{6})(?!\d)")


def split(line: str, country: str) -> Parts | None:
    """The parts of a line in stored form, such as ``10115 Berlin, Invalidenstr. 44``.

    None where it could be read in another way, or the country's addresses are not known.
    """
    if country == "CN":
        return _chinese(line)
    found = [match for form in _forms(country) if (match := form.fullmatch(line))]
    if len(found) != 1:
        return None
    named = found[0].groupdict()
    code = postal_codes.code(named["code"], country)
    street, city = named["street"].strip(), named["city"].strip()
    return Parts(street, city, named.get("region") or "", "", code)


@cache
def _forms(country: str) -> tuple[re.Pattern[str], ...]:
    if country == "US":
        return (_american,)
    if country == "GB":
        return (_british,)
    if country not in _CODE_FIRST:
        return ()
    town = rf"(?P<code>{postal_codes.PATTERNS[country]}) (?P<city>[^\d,]+)"
    street = r"(?P<street>[^,]*\d[^,]*)"
    return tuple(re.compile(form, re.ASCII) for form in (f"{town}, {street}", f"{street}, {town}"))


def _chinese(line: str) -> Parts | None:
    line = re.sub(r"^(?:中国|中华人民共和国)", "", line).lstrip(" ,")
    codes = _chinese_code.findall(line)
    if len(codes) == 1:
        line = formats.name(_chinese_code.sub(" ", line)).strip(" ,")
    found = china.read(line)
    if found is None or len(codes) > 1:
        return None
    place, street = found
    if not street:
        return None
    return Parts(street, place.city, place.province, place.district, codes[0] if codes else "")

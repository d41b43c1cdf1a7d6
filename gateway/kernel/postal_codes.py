"""Postal codes by the shape that their country gives them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.kernel import formats
from gateway.kernel.problems import Problem

# What a country's code must be, whole; a country letter before it (D-10115) may be typed as well.
PATTERNS: Final[Mapping[str, str]] = {
    country: f"(?:[A-Z]{{1,3}}[ -])?(?:{pattern})"
    for country, pattern in tomllib.loads(
        Path(__file__).with_name("postal_codes.toml").read_text("utf-8")
    ).items()
}
# Where the separator stands, counted from the start or (negative) from the end, and what it is.
_GROUPED: Final[Mapping[str, tuple[int, str]]] = {
    **dict.fromkeys(("GB", "GG", "JE", "IM"), (-3, " ")),
    **dict.fromkeys(("CZ", "GR", "SE", "SK", "CA", "IE"), (3, " ")),
    "NL": (4, " "),
    "BR": (5, "-"),
    "JP": (3, "-"),
    "PL": (2, "-"),
    "PT": (4, "-"),
}
# Codes that begin with letters of their own, which are no country letters typed before them.
_LETTERED: Final = frozenset("AD AI AZ BB BM BN KY LV MD MT SO VC VG WS".split())


def code(text: str, country: str) -> str:
    """A postal code as its country writes it; Problem postal_code_invalid.

    Where the country's codes are not known, the text in capitals.
    """
    plain = formats.code(text).removeprefix("〒").lstrip()
    pattern = PATTERNS.get(country)
    if pattern is None:
        return plain
    if not re.fullmatch(pattern, plain, re.ASCII):
        raise Problem("postal_code_invalid", country=country)
    if country not in _LETTERED:
        plain = re.sub(r"^[A-Z]{1,3}[ -](?=\d)", "", plain)
    if country not in _GROUPED:
        return plain
    place, sign = _GROUPED[country]
    bare = re.sub(r"[ -]", "", plain)
    return f"{bare[:place]}{sign}{bare[place:]}"

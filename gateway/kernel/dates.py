"""Calendar dates from a closed list of written forms, never a guess."""

import re
import unicodedata
from datetime import date

from gateway.kernel.problems import Problem

YEARS = range(1900, 2200)

_han_digits = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_han_digits["零"] = "0"
_written = (
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})", re.ASCII),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日?", re.ASCII),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})", re.ASCII),
)
_slashes = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_han = re.compile(
    "([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def normalise(text: str) -> str:
    """``YYYY-MM-DD`` of one of these forms: 2026-05-03, 20260503, 2026/5/3, 2026.5.3, 2026年5月3日,
    二〇二六年五月三日, 3.5.2026, and 25/12/2026 or 12/25/2026 where only one reading exists.

    Problem date_ambiguous (day and month could swap) or date_invalid.
    """
    year, month, day = _parts(unicodedata.normalize("NFKC", text).strip())
    if year not in YEARS:
        raise Problem("date_invalid")
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise Problem("date_invalid") from error


def _parts(text: str) -> tuple[int, int, int]:
    if not text.isascii():
        text = _from_han(text)
    for form in _written:
        found = form.fullmatch(text)
        if found:
            return int(found["y"]), int(found["m"]), int(found["d"])
    found = _slashes.fullmatch(text)
    if not found:
        raise Problem("date_invalid")
    first, second, year = (int(part) for part in found.groups())
    if first <= 12 and second <= 12 and first != second:
        raise Problem("date_ambiguous")
    return (year, first, second) if second > 12 else (year, second, first)


def _from_han(text: str) -> str:
    found = _han.fullmatch(text)
    if not found:
        return text
    year = "".join(_han_digits[digit] for digit in found[1])
    return f"{year}年{_han_number(found[2])}月{_han_number(found[3])}日"


def _han_number(text: str) -> int:
    """1 to 99 in Chinese numerals; 0 for what is not one, which no calendar has."""
    tens, ten, units = text.rpartition("十")
    if not (tens in _han_digits or tens == "") or not (units in _han_digits or units == ""):
        return 0
    tenfold = int(_han_digits.get(tens, "1")) if ten else 0
    return tenfold * 10 + int(_han_digits.get(units, "0"))

"""What a whole column looks like, and what a spreadsheet has most likely done to it (pure).

A spreadsheet takes ``0301234567`` for a number and drops its zero, shows ``13812345678`` as
``1.38E+10``, and makes a date of ``1-2``. What is lost cannot be brought back here; but a person
who hears of it before the import can save the file anew.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.kernel.problems import Problem
from gateway.records.model.fields import Field

# Types and names of fields that hold codes: digits that are no amount.
CODE_TYPES: Final = ("phone", "tax_id", "iban", "gtin", "account_number", "postal_code", "code")
CODE_NAMES: Final = ("sku", "registration_number", "erp_number", "number")
# How much of a column has the usual length, and how little a shorter one, for those to look as if
# they had lost zeros: where more are shorter, two countries have codes of two lengths.
USUAL_SHARE: Final = 0.6
SHORT_SHARE: Final = 0.2
FEW_MIN: Final = 5
EXACT_DIGITS: Final = 15

_scientific = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+]?\d{1,2}", re.IGNORECASE)
_float = re.compile(r"\d+[.,]0+")
_serial = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
_months = "jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
_as_date = re.compile(
    rf"\d{{1,2}}[-. ](?:{_months})[a-z]*\.?|(?:{_months})[a-z]*[-. ]\d{{1,4}}"
    r"|\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2} 00:00:00",
    re.IGNORECASE,
)

_FORMS: Final = {"scientific": _scientific, "float": _float, "as_date": _as_date}


@dataclass(frozen=True, slots=True)
class Seen:
    """A trait of a column: how many cells have it, and in which row it was first."""

    count: int
    row: int


Traits = Mapping[str, Seen]


def is_code(field: Field) -> bool:
    """Whether a field holds codes, whose zeros and digits all count."""
    return field.type in CODE_TYPES or field.name in CODE_NAMES


def of_cell(field: Field, text: str, country: str = "") -> Iterator[str]:
    """The traits of one cell, by the field its column goes to; codes are as long as those of their
    ``country`` are.
    """
    plain = text.strip()
    if field.type == "date":
        if _serial.fullmatch(plain):
            yield "serial"
        return
    if not is_code(field):
        return
    if plain.isascii() and plain.isdigit():
        yield from _of_digits(plain, country)
    else:
        yield from (name for name, form in _FORMS.items() if form.fullmatch(plain))


def _of_digits(plain: str, country: str) -> Iterator[str]:
    yield f"digits:{country}:{len(plain)}"
    if plain[0] == "0":
        yield f"zero:{country}"
    if len(plain) > EXACT_DIGITS and not plain[EXACT_DIGITS:].strip("0"):
        yield "rounded"


def warnings(field: Field, traits: Traits) -> list[Problem]:
    """What to tell about a column before it is imported, the gravest first."""
    found = [
        Problem(f"column_{trait}", count=traits[trait].count, row=traits[trait].row)
        for trait in ("scientific", "rounded", "as_date", "serial", "float")
        if trait in traits
    ]
    # Of GTINs several lengths are right, and each has its own check digit.
    return found if field.type == "gtin" else found + list(_lost_zeros(traits))


def _lost_zeros(traits: Traits) -> Iterator[Problem]:
    """By country: shorter ones among codes of one length, none of which begins with a zero."""
    lengths: dict[str, dict[int, Seen]] = {}
    for trait, seen in traits.items():
        name, _, rest = trait.partition(":")
        country, _, length = rest.partition(":")
        if name == "digits" and f"zero:{country}" not in traits:
            lengths.setdefault(country, {})[int(length)] = seen
    for of_country in lengths.values():
        if (lost := _shorter(of_country)) is not None:
            yield lost


def _shorter(lengths: Mapping[int, Seen]) -> Problem | None:
    total = sum(seen.count for seen in lengths.values())
    usual = max(lengths, key=lambda length: (lengths[length].count, length))
    short = [lengths[length] for length in (usual - 1, usual - 2) if length in lengths]
    lost = sum(seen.count for seen in short)
    if total < FEW_MIN or not 0 < lost <= SHORT_SHARE * total:
        return None
    if lengths[usual].count < USUAL_SHARE * total:
        return None
    first = min(seen.row for seen in short)
    return Problem("column_zeros_lost", count=lost, row=first, length=usual)

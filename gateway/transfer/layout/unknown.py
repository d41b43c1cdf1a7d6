"""Cells that are none of the values their field takes, and what each may stand for (pure).

A file says ``Großkunde`` or ``net 30`` where a field has a list of its own, or a number. A person
says once what such a value means; the mapping of the columns keeps it, for the next file as well.
"""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from gateway.kernel import chinese
from gateway.kernel.problems import Problem
from gateway.records.model import checks
from gateway.records.model.fields import Field
from gateway.transfer.layout import cells, words
from gateway.transfer.layout.mapping import Column

LISTED: Final = ("choice", "boolean", "country", "currency", "language", "integer")
VALUE_CHARACTERS_MAX: Final = 100
ALIKE_MIN: Final = 0.8
PART_MIN: Final = 2
WESTERN_PART_MIN: Final = 4

_whole = re.compile(r"[+-]?\d+(?:[.,]0+)?")
_digits = re.compile(r"\d+")


def value_of(field: Field, column: Column, text: str) -> str:
    """A cell that its field does not know, as it is listed to be given a meaning; else empty."""
    plain = text.strip()
    if field.type not in LISTED or not plain or cells.replaced(column, text) != text:
        return ""
    if checks.MASK in plain or len(plain) > VALUE_CHARACTERS_MAX:
        return ""  # a hidden value that came back, or a whole text in the wrong column
    return "" if _is_known(field, column, plain) else plain


def _is_known(field: Field, column: Column, plain: str) -> bool:
    if field.type == "integer":
        return _whole.fullmatch(plain) is not None
    try:
        checks.value(field, cells.read(field, column, plain, ""), "")
    except Problem:
        return False
    return True


def guess(field: Field, value: str) -> str:
    """What a value may stand for, in the words of any language, a part of it or nearly it."""
    if field.type == "integer":
        found = _digits.findall(value)
        return found[0] if len(found) == 1 else ""
    known = _words_of(field)
    plain = words.key(chinese.simplified(value))
    if not plain:
        return ""
    return known.get(plain) or _by_part(known, plain) or _nearly(known, plain)


@lru_cache(maxsize=256)
def _words_of(field: Field) -> Mapping[str, str]:
    """Word -> the value it stands for, as the field stores it."""
    if field.type == "choice":
        return cells.choices_by_word(field.choices)
    if field.type == "boolean":
        said = {value: words.CHOICES[value] for value in ("true", "false")}
        return {words.key(word): value for value, listed in said.items() for word in listed}
    return words.spoken(field.type)


def _by_part(known: Mapping[str, str], plain: str) -> str:
    """The longest known word inside the value, or one that the value is a part of."""
    fitting = [word for word in known if _is_part(word, plain) or _is_part(plain, word)]
    return known[max(fitting, key=len)] if fitting else ""


def _is_part(part: str, whole: str) -> bool:
    if chinese.has_han(part):
        return len(part) >= PART_MIN and part in whole
    return len(part) >= WESTERN_PART_MIN and f" {part}" in f" {whole}"


def _nearly(known: Mapping[str, str], plain: str) -> str:
    scored = [(SequenceMatcher(None, plain, word).ratio(), word) for word in known]
    likeness, word = max(scored, default=(0.0, ""))
    return known[word] if likeness >= ALIKE_MIN else ""

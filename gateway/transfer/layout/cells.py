"""Between the text of a cell and the value of a field, by the field's type (pure).

Reading a cell only undoes how it was written (``1.234,50 €``, ``Ja``, ``Deutschland``); whether the
value is right is judged by the same checks as everywhere else.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from gateway.kernel import chinese, money
from gateway.kernel.problems import Problem
from gateway.records.model.checks import MASK
from gateway.records.model.fields import Choice, Field
from gateway.transfer.layout import words
from gateway.transfer.layout.mapping import Column

TAG_SIGNS: Final = ";,，；、|"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its field, what is known of its column, and the currency of its row."""

    field: Field
    column: Column
    text: str
    currency: str


Read = Callable[[Cell], object]

_scientific = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+]\d{1,2}", re.IGNORECASE)
_float = re.compile(r"(\d+)[.,]0+")
_amount_signs = re.compile(r"[^\d.,+-]")
_written_date = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_instant = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?")


def replaced(column: Column, text: str) -> str:
    """What a person said a cell stands for, else the cell as it is; empty for nothing at all."""
    if not column.values:
        return text
    plain = text.strip()
    if plain in column.values:
        return column.values[plain]
    return _by_word(tuple(column.values.items())).get(words.key(plain), text)


@lru_cache(maxsize=256)
def _by_word(said: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The same meanings for other ways to write the value; what is no word stays out."""
    return {words.key(value): meaning for value, meaning in said if words.key(value)}


def read(field: Field, column: Column, text: str, currency: str) -> object:
    """The value that a cell stands for, not yet checked; ``currency`` is that of its row.

    Problem cell_scientific or money_invalid.
    """
    text = replaced(column, text)
    if MASK in text:
        return text  # a hidden value that came back: whether it is an echo is judged later
    return _READERS.get(field.type, _text)(Cell(field, column, text, currency))


def written(field: Field, value: object, currency: str) -> str:
    """A stored value as the text of a cell that ``read`` understands."""
    if field.type == "money" and isinstance(value, int):
        return f"{Decimal(value).scaleb(-money.exponent(currency)):f}"
    if field.type == "tags" and isinstance(value, list):
        return _join([str(tag) for tag in value])
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(cell: Cell) -> object:
    return cell.text


def _code(cell: Cell) -> object:
    """Digits that a spreadsheet has taken for a number."""
    plain = cell.text.strip()
    if _scientific.fullmatch(plain):
        raise Problem("cell_scientific")
    # Some codes may well end in .0 by themselves; no phone or tax number does.
    drops = cell.column.floats or cell.field.type != "code"
    if drops and (found := _float.fullmatch(plain)):
        return found[1]
    return cell.text


def _choice(cell: Cell) -> object:
    plain = cell.text.strip()
    known = choices_by_word(cell.field.choices)
    word = words.key(plain) or plain
    return known.get(word) or known.get(chinese.simplified(word), plain)


@lru_cache(maxsize=256)
def choices_by_word(choices: tuple[Choice, ...]) -> Mapping[str, str]:
    """Word -> value: a choice's value, its labels, and what else people call it."""
    known: dict[str, str] = {}
    for choice in choices:
        for word in (choice.value, *choice.labels.every):
            known.setdefault(words.key(word), choice.value)
    for choice in choices:
        for word in words.CHOICES.get(choice.value, ()):
            known.setdefault(words.key(word) or word, choice.value)
    return known


def _boolean(cell: Cell) -> object:
    plain = words.key(cell.text) or cell.text.strip()
    for value in ("true", "false"):
        if plain in {words.key(word) or word for word in words.CHOICES[value]}:
            return value == "true"
    return cell.text


def _country(cell: Cell) -> object:
    return words.country(cell.text.strip())


def _currency(cell: Cell) -> object:
    return words.currency(cell.text.strip())


def _language(cell: Cell) -> object:
    return words.language(cell.text.strip())


def _date(cell: Cell) -> object:
    plain = cell.text.strip()
    if found := _instant.fullmatch(plain):
        return found[1]
    found = _written_date.fullmatch(plain)
    if found and cell.column.dates:
        first, second, year = found[1], found[2], found[3]
        day, month = (first, second) if cell.column.dates == "dmy" else (second, first)
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return cell.text


def _number(cell: Cell, text: str) -> str:
    """A written number with a point for its decimals and nothing between its thousands.

    Problem cell_number_ambiguous for one such as ``1,234`` where the column says nothing.
    """
    plain = _amount_signs.sub("", text)
    mark = cell.column.decimal or _decimal_mark(plain, cell.currency)
    thousands = "," if mark == "." else "."
    return plain.replace(thousands, "").replace(mark, ".")


def _decimal_mark(plain: str, currency: str) -> str:
    """The last of two signs; one that stands several times cuts off thousands."""
    point, comma = plain.rfind("."), plain.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    mark = "," if comma >= 0 else "."
    if plain.count(mark) > 1:
        return "." if mark == "," else ","
    cuts_three = len(plain) - max(point, comma) == 4 and plain.count(mark) == 1
    if cuts_three and not (mark == "." and money.exponent(currency) == 3):
        raise Problem("cell_number_ambiguous")
    return mark


def _money(cell: Cell) -> object:
    number = _number(cell, cell.text)
    if not re.fullmatch(r"[+-]?\d{1,15}(?:\.\d{1,10})?", number):
        raise Problem("money_invalid")
    minor = Decimal(number).scaleb(money.exponent(cell.currency))
    if minor != int(minor):
        raise Problem("cell_money_too_fine", currency=cell.currency)
    return int(minor)


def _whole(cell: Cell) -> object:
    plain = cell.text.strip()
    found = _float.fullmatch(plain)
    return found[1] if found else plain


def _fraction(cell: Cell) -> object:
    """A decimal of any length: a point in it is never one between thousands."""
    plain = cell.text.strip()
    share = plain.endswith("%")
    number = plain.rstrip("% ").replace(",", ".") if plain.count(",") == 1 else plain.rstrip("% ")
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.\d{1,8})?", number):
        return cell.text
    return f"{Decimal(number) / 100:f}" if share else number


def _tags(cell: Cell) -> object:
    found: list[str] = []
    for line in csv.reader(io.StringIO(_one_sign(cell.text)), delimiter=";", skipinitialspace=True):
        found += line
    return [tag for tag in found if tag.strip()]


def _one_sign(text: str) -> str:
    """The same tags with one sign between them; what is quoted keeps its own."""
    pieces = re.split(r'("(?:[^"]|"")*")', text)
    table = str.maketrans(dict.fromkeys(TAG_SIGNS + "\n", ";"))
    return "".join(
        piece if place % 2 else piece.translate(table) for place, piece in enumerate(pieces)
    )


def _join(tags: list[str]) -> str:
    signs = {*TAG_SIGNS, '"', "\n"}
    quoted = ('"' + tag.replace('"', '""') + '"' if signs & {*tag} else tag for tag in tags)
    return "; ".join(quoted)


_READERS: Final[Mapping[str, Read]] = {
    "choice": _choice,
    "boolean": _boolean,
    "country": _country,
    "currency": _currency,
    "language": _language,
    "date": _date,
    "money": _money,
    "integer": _whole,
    "decimal": _fraction,
    "tags": _tags,
    "phone": _code,
    "tax_id": _code,
    "iban": _code,
    "gtin": _code,
    "account_number": _code,
    "postal_code": _code,
    "code": _code,
}

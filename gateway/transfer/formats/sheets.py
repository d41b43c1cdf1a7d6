"""The rows of one sheet of an XLSX file, streamed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import BinaryIO, Final

from gateway.kernel.problems import Problem
from gateway.transfer.formats.package import Package
from gateway.transfer.formats.workbook import Sheet, Workbook, read, unescape
from gateway.transfer.layout.rows import COLUMNS_MAX, Row, text_faults

# A cell of a spreadsheet keeps 15 digits; of a longer number the last ones are gone for good.
EXACT_MAX: Final = 10**15
ROW_CHARACTERS_MAX: Final = 8_388_608
_reference = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DAYS_1904: Final = 1_462


class Book:
    """A workbook, open for reading."""

    def __init__(self, file: BinaryIO) -> None:
        self._package = Package(file)
        self._workbook = read(self._package)

    @property
    def sheets(self) -> list[str]:
        """The names of its sheets, those a person sees first."""
        ordered = sorted(self._workbook.sheets, key=lambda sheet: not sheet.visible)
        return [sheet.name for sheet in ordered]

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a sheet. Problem sheet_missing, file_damaged, file_bomb or file_too_wide."""
        sheet = next((sheet for sheet in self._workbook.sheets if sheet.name == name), None)
        if sheet is None:
            raise Problem("sheet_missing")
        reader = _SheetReader(self._workbook)
        return reader.run(self._package, sheet)


class _SheetReader:
    """Collects cells into rows, as the parser calls it."""

    def __init__(self, workbook: Workbook) -> None:
        self._book = workbook
        self._done: list[Row] = []
        self._cells: list[str] = []
        self._faults: dict[int, str] = {}
        self._number = self._column = 0
        self._type = self._style = ""
        self._text: list[str] = []
        self._collects = False
        self._held = 0

    def run(self, package: Package, sheet: Sheet) -> Iterator[Row]:
        handlers = (self._start, self._characters, self._end)
        for _ in package.events(sheet.part, handlers):
            if self._held > ROW_CHARACTERS_MAX:
                raise Problem("file_bomb")
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            place = _reference.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else len(self._cells)
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._text = []
        elif tag in ("v", "t"):
            self._collects = True
        elif tag == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isdigit() else self._number + 1
            self._cells, self._faults, self._held = [], {}, 0

    def _characters(self, characters: str) -> None:
        if self._collects:
            self._text.append(characters)
            self._held += len(characters)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._collects = False
        elif tag == "c":
            if self._text:
                self._put("".join(self._text))
        elif tag == "row" and self._cells:
            faults = {**text_faults(self._cells), **self._faults}
            self._done.append(Row(self._number, self._cells, faults))

    def _put(self, text: str) -> None:
        if self._column >= COLUMNS_MAX:
            raise Problem("file_too_wide", columns_max=COLUMNS_MAX)
        value, fault = self._value(text)
        if fault:
            self._faults[self._column] = fault
        self._cells += [""] * (self._column + 1 - len(self._cells))
        self._cells[self._column] = value

    def _value(self, text: str) -> tuple[str, str]:
        """A cell as text, and the code of what is wrong with it."""
        if self._type == "s":
            return self._book.texts[int(text) if text.isdigit() else -1], ""
        if self._type in ("inlineStr", "str", "d"):
            return unescape(text), ""
        if self._type == "b":
            return "true" if text == "1" else "false", ""
        if self._type == "e":
            return text, "cell_formula_failed"
        if self._style.isdigit() and int(self._style) in self._book.dated:
            return _date(text, self._book.from_1904), ""
        return number_text(text)


def number_text(text: str) -> tuple[str, str]:
    """A stored number as a person sees it: ``1.0`` is 1, and 0.28999999999999998 is 0.29."""
    try:
        number = float(text)
    except ValueError:
        return text, ""
    if number != number or number in (float("inf"), float("-inf")):
        return text, "cell_formula_failed"
    if number.is_integer():
        return f"{int(number)}", "cell_number_imprecise" if abs(number) >= EXACT_MAX else ""
    return f"{Decimal(repr(number)):f}", ""


def _date(text: str, from_1904: bool) -> str:
    """The day (and time, where there is one) of a serial number, ISO 8601."""
    try:
        days = float(text) + (_DAYS_1904 if from_1904 else 0)
        # The 29th of February 1900, which never was, is day 60.
        start = datetime(1899, 12, 31 if days < 60 else 30)  # noqa: DTZ001 (cells have no zone)
        moment = start + timedelta(seconds=round(days * 86_400))
    except (ValueError, OverflowError):
        return text
    if days < 1:
        return moment.time().isoformat()
    whole = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment.date().isoformat() if whole else moment.isoformat()


def _column(letters: str) -> int:
    """``A`` is 0, ``AA`` is 26."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1

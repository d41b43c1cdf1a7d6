"""Delimited text and JSON as records, line by line (pure).

A file that cannot be read to its end is refused as a whole; a line of its own that cannot be read
is a record with a fault.
"""

import csv
import io
import json
from collections.abc import Generator
from decimal import Decimal
from typing import Any, BinaryIO, Final

from devices.drop.records import Record
from gateway.kernel.delimiters import names_delimiter
from gateway.kernel.problems import Problem

LINE_MAX: Final = 1_048_576
ARRAY_MAX: Final = 33_554_432
COLUMNS_MAX: Final = 500
_DEPTH_MAX: Final = 12
_INTEGER_DIGITS_MAX: Final = 30


def delimited(file: BinaryIO, encoding: str, delimiter: str) -> Generator[Record]:
    """Every row behind the head, with the line of the file that it begins on.

    Problem file_row_runaway where a quote is never closed, drop_head for a head that is none.
    """
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=delimiter)
    head: list[str] = []
    line = 1
    try:
        for read in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in read) or (begins == 1 and names_delimiter(read)):
                continue
            if not head:
                head = _head(read)
                continue
            yield _row(begins, head, read)
    except csv.Error as error:
        raise Problem("file_row_runaway", row=line) from error
    finally:
        text.detach()


def _head(read: list[str]) -> list[str]:
    head = [cell.strip() for cell in read]
    if len(head) > COLUMNS_MAX:
        raise Problem("file_too_wide", columns_max=COLUMNS_MAX)
    return head


def _row(line: int, head: list[str], read: list[str]) -> Record:
    values: dict[str, str] = {}
    for name, cell in zip(head, read, strict=False):
        if name and not values.get(name):
            values[name] = cell
    if any(cell.strip() for cell in read[len(head) :]):
        fault = Problem("row_cells", expected=len(head), found=len(read))
        return Record(line, {**values, "": " ".join(read[len(head) :])[:400]}, fault)
    if any("\ufffd" in cell or "\0" in cell for cell in read):
        return Record(line, values, Problem("row_characters"))
    return Record(line, values)


def json_lines(file: BinaryIO, encoding: str) -> Generator[Record]:
    """Every line that is not blank; Problem file_row_runaway for one that never ends."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n")
    try:
        number = 0
        while line := text.readline(LINE_MAX):
            number += 1
            if len(line) >= LINE_MAX:
                raise Problem("file_row_runaway", row=number)
            if line.strip("\ufeff \t\r\n"):
                yield _read_line(number, line.strip("\ufeff \t\r\n"))
    finally:
        text.detach()


def _read_line(number: int, line: str) -> Record:
    try:
        value = _decoder.decode(line)
    except (ValueError, RecursionError):
        return Record(number, {"": line[:400]}, Problem("row_no_json"))
    return _record(number, value)


def json_array(file: BinaryIO, encoding: str) -> Generator[Record]:
    """Every member of an array, with the line it begins on.

    Problem drop_json where it is no array to its end, drop_array_too_large.
    """
    raw = file.read(ARRAY_MAX + 1)
    if len(raw) > ARRAY_MAX:
        raise Problem("drop_array_too_large", bytes_max=ARRAY_MAX)
    text = raw.decode(encoding, "replace")
    at, line = text.index("[") + 1, 1
    counted, first = 0, True
    while True:
        at = _skip(text, at)
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            break
        if not first:
            if text[at : at + 1] != ",":
                raise Problem("drop_json", line=line)
            at = _skip(text, at + 1)
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise Problem("drop_json", line=line) from error
        yield _record(line, value)
        first = False
    if text[at + 1 :].strip():
        raise Problem("drop_json", line=line)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _record(line: int, value: object) -> Record:
    if not isinstance(value, dict):
        return Record(line, {"": _text(value)[:400]}, Problem("row_no_json"))
    try:
        values = {_text(name)[:200]: _plain(one, 1) for name, one in value.items()}
        return Record(line, values, raw=value)
    except RecursionError:
        return Record(line, {}, Problem("row_no_json"))


def _plain(value: object, depth: int) -> Any:
    """Texts, lists and objects: a number stays what was written."""
    if depth > _DEPTH_MAX:
        raise RecursionError
    if isinstance(value, dict):
        return {_text(name)[:200]: _plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else _text(value)


def _text(value: object) -> str:
    # Half of a surrogate pair can be written in JSON and nowhere else.
    return str(value).encode("utf-8", "replace").decode()


def _integer(text: str) -> object:
    # Longer than any number that means something: it stays a text.
    return int(text) if len(text) <= _INTEGER_DIGITS_MAX else text


def _decimal(text: str) -> object:
    # An exponent could stand for a million zeros.
    return text if "e" in text.lower() or len(text) > 2 * _INTEGER_DIGITS_MAX else Decimal(text)


def _refuse(text: str) -> object:
    raise ValueError(text)


_decoder = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, parse_constant=_refuse)

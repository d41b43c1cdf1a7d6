"""A file as a table: what it is, where its head is, and its rows, whatever its format."""

from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from typing import Annotated, BinaryIO, Final, Literal

from msgspec import Meta, Struct

from gateway.kernel import delimiters, encodings
from gateway.kernel.problems import Problem
from gateway.records.model.kind import Kind
from gateway.transfer.formats import delimited, json_lines, vcards
from gateway.transfer.formats.sheets import Book
from gateway.transfer.layout import words
from gateway.transfer.layout.rows import COLUMNS_MAX, Row

HEAD_ROWS: Final = 12
SAMPLE_ROWS: Final = 200
_CHUNK: Final = 65_536

Format = Literal["csv", "xlsx", "vcard", "jsonl"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says about a file where the guess was wrong; empty or 0 leaves it to us."""

    encoding: Literal["", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    sheet: Annotated[str, Meta(max_length=100)] = ""
    header_row: Annotated[int, Meta(ge=0, le=1000)] = 0


class Shape(Struct, frozen=True):
    """What a file turned out to be.

    ``header`` names its columns, ``header_row`` is the row of the head, ``rows`` counts those with
    data behind it. ``numeric`` lists columns where a spreadsheet may have dropped leading zeros.
    """

    format: Format
    header: list[str]
    header_row: int
    rows: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = []
    numeric: list[int] = []


class Table:
    """An open file with its shape; ``currency`` is the shop's own."""

    def __init__(self, file: BinaryIO, kind: Kind, currency: str, shape: Shape) -> None:
        self._file = file
        self._kind = kind
        self._currency = currency
        self.shape = shape

    def rows(self) -> Generator[Row]:
        """The rows with data, in their order; to be closed before the file is."""
        found = all_rows(self._file, self._kind, self._currency, self.shape)
        return (row for row in found if row.number > self.shape.header_row and not row.empty)

    def samples(self, count: int = SAMPLE_ROWS) -> list[Row]:
        """The first rows with data."""
        return list(islice(self.rows(), count))


def inspect(file: BinaryIO, kind: Kind, currency: str, asked: Asked, rows_max: int) -> Table:
    """Find out what a file is and count its rows.

    Problem file_empty, file_too_many_rows, file_row_runaway, or what a reader refuses it with.
    """
    shape = _outline(file, kind, asked)
    head = list(islice(_written(all_rows(file, kind, currency, shape)), HEAD_ROWS))
    if not head:
        raise Problem("file_empty")
    if not shape.header_row:
        shape = _with_header(shape, head, asked.header_row)
    count = 0
    for row in Table(file, kind, currency, shape).rows():
        count += 1
        if count > rows_max:
            raise Problem("file_too_many_rows", rows_max=rows_max, row=row.number)
    if not count:
        raise Problem("file_empty")
    return Table(file, kind, currency, _replaced(shape, rows=count))


def all_rows(file: BinaryIO, kind: Kind, currency: str, shape: Shape) -> Iterator[Row]:
    """Every row there is, the head and those above it as well."""
    file.seek(0)
    if shape.format == "xlsx":
        return Book(file).rows(shape.sheet)
    if shape.format == "vcard":
        return vcards.rows(file)
    if shape.format == "jsonl":
        return json_lines.rows(file, kind, shape.header, currency)
    return delimited.rows(file, shape.encoding, shape.delimiter)


def _outline(file: BinaryIO, kind: Kind, asked: Asked) -> Shape:
    """The format, and what is needed to read rows at all."""
    file.seek(0)
    start = file.read(_CHUNK)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        sheets = Book(file).sheets
        sheet = asked.sheet or _first_filled(file, sheets)
        return Shape("xlsx", [], 0, 0, sheet=sheet, sheets=sheets)
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare[:11].upper() == b"BEGIN:VCARD":
        return Shape("vcard", list(vcards.HEADER), 1, 0)
    if bare.startswith(b'{"'):
        file.seek(0)
        return Shape("jsonl", json_lines.header(file, kind), 1, 0)
    file.seek(0)
    code = asked.encoding or encodings.detect(iter(lambda: file.read(_CHUNK), b""))
    file.seek(0)
    delimiter = asked.delimiter or delimiters.delimiter_of(file, code)
    return Shape("csv", [], 0, 0, encoding=code, delimiter=delimiter)


def _first_filled(file: BinaryIO, sheets: Sequence[str]) -> str:
    """The first sheet with more than a title in it: covers and instructions come first often."""
    for name in sheets:
        if len(list(islice(_written(Book(file).rows(name)), 2))) == 2:
            return name
    return sheets[0] if sheets else ""


def _written(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if not row.empty)


def _with_header(shape: Shape, head: Sequence[Row], asked: int) -> Shape:
    place = next((i for i, row in enumerate(head) if row.number == asked), None)
    if place is None:
        place = _head_place(head)
    above = head[place - 1] if place else None
    names = _names(head[place], above)
    if len(names) > COLUMNS_MAX:
        raise Problem("file_too_wide", columns_max=COLUMNS_MAX)
    return _replaced(shape, header=names, header_row=head[place].number)


def _head_place(head: Sequence[Row]) -> int:
    """The first row that is as full as any, and has no gap that a wider title leaves."""
    fullest = max(_filled(row) for row in head)
    return next(place for place, row in enumerate(head) if _filled(row) >= 0.6 * fullest)


def _filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _names(row: Row, above: Row | None) -> list[str]:
    """The names of the columns; a second row of heads above them stands before each."""
    names = [" ".join(cell.split()) for cell in row.cells]
    if above is not None and _filled(above) > 1:
        names = _joined(names, [" ".join(cell.split()) for cell in above.cells])
    while names and not names[-1]:
        names.pop()
    return names


def _joined(names: Sequence[str], above: Sequence[str]) -> list[str]:
    """``Contact`` over ``Name`` and ``Phone``: a merged head goes on to the right."""
    found, over = [], ""
    for place, name in enumerate(names):
        over = (above[place] if place < len(above) else "") or over
        says_it = words.key(over) in words.key(name)
        found.append(name if says_it else f"{over} {name}".strip())
    return found


def _replaced(shape: Shape, **changes: object) -> Shape:
    members = {name: getattr(shape, name) for name in shape.__struct_fields__}
    return Shape(**{**members, **changes})

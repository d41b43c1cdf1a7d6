"""JSON Lines, one record a line: our own export, read as the rows it would be in a sheet."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.records.model.kind import Kind
from gateway.transfer.layout import flat
from gateway.transfer.layout.mapping import PLACES_MAX, target
from gateway.transfer.layout.rows import Row, text_faults

LINE_BYTES_MAX: Final = 1_048_576


def header(file: BinaryIO, kind: Kind) -> list[str]:
    """Every target that a line of the file fills, in the order of the kind."""
    filled: set[str] = set()
    for record, _ in _records(file):
        if record is not None:
            filled |= flat.row(kind, record, "EUR").keys()
    places = {field.name: PLACES_MAX for field in kind.fields if field.fields}
    ordered = flat.columns(kind.fields, places)
    return [to for to in ordered if to in filled and target(kind, to) is not None]


def rows(file: BinaryIO, kind: Kind, head: list[str], currency: str) -> Iterator[Row]:
    """The header, then a row for each line, numbered as a sheet of them would be."""
    yield Row(1, head)
    for number, (record, text) in enumerate(_records(file), 2):
        if record is None:
            yield Row(number, [text], {0: "line_unreadable"} if text else {})
            continue
        told = flat.row(kind, record, currency)
        values = [told.get(to, "") for to in head]
        yield Row(number, values, text_faults(values))


def _records(file: BinaryIO) -> Iterator[tuple[Mapping[str, object] | None, str]]:
    """Each line as an object, or None with its text."""
    number = 0
    while line := file.readline(LINE_BYTES_MAX):
        number += 1
        if len(line) == LINE_BYTES_MAX and not line.endswith(b"\n"):
            raise Problem("file_row_runaway", row=number + 1)
        try:
            value = canonical.decode(line)
        except Problem:
            yield None, line.decode("utf-8", "replace").strip()
            continue
        yield (value, "") if isinstance(value, dict) else (None, line.decode().strip())

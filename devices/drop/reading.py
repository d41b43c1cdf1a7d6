"""A file of rows as drafts of facts (pure): what it is, its records, and what they become."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal

from devices.drop import goods, sales, tables, trees
from devices.drop.layout import Layout
from devices.drop.records import Draft, Record, Row, row_of
from gateway.kernel import canonical, clock, delimiters, encodings
from gateway.kernel.problems import Problem

Format = Literal["csv", "jsonl", "json", "xml"]
LINES_MAX: Final = 1_000
_CHUNK: Final = 65_536
_OWN_MAX: Final = 120
_ROWS_TOLD: Final = 20
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Archives and workbooks, papers and pictures.
_NO_TEXT: Final = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8",
)


@dataclass(frozen=True)
class Shape:
    """What a file turned out to be."""

    format: Format
    encoding: str
    delimiter: str = ""


def shape_of(file: BinaryIO, encoding: str = "", delimiter: str = "") -> Shape:
    """What a file is; what is given is not guessed. Problem file_empty or drop_no_text."""
    file.seek(0)
    start = file.read(_CHUNK)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise Problem("file_empty")
    if start.startswith(_NO_TEXT):
        raise Problem("drop_no_text")
    file.seek(0)
    code = encoding or encodings.detect(iter(lambda: file.read(_CHUNK), b""))
    text = start.decode(code, "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return Shape("xml", code)
    if text.startswith(("{", "[")):
        return Shape("jsonl" if text.startswith("{") else "json", code)
    file.seek(0)
    return Shape("csv", code, delimiter or delimiters.delimiter_of(file, code))


def records(file: BinaryIO, shape: Shape) -> Generator[Record]:
    """Everything that stands in it, in order; to be closed before the file is.

    Problem where it cannot be read to its end.
    """
    file.seek(0)
    match shape.format:
        case "xml":
            return trees.records(file, shape.encoding)
        case "json":
            return tables.json_array(file, shape.encoding)
        case "jsonl":
            return tables.json_lines(file, shape.encoding)
        case "csv":
            return tables.delimited(file, shape.encoding, shape.delimiter)


def look(file: BinaryIO, shape: Shape, layout: Layout, rows_max: int) -> int:
    """Read a file to its end, and count what stands in it.

    Problem where that is not possible, where it has more than ``rows_max`` or no row at all, and
    drop_columns where none of its columns tells what a fact of this kind needs.
    """
    count = 0
    columns: set[str] = set()
    with closing(records(file, shape)) as found:
        for record in found:
            count += 1
            if count > rows_max:
                raise Problem("drop_too_many_rows", rows_max=rows_max, line=record.line)
            if count <= LINES_MAX and not record.fault and not record.skipped:
                columns |= _columns(record)
    if not count:
        raise Problem("file_empty")
    if columns and (missing := layout.missing(columns)):
        raise Problem("drop_columns", columns=", ".join(missing))
    return count


def _columns(record: Record) -> set[str]:
    names = set(record.values)
    for value in record.values.values():
        if isinstance(value, list):
            names |= {name for one in value if isinstance(one, dict) for name in one}
    return names


def drafts(file: BinaryIO, shape: Shape, layout: Layout) -> Generator[Draft]:
    """What its records become, one after the other; to be closed before the file is."""
    with closing(records(file, shape)) as found:
        if layout.becomes == "event":
            yield from (_event(record) for record in found)
        else:
            yield from _grouped(found, layout)


def _grouped(found: Iterator[Record], layout: Layout) -> Iterator[Draft]:
    """Lines of one receipt, or of one document, that follow each other are one fact."""
    member = {"sale": "receipt"}.get(layout.becomes, "")
    member = "document" if layout.becomes.startswith("stock.") else member
    waiting: list[tuple[Record, Row]] = []
    key: tuple[str, ...] = ()
    seen: set[tuple[str, ...]] = set()
    for record in found:
        row = row_of(record, layout.named)
        here = _key(row, member)
        if waiting and (record.skipped or not here or here != key or len(waiting) >= LINES_MAX):
            yield _draft(waiting, layout, again=key in seen)
            seen.add(key)
            waiting = []
        if record.skipped:
            yield Draft(record.line, "", {}, skipped=True)
        elif not here:
            yield _draft([(record, row)], layout, again=False)
        else:
            key = here
            waiting.append((record, row))
    if waiting:
        yield _draft(waiting, layout, again=key in seen)


def _key(row: Row, member: str) -> tuple[str, ...]:
    """What lines that belong together have in common; empty for a line that stands alone."""
    if not member or member not in row.cells or row.lines:
        return ()
    return tuple(row.cells.get(name, "") for name in (member, "register", "date", "document"))


def _draft(group: list[tuple[Record, Row]], layout: Layout, *, again: bool) -> Draft:
    rows = [row for _, row in group]
    head = rows[0]
    fault = next((record.fault for record, _ in group if record.fault), None)
    if again and fault is None:
        fault = Problem("row_again", line=head.line)
    own = _own(head, layout)
    try:
        if fault is None:
            kind, data = _told(rows, layout)
            return Draft(head.line, kind, data, _instant(head, layout), own)
    except Problem as problem:
        fault = problem.again()  # without a traceback, which would keep every row in memory
    kind = "sale.completed" if layout.becomes == "sale" else layout.becomes
    return Draft(head.line, kind, _rows([record for record, _ in group]), None, own, fault)


def _told(rows: Sequence[Row], layout: Layout) -> tuple[str, dict[str, Any]]:
    if layout.becomes != "sale":
        return goods.fact(rows, layout)
    if "receipt" not in rows[0].cells:
        raise Problem("row_value_missing", column=rows[0].name("receipt"))
    return sales.sale(rows, layout)


def _own(row: Row, layout: Layout) -> str:
    """The till's own id of a row, where it has one.

    A column that is merely called so may begin at 1 in every file. So it counts where a person has
    named it, or where it can be nothing else.
    """
    own = row.cells.get("id", "")
    said = any("id" in members for members in layout.named.values())
    if not said and not _UUID.fullmatch(own):
        return ""
    if len(own) > _OWN_MAX:
        own = canonical.sha256_hex(own.encode("utf-8", "replace"))
    return f"{row.cells.get('register') or layout.register}:{own}" if own else ""


def _instant(row: Row, layout: Layout) -> int | None:
    """When it happened; None where the row does not say."""
    for member in ("time", "date"):
        if text := row.cells.get(member):
            beside = row.cells.get("clock", "") if member == "date" else ""
            return layout.times.instant(text, row.name(member), beside)
    return None


def _event(record: Record) -> Draft:
    """A CloudEvent, as a till that knows this house writes it."""
    told = record.raw or {}
    kind, data, own = (told.get(name) for name in ("type", "data", "id"))
    name = record.values.get("type") if isinstance(kind, str) and kind else ""
    fault = record.fault
    if not name or not isinstance(data, dict) or not _without_floats(told):
        fault = fault or Problem("row_no_event")
    try:
        at = told.get("time")
        occurred = clock.from_iso(at) if isinstance(at, str) and at else None
    except (ValueError, OverflowError):
        occurred, fault = None, fault or Problem("row_date_unreadable", column="time")
    if fault:
        return Draft(record.line, str(name)[:100] or "event", _rows([record]), None, "", fault)
    key = f"{told.get('source', '')}:{own}" if isinstance(own, str) and own else ""
    if len(key) > _OWN_MAX:
        key = canonical.sha256_hex(key.encode())
    return Draft(record.line, str(name)[:100], data or {}, occurred, key)


def _without_floats(value: object) -> bool:
    """Whether it can be told again byte by byte: no fractions, no broken characters."""
    if isinstance(value, Mapping):
        return all(_without_floats(name) and _without_floats(one) for name, one in value.items())
    if isinstance(value, list):
        return all(_without_floats(one) for one in value)
    if isinstance(value, str):
        return not any("\ud800" <= sign <= "\udfff" for sign in value)
    return value is None or isinstance(value, bool | int)


def _rows(found: Sequence[Record]) -> dict[str, Any]:
    """What stood in the file, for whoever has to mend it."""
    return {"rows": [dict(record.values) for record in found[:_ROWS_TOLD]]}


def shown(draft: Draft) -> dict[str, Any]:
    """A draft for a person who tries a file out."""
    return {"line": draft.line, "type": draft.type, "data": dict(draft.data)}

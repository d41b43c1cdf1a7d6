"""Records as a file: CSV, XLSX or JSON Lines, streamed page by page through the eyes of a role."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from gateway.access.policy import Rule, allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records import queries
from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.records.records import Json, Records
from gateway.store.journal import Entry
from gateway.transfer.formats import sheet_writer
from gateway.transfer.formats.formula import guard
from gateway.transfer.layout import flat
from gateway.transfer.layout.mapping import target

Format = Literal["csv", "xlsx", "jsonl"]

PAGE_RECORDS: Final = 200
COUNT_RECORDS: Final = 2_000
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
_ELEMENTS: Final = "max((SELECT count(*) FROM json_each(data, '$.{}')))"
_FULLEST: Final = (
    "SELECT max(id), {} FROM (SELECT id, data FROM records INDEXED BY records_checksum"
    " WHERE kind = ? AND id > ? ORDER BY id LIMIT ?)"
)
_FIGURES: Final = ("money", "integer", "decimal")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported: a kind, the words it is found by, and the format.

    ``mark`` puts the byte order mark before a CSV, by which old spreadsheets know it for UTF-8.
    """

    kind: str
    format: Format
    search: str = ""
    mark: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is about to be sent; ``pieces`` makes it while it is read, once."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


class Exports:
    """The exports of one store."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._store = records.store

    def begin(
        self, actor: Actor, wish: Wish, told: Callable[[int], None] = lambda _: None
    ) -> Export:
        """Start an export; ``told`` hears how many records are written so far.

        The journal keeps who exported what before anything leaves, and how much it was. Problem
        kind_unknown, not_allowed or export_too_long.
        """
        kind = self._records.engine.kind(wish.kind)
        rule = allowed(actor, kind.name, "export")
        if wish.format == "xlsx" and self._count(kind) > sheet_writer.ROWS_MAX:
            raise Problem("export_too_long", rows_max=sheet_writer.ROWS_MAX)
        fields = _shown(kind, rule)
        names = sorted(field.name for field in fields)
        said = {"format": wish.format, "filtered": bool(wish.search), "fields": names}
        self._journal(actor, kind, "access.exported", said)
        pages = self._counted(actor, kind, wish, told)
        day = to_iso(self._store.clock.now_ms())[:10]
        name = f"{kind.name}-{day}.{wish.format}"
        return Export(name, MEDIA_TYPES[wish.format], self._pieces(wish, kind, fields, pages))

    def _pieces(
        self, wish: Wish, kind: Kind, fields: Sequence[Field], pages: Iterator[list[Json]]
    ) -> Iterator[bytes]:
        if wish.format == "jsonl":
            return _lines(pages)
        columns = flat.columns(fields, self._places(kind, fields))
        currency = self._records.engine.home.currency
        table = (
            [_cells(flat.row(kind, record, currency), columns) for record in page] for page in pages
        )
        head = [flat.head(to) for to in columns]
        if wish.format == "csv":
            return _csv(head, table, mark=wish.mark)
        return sheet_writer.stream(head, table, _figures(kind, columns))

    def _counted(
        self, actor: Actor, kind: Kind, wish: Wish, told: Callable[[int], None]
    ) -> Iterator[list[Json]]:
        """Pages of records as the role sees them, and at the end how many there were."""
        count, after = 0, ""
        try:
            while True:
                with self._store.read() as rows:
                    page = queries.page(
                        rows, kind, actor, search=wish.search, after=after, limit=PAGE_RECORDS
                    )
                    shown = list(self._records.shown(rows, actor, page.heads, "export"))
                yield shown
                count += len(page.heads)
                told(count)
                if page.next is None:
                    return
                after = page.next
        finally:
            self._journal(actor, kind, "access.export_ended", {"records": count})

    def _journal(self, actor: Actor, kind: Kind, event: str, said: Mapping[str, object]) -> None:
        self._store.write(
            lambda tx: tx.append(
                Entry(
                    id=ids.uuid7(tx.now_ms),
                    type=event,
                    body={"kind": kind.name, **said},
                    actor=actor.id,
                    device=actor.device,
                )
            )
        )

    def _count(self, kind: Kind) -> int:
        with self._store.read() as rows:
            return int(rows.value("SELECT count(*) FROM records WHERE kind = ?", (kind.name,)))

    def _places(self, kind: Kind, fields: Sequence[Field]) -> dict[str, int]:
        """How many elements the fullest record has in each group."""
        groups = [field.name for field in fields if field.type == "group"]
        places = dict.fromkeys(groups, 0)
        if not groups:
            return places
        # The names of the groups are those of the kind's declaration.
        counts = ", ".join(_ELEMENTS.format(name) for name in groups)
        query = _FULLEST.format(counts)
        last: bytes | None = b""
        while last is not None:
            with self._store.read() as rows:
                found = rows.tuples(query, (kind.name, last, COUNT_RECORDS))[0]
            last = found[0]
            for name, count in zip(groups, found[1:], strict=True):
                places[name] = max(places[name], count or 0)
        return places


def _shown(kind: Kind, rule: Rule) -> list[Field]:
    """The fields that the role sees at all."""
    seen = rule.clear | rule.masked
    return [
        field
        for field in kind.fields
        if any(part.data_class in seen for part in (field.fields or (field,)))
    ]


def _cells(told: dict[str, str], columns: Sequence[str]) -> list[str]:
    return [told.get(to, "") for to in columns]


def _figures(kind: Kind, columns: Sequence[str]) -> list[int]:
    found = (target(kind, to) for to in columns)
    return [
        place
        for place, one in enumerate(found)
        if one is not None and one.field is not None and one.field.type in _FIGURES
    ]


def _csv(head: Sequence[str], pages: Iterator[list[list[str]]], *, mark: bool) -> Iterator[bytes]:
    yield ("\ufeff" if mark else "").encode() + csv_lines([head])
    for page in pages:
        yield csv_lines(page)


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _lines(pages: Iterator[list[Json]]) -> Iterator[bytes]:
    for page in pages:
        yield b"".join(msgspec.json.encode(record) + b"\n" for record in page)

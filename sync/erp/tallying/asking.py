"""What each side says: our journal and records on the one, the ERP over its line on the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import msgspec

from gateway.kernel import clock, ids
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp.batch import Snapshot
from sync.erp.book import Book
from sync.erp.connector import Entry, Refusal
from sync.erp.line import Line, Plain, Row, Where
from sync.erp.mapping import comparing
from sync.erp.mapping.model import Table
from sync.erp.mapping.rendering import Asked, Document, Reference, render, summed
from sync.erp.mapping.transforms import Context, number, plain
from sync.erp.pushing.lookups import ASKED_MAX, wanted
from sync.erp.tallying.manners import Manners
from sync.erp.tallying.sides import Figures, Ours, Theirs

# No index knows when a fact happened: the journal is gone through once for all that is compared.
_FACTS: Final = (
    "SELECT j.seq, j.id, j.type, j.occurred_at, j.body, j.seq > ? OR o.seq IS NOT NULL"
    " FROM journal j LEFT JOIN erp_outstanding o ON o.consumer = ? AND o.seq = j.seq"
    " WHERE j.seq BETWEEN ? AND ? AND j.occurred_at >= ? AND j.occurred_at < ?"
    " AND j.type IN ({}) AND j.body IS NOT NULL"
)
_STEP: Final = 5_000  # entries looked at in one go
_RECORDS: Final = (
    "SELECT id, number, seq FROM records WHERE kind = ? AND alias_of IS NULL ORDER BY id"
)
_LINKED: Final = "SELECT subject FROM erp_links WHERE consumer = ? AND element = ''"
_HELD: Final = "SELECT subject FROM erp_outstanding WHERE consumer = ? AND subject <> ''"


@dataclass(frozen=True, slots=True)
class Said:
    """What we say of one document, with what it takes to read theirs like it."""

    ours: Ours
    values: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact of ours, and whether the ERP need not have it yet."""

    entry: Entry
    waits: bool


def happened(
    store: Store, consumer: str, types: Sequence[str], day: date, zone: tzinfo
) -> list[Happened]:
    """The facts of these types that happened on a day of the ERP.

    What is behind the cursor and not held is settled; everything else is waiting.
    """
    since, until = _bounds(day, zone)
    query = _FACTS.format(",".join("?" * len(types)))
    with store.read() as rows:
        cursor = _cursor(rows, consumer)
        first = journal.low_water(rows) + 1

    def look(rows: Rows, start: int) -> list[tuple[Any, ...]]:
        span = (start, start + _STEP - 1)
        return rows.tuples(query, (cursor, consumer, *span, since, until, *types))

    starts = range(first, store.head + 1, _STEP)
    return [_happened(*row) for found in store.each(starts, look) for row in found]


def _happened(
    seq: int, key: bytes, type: str, occurred_at: int, body: bytes, waits: int
) -> Happened:
    data: Any = msgspec.json.decode(body).get("data") or {}
    entry = Entry(seq, ids.to_text(key), type, clock.to_iso(occurred_at), "append", data)
    return Happened(entry, bool(waits))


def facts(found: Sequence[Happened], table: Table, context: Context) -> list[Said]:
    """What a mapping says of the facts of its type.

    What cannot be told at all never reached the ERP either, and waits among the rejected ones.
    """
    said = []
    for one in found:
        if one.entry.type != table.source:
            continue
        own = one.entry.data.get("currency")
        told = context if own is None else Context(str(own), context.zone, context.half)
        try:
            documents = summed(table, one.entry, told)
        except (Problem, Refusal):
            continue
        said += [_fact(document, waits=one.waits) for document in documents]
    return said


def records(store: Store, book: Book, consumer: str, table: Table, context: Context) -> list[Said]:
    """The records of a kind that the ERP has taken, each as it is now.

    One with an edit that the ERP has not taken yet is waiting.
    """
    with store.read() as rows:
        linked = {subject for (subject,) in rows.tuples(_LINKED, (consumer,))}
        held = {subject for (subject,) in rows.tuples(_HELD, (consumer,))}
        cursor = _cursor(rows, consumer)
        known = [
            one for one in rows.tuples(_RECORDS, (table.source,)) if ids.to_text(one[0]) in linked
        ]
    head = store.head

    def look(rows: Rows, one: tuple[bytes, str, int]) -> Snapshot | None:
        return book.snapshot(rows, table.source, ids.to_text(one[0]), head)

    said = []
    for (key, number_, seq), snapshot in zip(known, store.each(known, look), strict=True):
        subject = ids.to_text(key)
        if snapshot is None:
            continue
        op = "delete" if snapshot.data is None else "upsert"
        entry = Entry(
            seq, subject, "record.edited", "", op, snapshot.data or {}, table.source, subject,
            snapshot.number,
        )  # fmt: skip
        try:
            documents = render(table, entry, context)
        except (Problem, Refusal):
            continue
        waits = seq > cursor or subject in held
        said += [_record(document, number_, waits=waits) for document in documents]
    return said


def theirs(line: Line, table: Table, said: Sequence[Said], manners: Manners) -> Iterator[Theirs]:
    """Their rows with our ids, read as ours are told; Trouble and Refusal of the line, Withheld."""
    by_id = {one.ours.id: one for one in said}
    names = {name for one in said for name in one.values}
    state = table.steps.field if table.steps else ""
    fields = wanted(table.id, state, *sorted(names))
    for known in manners.portions(sorted(by_id), ASKED_MAX):
        for row in line.find(table.model, [Where(table.id, "in", known)], fields):
            if not _is_cancelled(table, row):
                yield _theirs(table, row, by_id[str(row[table.id])])


def _cursor(rows: Rows, consumer: str) -> int:
    found = rows.value("SELECT cursor_seq FROM erp_consumers WHERE name = ?", (consumer,))
    return int(found or 0)


def _bounds(day: date, zone: tzinfo) -> tuple[int, int]:
    """The instants (Unix milliseconds) between which a day of the ERP lies."""
    days = (day, day + timedelta(days=1))
    first, last = (datetime.combine(one, time.min, tzinfo=zone) for one in days)
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000)


def _fact(document: Document, *, waits: bool) -> Said:
    entry = document.entry
    register, receipt = entry.data.get("register"), entry.data.get("receipt")
    title = f"{register}/{receipt}" if register and receipt else ""
    return _said(document, title, document.sums, waits=waits)


def _record(document: Document, title: str, *, waits: bool) -> Said:
    """Of a record its plain values are compared; what is looked up there is theirs to name."""
    compared = set(comparing.compared(document.table.fields))
    standing = document.table.standing(is_active=True)
    values: dict[str, Plain] = {
        name: value
        for name, value in document.values.items()
        if (name in compared or name in standing) and not isinstance(value, Asked | Reference)
    }
    return _said(document, title, values, waits=waits)


def _said(document: Document, title: str, values: Mapping[str, Plain], *, waits: bool) -> Said:
    figures = {name: _text(value) for name, value in values.items()}
    return Said(Ours(document.id, document.entry.seq, title, figures, waits), values)


def _theirs(table: Table, row: Row, said: Said) -> Theirs:
    fields = {field.theirs: field for field in table.fields}
    figures: Figures = {
        name: said.ours.figures[name]
        if comparing.same(fields.get(name), row[name], value)
        else _text(row[name])
        for name, value in said.values.items()
    }
    steps = table.steps
    is_final = steps is None or str(row[steps.field]) not in steps.presses
    return Theirs(str(row[table.id]), f"{table.model},{row['id']}", figures, is_final)


def _is_cancelled(table: Table, row: Row) -> bool:
    """Whether it is a twin that was cancelled: its state is the least, and not an open one."""
    if table.steps is None or table.twins is None or not table.twins.order:
        return False
    state, least = str(row[table.steps.field]), table.twins.order[0]
    return state == least and state not in table.twins.open


def _is_number(value: object) -> bool:
    try:
        number(value)
    except ValueError:
        return False
    return True


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(number(value)) if _is_number(value) and not isinstance(value, str) else str(value)

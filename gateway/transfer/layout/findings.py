"""What a check finds out about whole columns, gathered row by row and kept with each slice.

Cells without a meaning are counted per column and value, up to a number that a person can still go
through; traits tell what a spreadsheet may have done to a column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from gateway.transfer.layout import traits, unknown, words
from gateway.transfer.layout.mapping import Column, Layout, target
from gateway.transfer.layout.rows import Row
from gateway.transfer.layout.traits import Seen

# So many different values of a column are listed; what has more of them is no list.
VALUES_MAX: Final = 200
COUNTRY_LETTERS: Final = 2
_COUNTRIES: Final = ("country", "addresses.1.country")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value without a meaning, how often it stands in its column, and what it may stand for."""

    column: int
    value: str
    count: int
    guess: str


@dataclass(slots=True)
class Tally:
    """What one slice of rows has brought, to be added to what is kept."""

    values: dict[tuple[int, str], int] = field(default_factory=dict)
    traits: dict[tuple[int, str], Seen] = field(default_factory=dict)

    def see(self, place: int, trait: str, row: int) -> None:
        """Count one more cell of a column with a trait."""
        seen = self.traits.get((place, trait))
        self.traits[place, trait] = Seen(seen.count + 1, seen.row) if seen else Seen(1, row)


class Gathering:
    """Looks at the rows of a check; ``known`` are the values that are kept already."""

    def __init__(
        self, kind: Kind, layout: Layout, known: Mapping[tuple[int, str], int] | None = None
    ) -> None:
        self._columns = list(_judged(kind, layout))
        self._country = next((c.column for c in layout.columns if c.to in _COUNTRIES), None)
        self._listed: dict[int, set[str]] = {}
        for place, value in known or ():
            self._listed.setdefault(place, set()).add(value)
        self._unknown: dict[tuple[int, str], str] = {}

    def tally(self, rows: Sequence[Row]) -> Tally:
        """What some rows say about their columns."""
        found = Tally()
        for row in rows:
            country = self._country_of(row)
            for column, field_ in self._columns:
                if column.column < len(row.cells) and (text := row.cells[column.column]):
                    for trait in traits.of_cell(field_, text, country):
                        found.see(column.column, trait, row.number)
                    self._cell(found, column, field_, text)
        return found

    def _country_of(self, row: Row) -> str:
        """The code of a row's country, as far as the row says it in a word we know."""
        if self._country is None or self._country >= len(row.cells):
            return ""
        code = words.country(row.cells[self._country].strip()).upper()
        return code if len(code) == COUNTRY_LETTERS and code.isascii() else ""

    def _cell(self, found: Tally, column: Column, field_: Field, text: str) -> None:
        place = column.column
        if field_.type in unknown.LISTED and (value := self._value(column, field_, text)):
            found.values[place, value] = found.values.get((place, value), 0) + 1

    def _value(self, column: Column, field_: Field, text: str) -> str:
        key = (column.column, text)
        if key not in self._unknown:
            if len(self._unknown) > 10_000:
                self._unknown.clear()
            self._unknown[key] = unknown.value_of(field_, column, text)
        value = self._unknown[key]
        listed = self._listed.setdefault(column.column, set())
        if value and value not in listed:
            if len(listed) >= VALUES_MAX:
                return ""
            listed.add(value)
        return value


def _judged(kind: Kind, layout: Layout) -> list[tuple[Column, Field]]:
    """Columns that go to fields with a list, to codes or to dates."""
    found = []
    for column in layout.columns:
        to = target(kind, column.to) if column.to else None
        if to is None or to.field is None:
            continue
        if to.field.type in (*unknown.LISTED, "date") or traits.is_code(to.field):
            found.append((column, to.field))
    return found


def add(tx: Tx, identity: str, tally: Tally) -> None:
    """Keep what a slice has brought."""
    key = ids.to_bytes(identity)
    tx.executemany(
        "INSERT INTO import_values (import, place, value, count) VALUES (?,?,?,?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(key, place, value, count) for (place, value), count in tally.values.items()],
    )
    tx.executemany(
        "INSERT INTO import_traits (import, place, trait, count, row) VALUES (?,?,?,?,?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [
            (key, place, trait, seen.count, seen.row)
            for (place, trait), seen in tally.traits.items()
        ],
    )


def forget(tx: Tx, identity: str) -> None:
    """A check begins anew: its columns may go elsewhere now."""
    for table in ("import_values", "import_traits"):
        tx.execute(f"DELETE FROM {table} WHERE import = ?", (ids.to_bytes(identity),))  # noqa: S608


def values(rows: Rows, identity: str) -> dict[tuple[int, str], int]:
    """Values without a meaning by column, with how often each stands there."""
    found = rows.all(
        "SELECT place, value, count FROM import_values WHERE import = ?"
        " ORDER BY place, count DESC, value",
        (ids.to_bytes(identity),),
    )
    return {(line["place"], line["value"]): line["count"] for line in found}


def unknowns(rows: Rows, identity: str, kind: Kind, layout: Layout) -> list[Unknown]:
    """The same with what each may stand for, the most frequent first in each column."""
    fields = {column.column: field_ for column, field_ in _judged(kind, layout)}
    return [
        Unknown(place, value, count, unknown.guess(fields[place], value))
        for (place, value), count in values(rows, identity).items()
        if place in fields
    ]


def warnings(
    rows: Rows, identity: str, kind: Kind, layout: Layout
) -> list[tuple[int, list[Problem]]]:
    """What to tell about columns before they are imported."""
    found = rows.all(
        "SELECT place, trait, count, row FROM import_traits WHERE import = ?",
        (ids.to_bytes(identity),),
    )
    seen: dict[int, dict[str, Seen]] = {}
    for line in found:
        seen.setdefault(line["place"], {})[line["trait"]] = Seen(line["count"], line["row"])
    told = [
        (column.column, traits.warnings(field_, seen.get(column.column, {})))
        for column, field_ in _judged(kind, layout)
    ]
    return [(place, problems) for place, problems in told if problems]


def at_once(kind: Kind, layout: Layout, rows: Sequence[Row]) -> list[tuple[int, list[Problem]]]:
    """The same by the first rows of a file alone, before any check."""
    tally = Gathering(kind, layout).tally(rows)
    told = []
    for column, field_ in _judged(kind, layout):
        seen = {
            trait: one for (place, trait), one in tally.traits.items() if place == column.column
        }
        if problems := traits.warnings(field_, seen):
            told.append((column.column, problems))
    return told

"""Rows of an ERP with all that hangs on them, over its line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

from gateway.kernel.problems import Problem
from sync.erp.bringing.plan import Levels, Source
from sync.erp.bringing.shaping import Level, Whole
from sync.erp.connector import Outcome, Refusal
from sync.erp.line import Line, Plain, Row, Where
from sync.erp.mapping import arriving

IDS_MAX: Final = 100  # in one question


@runtime_checkable
class Placed(Protocol):
    """A line whose answers may depend on where one stands, as stock does in some ERPs."""

    def within(self, context: str, ids: Sequence[str]) -> Line:
        """The same line with these records of theirs around every question."""


def conditions(where: Mapping[str, Plain]) -> tuple[Where, ...]:
    """Conditions of a table of fields and values."""
    return tuple(Where(name, "=", value) for name, value in where.items())


class Asker:
    """Asks one ERP for the rows of one source."""

    def __init__(self, line: Line, source: Source) -> None:
        self._line = line
        self._source = source
        self._places: list[Row] | None = None

    def rows(self, asked: Iterable[Where], order: Sequence[str], limit: int) -> list[Row]:
        """Rows themselves, of those that the source is about."""
        where = (*conditions(self._source.table.where), *asked)
        source = self._source
        return self._line.find(source.model, where, source.asked, order=order, limit=limit)

    def by(self, field: str, values: Sequence[str]) -> Iterator[Row]:
        """Rows that have one of some values in a field."""
        for start in range(0, len(values), IDS_MAX):
            some = tuple(values[start : start + IDS_MAX])
            where = (*conditions(self._source.table.where), Where(field, "in", some))
            yield from self._line.find(self._source.model, where, self._source.asked)

    def ids(self) -> set[str]:
        """The ids of all rows, those out of use included."""
        found = self._line.find(
            self._source.model, conditions(self._source.table.where), [self._source.table.changed]
        )
        return {str(row["id"]) for row in found}

    def whole(self, rows: Sequence[Row]) -> list[Whole]:
        """Rows with what hangs on them."""
        ids = [str(row["id"]) for row in rows]
        below = {link: self._below(*link, fields, ids) for link, fields in self._links().items()}
        levels = self._levels(self._source.more.levels, ids) if self._source.more.levels else {}
        return [
            Whole(
                row,
                {link: found.get(str(row["id"]), []) for link, found in below.items()},
                tuple(levels.get(str(row["id"]), ())),
            )
            for row in rows
        ]

    def _links(self) -> dict[tuple[str, str], set[str]]:
        """By model and link of the rows that hang on ours, every field to read of them."""
        found: dict[tuple[str, str], set[str]] = {}
        mark = self._source.mark
        told = [(one.model, one.parent, [*one.asked]) for one in self._source.more.values]
        told += [
            (
                one.model,
                one.parent,
                [one.parent, one.key, one.active, *one.where, *arriving.asked(one.fields)],
            )
            for one in (*self._source.lists, *self._source.elements)
        ]
        told += (
            [(mark.model, mark.parent, [mark.parent, mark.field])] if mark and mark.model else []
        )
        for model, parent, fields in told:
            found.setdefault((model, parent), set()).update(name for name in fields if name)
        return found

    def _below(
        self, model: str, parent: str, fields: set[str], ids: Sequence[str]
    ) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for start in range(0, len(ids), IDS_MAX):
            where = [Where(parent, "in", tuple(ids[start : start + IDS_MAX]))]
            for row in self._line.find(model, where, sorted(fields)):
                found.setdefault(str(row[parent]), []).append(row)
        return found

    def _levels(self, levels: Levels, ids: Sequence[str]) -> dict[str, list[Level]]:
        if not isinstance(self._line, Placed):
            problem = Problem("erp_not_there", what=f"way to ask for {levels.value} at a place")
            raise Refusal(Outcome.NEEDS_PERSON, problem)
        if self._places is None:
            where = conditions(levels.where)
            self._places = self._line.find(levels.places, where, [levels.name])
        found: dict[str, list[Level]] = {}
        for place in self._places:
            identity, name = str(place["id"]), str(place[levels.name] or place["id"])
            line = self._line.within(levels.context, [identity])
            for start in range(0, len(ids), IDS_MAX):
                where = (Where("id", "in", tuple(ids[start : start + IDS_MAX])),)
                for row in line.find(self._source.model, where, [levels.value]):
                    told = Level(identity, name, row[levels.value])
                    found.setdefault(str(row["id"]), []).append(told)
        return found

"""Which records of theirs values stand for: asked for in bulk, remembered for one batch.

What somebody adds in the ERP is found by the next batch.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.line import Line, Link, Links, Plain, Row, Where
from sync.erp.mapping.model import Lookup
from sync.erp.mapping.rendering import Asked
from sync.erp.mapping.transforms import plain

ASKED_MAX = 200  # values in one question
PRODUCT, TAX = "product", "tax"  # what people look after: each has a sentence of its own


class Lookups:
    """What one batch has looked up over one line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._found: dict[tuple[object, ...], list[Row]] = {}

    def load(self, asked: Iterable[Asked]) -> None:
        """Look up what was not looked up yet, with one question per model and field."""
        missing: dict[tuple[object, ...], tuple[Lookup, str, dict[str, Plain]]] = {}
        for one in asked:
            for by in one.lookup.by:
                place = (*_key(one.lookup), by)
                _, _, values = missing.setdefault(place, (one.lookup, by, {}))
                values |= {
                    name(value): value
                    for value in one.names
                    if (*place, name(value)) not in self._found
                }
        for place, (lookup, by, values) in missing.items():
            listed = list(values.values())
            for start in range(0, len(listed), ASKED_MAX):
                self._ask(place, lookup, by, listed[start : start + ASKED_MAX])

    def get(self, asked: Asked) -> Plain | Link | Links:
        """What stands for a value; Refusal where nothing does or several do."""
        lookup = asked.lookup
        if lookup.is_many:
            found = [self._one(lookup, (each,)) for each in asked.names]
            ids = dict.fromkeys(str(row["id"]) for row in found if row is not None)
            return Links(lookup.model, tuple(ids))
        row = self._one(lookup, asked.names)
        if row is None:
            return None
        if not lookup.take:
            return Link(lookup.model, str(row["id"]))
        return taken(row, lookup.take, lookup.to)

    def _one(self, lookup: Lookup, names: tuple[Plain, ...]) -> Row | None:
        for each in names:
            for by in lookup.by:
                rows = self._found.get((*_key(lookup), by, name(each)), [])
                if len(rows) > 1 and not lookup.first:
                    problem = Problem("erp_value_doubtful", what=lookup.what, name=_shown(each))
                    raise Refusal(Outcome.NEEDS_PERSON, problem)
                if rows:
                    return rows[0]
        if lookup.is_optional:
            return None
        raise missing(lookup.what, _shown(names[0] if names else ""))

    def _ask(self, place: tuple[object, ...], lookup: Lookup, by: str, values: list[Plain]) -> None:
        where = [Where(by, "in", values), *conditions(lookup.where)]
        rows = self._line.find(lookup.model, where, wanted(by, lookup.take))
        for value in values:
            self._found[(*place, name(value))] = []
        for row in rows:
            self._found.setdefault((*place, name(row[by])), []).append(row)


def wanted(*fields: str) -> list[str]:
    """Fields to ask for, each once; every row has its id anyway."""
    return [one for one in dict.fromkeys(fields) if one and one != "id"]


def conditions(where: Mapping[str, Plain]) -> list[Where]:
    """Conditions that a mapping names; an empty text stands for nothing there."""
    return [Where(field, "=", None if value == "" else value) for field, value in where.items()]


def taken(row: Row, take: str, to: str) -> Plain | Link:
    """A field of a record that was found, as a value or as a link."""
    value = row[take]
    return Link(to, str(value)) if to and value is not None else value


def name(value: Plain) -> str:
    """What is compared of a value that something is found by: 19 and 19.00 are one."""
    if isinstance(value, bool) or value is None:
        return str(value)
    return plain(Decimal(value)) if isinstance(value, int | Decimal) else value


def missing(what: str, name: str) -> Refusal:
    """Something that will be there once somebody adds it: the entry waits and tries again."""
    if what == TAX:
        return Refusal(Outcome.NEEDS_PERSON, Problem("erp_tax_unknown", rate=name))
    if what == PRODUCT:
        return Refusal(Outcome.RETRY, Problem("erp_product_unknown", product=name))
    return Refusal(Outcome.RETRY, Problem("erp_value_unknown", what=what, name=name))


def _shown(value: Plain) -> str:
    return name(value)[:80]


def _key(lookup: Lookup) -> tuple[object, ...]:
    return (lookup.model, tuple(sorted(lookup.where.items())), lookup.take)

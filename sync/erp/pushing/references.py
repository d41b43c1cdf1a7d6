"""Which records of theirs stand for records of ours, such as the customer of a sale.

A till may name a customer by id or number, and two customers may have been merged since: which
record stands for that name is ours to say. At the ERP it is found by our id on it; a number counts
only on a record that carries an id of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.line import Line, Link, Plain, Row, Where
from sync.erp.mapping.model import ErpMapping, Table
from sync.erp.mapping.rendering import Reference
from sync.erp.names import Named, Names, as_told
from sync.erp.pushing.lookups import ASKED_MAX, missing, name, taken, wanted

CUSTOMER = "customer"


@dataclass(slots=True)
class _Kind:
    """What is known of one kind: rows by our id, by number, and by what stands for nobody."""

    table: Table
    standing: dict[str, Named] = field(default_factory=dict)
    by_id: dict[str, Row] = field(default_factory=dict)
    by_number: dict[str, Row] = field(default_factory=dict)
    others: dict[tuple[str, str], Row] = field(default_factory=dict)


class References:
    """The records behind the references of one batch."""

    def __init__(self, line: Line, mapping: ErpMapping, names: Names = as_told) -> None:
        self._line = line
        self._names = names
        tables = [mapping.find(source) for source in {one.source for one in mapping.tables}]
        self._kinds = {one.source: _Kind(one) for one in tables if one and one.is_kind}

    def load(self, references: Iterable[Reference]) -> None:
        """Look all of them up, with a few questions per kind."""
        listed = list(references)
        for kind in dict.fromkeys(one.kind for one in listed):
            self._load(self._kinds[kind], [one for one in listed if one.kind == kind])

    def get(self, one: Reference) -> Plain | Link:
        """The record, or a field of it; Refusal until it is there."""
        kind = self._kinds[one.kind]
        row = self._row(kind, one)
        if row is None:
            return None
        return taken(row, one.take, one.to) if one.take else Link(kind.table.model, str(row["id"]))

    def _row(self, kind: _Kind, one: Reference) -> Row | None:
        if not one.name:
            if one.otherwise in (None, ""):
                return None
            row = kind.others.get((_by(kind, one), name(one.otherwise)))
            if row is None:
                problem = Problem("erp_walk_in_missing", party=one.otherwise)
                raise Refusal(Outcome.RETRY, problem)
            return row
        named = kind.standing.get(one.name, Named("", ""))
        row = kind.by_id.get(named.id) or kind.by_number.get(named.number)
        if row is None:
            raise _missing(one)
        return row

    def _load(self, kind: _Kind, references: Sequence[Reference]) -> None:
        table = kind.table
        names = {one.name for one in references if one.name} - kind.standing.keys()
        standing = self._names(table.source, sorted(names))
        told = list(standing.values())
        fields = wanted(table.id, table.number, *(one.take for one in references))
        ids = [f"{table.prefix}{one.id}" for one in told if one.id]
        for row in self._found(table, table.id, ids, fields):
            kind.by_id[str(row[table.id]).removeprefix(table.prefix)] = row
        numbers = [one.number for one in told if one.number and one.id not in kind.by_id]
        if table.number:
            for row in self._found(table, table.number, numbers, fields):
                if row[table.id] and str(row[table.id]).startswith(table.prefix):
                    kind.by_number[str(row[table.number])] = row
        kind.standing |= standing
        for by in {_by(kind, one) for one in references if not one.name and one.otherwise}:
            values = [one.otherwise for one in references if one.otherwise]
            for row in self._found(table, by, values, wanted(by, *fields)):
                kind.others[(by, name(row[by]))] = row

    def _found(
        self, table: Table, by: str, values: Sequence[Plain], fields: Sequence[str]
    ) -> Iterable[Row]:
        distinct = list(dict.fromkeys(values))
        for start in range(0, len(distinct), ASKED_MAX):
            where = [Where(by, "in", distinct[start : start + ASKED_MAX])]
            yield from self._line.find(table.model, where, fields)


def _by(kind: _Kind, one: Reference) -> str:
    return one.by or kind.table.number or "id"


def _missing(one: Reference) -> Refusal:
    if one.kind == CUSTOMER:
        return Refusal(Outcome.RETRY, Problem("erp_customer_missing"))
    return missing(one.kind, one.name)

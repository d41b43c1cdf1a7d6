"""Records of ours as records of an ERP: looked for, made in groups, changed where they differ and
we have changed them.

A record of theirs is ours only if it carries our id. One that merely has our number belongs to
somebody else, is left alone and shown to a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Refusal, Trouble
from sync.erp.line import Line, Row, Values, Where
from sync.erp.mapping import comparing
from sync.erp.mapping.model import Elements, Table
from sync.erp.mapping.rendering import Document
from sync.erp.pushing import children, groups, since
from sync.erp.pushing.children import Lists
from sync.erp.pushing.filling import Filling, creation, new_elements
from sync.erp.pushing.lookups import ASKED_MAX, wanted
from sync.erp.pushing.unsure import resting
from sync.erp.receipt import Receipt, Status

GONE = ("merge", "delete")
ACCEPTED: Final[Status] = "accepted"
DUPLICATE: Final[Status] = "duplicate"


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as it should be."""

    document: Document
    values: Values
    lists: Lists

    @property
    def seq(self) -> int:
        return self.document.entry.seq

    @property
    def links(self) -> Mapping[str, str]:
        return self.document.entry.links


@dataclass(frozen=True, slots=True)
class _Stored:
    """The records there are: by our id on them, the numbers that others have, and their lists."""

    rows: Mapping[str, Row]
    numbers: frozenset[str]
    lists: Mapping[str, Mapping[str, list[Row]]]

    def elements(self, row: Row) -> dict[str, list[Row]]:
        return {name: below.get(str(row["id"]), []) for name, below in self.lists.items()}


class Records:
    """Pushes the records of one kind. No request is worked on for longer than ``limit_s``."""

    def __init__(self, line: Line, table: Table, filling: Filling, limit_s: int) -> None:
        self._line = line
        self._table = table
        self._filling = filling
        self._limit_s = limit_s
        self._fields = {field.theirs: field for field in table.fields}

    def push(self, documents: Sequence[Document]) -> Iterator[Receipt]:
        """One receipt per document, in any order."""
        self._filling.load(documents)
        records: list[_Record] = []
        for document in documents:
            try:
                values = self._filling.values(document.values)
                records.append(_Record(document, values, self._filling.lists(document)))
            except Refusal as refusal:
                yield refusal.receipt(document.entry.seq)
        yield from self._settle(records)

    def retire(self, gone: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry of a record that is gone: what stands for it, or for elements of
        it, is taken out of use.

        Where the key's user may not do that a person is told, and nothing else depends on it.
        """
        table = self._table
        for entry in gone:
            own = f"{table.prefix}{entry.subject}"
            keys = self._remembered(entry) if table.each else ("",)
            ids = [f"{own}/{key}" if table.each else own for key in keys]
            yield self._out_of_use(entry, ids)

    def retire_elements(self, lost: Sequence[tuple[Entry, Sequence[str]]]) -> Iterator[Receipt]:
        """One receipt per entry that has lost elements: what stood for them is taken out of use."""
        for entry, keys in lost:
            own = f"{self._table.prefix}{entry.subject}"
            yield self._out_of_use(entry, [f"{own}/{key}" for key in keys])

    def lost(self, entry: Entry, documents: Sequence[Document]) -> list[str]:
        """The elements that had a record of their own and are no longer there."""
        kept = {one.key for one in documents}
        return [key for key in self._remembered(entry) if key not in kept]

    def _remembered(self, entry: Entry) -> list[str]:
        """The elements of an entry that had a record of their own."""
        start = f"{self._table.name}/"
        return [link.removeprefix(start) for link in entry.links if link.startswith(start)]

    def _settle(self, records: Sequence[_Record]) -> Iterator[Receipt]:
        stored = self._stored(records)
        fresh: list[_Record] = []
        for one in records:
            document = one.document
            if document.id in stored.rows:
                yield self._revise(one, stored.rows[document.id], stored)
            elif document.number in stored.numbers:
                problem = Problem(
                    "erp_number_taken", number=document.number, identifier=document.id
                )
                yield Receipt(one.seq, "rejected", problem)
            else:
                fresh.append(one)
        yield from self._make(fresh)

    def _make(self, fresh: Sequence[_Record]) -> Iterator[Receipt]:
        under_way: list[_Record] = []

        def make(group: Sequence[_Record]) -> list[str]:
            under_way[:] = group
            return self._line.create(self._table.model, [self._creation(one) for one in group])

        made: list[tuple[_Record, str]] = []
        try:
            for one, answer in groups.create(make, fresh, self._table.group):
                if isinstance(answer, Refusal):
                    yield self._refused(one, answer)
                else:
                    made.append((one, answer))
        except Trouble as trouble:
            if trouble.is_unsure and not self._table.is_unique:
                yield from (resting(one.seq, self._limit_s) for one in under_way)
            raise
        lists = children.rows(self._line, self._table, [identity for _, identity in made])
        for one, identity in made:
            elements = {name: found.get(identity, []) for name, found in lists.items()}
            yield self._taken(one, identity, elements, is_new=True)

    def _refused(self, one: _Record, refusal: Refusal) -> Receipt:
        """A creation was refused: perhaps because one that nobody waited for has come through."""
        stored = self._stored([one])
        row = stored.rows.get(one.document.id)
        return refusal.receipt(one.seq) if row is None else self._revise(one, row, stored)

    def _creation(self, one: _Record) -> Values:
        table, document = self._table, one.document
        names: Values = {table.id: document.id}
        if table.number and document.number:
            names = {**names, table.number: document.number}
        lists = new_elements((each, one.lists[each.theirs].values()) for each in table.lists)
        return creation({**names, **one.values}, lists)

    def _revise(self, one: _Record, row: Row, stored: _Stored) -> Receipt:
        """Make a record that is there say what we have changed since it had it last."""
        identity, elements = str(row["id"]), stored.elements(row)
        kept, kept_below = since.kept(one.document), since.kept_in_lists(one.document)
        changed = False
        try:
            said = {name: value for name, value in one.values.items() if name not in kept}
            values = dict(comparing.differing(self._fields, said, row))
            new: list[tuple[Elements, Sequence[Values]]] = []
            for each in self._table.lists:
                ours, keep = one.lists[each.theirs], kept_below.get(each.theirs, since.NOTHING)
                told = children.changes(each, ours, elements[each.theirs], one.links, keep)
                for child, child_values in told.changed.items():
                    self._line.update(each.model, child, child_values)
                for child in told.gone:
                    self._line.update(each.model, child, {each.active: False})
                new.append((each, told.new))
                changed = changed or bool(told.changed or told.gone or told.new)
            values |= {place: made for place, made in new_elements(new).items() if made.values}
            if values:
                self._line.update(self._table.model, identity, values)
            if changed:
                read = children.rows(self._line, self._table, [identity])
                elements = {name: found.get(identity, []) for name, found in read.items()}
        except Refusal as refusal:
            return refusal.receipt(one.seq)
        return self._taken(one, identity, elements, is_new=changed or bool(values))

    def _taken(
        self, one: _Record, identity: str, elements: Mapping[str, Sequence[Row]], *, is_new: bool
    ) -> Receipt:
        links = {
            children.link(each, key): str(row["id"])
            for each in self._table.lists
            for key, row in children.match(
                each, one.lists[each.theirs], elements[each.theirs], one.links
            ).items()
        }
        status = ACCEPTED if is_new else DUPLICATE
        if self._table.each:
            links[f"{self._table.name}/{one.document.key}"] = identity
            return Receipt(one.seq, status, links=links)
        return Receipt(one.seq, status, erp_ref=f"{self._table.model},{identity}", links=links)

    def _out_of_use(self, entry: Entry, ids: Sequence[str]) -> Receipt:
        table, ref = self._table, ""
        status = DUPLICATE
        off = table.standing(is_active=False)
        try:
            for row in self._found(table.id, ids, wanted(*off)) if off else ():
                ref = ref or f"{table.model},{row['id']}"
                if comparing.differing({}, off, row):
                    self._line.update(table.model, str(row["id"]), off)
                    status = ACCEPTED
        except Refusal as refusal:
            return refusal.receipt(entry.seq)
        return Receipt(entry.seq, status, erp_ref="" if table.each else ref)

    def _stored(self, records: Sequence[_Record]) -> _Stored:
        table = self._table
        compared = comparing.compared(table.fields)
        fields = wanted(table.id, table.number, table.active, table.inactive, *compared)
        rows = {
            str(row[table.id]): row
            for row in self._found(table.id, [one.document.id for one in records], fields)
        }
        numbers = [one.document.number for one in records if one.document.id not in rows]
        taken = self._found(table.number, numbers, [table.number]) if table.number else ()
        listed = [str(row["id"]) for row in rows.values()]
        lists = children.rows(self._line, table, listed) if listed else {}
        return _Stored(rows, frozenset(str(row[table.number]) for row in taken), lists)

    def _found(self, by: str, values: Sequence[str], fields: Sequence[str]) -> Iterator[Row]:
        known = [value for value in values if value]
        for start in range(0, len(known), ASKED_MAX):
            where = [Where(by, "in", known[start : start + ASKED_MAX])]
            yield from self._line.find(self._table.model, where, fields)

"""The connector to any ERP that has a line and a mapping."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Refusal
from sync.erp.line import Line
from sync.erp.mapping.model import ErpMapping, Table
from sync.erp.mapping.rendering import Document, context, render
from sync.erp.mapping.transforms import Context
from sync.erp.names import Names, as_told
from sync.erp.pushing.facts import Facts
from sync.erp.pushing.filling import Filling
from sync.erp.pushing.gathering import Gathering
from sync.erp.pushing.records import GONE, Records
from sync.erp.pushing.twins import Documents
from sync.erp.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Terms:
    """What an engine works under.

    ``currency`` tells the gateway's own, which the money of records is in, and ``time_zone`` is
    its zone. Nobody at the ERP works on one request for longer than ``request_limit_s`` seconds.
    ``names`` tells which record of ours stands for a name.
    """

    currency: Callable[[], str] = lambda: "EUR"
    time_zone: str = "UTC"
    request_limit_s: int = 600
    names: Names = as_told


class Engine:
    """Pushes everything that a mapping has a place for over one line."""

    def __init__(self, line: Line, mapping: ErpMapping, terms: Terms) -> None:
        self.name = mapping.name
        self.takes = mapping.takes
        self.mapping = mapping
        self.line = line
        self._terms = terms

    def probe(self) -> str:
        """What answers there; Trouble when nothing does."""
        return self.line.answers()

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry: records first, because facts name them."""
        filling = Filling(self.line, self.mapping, self._terms.names)
        for source in self.takes:
            if mine := [entry for entry in entries if (entry.kind or entry.type) == source]:
                yield from self._one_by_one(self.mapping.of(source), mine, filling)

    def tidy(self) -> None:
        """Cancel drafts of documents that are there twice; Trouble."""
        for table in self.mapping.tables:
            if table.goes_out and table.twins:
                Documents(self.line, table).tidy()

    def _one_by_one(
        self, tables: Sequence[Table], entries: Sequence[Entry], filling: Filling
    ) -> Iterator[Receipt]:
        """All at once; where the ERP refuses a question about all of them, each by itself."""
        told: set[int] = set()
        try:
            for receipt in self._push(tables, entries, filling):
                told.add(receipt.seq)
                yield receipt
        except Refusal as refusal:
            rest = [entry for entry in entries if entry.seq not in told]
            if len(entries) == 1:
                yield from (refusal.receipt(entry.seq) for entry in rest)
                return
            for entry in rest:
                yield from self._one_by_one(tables, [entry], filling)

    def _push(
        self, tables: Sequence[Table], entries: Sequence[Entry], filling: Filling
    ) -> Iterator[Receipt]:
        """All tables of one source, one after the other, and one receipt per entry."""
        gathering = Gathering()
        out = [table for table in tables if table.goes_out]
        for entry in entries:
            gathering.expect(entry.seq, len(out))
        for table in out:
            rest = [entry for entry in entries if not gathering.is_over(entry.seq)]
            for receipt in self._table(table, rest, filling, gathering):
                if (told := gathering.add(receipt)) is not None:
                    yield told

    def _table(
        self, table: Table, entries: Sequence[Entry], filling: Filling, gathering: Gathering
    ) -> Iterator[Receipt]:
        """As many receipts for an entry as it has parts here, and one for having been looked at."""
        limit_s = self._terms.request_limit_s
        records = Records(self.line, table, filling, limit_s)
        documents: list[Document] = []
        lost: list[tuple[Entry, list[str]]] = []
        for entry in [entry for entry in entries if entry.op not in GONE]:
            try:
                found = render(table, entry, self.context(table, entry))
            except Problem as problem:
                yield Receipt(entry.seq, "rejected", problem)
                continue
            except Refusal as refusal:
                yield refusal.receipt(entry.seq)
                continue
            documents += self._with_before(table, entry, found)
            gone = records.lost(entry, found)
            lost += [(entry, gone)] if gone else []
            gathering.expect(entry.seq, len(found) + bool(gone))
            yield Receipt(entry.seq, "duplicate")
        if table.is_kind:
            yield from records.push(documents)
            yield from records.retire_elements(lost)
            # Last, so that the record that stays is there already.
            yield from records.retire([entry for entry in entries if entry.op in GONE])
        else:
            yield from Facts(self.line, table, filling, limit_s).push(documents)

    def _with_before(
        self, table: Table, entry: Entry, found: Sequence[Document]
    ) -> Sequence[Document]:
        """Documents beside what the ERP had of them last. What this mapping cannot say by now, it
        had by another one, and of that nothing is known.
        """
        if entry.before is None:
            return found
        try:
            told = render(table, replace(entry, data=entry.before), self.context(table, entry))
        except (Problem, Refusal):
            return found
        before = {one.id: one for one in told}
        return [replace(one, before=before.get(one.id)) for one in found]

    def context(self, table: Table, entry: Entry) -> Context:
        """What the transforms of an entry have to know."""
        terms = self._terms
        return context(self.mapping, table, entry, terms.currency(), terms.time_zone)

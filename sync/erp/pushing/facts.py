"""Facts as documents of an ERP: each made once, and walked to its end.

A document is looked up, created if it is not there, and then walked on from the state that is read
back. Before its first step the ERP's sums are compared with ours.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gateway.kernel.problems import Problem
from sync.erp import line
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.line import Line, Row, Values
from sync.erp.mapping.model import Rounding, Table
from sync.erp.mapping.rendering import Document, rounding_line
from sync.erp.pushing import groups
from sync.erp.pushing.filling import Filling, creation, new_elements
from sync.erp.pushing.twins import Documents
from sync.erp.pushing.unsure import resting
from sync.erp.receipt import Receipt


class Facts:
    """Pushes the facts of one type. No request is worked on for longer than ``limit_s``."""

    def __init__(self, line: Line, table: Table, filling: Filling, limit_s: int) -> None:
        self._line = line
        self._table = table
        self._documents = Documents(line, table)
        self._filling = filling
        self._limit_s = limit_s

    def push(self, documents: Sequence[Document]) -> Iterator[Receipt]:
        """One receipt per document, in any order."""
        stored = self._documents.find([one.id for one in documents])
        fresh: list[tuple[Document, Values]] = []
        new = [one for one in documents if one.id not in stored]
        self._filling.load(new)
        for one in documents:
            if one.id in stored:
                yield from self._walked(one, stored[one.id], is_new=False)
        for one in new:
            try:
                fresh.append((one, self._creation(one)))
            except Refusal as refusal:
                yield refusal.receipt(one.entry.seq)
        yield from self._make(fresh)

    def _make(self, fresh: Sequence[tuple[Document, Values]]) -> Iterator[Receipt]:
        under_way: list[Document] = []

        def make(group: Sequence[tuple[Document, Values]]) -> list[str]:
            under_way[:] = [document for document, _ in group]
            return self._line.create(self._table.model, [values for _, values in group])

        try:
            for (one, _), answer in groups.create(make, fresh, self._table.group):
                under_way.clear()
                if isinstance(answer, Refusal):
                    yield from self._refused(one, answer)
                elif self._table.steps is None:
                    yield self._taken(one, answer)
                else:
                    yield from self._walked(one, None, is_new=True)
        except Trouble as trouble:
            if trouble.is_unsure and not self._table.is_unique:
                yield from (resting(one.entry.seq, self._limit_s) for one in under_way)
            raise

    def _refused(self, one: Document, refusal: Refusal) -> Iterator[Receipt]:
        """A creation was refused: perhaps because one that nobody waited for has come through."""
        if rows := self._documents.find([one.id]).get(one.id):
            yield from self._walked(one, rows, is_new=False)
        else:
            yield refusal.receipt(one.entry.seq)

    def _walked(
        self, one: Document, rows: Sequence[Row] | None, *, is_new: bool
    ) -> Iterator[Receipt]:
        """Take a document to its end from the rows found of it, or those to be found."""
        try:
            row = self._documents.settle(rows) if rows else self._read(one)
            yield self._walk(one, row, is_new=is_new)
        except Refusal as refusal:
            yield refusal.receipt(one.entry.seq)
        except Trouble as trouble:
            if trouble.is_unsure:
                yield resting(one.entry.seq, self._limit_s)
            raise

    def _walk(self, one: Document, row: Row, *, is_new: bool) -> Receipt:
        steps = self._table.steps
        state = str(row[steps.field]) if steps else ""
        if steps is None or state not in steps.presses:
            return self._taken(one, str(row["id"]), is_new=is_new)
        if state == steps.first:
            self._agree(one, row)
        for action in steps.presses[state]:
            self._press(one, str(row["id"]), action)
        return self._taken(one, str(row["id"]))

    def _press(self, one: Document, identity: str, action: str) -> None:
        steps = self._table.steps
        try:
            self._line.press(self._table.model, identity, action)
        except Refusal:
            # A step that was taken already is refused in the same words as any other.
            if steps and action in steps.presses.get(str(self._read(one)[steps.field]), ()):
                raise

    def _agree(self, one: Document, row: Row) -> None:
        """Make sure that the ERP's sums are ours; Refusal, and the document stays there as it is.

        Taxes are rounded per line here and perhaps per document there, so a difference of less than
        one unit a line may go into a line of its own, where everybody sees it.
        """
        rounding = self._table.rounding
        theirs = self._table.sums.get(rounding.sum, "") if rounding else ""
        off = _differing(one, row)
        if rounding and set(off) == {theirs} and _is_small(one, rounding.list, off[theirs]):
            self._add(one, rounding, str(row["id"]), off[theirs])
            off = _differing(one, self._read(one))
        if rounding and theirs not in off:
            # The line that took the difference is in the other sums from then on.
            off = {name: x for name, x in off.items() if not _is_small(one, rounding.list, x)}
        for name, difference in off.items():
            ours = one.sums[name]
            problem = Problem("erp_totals_differ", theirs=ours - difference, ours=ours)
            raise Refusal(Outcome.NEEDS_PERSON, problem)

    def _add(self, one: Document, rounding: Rounding, identity: str, rest: Decimal) -> None:
        """The line for what rounding left over."""
        told = rounding_line(self._table, rounding, rest, one.context)
        model = next(each.model for each in self._table.lists if each.theirs == rounding.list)
        elements = line.Elements(model, (creation(self._filling.asked(told), {}),))
        self._line.update(self._table.model, identity, {rounding.list: elements})

    def _read(self, one: Document) -> Row:
        rows = self._documents.find([one.id]).get(one.id)
        if not rows:
            raise Refusal(Outcome.RETRY, Problem("erp_moved_on"))
        return self._documents.settle(rows)

    def _creation(self, one: Document) -> Values:
        lists = self._filling.lists(one)
        elements = new_elements((each, lists[each.theirs].values()) for each in self._table.lists)
        return creation({self._table.id: one.id, **self._filling.values(one.values)}, elements)

    def _taken(self, one: Document, identity: str, *, is_new: bool = True) -> Receipt:
        ref = f"{self._table.model},{identity}"
        return Receipt(one.entry.seq, "accepted" if is_new else "duplicate", erp_ref=ref)


def _differing(one: Document, row: Row) -> dict[str, Decimal]:
    """By their field, what each sum of theirs lacks of ours, where that is anything."""
    off = {theirs: ours - Decimal(str(row[theirs] or 0)) for theirs, ours in one.sums.items()}
    return {theirs: difference for theirs, difference in off.items() if difference}


def _is_small(one: Document, place: str, difference: Decimal) -> bool:
    return abs(difference) <= one.context.unit * len(one.lists.get(place, ()))

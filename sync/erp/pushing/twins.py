"""Documents that are at an ERP twice: one is kept, the others are cancelled while they are drafts.

Where an ERP keeps nobody from making two documents with one id, that happens when a creation is
still at work there after we gave up waiting and after we looked for it in vain. What comes of it is
a draft; and of the rows of one document only one is ever walked on.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.line import Line, Row, Where
from sync.erp.mapping.model import Steps, Table, Twins
from sync.erp.pushing.lookups import ASKED_MAX, conditions, wanted

log = logging.getLogger(__name__)


class Documents:
    """Looks documents of one table up by our id, and sees to it that each is there once."""

    def __init__(self, line: Line, table: Table) -> None:
        self._line = line
        self._table = table
        state = table.steps.field if table.steps else ""
        self._fields = wanted(table.id, state, *table.sums.values())

    def find(self, ids: Sequence[str]) -> dict[str, list[Row]]:
        """Every row of these documents, by our id on it."""
        found: dict[str, list[Row]] = {}
        for start in range(0, len(ids), ASKED_MAX):
            where = [Where(self._table.id, "in", list(ids[start : start + ASKED_MAX]))]
            for row in self._line.find(self._table.model, where, self._fields):
                found.setdefault(str(row[self._table.id]), []).append(row)
        return found

    def settle(self, rows: Sequence[Row]) -> Row:
        """The row that stands for a document, once no other one can be walked on any more.

        Refusal when another one was moved on at this very moment.
        """
        steps, twins = self._table.steps, self._table.twins
        if steps is None or twins is None:
            return rows[0]
        kept, others = choose(rows, steps, twins)
        for row in others:
            self._cancel(row, twins)
        return kept

    def tidy(self) -> None:
        """Cancel drafts of documents that are there already."""
        steps, twins = self._table.steps, self._table.twins
        if steps is None or twins is None:
            return
        table = self._table
        where = [
            Where(steps.field, "in", list(twins.open)),
            Where(table.id, "!=", None),
            *conditions(table.where),
        ]
        ids = {str(row[table.id]) for row in self._line.find(table.model, where, [table.id])}
        for rows in self.find(sorted(_ours(ids, table.prefix))).values():
            try:
                self.settle(rows)
            except Refusal as refusal:
                log.warning("a draft that doubles another stays for now: %s", refusal.problem)

    def _cancel(self, row: Row, twins: Twins) -> None:
        try:
            self._line.press(self._table.model, str(row["id"]), twins.cancel)
        except Refusal as refusal:
            # Whichever of the two went on meanwhile is the one to keep: look again next time.
            raise Refusal(Outcome.CONFLICT, Problem("erp_moved_on")) from refusal
        log.warning("%s was at the ERP twice; a draft was cancelled", row[self._table.id])


def choose(rows: Sequence[Row], steps: Steps, twins: Twins) -> tuple[Row, list[Row]]:
    """The row to keep, and those to cancel: the furthest one stays, of equals the first.

    What somebody cancelled at the ERP is not taken up again, unless another one stands.
    """
    kept = max(rows, key=lambda row: _progress(str(row[steps.field]), twins))
    return kept, [row for row in rows if row is not kept and str(row[steps.field]) in twins.open]


def _progress(state: str, twins: Twins) -> int:
    return twins.order.index(state) if state in twins.order else len(twins.order)


def _ours(ids: set[str], prefix: str) -> Iterator[str]:
    """Those that only a gateway writes: others fill the same field with numbers of their own."""
    for one in ids:
        try:
            UUID(one.removeprefix(prefix).partition("/")[0])
        except ValueError:
            continue
        if one.startswith(prefix):
            yield one


Found = Mapping[str, Sequence[Row]]

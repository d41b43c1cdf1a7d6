"""The pass that takes an import back: from its last row to its first, in slices.

Backwards, so that a row that changed what an earlier one made is out of the way before it. The
first row that is done is the cursor: it is stored with what was done, so that a pass that was cut
off goes on below it, and nothing is undone twice.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from gateway.kernel.actor import Actor
from gateway.records.finding import index
from gateway.records.rows import heads
from gateway.store.transaction import Tx
from gateway.transfer.keeping import book, results
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.results import UNDO, Result
from gateway.transfer.passes.pace import Pace
from gateway.transfer.passes.passes import Means
from gateway.transfer.passes.undo import Undoing

CHUNK_ROWS: Final = 64
LAST: Final = 2**62
# Stages at which the ERP has a record, and hears of what is undone with the next batch.
_AT_ERP: Final = ("taken", "accepted")


class UndoPass:
    """Takes back one import; ``runner`` gives who does it, with the rights of now."""

    def __init__(self, means: Means, imported: Import, runner: Callable[[], Actor]) -> None:
        self._means = means
        self._import = imported
        self._runner = runner
        self._pace = Pace(means.clock, means.slice_ms)
        self._position = imported.position
        self._counts = dict(imported.counts)

    def carry(self, stopped: Callable[[], bool]) -> bool:
        """Take back every row that is left; False when ``stopped`` said so before the end."""
        with self._means.store.read() as rows:
            below = results.undone_down_to(rows, self._import.id) or LAST
        while True:
            with self._means.store.read() as rows:
                chunk = results.done_before(rows, self._import.id, below, CHUNK_ROWS)
            if not chunk:
                return True
            if stopped():
                return False
            kind = self._means.engine.kind(self._import.kind)
            undoing = Undoing(self._means.engine, kind, self._import, self._runner())
            below = chunk[-1].row
            while chunk:
                chunk = chunk[self._means.store.write(partial(self._slice, undoing, chunk)) :]
                self._pace.rest()

    def _slice(self, undoing: Undoing, chunk: Sequence[Result], tx: Tx) -> int:
        """Take back as many rows as fit into the time; how many."""
        self._pace.begin(tx.seq)
        counts = dict(self._counts)
        taken: list[Result] = []
        with index.together(tx):
            for done in chunk:
                at_erp = self._is_at_erp(tx, done.record)
                result = undoing.take_back(tx, done)
                taken.append(result)
                counts[result.outcome] = counts.get(result.outcome, 0) + 1
                if at_erp and result.operation:
                    counts["erp"] = counts.get("erp", 0) + 1
                if self._pace.is_over(len(taken)):
                    break
        position = self._position + len(taken)
        results.save(tx, self._import.id, UNDO, taken)
        book.advance(tx, self._import.id, position, counts)
        tx.after_commit(partial(self._advanced, position, counts))
        self._pace.end(tx.seq, len(taken))
        return len(taken)

    def _advanced(self, position: int, counts: book.Counts) -> None:
        self._position, self._counts = position, counts

    def _is_at_erp(self, tx: Tx, record: str) -> bool:
        head = heads.find(tx, record)
        return head is not None and head.stage in _AT_ERP

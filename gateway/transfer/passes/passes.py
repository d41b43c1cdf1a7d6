"""One pass over a file: the check, which writes no record, or the run, which does.

Rows are decided on a reader, a chunk at a time, and applied in the writer in slices short enough
for a scan to wait behind. How far the pass has come is stored with each slice, so that it goes on
after any end of the process, with no row doubled and none left out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from gateway.kernel.actor import Actor
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.commands import New
from gateway.records.engine import Engine, Origin, Outcome
from gateway.records.finding import index, parts
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from gateway.transfer.keeping import book, remembered, results
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.remembered import Known
from gateway.transfer.keeping.results import Result
from gateway.transfer.layout import findings
from gateway.transfer.layout.findings import Gathering
from gateway.transfer.layout.rows import Row
from gateway.transfer.passes.pace import Pace
from gateway.transfer.passes.plan import Planner, Step, again
from gateway.transfer.passes.undo import mender, operation_of

CHUNK_ROWS: Final = 64
FORGET_ROWS: Final = 500
# After so many rows the parts of the index are merged, in at most so many writes of so many pages.
TIDY_ROWS: Final = 2_048
TIDY_WRITES: Final = 400
TIDY_PAGES: Final = 16
_SAID: Final = {"applied": "updated", "merged": "updated", "conflict": "waiting",
                "proposed": "waiting", "unchanged": "unchanged", "created": "created"}  # fmt: skip


class _TrialOverError(Exception):
    """Undoes what a check tried out."""


@dataclass(slots=True)
class _Trial:
    """Keeps what a try came to while everything else of it is undone."""

    result: Result | None = None

    def end(self, result: Result) -> None:
        """Keep the result and undo the try."""
        self.result = result
        raise _TrialOverError


@dataclass(frozen=True, slots=True)
class Means:
    """What a pass works with; ``slice_ms`` is how long it may hold the writer."""

    store: Store
    clock: Clock
    engine: Engine
    slice_ms: int


class Pass:
    """Carries the rows of one import through one pass."""

    def __init__(
        self, means: Means, imported: Import, planner: Planner, runner: Callable[[], Actor]
    ) -> None:
        self._means = means
        self._import = imported
        self._planner = planner
        self._runner = runner
        self._kind: Kind = means.engine.kind(imported.kind)
        self._run = results.pass_of(imported.state)
        self._pace = Pace(means.clock, means.slice_ms)
        self._gathering: Gathering | None = None
        self._position = imported.position
        self._counts = dict(imported.counts)
        self._untidy = 0

    def carry(self, rows: Iterator[Row], stopped: Callable[[], bool]) -> bool:
        """Carry every row that is left; False when ``stopped`` said so before the end."""
        self._pass_over(rows)
        self._gathering = self._gathers() if self._run == results.CHECK else None
        while chunk := list(islice(rows, CHUNK_ROWS)):
            if stopped():
                return False
            self._planner.actor = self._runner()
            steps = list(self._means.store.each(chunk, self._plan))
            while steps:
                steps = steps[self._means.store.write(partial(self._slice, steps)) :]
                self._pace.rest()
            self._tidy(len(chunk))
        return True

    def _tidy(self, rows: int) -> None:
        """Merge what many rows have left of the index in many parts: every look-up reads them all.

        In writes as short as a slice, and not without end: others add parts meanwhile.
        """
        self._untidy += rows if self._run == results.RUN else 0
        if self._untidy < TIDY_ROWS:
            return
        self._untidy = 0
        for _ in range(TIDY_WRITES):
            if not self._means.store.write(_merge):
                return
            self._pace.rest()

    def _gathers(self) -> Gathering:
        layout = self._import.layout
        with self._means.store.read() as rows:
            known = findings.values(rows, self._import.id)
        return Gathering(self._kind, layout, known)

    def _plan(self, reader: Rows, row: Row) -> Step:
        step = self._planner.plan(reader, row)
        if self._gathering is not None:
            step.tally = self._gathering.tally([row])
        elif step.findings is not None and step.outcome == "created":
            keyring, data = self._means.store.keyring, step.findings.data
            step.known_by = index.ready(keyring, self._kind, "", data)
        self._pace.rest()
        return step

    def _pass_over(self, rows: Iterator[Row]) -> None:
        """Go past what is done already, and remember it, so that its repetition is noticed."""
        if not self._position:
            while self._means.store.write(self._forget):
                pass
            if self._run == results.CHECK:
                self._means.store.write(lambda tx: findings.forget(tx, self._import.id))
            return
        done = 0
        while done < self._position:
            chunk = list(islice(rows, min(FORGET_ROWS, self._position - done)))
            if not chunk:
                return
            done += len(chunk)
            self._remember(chunk)

    def _forget(self, tx: Tx) -> int:
        return results.forget(tx, self._import.id, self._run, FORGET_ROWS)

    def _remember(self, chunk: Sequence[Row]) -> None:
        with self._means.store.read() as reader:
            told = results.told(
                reader, self._import.id, self._run, after=chunk[0].number - 1, limit=len(chunk)
            )
        refused = {r.row for r in told if r.outcome in ("problem", "duplicate")}
        for row in chunk:
            if row.number not in refused:
                self._planner.keep(self._planner.marks(row))

    def _slice(self, steps: Sequence[Step], tx: Tx) -> int:
        """Apply as many steps as fit into the time; how many."""
        self._pace.begin(tx.seq)
        came: list[Result] = []
        with index.together(tx):
            for step in steps:
                came.append(self._result(tx, step))
                if step.tally is not None:
                    findings.add(tx, self._import.id, step.tally)
                if self._pace.is_over(len(came)):
                    break
        counts = dict(self._counts)
        for result in came:
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
        position = self._position + len(came)
        results.save(tx, self._import.id, self._run, came)
        book.advance(tx, self._import.id, position, counts)
        tx.after_commit(partial(self._advanced, position, counts))
        self._pace.end(tx.seq, len(came))
        return len(came)

    def _advanced(self, position: int, counts: book.Counts) -> None:
        self._position, self._counts = position, counts

    def _result(self, tx: Tx, step: Step) -> Result:
        if step.outcome not in ("created", "updated"):
            return Result(step.row, step.outcome, step.record, problems=step.problems)
        try:
            return (
                self._run_step(tx, step) if self._run == results.RUN else self._try_step(tx, step)
            )
        except Problem as problem:
            return Result(step.row, "problem", problems=problem.errors or (problem,))

    def _try_step(self, tx: Tx, step: Step) -> Result:
        """What the run will do, and nothing left of it."""
        result = Result(step.row, step.outcome, problems=_remarks(step))
        if step.outcome == "created":
            return result  # it was checked whole before; only its number is given in the writer
        trial = _Trial()
        with suppress(_TrialOverError), tx.attempt():
            trial.end(self._run_step(tx, step))
        result = trial.result or result
        return Result(step.row, result.outcome, result.record, problems=result.problems)

    def _run_step(self, tx: Tx, step: Step) -> Result:
        operation = operation_of(self._import.id, "import", step.row)
        with tx.attempt():
            outcome = self._command(tx, step, operation)
            # An edit that changed nothing is no step that a later one could be built on.
            said = operation if outcome.seq is not None or outcome.proposals else ""
            known = Known(outcome.head.id, said, step.digest)
            if self._import.for_shop:
                # What a list says next is laid on its own last word, and never on the shop's.
                known = Known(outcome.head.id, "", b"")
            remembered.learn(tx, self._import.kind, step.key, known)
        status = _SAID[outcome.status]
        problems = list(outcome.warnings)
        if status == "waiting":
            problems.append(Problem("row_waits", number=outcome.head.number))
        changed = operation if outcome.seq is not None else ""
        return Result(step.row, status, outcome.head.id, changed, problems)

    def _command(self, tx: Tx, step: Step, operation: str) -> Outcome:
        by = mender(self._import)
        channel, file = "shop" if self._import.for_shop else "import", self._import.name
        origin = Origin(
            self._planner.actor, operation, channel=channel, reason=file, mender=by, file=file
        )
        engine = self._means.engine
        if step.findings is not None:
            new = New(step.findings, known_by=step.known_by)
            return commands.place(tx, engine, origin, self._kind, new)
        assert step.proposal is not None  # a step either creates or updates
        try:
            return commands.edit(tx, engine, origin, self._import.kind, step.record, step.proposal)
        except Problem as problem:
            if problem.code != "base_unknown":
                raise
        fresh = again(step, heads.get(tx, self._kind, step.record)).proposal
        assert fresh is not None
        return commands.edit(tx, engine, origin, self._import.kind, step.record, fresh)


def _merge(tx: Tx) -> bool:
    return parts.merge(tx, TIDY_PAGES)


def _remarks(step: Step) -> Sequence[Problem]:
    return step.findings.warnings if step.findings is not None else ()

"""Rounds of bringing: every source of one connector, read to its end, one round at a time."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from gateway.kernel.problems import Problem
from gateway.records.engine import Engine
from gateway.store.database import Store
from sync.erp.bringing import book, hearing
from sync.erp.bringing.book import Refused, Way
from sync.erp.bringing.plan import Source
from sync.erp.bringing.reading import Means, Reading
from sync.erp.bringing.result import Result
from sync.erp.bringing.taking import Taker
from sync.erp.connector import Entry, Refusal, Trouble
from sync.erp.line import Line
from sync.erp.mapping.transforms import Context
from sync.erp.rounds.restraint import Restraint, Withheld

STEP_MS: Final = 1_000  # how long one call of the command line may take
OVER: Final = object()

log = logging.getLogger(__name__)


class Bring:
    """Brings what one ERP says into the records of a store.

    ``last`` is what the round under way, or the last one, came to.
    """

    def __init__(
        self,
        store: Store,
        engine: Callable[[], Engine],
        line: Line,
        restraint: Restraint,
        sources: Sequence[Source],
    ) -> None:
        self._store = store
        self._engine = engine
        self._line = line
        self._restraint = restraint
        self._sources = sources
        self.connector = restraint.connector
        self.last: Result | None = None
        self._turn = threading.Lock()
        # What was read is taken in before anything else is read: an older word after a newer one
        # would look like a change back.
        self._page = threading.Lock()
        self._stopping = threading.Event()
        self._asked = threading.Event()
        self._open: Iterator[None] | None = None

    def round(self) -> Result | None:
        """Read until nothing is left, or the ERP is to be left alone; the next round goes on there.

        None when another round is under way.
        """
        return self._go(None)

    def some(self, *, full: bool = False, may_vanish: bool = False) -> Result | None:
        """Read for a while, as somebody asked; the round is over when the result has an end.

        ``full`` begins anew, ``may_vanish``: that many rows are gone there is right.
        """
        return self._go(STEP_MS, full=full, may_vanish=may_vanish)

    def ask(self) -> None:
        """Somebody wants the next round to try, even if the line is to rest."""
        self._asked.set()

    def stop(self) -> None:
        """End the round under way after its page; no further one begins."""
        self._stopping.set()

    def hear(self, entries: Sequence[Entry]) -> Mapping[int, Problem]:
        """What the ERP has said of records that are about to be pushed is taken in; which of the
        entries have to wait for that, and why. Trouble where it cannot be asked.
        """
        found: dict[int, Problem] = {}
        means = self._means(may_vanish=False)
        for kind, (source, some) in hearing.of_kinds(entries, self._sources).items():
            reading = Reading(means, source, Result(self.connector, 0).of(kind))
            with self._page:
                found |= hearing.heard(self._store, source, reading, some)
        return found

    def refused(self) -> list[Refused]:
        """Rows that could not be taken, the oldest first, each with its reason."""
        with self._store.read() as rows:
            return book.refused(rows, self.connector)

    def _go(
        self, limit_ms: int | None, *, full: bool = False, may_vanish: bool = False
    ) -> Result | None:
        if not self._turn.acquire(blocking=False):
            return None
        now_ms = self._store.clock.now_ms()
        is_asked = limit_ms is not None or self._asked.is_set()
        self._asked.clear()
        try:
            self._restraint.check(is_asked=is_asked)
            if full:
                self._begin_anew()
            return self._drive(limit_ms, is_asked=is_asked, may_vanish=may_vanish)
        except Withheld as withheld:
            return Result(self.connector, now_ms, now_ms, problem=withheld.problem, held=True)
        finally:
            self._turn.release()

    def _begin_anew(self) -> None:
        self._open = None
        for one in self._sources:
            way = Way(self.connector, one.kind, one.model)
            self._store.write(partial(book.begin_anew, way=way))

    def _drive(self, limit_ms: int | None, *, is_asked: bool, may_vanish: bool) -> Result:
        clock = self._store.clock
        until_ms = None if limit_ms is None else clock.monotonic_ms() + limit_ms
        if self._open is None or self.last is None:
            self.last = Result(self.connector, clock.now_ms())
            self._open = self._steps(self.last, may_vanish=may_vanish)
        result, steps = self.last, self._open
        self._open = None  # one that fails is not gone on with
        try:
            while self._may_go_on(until_ms):
                self._restraint.check(is_asked=is_asked)
                before = result.total.read
                with self._page:
                    is_over = next(steps, OVER) is OVER
                self._restraint.pace.took(result.total.read - before)
                if is_over:
                    break
            else:
                self._open = steps
                return result
        except Trouble as trouble:
            result.problem = trouble.problem
            self._restraint.broke(trouble)
        except Withheld as withheld:
            result.problem, result.held = withheld.problem, True
        result.ended_at = clock.now_ms()
        if result.problem is not None:
            log.warning("bringing from %s stopped: %s", self.connector, result.problem)
        return result

    def _may_go_on(self, until_ms: int | None) -> bool:
        """Wait until the pace lets one more page go; False where there is no time for that."""
        pause_s = self._restraint.pace.pause_s()
        if until_ms is None:
            return not self._stopping.wait(pause_s)
        left_s = (until_ms - self._store.clock.monotonic_ms()) / 1000
        return not self._stopping.wait(min(pause_s, max(0.0, left_s))) and pause_s <= left_s

    def _steps(self, result: Result, *, may_vanish: bool) -> Iterator[None]:
        """Page by page; a source that the ERP refuses does not hold up the others."""
        means = self._means(may_vanish=may_vanish)
        for source in self._sources:
            try:
                yield from Reading(means, source, result.of(source.kind)).steps()
            except Refusal as refusal:
                result.problem = result.problem or refusal.problem
            except Problem as problem:
                result.problem = result.problem or problem

    def _means(self, *, may_vanish: bool) -> Means:
        currency = self._engine().home.currency
        taker = Taker(self._store, self._engine, self.connector)
        return Means(self._store, self._line, taker, Context(currency), may_vanish)

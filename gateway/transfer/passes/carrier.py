"""Carries imports through their passes, and stores what stops them."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.transfer.keeping import book, entitled
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.entitled import Present
from gateway.transfer.keeping.files import Files
from gateway.transfer.passes.matcher import Matcher
from gateway.transfer.passes.passes import Means, Pass
from gateway.transfer.passes.plan import Planner
from gateway.transfer.passes.undo_pass import UndoPass

# Whoever carried it may not any more: somebody who may goes on with it.
_RIGHTS = ("import_left", "import_rights", "import_for_shop_rights", "not_allowed")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carrier:
    """``slice_ms`` is how long one write may hold others up, ``present`` who somebody is now."""

    records: Records
    files: Files
    slice_ms: int
    matcher: Matcher
    present: Present

    def next_working(self) -> Import | None:
        """The import to carry next."""
        with self.records.store.read() as rows:
            return book.next_working(rows)

    def work(self, identity: str, stopped: Callable[[], bool] = lambda: False) -> None:
        """Carry an import through its present pass; what stops it is stored with it."""
        found = self._now(identity)
        if found.state not in book.WORKING:
            return
        try:
            # Whoever stops it moves it to another state.
            ended = self._carry(
                found, lambda: stopped() or self._now(identity).state != found.state
            )
        except Problem as problem:
            if problem.retryable:
                raise
            failure = problem
        except Exception:  # noqa: BLE001 (a bug ends this import with a word, never the worker)
            _log.exception("an import failed")
            failure = Problem("internal_error")
        else:
            if ended:
                self._leave(found, book.ENDED[found.state])
            return
        is_failed_check = found.state == "checking" and failure.code not in _RIGHTS
        self._leave(found, "failed" if is_failed_check else book.HALTED[found.state], failure)

    def _leave(self, found: Import, state: str, problem: Problem | None = None) -> None:
        self.records.store.write(lambda tx: book.leave(tx, found, state, problem))

    def _now(self, identity: str) -> Import:
        with self.records.store.read() as rows:
            return book.get(rows, identity)

    def runner(self, found: Import) -> Actor:
        """Who carries an import, with the rights of now.

        Problem import_left, import_rights or import_for_shop_rights.
        """
        actor = self.present(found.runner)
        for_shop = found.for_shop and found.state != "undoing"
        entitled.check(actor, self.records.engine.kind(found.kind), for_shop=for_shop)
        return actor

    def _carry(self, found: Import, stopped: Callable[[], bool]) -> bool:
        engine, store = self.records.engine, self.records.store
        means = Means(store, store.clock, engine, self.slice_ms)
        runner = partial(self.runner, found)
        if found.state == "undoing":
            return UndoPass(means, found, runner).carry(stopped)
        planner = Planner(engine, engine.kind(found.kind), found, (self.matcher, store.keyring))
        with self.files.opened(found) as opened, closing(opened.rows()) as rows:
            return Pass(means, found, planner, runner).carry(rows, stopped)

"""Imports as the rest of the house uses them: a file comes in, is mapped, checked and run."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.schema import TransferSettings
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.model.kind import Kind
from gateway.records.records import Records
from gateway.store.transaction import Tx
from gateway.transfer import book, guess, mapping, sealed_file, table
from gateway.transfer.book import Import, Result
from gateway.transfer.likeness import Matcher, alike
from gateway.transfer.mapping import Layout
from gateway.transfer.passes import Means, Pass
from gateway.transfer.plan import Planner
from gateway.transfer.table import Asked, Table

FOLDER: Final = "uploads"
LISTED_MAX: Final = 50
NAME_CHARACTERS_MAX: Final = 200
DAY_MS: Final = 86_400_000

_log = logging.getLogger(__name__)


class Imports:
    """The imports of one store; ``slice_ms`` is how long one of their writes may hold others up."""

    def __init__(
        self,
        records: Records,
        settings: TransferSettings,
        slice_ms: int,
        matcher: Matcher = alike,
    ) -> None:
        self._records = records
        self._store = records.store
        self._settings = settings
        self._slice_ms = slice_ms
        self._matcher = matcher
        self._folder = self._store.folder / FOLDER
        self._work = threading.Condition()
        self._woken = False

    def upload(self, actor: Actor, kind_name: str, name: str, chunks: Iterable[bytes]) -> Import:
        """Keep a file and look at it.

        Problem kind_unknown, file_too_large, or what it cannot be read for; nothing is kept then.
        """
        kind = self._records.engine.kind(kind_name)
        identity = ids.uuid7(self._store.clock.now_ms())
        limit = self._settings.upload_bytes_max
        size = sealed_file.write(self._path(identity), self._store.keyring, chunks, limit)
        try:
            new = self._look(actor, kind, identity, name, size)
            self._store.write(lambda tx: book.add(tx, new))
        except BaseException:
            self._path(identity).unlink(missing_ok=True)
            raise
        return new

    def _look(self, actor: Actor, kind: Kind, identity: str, name: str, size: int) -> Import:
        asked = Asked()
        with self._inspected(identity, kind, asked) as found:
            layout = self._layout(kind, found)
        now = self._store.clock.now_ms()
        shown = Path(name).name[:NAME_CHARACTERS_MAX] or "file"
        return Import(
            id=identity,
            kind=kind.name,
            name=shown,
            bytes=size,
            state="uploaded",
            actor=actor,
            asked=asked,
            shape=found.shape,
            layout=layout,
            position=0,
            counts={},
            problem=None,
            kept=True,
            created_at=now,
            updated_at=now,
        )

    def _layout(self, kind: Kind, found: Table) -> Layout:
        """As files with this head were mapped last, else our guess."""
        with self._store.read() as rows:
            known = book.layout_of(rows, kind.name, mapping.signature(kind, found.shape.header))
        if known is not None:
            return known
        samples = [row.cells for row in found.samples()]
        return guess.layout(kind, found.shape.header, samples)

    def get(self, actor: Actor, identity: str) -> Import:
        """One import; Problem import_missing, also for somebody else's."""
        with self._store.read() as rows:
            found = book.get(rows, identity)
        if not _sees(actor, found):
            raise Problem("import_missing")
        return found

    def newest(self, actor: Actor) -> list[Import]:
        """The newest imports that the actor may see."""
        with self._store.read() as rows:
            found = book.newest(rows, LISTED_MAX)
        return [one for one in found if _sees(actor, one)]

    def samples(self, found: Import, count: int) -> list[list[str]]:
        """The first rows of a file, as wide as its head; empty once it is deleted."""
        if not found.kept:
            return []
        with self.opened(found) as opened:
            width = len(found.shape.header)
            rows = [[*row.cells][:width] for row in opened.samples(count)]
        return [[cell[:200] for cell in row] + [""] * (width - len(row)) for row in rows]

    def look_again(self, actor: Actor, identity: str, asked: Asked) -> Import:
        """Read the file as a person says; the mapping is guessed anew. Problem import_busy."""
        found = self._idle(actor, identity)
        kind = self._records.engine.kind(found.kind)
        with self._inspected(found.id, kind, asked) as again:
            layout = self._layout(kind, again)
        self._store.write(lambda tx: book.reshape(tx, found.id, asked, again.shape, layout))
        return self.get(actor, identity)

    def map(self, actor: Actor, identity: str, layout: Layout) -> Import:
        """Store a corrected mapping, also for the next file with this head.

        Problem layout_invalid, import_busy or import_over.
        """
        found = self._idle(actor, identity)
        kind = self._records.engine.kind(found.kind)
        mapping.check(kind, layout, len(found.shape.header))
        known = mapping.signature(kind, found.shape.header)

        def store(tx: Tx) -> None:
            book.reshape(tx, found.id, found.asked, found.shape, layout)
            book.remember_layout(tx, kind.name, known, layout)

        self._store.write(store)
        return self.get(actor, identity)

    def check(self, actor: Actor, identity: str) -> Import:
        """Start a dry run. Problem import_busy, import_over or layout_invalid."""
        found = self._idle(actor, identity)
        return self._begin(actor, found, "checking")

    def run(self, actor: Actor, identity: str, *, strict: bool = False) -> Import:
        """Start the import, or go on with one that was stopped.

        With ``strict`` it does not begin while the check found rows with problems. Problem
        import_busy, import_over, import_unchecked or import_has_problems.
        """
        found = self._idle(actor, identity)
        if found.state == "stopped":
            self._store.write(lambda tx: book.resume(tx, found.id))
            self.wake()
            return self.get(actor, identity)
        if found.state != "checked":
            raise Problem("import_unchecked")
        if strict and (count := found.counts.get("problem", 0)):
            raise Problem("import_has_problems", count=count)
        return self._begin(actor, found, "running")

    def _begin(self, actor: Actor, found: Import, state: str) -> Import:
        kind = self._records.engine.kind(found.kind)
        mapping.check(kind, found.layout, len(found.shape.header))
        self._store.write(lambda tx: book.begin(tx, found.id, state))
        self.wake()
        return self.get(actor, found.id)

    def stop(self, actor: Actor, identity: str) -> Import:
        """Halt the pass after its present slice; a run goes on later where it stood."""
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            after = "stopped" if found.state == "running" else "uploaded"
            self._store.write(lambda tx: book.leave(tx, found, after))
        return self.get(actor, identity)

    def discard(self, actor: Actor, identity: str) -> None:
        """Delete the file; what it has imported stays. Problem import_busy."""
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            raise Problem("import_busy")
        self._delete(found)

    def sweep(self) -> int:
        """Delete files that have been kept long enough; how many."""
        before = self._store.clock.now_ms() - self._settings.keep_days * DAY_MS
        with self._store.read() as rows:
            found = book.outlived(rows, before)
        for one in found:
            self._delete(one)
        return len(found)

    def _delete(self, found: Import) -> None:
        self._path(found.id).unlink(missing_ok=True)
        self._store.write(lambda tx: book.forget_file(tx, found.id))

    def next_working(self) -> Import | None:
        """The import to carry next."""
        with self._store.read() as rows:
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
                after = "checked" if found.state == "checking" else "done"
                self._store.write(lambda tx: book.leave(tx, found, after))
            return
        self._store.write(lambda tx: book.leave(tx, found, "failed", failure))

    def _now(self, identity: str) -> Import:
        with self._store.read() as rows:
            return book.get(rows, identity)

    def _carry(self, found: Import, stopped: Callable[[], bool]) -> bool:
        engine = self._records.engine
        kind = engine.kind(found.kind)
        likeness = (self._matcher, self._store.keyring)
        planner = Planner(engine, kind, found, likeness)
        means = Means(self._store, self._store.clock, engine, self._slice_ms)
        with self.opened(found) as opened:
            return Pass(means, found, planner).carry(opened.rows(), stopped)

    def wake(self) -> None:
        """Tell the worker that there may be something to do."""
        with self._work:
            self._woken = True
            self._work.notify_all()

    def wait_for_work(self, stopping: threading.Event, seconds: float) -> None:
        """Wait until ``wake``, or for so long."""
        with self._work:
            self._work.wait_for(lambda: self._woken or stopping.is_set(), seconds)
            self._woken = False

    def kind(self, found: Import) -> Kind:
        """The kind that an import is about."""
        return self._records.engine.kind(found.kind)

    def results(self, found: Import, *, after: int = 0, limit: int) -> list[Result]:
        """Rows that say something about the last pass, by their numbers."""
        run = book.RUN if found.state in ("running", "done", "stopped") else book.CHECK
        with self._store.read() as rows:
            return book.results(rows, found.id, run, after=after, limit=limit)

    @contextmanager
    def opened(self, found: Import) -> Iterator[Table]:
        """The file of an import with its shape. Problem file_gone."""
        kind = self._records.engine.kind(found.kind)
        with sealed_file.open_file(self._path(found.id), self._store.keyring) as file:
            yield Table(file, kind, self._records.engine.home.currency, found.shape)

    @contextmanager
    def _inspected(self, identity: str, kind: Kind, asked: Asked) -> Iterator[Table]:
        currency = self._records.engine.home.currency
        with sealed_file.open_file(self._path(identity), self._store.keyring) as file:
            yield table.inspect(file, kind, currency, asked, self._settings.rows_max)

    def _idle(self, actor: Actor, identity: str) -> Import:
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            raise Problem("import_busy")
        if not found.kept or found.state == "done":
            raise Problem("import_over")
        return found

    def _path(self, identity: str) -> Path:
        return self._folder / f"{identity}.sealed"


def _sees(actor: Actor, found: Import) -> bool:
    """A file holds everything in clear: it is for who brought it, and for the manager."""
    return actor.id == found.actor.id or actor.role in ("manager", "system")

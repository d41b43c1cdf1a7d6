"""Imports as the rest of the house uses them: a file comes in, is mapped, checked and run."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from config.schema import TransferSettings
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.model.kind import Kind
from gateway.records.records import Records
from gateway.store.transaction import Tx
from gateway.transfer import shades
from gateway.transfer.formats.table import Asked, Table
from gateway.transfer.keeping import book, entitled, remembered, results
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.entitled import Present
from gateway.transfer.keeping.files import Files
from gateway.transfer.keeping.results import Result, Show
from gateway.transfer.layout import findings, guess, mapping
from gateway.transfer.layout.findings import Unknown
from gateway.transfer.layout.mapping import Layout
from gateway.transfer.passes.carrier import Carrier
from gateway.transfer.passes.matcher import Matcher, alike
from gateway.transfer.shades import Shade

LISTED_MAX: Final = 50
NAME_CHARACTERS_MAX: Final = 200
WARNED_ROWS: Final = 200
DAY_MS: Final = 86_400_000


class Imports:
    """The imports of one store; ``slice_ms`` is how long one of their writes may hold others up."""

    def __init__(
        self,
        records: Records,
        settings: TransferSettings,
        slice_ms: int,
        matcher: Matcher = alike,
        present: Present = lambda actor: actor,
    ) -> None:
        self._records = records
        self._store = records.store
        self._settings = settings
        self.files = Files(records, settings)
        self._carrier = Carrier(records, self.files, slice_ms, matcher, present)
        self.work = self._carrier.work
        self.next_working = self._carrier.next_working
        self._work = threading.Condition()
        self._woken = False

    def upload(self, actor: Actor, kind_name: str, name: str, chunks: Iterable[bytes]) -> Import:
        """Keep a file and look at it.

        Problem kind_unknown, file_too_large, or what it cannot be read for; nothing is kept then.
        """
        kind = self._records.engine.kind(kind_name)
        identity = ids.uuid7(self._store.clock.now_ms())
        size = self.files.keep(identity, chunks)
        try:
            new = self._look(actor, kind, identity, name, size)
            self._store.write(lambda tx: book.add(tx, new))
        except BaseException:
            self.files.delete(identity)
            raise
        return new

    def _look(self, actor: Actor, kind: Kind, identity: str, name: str, size: int) -> Import:
        asked = Asked()
        with self.files.inspected(identity, kind, asked) as found:
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
            runner=actor,
            asked=asked,
            shape=found.shape,
            layout=layout,
            position=0,
            counts={},
            for_shop=False,
            problem=None,
            kept=True,
            created_at=now,
            updated_at=now,
        )

    def _layout(self, kind: Kind, found: Table) -> Layout:
        """As files with this head were mapped last, else our guess."""
        with self._store.read() as rows:
            known = remembered.layout_of(
                rows, kind.name, mapping.signature(kind, found.shape.header)
            )
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

    def look_again(self, actor: Actor, identity: str, asked: Asked) -> Import:
        """Read the file as a person says; the mapping is guessed anew.

        Problem import_busy, import_over or import_not_yours.
        """
        found = self._own(actor, identity)
        kind = self._records.engine.kind(found.kind)
        with self.files.inspected(found.id, kind, asked) as again:
            layout = self._layout(kind, again)
        self._store.write(lambda tx: book.reshape(tx, found.id, asked, again.shape, layout))
        return self.get(actor, identity)

    def map(self, actor: Actor, identity: str, layout: Layout) -> Import:
        """Store a corrected mapping, also for the next file with this head.

        Problem layout_invalid, import_busy, import_over or import_not_yours.
        """
        found = self._own(actor, identity)
        kind = self._records.engine.kind(found.kind)
        mapping.check(kind, layout, len(found.shape.header))
        known = mapping.signature(kind, found.shape.header)

        def store(tx: Tx) -> None:
            book.reshape(tx, found.id, found.asked, found.shape, layout)
            remembered.remember_layout(tx, kind.name, known, layout)

        self._store.write(store)
        return self.get(actor, identity)

    def check(self, actor: Actor, identity: str, *, for_shop: bool = False) -> Import:
        """Start a dry run; with ``for_shop`` the rows, here and in the run, count as said at the
        counter. Problem import_busy, import_over, layout_invalid or import_for_shop_rights.
        """
        return self._begin(actor, self._idle(actor, identity), "checking", for_shop=for_shop)

    def run(self, actor: Actor, identity: str, *, strict: bool = False) -> Import:
        """Start the import, or go on with one that was stopped.

        With ``strict`` it does not begin while the check found rows with problems. Problem
        import_busy, import_over, import_unchecked, import_has_problems or import_for_shop_rights.
        """
        found = self._idle(actor, identity)
        if found.state == "stopped":
            return self._go_on(actor, found, "running")
        if found.state != "checked":
            raise Problem("import_unchecked")
        if strict and (count := found.counts.get("problem", 0)):
            raise Problem("import_has_problems", count=count)
        return self._begin(actor, found, "running", for_shop=found.for_shop)

    def undo(self, actor: Actor, identity: str) -> Import:
        """Start to take back what a run did, or go on with that.

        Problem import_busy, or import_not_undoable for one that has done nothing yet.
        """
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            raise Problem("import_busy")
        if found.state == "halted":
            return self._go_on(actor, found, "undoing")
        if found.state not in ("done", "stopped"):
            raise Problem("import_not_undoable")
        entitled.check(actor, self.kind(found))
        self._store.write(lambda tx: book.begin_undo(tx, found, actor))
        self.wake()
        return self.get(actor, identity)

    def _go_on(self, actor: Actor, found: Import, state: str) -> Import:
        entitled.check(actor, self.kind(found), for_shop=found.for_shop and state == "running")
        self._store.write(lambda tx: book.resume(tx, found, state, actor))
        self.wake()
        return self.get(actor, found.id)

    def _begin(self, actor: Actor, found: Import, state: str, *, for_shop: bool) -> Import:
        kind = self.kind(found)
        mapping.check(kind, found.layout, len(found.shape.header))
        entitled.check(actor, kind, for_shop=for_shop)
        self._store.write(lambda tx: book.begin(tx, found.id, state, actor, for_shop=for_shop))
        self.wake()
        return self.get(actor, found.id)

    def stop(self, actor: Actor, identity: str) -> Import:
        """Halt the pass after its present slice; a run goes on later where it stood."""
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            self._store.write(lambda tx: book.leave(tx, found, book.HALTED[found.state]))
        return self.get(actor, identity)

    def discard(self, actor: Actor, identity: str) -> None:
        """Delete the file; what it has imported stays. Problem import_busy."""
        if (found := self.get(actor, identity)).state in book.WORKING:
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
        self.files.delete(found.id)
        self._store.write(lambda tx: book.forget_file(tx, found.id))

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

    def results(
        self, found: Import, *, after: int = 0, limit: int, show: Show = "told"
    ) -> list[Result]:
        """Rows that say something about the last pass, by their numbers."""
        run = results.pass_of(found.state)
        with self._store.read() as rows:
            return results.told(rows, found.id, run, after=after, limit=limit, show=show)

    def unknowns(self, actor: Actor, found: Import) -> list[Unknown]:
        """Values that the check found and that mean nothing to us yet, in columns that the actor
        sees.
        """
        shade = self.shade(actor, found)
        with self._store.read() as rows:
            all_ = findings.unknowns(rows, found.id, self.kind(found), found.layout)
        return [one for one in all_ if not shade.covers(one.column)]

    def warnings(self, found: Import) -> list[tuple[int, list[Problem]]]:
        """What a spreadsheet may have done to columns: by all rows once they are checked, by the
        first ones before.
        """
        kind = self.kind(found)
        if found.state != "uploaded":
            with self._store.read() as rows:
                return findings.warnings(rows, found.id, kind, found.layout)
        if not found.kept:
            return []
        with self.files.opened(found) as opened:
            return findings.at_once(kind, found.layout, opened.samples(WARNED_ROWS))

    def shade(self, actor: Actor, found: Import) -> Shade:
        """What an actor sees of the file."""
        return shades.of(self.kind(found), found, actor)

    def _idle(self, actor: Actor, identity: str) -> Import:
        found = self.get(actor, identity)
        if found.state in book.WORKING:
            raise Problem("import_busy")
        if not found.kept or found.state in ("done", "undone", "halted"):
            raise Problem("import_over")
        return found

    def _own(self, actor: Actor, identity: str) -> Import:
        """One that its own importer may map: elsewhere, a column may show what it hides now."""
        found = self._idle(actor, identity)
        if found.state == "stopped":
            raise Problem("import_over")
        if actor.role != "system" and actor.id != found.actor.id:
            raise Problem("import_not_yours", name=found.actor.name)
        return found


def _sees(actor: Actor, found: Import) -> bool:
    """A file is for who brought it, and for the manager."""
    return actor.id == found.actor.id or actor.role in ("manager", "system")

"""Reading one source to its end: what hangs on our rows first, then the rows, then all ids.

Each page is taken in before its place is kept, so that a kill at any moment repeats a page and
loses none. A step is a page; whoever drives the steps may stop after any.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.kernel.problems import Problem
from gateway.store.database import Store
from sync.erp.bringing import book, cursor, shaping
from sync.erp.bringing.asking import Asker
from sync.erp.bringing.book import Way
from sync.erp.bringing.plan import Source, Touch
from sync.erp.bringing.result import Counts
from sync.erp.bringing.shaping import Brought
from sync.erp.bringing.taking import Taken, Taker, gone
from sync.erp.connector import Refusal
from sync.erp.line import Line, Link, Row
from sync.erp.mapping.transforms import Context

PAGE: Final = 200
TOUCHED: Final = 1_000  # rows of a model of which only links are read
HOUR_MS: Final = 3_600_000
# More rows than this share of all do not vanish in a day; whoever sees none may see nothing.
VANISH_SHARE: Final = 5
VANISH_MIN: Final = 10


@dataclass(frozen=True, slots=True)
class Means:
    """What sources are read with; ``may_vanish``: that many rows are gone at once is right."""

    store: Store
    line: Line
    taker: Taker
    context: Context
    may_vanish: bool = False


class Reading:
    """One source, read from where it was left; its figures go to ``counts``."""

    def __init__(self, means: Means, source: Source, counts: Counts) -> None:
        self._means = means
        self._source = source
        self._counts = counts
        self._asker = Asker(means.line, source)
        self.connector = means.taker.connector
        self._way = Way(self.connector, source.kind, source.model)

    def steps(self) -> Iterator[None]:
        """Read until nothing is left. Trouble, Refusal, or Problem erp_rows_vanished."""
        with self._means.store.read() as rows:
            is_first = not book.place(rows, self._way).instant
        for touch in self._touched():
            yield from self._follow(touch, is_first=is_first)
        yield from self._pages(self._way, self._source.table.changed, PAGE)
        if self._is_sweep_due():
            yield from self._sweep()

    def again(self, ids: Sequence[str]) -> list[Taken]:
        """Read some rows now, and take in what they say. Trouble or Refusal."""
        done: list[Taken] = []
        for start in range(0, len(ids), PAGE):
            done += self._take(list(self._asker.by("id", ids[start : start + PAGE])))
        return done

    def _touched(self) -> list[Touch]:
        """The models whose changes lead to rows of ours."""
        told = [
            Touch(model=one.model, changed=one.changed, parent=one.parent)
            for one in self._source.more.values
            if one.changed
        ]
        told += [
            Touch(model=one.model, changed=one.changed, parent=one.parent)
            for one in self._source.elements
            if one.changed
        ]
        by_model = {(one.model, one.parent, one.through): one for one in told}
        by_model |= {(o.model, o.parent, o.through): o for o in self._source.more.touched}
        return list(by_model.values())

    def _follow(self, touch: Touch, *, is_first: bool) -> Iterator[None]:
        """Read our rows again that a model leads to. At the very first only its place is found, for
        all of ours are read then anyway.
        """
        fields = [touch.changed, *([touch.parent] if touch.parent else [])]
        is_own = touch.model == self._source.model  # contacts hang on contacts
        place = f"{touch.model}/{touch.parent}" if is_own else touch.model
        for rows in self._read(Way(self.connector, self._source.kind, place), touch, fields):
            if not is_first:
                name = touch.parent or "id"
                ids = list(dict.fromkeys(str(row[name]) for row in rows if row[name]))
                found = list(self._asker.by(touch.through or "id", ids))
                for start in range(0, len(found), PAGE):
                    self._take(found[start : start + PAGE])
            yield

    def _pages(self, way: Way, changed: str, limit: int) -> Iterator[None]:
        touch = Touch(model=way.model, changed=changed)
        for rows in self._read(way, touch, (), limit):
            self._take(rows)
            yield

    def _read(
        self, way: Way, touch: Touch, fields: Sequence[str], limit: int = TOUCHED
    ) -> Iterator[list[Row]]:
        """Pages of rows that are new; a place is kept when its page was used."""
        store, changed = self._means.store, touch.changed
        with store.read() as rows:
            opened = cursor.start(book.place(rows, way))
        store.write(lambda tx: book.forget_before(tx, way, opened.floor))
        began, place = store.clock.monotonic_ms(), opened
        overlap_s = self._source.more.overlap_s
        while True:
            asked = cursor.question(changed, place)
            if fields:
                found = self._means.line.find(
                    touch.model, asked.where, fields, order=asked.order, limit=limit
                )
            else:
                found = self._asker.rows(asked.where, asked.order, limit)
            page = cursor.answer(changed, place, found, limit)
            with store.read() as rows:
                seen = book.seen(rows, way, [str(row["id"]) for row in page.rows])
            news = cursor.unseen(changed, page.rows, seen)
            yield [row for row in page.rows if str(row["id"]) in news]
            took_s = (store.clock.monotonic_ms() - began) // 1000 + 1
            place, left = page.next, cursor.kept(opened, page, overlap_s, took_s)
            store.write(partial(book.keep_place, way=way, place=left, seen=news))
            if page.is_last:
                return

    def _take(self, rows: Sequence[Row]) -> list[Taken]:
        """Take rows in with all that hangs on them, and write our ids back where that is asked."""
        source, taker = self._source, self._means.taker
        self._counts.read += len(rows)
        ready, done = list[Brought](), list[Taken]()
        for whole in self._asker.whole(rows):
            try:
                ready.append(shaping.brought(source, whole, self._means.context))
            except Problem as problem:
                row = whole.row
                title, look = shaping.title(source, row), str(sorted(row.items(), key=str))
                bare = Brought(str(row["id"]), title, "", (), is_active=True, values={"row": look})
                done.append(taker.refuse(source, bare, problem))
        done += taker.take(source, ready)
        self._counts.add(done)
        if source.mark and source.mark.write:
            for one in done:
                self._write_back(one)
        return done

    def _write_back(self, one: Taken) -> None:
        mark, line = self._source.mark, self._means.line
        assert mark is not None, "asked for by the mark"
        if not one.record or one.brought.marks or one.brought.is_gone:
            return
        told = f"{mark.prefix}{one.record}"
        try:
            if mark.model:
                parent = Link(self._source.model, one.brought.ref)
                line.create(mark.model, [{mark.parent: parent, mark.field: told}])
            else:
                line.update(self._source.model, one.brought.ref, {mark.field: told})
        except Refusal as refusal:
            self._means.taker.refuse(self._source, one.brought, refusal.problem)

    def _is_sweep_due(self) -> bool:
        with self._means.store.read() as rows:
            last = book.swept_at(rows, self._way)
        now_ms = self._means.store.clock.now_ms()
        pause_ms = self._source.more.sweep_h * HOUR_MS
        return not last or not last <= now_ms < last + pause_ms

    def _sweep(self) -> Iterator[None]:
        """Compare all ids: what is gone there goes out of use here, what was missed is read."""
        there = self._asker.ids()
        with self._means.store.read() as rows:
            known = book.all_known(rows, self.connector, self._source.kind)
        living = {ref for ref, (has, is_gone) in known.items() if has and not is_gone}
        missing = sorted(living - there)
        most = max(VANISH_MIN, len(living) // VANISH_SHARE)
        if len(missing) > most and not self._means.may_vanish:
            raise Problem("erp_rows_vanished", count=len(missing), kind=self._source.kind)
        for start in range(0, len(missing), PAGE):
            self._take_gone(missing[start : start + PAGE])
            yield
        back = {ref for ref, (_, is_gone) in known.items() if is_gone}
        missed = there - known.keys() if self._source.more.strange == "create" else set()
        anew = living & there if self._source.more.anew else set()
        wanted = sorted(missed | (back & there) | anew)
        for start in range(0, len(wanted), PAGE):
            self._take(list(self._asker.by("id", wanted[start : start + PAGE])))
            yield
        self._means.store.write(lambda tx: book.keep_swept(tx, self._way))

    def _take_gone(self, refs: Sequence[str]) -> None:
        with self._means.store.read() as rows:
            found = [book.known(rows, self.connector, self._source.kind, ref) for ref in refs]
        brought = [gone(one, one.ref) for one in found if one is not None]
        self._counts.add(self._means.taker.take(self._source, brought))

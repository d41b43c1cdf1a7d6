"""The keeping of personal data: every night a dry run is told, and then done as far as the settings
approve of it, once it has been told for a day.

A box without a battery may wake up ten years ahead, and then everything is over its time. So what
is told begins anew after a gap, and somebody has a day to see it. Both ask the same question, so
what was told is what goes. Everything is done in slices, each one
transaction with its own entry in the journal: a night that was cut off leaves nothing half done,
and the next one goes on.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from config.schema import RetentionSettings
from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.clock import from_iso, to_iso
from gateway.kernel.problems import Problem
from gateway.retention.sort import MONTH_MS, Place, Sort
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.transaction import Tx

LOOK_ROWS: Final = 200
TAKE_ROWS: Final = 50
EXAMPLES: Final = 5
NOTICE_MS: Final = 24 * 3_600_000
GAP_MS: Final = 7 * NOTICE_MS
_KEY: Final = "retention"


class Told(Struct):
    """One sort in a dry run: what is older than ``before`` goes (``due``) or is held, counted by
    why. ``next_at`` is when the next grows old enough, as far as its age alone says. ``taken`` is
    what went in the run that followed; instants in ISO 8601, empty for none.
    """

    sort: str
    months: int
    before: str
    due: int = 0
    held: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    next_at: str = ""
    taken: int = 0


class Report(Struct):
    """The last dry run, and what was done after it. ``done_at`` is empty where only was told,
    ``since`` is when telling began that has had no gap until now.
    """

    told_at: str = ""
    since: str = ""
    done_at: str = ""
    sorts: list[Told] = field(default_factory=list)


class Retention:
    """The sorts of one store, each with its term."""

    def __init__(self, store: Store, settings: RetentionSettings, sorts: Sequence[Sort]) -> None:
        self._store = store
        self._settings = settings
        self._all = {one.name: one for one in sorts}
        self._stopping = threading.Event()

    @property
    def carries_out(self) -> bool:
        """Whether the settings approve of more than telling."""
        return self._settings.carry_out

    def terms(self) -> Mapping[str, int]:
        """Every sort with its term in months; 0 keeps it."""
        return {name: one.months for name, one in self._all.items()}

    def stop(self) -> None:
        """End the run under way after its present slice."""
        self._stopping.set()

    def last(self, actor: Actor) -> Report:
        """What the last run told and did; Problem not_allowed."""
        allowed(actor, "retention", "list")
        return self._last()

    def dry_run(self) -> Report:
        """What would go now, and what is held back. It changes nothing."""
        now_ms = self._store.clock.now_ms()
        sorts = [self._told(one, now_ms) for one in self._all.values() if one.months]
        return Report(to_iso(now_ms), sorts=sorts)

    def run(self) -> Report:
        """Tell, keep what was told, and do it where the settings approve and it was told long
        enough.
        """
        before, report = self._last(), self.dry_run()
        report.since = before.since if _goes_on(before, report) else report.told_at
        self._keep(report)
        told_ms = from_iso(report.told_at) - from_iso(report.since)
        if self.carries_out and report.sorts and told_ms >= NOTICE_MS:
            for told in report.sorts:
                told.taken = self.carry_out(told.sort)
            report.done_at = to_iso(self._store.clock.now_ms())
            self._keep(report)
        return report

    def carry_out(self, name: str) -> int:
        """Let what is due of a sort go, up to ``retention.run_max``; how much it was.

        Problem retention_only_told, where the settings do not approve.
        """
        if not self.carries_out:
            raise Problem("retention_only_told")
        sort = self._all[name]
        before_ms = _before(sort, self._store.clock.now_ms())
        left, after = self._settings.run_max, sort.first
        place: Place | None = after
        while place is not None and left and not self._stopping.is_set():
            taken, place = self._slice(sort, before_ms, place, left)
            left -= taken
        if left < self._settings.run_max:
            sort.afterwards()
        return self._settings.run_max - left

    def _slice(
        self, sort: Sort, before_ms: int, after: Place, left: int
    ) -> tuple[int, Place | None]:
        def work(tx: Tx) -> tuple[int, Place | None]:
            page = sort.page(tx, before_ms, after, min(TAKE_ROWS, left))
            if page.due:
                shown = [one.shown for one in page.due]
                said = {"sort": sort.name, "before": to_iso(before_ms), "what": shown}
                entry = Entry(
                    id=ids.uuid7(tx.now_ms), type="access.retention", body=said, actor=SYSTEM.id
                )
                tx.append(entry)
                sort.take(tx, page.due)
            return len(page.due), page.next

        return self._store.write(work)

    def _told(self, sort: Sort, now_ms: int) -> Told:
        before_ms = _before(sort, now_ms)
        told = Told(sort.name, sort.months, to_iso(before_ms))
        held: Counter[str] = Counter()
        place: Place | None = sort.first
        while place is not None and not self._stopping.is_set():
            with self._store.read() as rows:
                page = sort.page(rows, before_ms, place, LOOK_ROWS)
            told.due += len(page.due)
            told.examples += [one.shown for one in page.due[: EXAMPLES - len(told.examples)]]
            held.update(one.held for one in page.found if one.held)
            place = page.next
        told.held = dict(sorted(held.items()))
        with self._store.read() as rows:
            next_at = sort.next_at(rows, before_ms)
        told.next_at = "" if next_at is None else to_iso(next_at + sort.months * MONTH_MS)
        return told

    def _last(self) -> Report:
        with self._store.read() as rows:
            found = rows.value("SELECT value FROM meta WHERE key = ?", (_KEY,))
        return msgspec.json.decode(found, type=Report) if found else Report()

    def _keep(self, report: Report) -> None:
        row = (_KEY, msgspec.json.encode(report).decode())
        self._store.write(
            lambda tx: tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)
        )


def _goes_on(before: Report, report: Report) -> bool:
    """Whether a run follows on the last one, by a clock that has not jumped between them."""
    if not before.since:
        return False
    return 0 <= from_iso(report.told_at) - from_iso(before.told_at) <= GAP_MS


def _before(sort: Sort, now_ms: int) -> int:
    return now_ms - sort.months * MONTH_MS

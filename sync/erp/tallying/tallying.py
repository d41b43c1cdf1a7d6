"""Comparing what was pushed with what the ERP has: every day by itself, and whenever asked.

The turn comes every hour and compares each ERP once a day of its own, so that one which is closed
or out of reach at the first of them is compared at a later one.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp import outstanding
from sync.erp.book import Book
from sync.erp.connector import Refusal, Trouble
from sync.erp.line import Line
from sync.erp.mapping.model import ErpMapping, Table
from sync.erp.mapping.transforms import Context
from sync.erp.rounds.restraint import Restraint, Withheld
from sync.erp.tallying import asking, ledger
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.manners import Manners, Stopped
from sync.erp.tallying.sides import Finding, compare
from sync.jobs.ended import Ended

JOB = "erp compare"
HOUR_S = 3_600
AGAIN_DAYS = 7  # a day that did not agree is looked at again for so long


@dataclass(frozen=True, slots=True)
class Side:
    """One ERP that is compared with: its line and mapping, the gateway's currency and zone, and
    what holds everybody back who asks it.
    """

    line: Line
    mapping: ErpMapping
    currency: Callable[[], str]
    restraint: Restraint
    time_zone: str = "UTC"

    @property
    def context(self) -> Context:
        """What its days and the money of records are in."""
        erp = self.mapping.erp
        return Context(self.currency(), ZoneInfo(erp.time_zone or self.time_zone), erp.half)


class Tallying:
    """Compares each ERP that has a line and a mapping, by name."""

    def __init__(self, store: Store, book: Book, sides: Mapping[str, Side]) -> None:
        self._store = store
        self._book = book
        self._sides = sides
        self._compared: dict[str, date] = {}  # the newest day of theirs whose turn is done
        self._asked = threading.Event()
        self._stopping = threading.Event()

    def ask(self) -> None:
        """Somebody wants the next turn to compare, whatever was compared today."""
        self._asked.set()

    def stop(self) -> None:
        """End the turn under way where it waits for its pace."""
        self._stopping.set()

    @property
    def names(self) -> tuple[str, ...]:
        """Who can be compared with."""
        return tuple(self._sides)

    def day(self, name: str, day: date) -> list[Kept]:
        """Compare the facts of one day, as somebody asked; what came of each type.

        Problem consumer_not_compared, tally_day_archived, tally_paced, what holds everybody back
        from this ERP, or what its line says.
        """
        with _told():
            return self._day(name, day, self._awaited(name))

    def kinds(self, name: str) -> list[Kept]:
        """Compare all records as they are now; what came of each kind. Problems as for ``day``."""
        with _told():
            return self._kinds(name, self._awaited(name))

    def run(self) -> Ended:
        """The turn: of each ERP that had none today yesterday, the days that did not agree, and all
        records.

        What stands against one ERP holds up no other; it is compared at the next turn.
        """
        seen, problem, withheld = Counter[str](), None, None
        is_asked = self._asked.is_set()
        self._asked.clear()
        for name in self._sides:
            try:
                found = self._turn(name, is_asked=is_asked)
            except Stopped:
                return Ended(dict(seen), problem, held=True)
            except Withheld as held:
                withheld = held.problem
                continue
            except Problem as refused:
                problem = refused
                continue
            if found:
                seen["compared"] += len(found)
                seen["differing"] += sum(not one.agrees for one in found)
        return Ended(dict(seen), problem or withheld, held=problem is None and withheld is not None)

    def _awaited(self, name: str) -> Manners:
        side = self._side(name)
        return Manners(side.restraint, self._stopping, is_asked=True, is_awaited=True)

    def _turn(self, name: str, *, is_asked: bool) -> list[Kept]:
        today = self.day_of(name)
        if self._compared.get(name) == today and not is_asked:
            return []
        manners = Manners(self._side(name).restraint, self._stopping, is_asked)
        since = str(today - timedelta(days=AGAIN_DAYS))
        with self._store.read() as rows:
            again = {date.fromisoformat(day) for day in ledger.unclean(rows, name, since)}
        days = sorted({*again, today - timedelta(days=1)})
        found = [one for day in days for one in self._day(name, day, manners)]
        found += self._kinds(name, manners)
        self._compared[name] = today
        return found

    def _day(self, name: str, day: date, manners: Manners) -> list[Kept]:
        side = self._side(name)
        tables = self._tables(side, records=False)
        with self._store.read() as rows:
            _check_archive(rows, day, side.context)
        manners.check()
        types = sorted({table.source for table in tables})
        happened = asking.happened(self._store, name, types, day, side.context.zone)
        for table in tables:
            said = asking.facts(happened, table, side.context)
            self._keep(name, side, table, day.isoformat(), said, manners)
        with self._store.read() as rows:
            return [one for one in ledger.listed(rows, name, str(day), str(day)) if one.day]

    def _kinds(self, name: str, manners: Manners) -> list[Kept]:
        side = self._side(name)
        manners.check()
        for table in self._tables(side, records=True):
            said = asking.records(self._store, self._book, name, table, side.context)
            self._keep(name, side, table, "", said, manners)
        with self._store.read() as rows:
            return [one for one in ledger.listed(rows, name, "", "") if not one.day]

    def jobs(self) -> list[tuple[Any, ...]]:
        """What is to be done by the clock: name, seconds between turns, call, no progress, and how
        to ask for a turn.
        """
        return [(JOB, HOUR_S, self.run, None, self.ask)] if self._sides else []

    @property
    def now_ms(self) -> int:
        """The instant it is (Unix milliseconds)."""
        return self._store.clock.now_ms()

    def day_of(self, name: str) -> date:
        """The day it is at an ERP; Problem consumer_not_compared."""
        zone = self._side(name).context.zone
        return datetime.fromtimestamp(self.now_ms / 1000, zone).date()

    def listed(self, name: str, since: str, until: str) -> list[Kept]:
        """What came of comparisons of some days, and of the kinds."""
        with self._store.read() as rows:
            return ledger.listed(rows, name, since, until)

    def findings(self, name: str, source: str, day: str) -> Sequence[Finding]:
        """What differed on a day, or of a kind with an empty day."""
        with self._store.read() as rows:
            return ledger.findings(rows, name, source, day)

    def again(self, name: str, seqs: Sequence[int]) -> None:
        """Offer settled entries once more, all or none; Problem consumer_not_compared or
        entry_unknown.

        The connector looks first, so what is there after all is not made a second time.
        """
        self._side(name)

        def apply(tx: Tx) -> None:
            for seq in seqs:
                outstanding.offer_settled(tx, name, seq)

        self._store.write(apply)

    def _side(self, name: str) -> Side:
        if name not in self._sides:
            raise Problem("consumer_not_compared", consumer=name)
        return self._sides[name]

    def _tables(self, side: Side, *, records: bool) -> list[Table]:
        """What is pushed whole, and facts of which only elements are: an element beside a whole
        document stands and falls with it.
        """
        whole = {one.source for one in side.mapping.tables if not one.each}
        return [
            one
            for one in side.mapping.tables
            if one.goes_out
            and one.is_kind == records
            and (not one.each or (one.source not in whole and not records))
        ]

    def _keep(
        self,
        name: str,
        side: Side,
        table: Table,
        day: str,
        said: Sequence[asking.Said],
        manners: Manners,
    ) -> None:
        try:
            theirs = list(asking.theirs(side.line, table, said, manners))
        except Trouble as trouble:
            side.restraint.broke(trouble)
            raise trouble.problem from trouble
        except Refusal as refusal:
            raise refusal.problem from refusal
        summed = tuple(table.sums.values()) if day else ()
        tally = compare([one.ours for one in said], theirs, summed)
        self._store.write(lambda tx: ledger.keep(tx, name, _label(side.mapping, table), day, tally))


@contextmanager
def _told() -> Iterator[None]:
    """What holds a comparison back is told to whoever asked for it."""
    try:
        yield
    except Stopped as stopped:
        raise Problem("store_busy") from stopped
    except Withheld as withheld:
        raise withheld.problem from withheld


def _label(mapping: ErpMapping, table: Table) -> str:
    """What a comparison is called: the kind or fact type, with their model where it has several."""
    several = sum(one.source == table.source and not one.each for one in mapping.tables) > 1
    return f"{table.source} ({table.model})" if several else table.source


def _check_archive(rows: Rows, day: date, context: Context) -> None:
    """Problem tally_day_archived for a day of which entries may have left the journal."""
    if not journal.low_water(rows):
        return
    oldest = rows.value("SELECT received_at FROM journal ORDER BY seq LIMIT 1") or 0
    first = datetime.fromtimestamp(oldest / 1000, context.zone).date() + timedelta(days=1)
    if day < first:
        raise Problem("tally_day_archived", day=day.isoformat(), first=first.isoformat())

"""The ERP side as the rest of the house sees it: batches, receipts, rounds, how things stand."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from config.schema import ErpSettings
from gateway.facts.types import DATA_TYPES
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.archiver import Hold
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp import consumers, held, lag, offers, outstanding, snapshot, story
from sync.erp.batch import Batch, Caps
from sync.erp.book import ERP, Book
from sync.erp.connector import Connector
from sync.erp.consumers import Consumer
from sync.erp.held import Held
from sync.erp.leases import ALONE, Lease
from sync.erp.receipt import Receipt, Settled
from sync.erp.receipts import Receipts, State
from sync.erp.rounds import rules
from sync.erp.rounds.restraint import Restraint
from sync.erp.run import PushRun
from sync.erp.standing import Standing, Standings
from sync.erp.story import Portion, Told, ToldEntry

log = logging.getLogger(__name__)


class Erp:
    """Batches for an ERP that pulls, and rounds of the connectors where there are any.

    ``others`` names consumers that somebody else in the house pushes to.
    """

    def __init__(
        self,
        store: Store,
        book: Book,
        settings: ErpSettings,
        connectors: Iterable[Connector] = (),
        zone: str = "",
        others: Collection[str] = (),
    ) -> None:
        self._store = store
        self._book = book
        self._every_s = settings.interval_s
        self._optional = settings.optional_consumers
        self._others = others
        self._rules = rules.read(settings, zone)
        self._receipts = Receipts(store, book)
        caps = Caps(settings.batch_entries_max, settings.batch_bytes_max)
        self._offers = offers.Offers(store, book, caps)
        self.runs: Mapping[str, PushRun] = {
            one.name: PushRun(
                store, self._offers, self._receipts, one, Restraint(store, one.name, self._rules)
            )
            for one in connectors
        }
        self._standings = Standings(self.runs, self._rules)

    def next(
        self, consumer: str, device: str, limit: int | None, lease: Lease = ALONE
    ) -> Batch | None:
        """The batch a pulling ERP works on, or None.

        Problem consumer_name, consumer_taken, consumer_paused, batch_leased or place_archived.
        """
        return self._offers.next(Consumer(consumer, device), limit, lease)

    def wait(self, seq: int, timeout_s: float) -> int:
        """Wait until the journal has grown past ``seq``, or for so long; its head then."""
        return self._store.wait_beyond(seq, timeout_s)

    def subscribe(self, consumer: str, device: str, takes: Sequence[str] | None) -> None:
        """What a pulling ERP has a use for. Problem consumer_name, consumer_taken or takes_unknown
        (with a pointer).
        """
        for number, name in enumerate(takes or ()):
            if name not in DATA_TYPES and not self._book.knows(name):
                raise Problem("takes_unknown", pointer=f"/takes/{number}", name=name)
        told = Consumer(consumer, device)
        self._store.write(lambda tx: consumers.subscribe(tx, told, takes))

    @property
    def now_ms(self) -> int:
        """The gateway's clock, Unix milliseconds."""
        return self._store.clock.now_ms()

    @property
    def head(self) -> int:
        """The newest journal entry."""
        return self._store.head

    def copy(self, kind: str, after: str, limit: int) -> tuple[snapshot.Page, int, str | None]:
        """Some records of a kind as the ERP may see them, the journal's low-water mark, and where
        to go on.

        Problem kind_unknown, cursor_malformed or resync_required.
        """
        if not self._book.knows(kind):
            raise Problem("kind_unknown", kind=kind)
        start = snapshot.place(after, self._store.epoch, self._store.head)
        with self._store.read() as rows:
            page = snapshot.page(rows, self._book, kind, start, limit)
            low_water = journal.low_water(rows)
        return page, low_water, page.next.token(self._store.epoch) if page.next else None

    def record(
        self,
        device: str,
        batch: str,
        sha256: str,
        receipts: Sequence[Receipt],
        rest: Settled | None = None,
    ) -> State:
        """What a pulling ERP made of a batch. Problems as of ``Receipts.record``."""
        return self._receipts.record(device, batch, sha256, receipts, rest)

    def round(self) -> Problem | None:
        """One round of every connector, one after the other; what ended the first that ended early.

        Nothing happens without a connector.
        """
        ended = [run.round() for run in self.runs.values()]
        return next((problem for problem in ended if problem), None)

    def stop(self) -> None:
        """Let the rounds under way end early, and no other begin."""
        for run in self.runs.values():
            run.stop()

    def check_pushed(self, consumer: str) -> None:
        """Problem consumer_pulls or consumer_unknown unless this gateway pushes to it."""
        if consumer in self.runs or consumer in self._others:
            return
        with self._store.read() as rows:
            known = rows.one("SELECT 1 FROM erp_consumers WHERE name = ?", (consumer,))
        raise Problem("consumer_pulls" if known else "consumer_unknown", consumer=consumer)

    def pause(self, consumer: str, *, paused: bool, by: str = "") -> None:
        """Hold a consumer back, in somebody's name, or let it go on; Problem consumer_unknown."""
        self._store.write(lambda tx: consumers.pause(tx, consumer, paused=paused, by=by))

    def batches(self, consumer: str, before: str, limit: int) -> list[Told]:
        """What became of batches, the newest first; Problem batch_unknown for a strange id."""
        with self._store.read() as rows:
            return story.page(rows, consumer, before, limit)

    def opened(self, batch: str, reader: Actor, asked: Portion) -> tuple[Told, list[ToldEntry]]:
        """A batch with entries of it; Problem batch_unknown."""
        with self._store.read() as rows:
            told = story.one(rows, batch)
            return told, story.entries(rows, self._book, reader, told, asked)

    def sample(self) -> None:
        """Note how far behind everybody is; nothing is written where nobody takes the journal."""
        now_ms = self._store.clock.now_ms()
        seen = [
            lag.Sample(
                one.name,
                one.waiting,
                now_ms - min(one.oldest_waiting_at or now_ms, now_ms),
                one.deferred + one.rejected,
            )
            for one in self.standings()
        ]
        if seen:
            self._store.write(lambda tx: lag.keep(tx, seen))

    def lag(self, consumer: str, hours: int) -> tuple[int, int, list[lag.Hour]]:
        """(since, until, what was seen) of the last hours, the one under way among them."""
        now_ms = self._store.clock.now_ms()
        since = now_ms - now_ms % lag.HOUR_MS - (hours - 1) * lag.HOUR_MS
        with self._store.read() as rows:
            return since, now_ms, lag.hours(rows, consumer, since)

    def jobs(self) -> list[tuple[Any, ...]]:
        """What is to be done by the clock: name, seconds between turns, call, and for a round how
        to look at its progress and how to ask for one although the line rests.
        """
        return [
            *((push_job(name), self._every_s, run.turn, run.progress.look, run.ask)
              for name, run in self.runs.items()),
            ("erp lag", lag.EVERY_S, self.sample),
        ]  # fmt: skip

    def rewind(self, consumer: str, seq: int) -> int:
        """Offer everything after ``seq`` again, for an ERP that lost it; the cursor before.

        Problem consumer_unknown or rewind_archived.
        """
        return self._store.write(lambda tx: consumers.rewind(tx, consumer, seq))

    def offer_again(self, consumer: str, seq: int) -> None:
        """Put a held entry into the next batch; Problem outstanding_unknown."""
        self._store.write(lambda tx: outstanding.offer_again(tx, consumer, seq))

    def offer_all(self, consumer: str) -> int:
        """Put everything a consumer has not taken into its next batches; how many entries."""
        return self._store.write(lambda tx: outstanding.offer_all(tx, consumer))

    def hold(self, rows: Rows) -> Hold:
        """What the archive must leave in the journal for the ERP."""
        return consumers.hold(rows, self._optional)

    def let_go(self) -> None:
        """Let go of outstanding entries that the archive was told not to wait for."""
        if self._optional and (count := self._store.write(outstanding.drop_archived)):
            log.warning("%s archived entries are no longer offered to an optional consumer", count)

    def held(self, reader: Actor = ERP) -> list[Held]:
        """Entries that the ERP has not taken, as a person may see them: rejected ones first, each
        oldest first.
        """
        with self._store.read() as rows:
            return held.listed(rows, self._book, reader)

    def standings(self) -> list[Standing]:
        """How every consumer stands, by name."""
        with self._store.read() as rows:
            return self._standings.all(rows, self._store.head, self._store.clock.now_ms())

    def alarms(self) -> list[Problem]:
        """What somebody must hear of: rounds that stand still, ERPs that keep silent."""
        with self._store.read() as rows:
            return self._standings.alarms(rows, self._store.clock.now_ms())

    def trouble(self) -> Problem | None:
        """The first alarm, for the health checks."""
        return next(iter(self.alarms()), None)

    def readings(self) -> list[tuple[str, Callable[[], float], str]]:
        """Figures for the metrics: name, how it is read, what it means."""
        return [
            ("erp_alarms", lambda: len(self.alarms()), "Rounds that stand still, silent ERPs."),
            ("erp_lines_resting", self._resting, "ERPs left alone after failures in a row."),
        ]

    def _resting(self) -> int:
        now_ms = self._store.clock.now_ms()
        return sum(run.restraint.circuit().state(now_ms) == "open" for run in self.runs.values())


def push_job(connector: str) -> str:
    """The name of the timed job that pushes to a connector."""
    return f"push {connector}"

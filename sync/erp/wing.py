"""The ERP side as the rest of the house sees it: batches, receipts, rounds, how things stand."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.schema import ErpSettings
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.archiver import Hold
from gateway.store.database import Store
from gateway.store.rows import Row, Rows
from sync.erp import consumers, held, lag, offers, outstanding, story
from sync.erp.batch import Batch, Caps
from sync.erp.book import ERP, Book
from sync.erp.connector import Connector
from sync.erp.consumers import Consumer
from sync.erp.held import Held
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts, State
from sync.erp.run import PushRun
from sync.erp.story import Portion, Told, ToldEntry

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one consumer stands. Instants are Unix milliseconds."""

    name: str
    mode: str
    cursor_seq: int
    head_seq: int
    waiting: int
    oldest_waiting_at: int | None
    open_batch: str | None
    last_success_at: int | None
    last_attempt_at: int | None
    problem: Problem | None
    deferred: int
    rejected: int
    paused: bool
    paused_by: str
    paused_at: int | None


class Erp:
    """Batches for an ERP that pulls, and rounds of the connector where there is one."""

    def __init__(
        self, store: Store, book: Book, settings: ErpSettings, connector: Connector | None = None
    ) -> None:
        self._store = store
        self._book = book
        self._optional = settings.optional_consumers
        self._receipts = Receipts(store, book)
        caps = Caps(settings.batch_entries_max, settings.batch_bytes_max)
        self._offers = offers.Offers(store, book, caps)
        self.connector = connector.name if connector else "none"
        self._run = PushRun(store, self._offers, self._receipts, connector) if connector else None

    def next(self, consumer: str, device: str, limit: int | None) -> Batch | None:
        """The batch a pulling ERP works on, or None.

        Problem consumer_name, consumer_taken, consumer_paused or place_archived.
        """
        return self._offers.next(Consumer(consumer, device), limit)

    def record(self, device: str, batch: str, sha256: str, receipts: Sequence[Receipt]) -> State:
        """What a pulling ERP made of a batch. Problems as of ``Receipts.record``."""
        return self._receipts.record(device, batch, sha256, receipts)

    def round(self) -> Problem | None:
        """One round of the connector; what ended it early. Nothing happens without a connector."""
        return self._run.round() if self._run else None

    def stop(self) -> None:
        """Let the round under way end early, and no other begin."""
        if self._run:
            self._run.stop()

    def check_pushed(self, consumer: str) -> None:
        """Problem consumer_pulls or consumer_unknown unless this gateway pushes to it."""
        if self._run and consumer == self._run.consumer.name:
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

    def jobs(self) -> list[tuple[str, int, Callable[[], object]]]:
        """What is to be done by the clock besides rounds: name, seconds between turns, call."""
        return [("erp lag", lag.EVERY_S, self.sample)]

    def rewind(self, consumer: str, seq: int) -> int:
        """Offer everything after ``seq`` again, for an ERP that lost it; the cursor before.

        Problem consumer_unknown or rewind_archived.
        """
        return self._store.write(lambda tx: consumers.rewind(tx, consumer, seq))

    def offer_again(self, consumer: str, seq: int) -> None:
        """Put a held entry into the next batch; Problem outstanding_unknown."""
        self._store.write(lambda tx: outstanding.offer_again(tx, consumer, seq))

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
            found = rows.all("SELECT * FROM erp_consumers ORDER BY name")
            return [self._standing(rows, row) for row in found]

    def _standing(self, rows: Rows, row: Row) -> Standing:
        pushed = self._run.consumer if self._run else None
        name = row["name"]
        mine = pushed is not None and pushed.name == name
        consumer = pushed if pushed and mine else Consumer(name, row["device"])
        waiting, oldest = consumers.waiting(rows, consumer, row["cursor_seq"])
        held = consumers.held(rows, name)
        open_batch = offers.open_batch(rows, name)
        return Standing(
            name=name,
            mode=row["mode"],
            cursor_seq=row["cursor_seq"],
            head_seq=self._store.head,
            waiting=waiting,
            oldest_waiting_at=oldest,
            open_batch=open_batch.id if open_batch else None,
            last_success_at=row["last_success_at"],
            last_attempt_at=row["last_attempt_at"],
            problem=_problem(row["problem"]),
            deferred=held.get("deferred", 0),
            rejected=held.get("rejected", 0),
            paused=bool(row["paused"]),
            paused_by=row["paused_by"] if row["paused"] else "",
            paused_at=row["paused_at"] if row["paused"] else None,
        )


def _problem(stored: str | None) -> Problem | None:
    return Problem.from_record(json.loads(stored)) if stored else None

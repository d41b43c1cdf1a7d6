"""One round of pushing: take a batch, hand it to the connector, record its receipts, again.

A round ends when nothing is left, when the line to the ERP fails, or when the gateway stops. What
the ERP did and we have no receipt for is looked up by the connector in the next round. A line that
fails again and again is left alone for a while, and an ERP that is closed (``rounds.restraint``).
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp import connector as erp
from sync.erp import consumers, spans
from sync.erp.batch import Batch
from sync.erp.connector import Connector, Entry, Trouble, WholeBatches
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts
from sync.erp.rounds import isolation, order
from sync.erp.rounds.restraint import Restraint, Withheld
from sync.jobs.ended import Ended
from sync.jobs.progress import Progress

log = logging.getLogger(__name__)


class PushRun:
    """Pushes one consumer's batches through a connector; one round at a time."""

    def __init__(
        self,
        store: Store,
        offers: Offers,
        receipts: Receipts,
        connector: Connector,
        restraint: Restraint,
    ) -> None:
        self._store = store
        self._offers = offers
        self._receipts = receipts
        self._connector = connector
        self.restraint = restraint
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._asked = threading.Event()
        self.progress = Progress(store.clock)
        self.consumer = Consumer(connector.name, takes=connector.takes)
        self._appear()

    def round(self) -> Problem | None:
        """Push until nothing is left; what ended it early, or None."""
        return self.turn().problem

    def turn(self) -> Ended:
        """Push until nothing is left.

        Returns at once when another round is under way. One that somebody paused, whose ERP is
        closed, or whose line rests (unless somebody asked for this round) is held.
        """
        if not self._turn.acquire(blocking=False):
            return Ended(held=True)
        try:
            is_asked = self._asked.is_set()
            self._asked.clear()
            problem = self._carried_out(is_asked=is_asked)
            return Ended(self.progress.end(), problem)
        except Withheld as withheld:
            return Ended(self.progress.end(), withheld.problem, held=True)
        finally:
            self.progress.end()
            self._turn.release()

    def ask(self) -> None:
        """Somebody wants the next round to try, even if the line is to rest."""
        self._asked.set()

    def stop(self) -> None:
        """End the round under way after the entry it is at; no further one begins."""
        self._stopping.set()

    def _carried_out(self, *, is_asked: bool) -> Problem | None:
        before = self.restraint.circuit()
        try:
            self.progress.begin(self._waiting())
            has_reached = self._push_all(is_asked=is_asked)
        except Withheld:
            raise
        except Trouble as trouble:
            self._failed(trouble.problem, trouble.retry_after_s)
            return trouble.problem
        except Problem as refused:
            if refused.code.startswith("consumer_"):
                raise Withheld(refused) from refused
            self._note(refused)
            return refused
        except Exception as error:
            self._failed(Problem("erp_fault", reason=type(error).__name__))
            raise
        self._note(None, (lambda tx: self.restraint.reached(tx, before)) if has_reached else None)
        return None

    def _appear(self) -> None:
        """Stand on the console from the start, to be paused before the first round if need be."""
        try:
            self._store.write(lambda tx: consumers.claim(tx, self.consumer))
        except Problem as problem:
            if problem.code != "consumer_taken":
                raise
            # A gateway that cannot push still captures, so this stops no start.
            log.error("%s", problem)  # noqa: TRY400 (the sentence says it all)

    def _waiting(self) -> int:
        with self._store.read() as rows:
            row = consumers.find(rows, self.consumer)
            fresh = consumers.waiting(rows, self.consumer, row["cursor_seq"])[0] if row else 0
            return fresh + consumers.held(rows, self.consumer.name).get("deferred", 0)

    def _push_all(self, *, is_asked: bool) -> bool:
        """Push batch after batch; whether the ERP was asked anything at all."""
        is_tried = self.restraint.circuit().state(self._store.clock.now_ms()) != "closed"
        has_reached = is_tried
        while not self._stopping.is_set():
            self.restraint.check(is_asked=is_asked)
            if is_tried:
                self._connector.probe()
            batch = self._offers.next(self.consumer)
            if batch is None:
                self._connector.tidy()
                break
            if isinstance(self._connector, WholeBatches):
                self._push_whole(self._connector, batch)
            else:
                self._push(batch, is_tried=is_tried)
            is_tried, has_reached = False, True
        return has_reached

    def _push(self, batch: Batch, *, is_tried: bool) -> None:
        with self._store.read() as rows:
            waiting = spans.unanswered(rows, ids.to_bytes(batch.id))
            links = _links(rows, self.consumer.name, batch)
            lacking = order.missing(rows, self.consumer.name)
            proven = _faulty(rows, self.consumer.name) & waiting
            entries = [
                replace(entry, before=self._offers.before(rows, self.consumer, entry))
                for entry in erp.read(batch.body, links)
                if entry.seq in waiting
            ]
        ready = self._ready(batch, entries, lacking, waiting)
        pushed = isolation.pushed
        if is_tried or proven:
            pushed = partial(isolation.pushed_singly, proven=proven)
        pace = self.restraint.pace
        for part in pace.portions(ready):
            self.progress.step()  # the wait is meant
            if self._stopping.wait(pace.pause_s()):
                return
            pace.took(len(part))
            for receipt in pushed(self._connector, part):
                waiting.discard(receipt.seq)
                self._record(batch, receipt)
                if self._stopping.is_set():
                    return
        for seq in sorted(waiting):
            problem = Problem("erp_fault", reason="the connector gave no answer")
            self._record(batch, Receipt(seq, "deferred", problem))

    def _push_whole(self, connector: WholeBatches, batch: Batch) -> None:
        """Problem erp_answers_awaited while some of the batch has no answer."""
        receipts = connector.push_whole(erp.read(batch.body, {}))
        device = self.consumer.device
        state = self._receipts.record(device, batch.id, batch.sha256, receipts)
        for receipt in receipts:
            self.progress.answered(receipt.status)
        if state.remaining:
            raise Problem("erp_answers_awaited", count=state.remaining)

    def _ready(
        self, batch: Batch, entries: Sequence[Entry], lacking: Mapping[str, str], waiting: set[int]
    ) -> list[Entry]:
        """What may go now; what names a record the ERP lacks is put off until it has it."""
        there = {entry.subject for entry in entries}
        absent = {subject: kind for subject, kind in lacking.items() if subject not in there}
        ready = []
        for entry in entries:
            if subject := order.awaited(entry, absent):
                problem = Problem("erp_waits", kind=absent[subject], subject=subject)
                waiting.discard(entry.seq)
                self._record(batch, Receipt(entry.seq, "deferred", problem, waits_for=subject))
            else:
                ready.append(entry)
        return ready

    def _record(self, batch: Batch, receipt: Receipt) -> None:
        self._receipts.record(self.consumer.device, batch.id, batch.sha256, [receipt])
        self.progress.answered(receipt.status)

    def _failed(self, problem: Problem, retry_after_s: int = 0) -> None:
        self._note(problem, lambda tx: self.restraint.failed(tx, retry_after_s))

    def _note(self, problem: Problem | None, line: Callable[[Tx], None] | None = None) -> None:
        """Remember how the round ended, and what that says of the line."""
        if problem is not None:
            log.warning("pushing to %s stopped: %s", self._connector.name, problem)

        def apply(tx: Tx) -> None:
            consumers.contact(tx, self.consumer.name, problem)
            if line is not None:
                line(tx)

        self._store.write(apply)


def _faulty(rows: Rows, consumer: str) -> set[int]:
    """Entries that the connector failed at before."""
    found = rows.tuples(
        "SELECT seq FROM erp_outstanding WHERE consumer = ? AND faults > 0", (consumer,)
    )
    return {seq for (seq,) in found}


def _links(rows: Rows, consumer: str, batch: Batch) -> Mapping[str, Mapping[str, str]]:
    """By record, what it and its elements are called at the ERP."""
    found = rows.all(
        "SELECT DISTINCT l.subject, l.element, l.ref FROM erp_receipts r JOIN erp_links l"
        " ON l.subject = r.subject WHERE r.batch = ? AND l.consumer = ? AND l.ref <> ''",
        (ids.to_bytes(batch.id), consumer),
    )
    links: dict[str, dict[str, str]] = {}
    for row in found:
        links.setdefault(row["subject"], {})[row["element"]] = row["ref"]
    return links

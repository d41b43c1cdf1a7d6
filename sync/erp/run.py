"""One round of pushing: take a batch, hand it to the connector, record its receipts, again.

A round ends when nothing is left, when the line to the ERP fails, or when the gateway stops. What
the ERP did and we have no receipt for is looked up by the connector in the next round. A line that
fails again and again is left alone for a while (``rounds.circuit``), and an ERP that is closed.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import partial

from gateway.kernel import ids
from gateway.kernel.clock import to_iso
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
from sync.erp.rounds import isolation, keeping, order, pace
from sync.erp.rounds.circuit import Circuit
from sync.erp.rounds.rules import Rules
from sync.jobs.ended import Ended
from sync.jobs.progress import Progress

log = logging.getLogger(__name__)


class PushRun:
    """Pushes one consumer's batches through a connector; one round at a time."""

    def __init__(
        self, store: Store, offers: Offers, receipts: Receipts, connector: Connector, rules: Rules
    ) -> None:
        self._store = store
        self._offers = offers
        self._receipts = receipts
        self._connector = connector
        self._rules = rules
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

        Returns at once when another round is under way, somebody paused the consumer, the ERP is
        closed, or its line rests (unless somebody asked for this round).
        """
        if not self._turn.acquire(blocking=False):
            return Ended(held=True)
        try:
            reason = self._held_by(is_asked=self._asked.is_set())
            self._asked.clear()
            if reason is not None:
                return Ended(problem=reason, held=True)
            problem = self._carried_out()
            is_held = problem is not None and problem.code.startswith("consumer_")
            return Ended(self.progress.end(), problem, held=is_held)
        finally:
            self.progress.end()
            self._turn.release()

    def ask(self) -> None:
        """Somebody wants the next round to try, even if the line is to rest."""
        self._asked.set()

    def stop(self) -> None:
        """End the round under way after the entry it is at; no further one begins."""
        self._stopping.set()

    def circuit(self) -> Circuit:
        """How the line to the ERP stands."""
        with self._store.read() as rows:
            return keeping.circuit(rows, self.consumer.name)

    def closed_until(self) -> int | None:
        """When an ERP that is closed now opens again (Unix ms)."""
        return self._rules.closed_until(self.consumer.name, self._store.clock.now_ms())

    def _held_by(self, *, is_asked: bool) -> Problem | None:
        now_ms = self._store.clock.now_ms()
        if (opens := self.closed_until()) is not None:
            return Problem("erp_closed", consumer=self.consumer.name, until=to_iso(opens))
        circuit = self.circuit()
        if circuit.state(now_ms) == "open" and not is_asked:
            until = to_iso(circuit.until)
            return Problem("erp_resting", consumer=self.consumer.name, until=until)
        return None

    def _carried_out(self) -> Problem | None:
        try:
            self.progress.begin(self._waiting())
            self._push_all()
        except Trouble as trouble:
            self._failed(trouble.problem, trouble.retry_after_s)
            return trouble.problem
        except Problem as refused:
            if not refused.code.startswith("consumer_"):
                self._note(refused)
            return refused
        except Exception as error:
            self._failed(Problem("erp_fault", reason=type(error).__name__))
            raise
        self._note(None, Circuit())
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

    def _push_all(self) -> None:
        is_tried = self.circuit().state(self._store.clock.now_ms()) != "closed"
        if is_tried:
            self._connector.probe()
        while not self._stopping.is_set():
            batch = self._offers.next(self.consumer)
            if batch is None:
                self._connector.tidy()
                break
            if isinstance(self._connector, WholeBatches):
                self._push_whole(self._connector, batch)
            else:
                self._push(batch, is_tried=is_tried)
            is_tried = False

    def _push(self, batch: Batch, *, is_tried: bool) -> None:
        with self._store.read() as rows:
            waiting = spans.unanswered(rows, ids.to_bytes(batch.id))
            links = _links(rows, self.consumer.name, batch)
            lacking = order.missing(rows, self.consumer.name)
            proven = _faulty(rows, self.consumer.name) & waiting
        entries = [entry for entry in erp.read(batch.body, links) if entry.seq in waiting]
        ready = self._ready(batch, entries, lacking, waiting)
        pushed = isolation.pushed
        if is_tried or proven:
            pushed = partial(isolation.pushed_singly, proven=proven)
        per_minute = self._rules.per_minute.get(self.consumer.name, 0)
        for part, pause_s in pace.slices(ready, per_minute):
            for receipt in pushed(self._connector, part):
                waiting.discard(receipt.seq)
                self._record(batch, receipt)
                if self._stopping.is_set():
                    return
            self.progress.step()
            if pause_s and self._stopping.wait(pause_s):
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
        now_ms, pause_ms_max = self._store.clock.now_ms(), self._rules.pause_ms_max
        failed = self.circuit().failed(now_ms, ids.jitter(), pause_ms_max, retry_after_s)
        self._note(problem, failed)

    def _note(self, problem: Problem | None, circuit: Circuit | None = None) -> None:
        if problem is not None:
            log.warning("pushing to %s stopped: %s", self._connector.name, problem)

        def apply(tx: Tx) -> None:
            consumers.contact(tx, self.consumer.name, problem)
            if circuit is not None:
                keeping.keep(tx, self.consumer.name, circuit)

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

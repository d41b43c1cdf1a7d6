"""One round of pushing: take a batch, hand it to the connector, record its receipts, again.

A round ends when nothing is left, when the line to the ERP fails, or when the gateway stops. What
the ERP did and we have no receipt for is looked up by the connector in the next round.
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp import connector as erp
from sync.erp import consumers
from sync.erp.batch import Batch
from sync.erp.connector import Connector, Entry, Trouble
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts

log = logging.getLogger(__name__)


class PushRun:
    """Pushes one consumer's batches through a connector; one round at a time."""

    def __init__(
        self, store: Store, offers: Offers, receipts: Receipts, connector: Connector
    ) -> None:
        self._store = store
        self._offers = offers
        self._receipts = receipts
        self._connector = connector
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self.consumer = Consumer(connector.name, takes=connector.takes)
        self._appear()

    def round(self) -> Problem | None:
        """Push until nothing is left; what ended it early, or None.

        Returns at once when another round is under way or somebody paused the consumer.
        """
        if not self._turn.acquire(blocking=False):
            return None
        try:
            problem = self._push_all()
        except Problem as refused:
            problem = refused
        except Exception as error:
            self._note(Problem("erp_fault", reason=type(error).__name__))
            raise
        finally:
            self._turn.release()
        if problem is None or not problem.code.startswith("consumer_"):
            self._note(problem)
        return problem

    def stop(self) -> None:
        """End the round under way after the entry it is at; no further one begins."""
        self._stopping.set()

    def _appear(self) -> None:
        """Stand on the console from the start, to be paused before the first round if need be."""
        try:
            self._store.write(lambda tx: consumers.claim(tx, self.consumer))
        except Problem as problem:
            if problem.code != "consumer_taken":
                raise
            # A gateway that cannot push still captures, so this stops no start.
            log.error("%s", problem)  # noqa: TRY400 (the sentence says it all)

    def _push_all(self) -> Problem | None:
        try:
            while not self._stopping.is_set():
                batch = self._offers.next(self.consumer)
                if batch is None:
                    self._connector.tidy()
                    break
                self._push(batch)
        except Trouble as trouble:
            return trouble.problem
        return None

    def _push(self, batch: Batch) -> None:
        with self._store.read() as rows:
            waiting = _unanswered(rows, batch)
            links = _links(rows, self.consumer.name, batch)
        entries = [entry for entry in erp.read(batch.body, links) if entry.seq in waiting]
        for receipt in self._receipts_of(entries):
            waiting.discard(receipt.seq)
            self._record(batch, receipt)
            if self._stopping.is_set():
                return
        for seq in sorted(waiting):
            problem = Problem("erp_fault", reason="the connector gave no answer")
            self._record(batch, Receipt(seq, "deferred", problem))

    def _record(self, batch: Batch, receipt: Receipt) -> None:
        self._receipts.record(self.consumer.device, batch.id, batch.sha256, [receipt])

    def _receipts_of(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """What the connector says; where it fails at an entry, the others are pushed without it."""
        answered = set()
        try:
            for receipt in self._connector.push(entries):
                answered.add(receipt.seq)
                yield receipt
        except Trouble:
            raise
        except Exception as error:
            log.exception("the connector %s failed within a batch", self._connector.name)
            rest = [entry for entry in entries if entry.seq not in answered]
            if len(entries) > 1:
                for entry in rest:
                    yield from self._receipts_of([entry])
                return
            problem = Problem("erp_fault", reason=type(error).__name__)
            yield from (Receipt(entry.seq, "deferred", problem) for entry in rest)

    def _note(self, problem: Problem | None) -> None:
        if problem is not None:
            log.warning("pushing to %s stopped: %s", self._connector.name, problem)
        self._store.write(lambda tx: consumers.contact(tx, self.consumer.name, problem))


def _unanswered(rows: Rows, batch: Batch) -> set[int]:
    found = rows.tuples(
        "SELECT seq FROM erp_receipts WHERE batch = ? AND status IS NULL", (ids.to_bytes(batch.id),)
    )
    return {seq for (seq,) in found}


def _links(rows: Rows, consumer: str, batch: Batch) -> Mapping[str, Mapping[str, str]]:
    """By record, what it and its elements are called at the ERP."""
    found = rows.all(
        "SELECT DISTINCT l.subject, l.element, l.ref FROM erp_receipts r JOIN erp_links l"
        " ON l.subject = r.subject WHERE r.batch = ? AND l.consumer = ?",
        (ids.to_bytes(batch.id), consumer),
    )
    links: dict[str, dict[str, str]] = {}
    for row in found:
        links.setdefault(row["subject"], {})[row["element"]] = row["ref"]
    return links

"""Publishing the journal to a stream: a consumer like any other, with a cursor of its own.

A batch is published at full length without waiting in between; the cursor moves when every one of
its messages is acknowledged, which the stream does when most of its nodes have it on disk. What is
published again has the same name, so the stream drops it within its window, and whoever lands it
drops it ever after.
"""

import asyncio
import logging
import threading
from collections.abc import Sequence

import msgspec
from nats.js.errors import APIError

from config.schema import FleetSettings
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp import batch as batches
from sync.erp import consumers
from sync.erp.batch import Batch, Caps, Item, Snapshot
from sync.erp.book import Book
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts
from sync.fleet import line
from sync.fleet.line import Address, Line
from sync.jobs.ended import Ended

NAME = "fleet"
BATCH_BYTES_MAX = 16_777_216
HEADERS_BYTES = 1024  # kept free of a message's largest length
ATTEMPTS = 6  # a new leader is there after some seconds

log = logging.getLogger(__name__)


class _Told(msgspec.Struct, gc=False):
    seq: int
    id: str
    type: str


_told = msgspec.json.Decoder(_Told)


class Publisher:
    """Publishes one gateway's journal; ``gateway`` is its name among the others."""

    def __init__(self, store: Store, book: Book, settings: FleetSettings, gateway: str) -> None:
        self._store = store
        self._settings = settings
        self._gateway = gateway
        quiet = _Quiet(book)
        self._offers = Offers(store, quiet, Caps(settings.batch_entries_max, BATCH_BYTES_MAX))
        self._receipts = Receipts(store, quiet)
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._counts: dict[str, int] = {}
        self.consumer = Consumer(NAME)

    def round(self) -> Problem | None:
        """Publish until nothing is left; what ended it early, or None."""
        return self.turn().problem

    def turn(self) -> Ended:
        """Publish until nothing is left; returns at once while another round is under way."""
        if not self._turn.acquire(blocking=False):
            return Ended(held=True)
        try:
            self._counts = {"accepted": 0, "rejected": 0}
            problem = self._carried_out()
            is_held = problem is not None and problem.code.startswith("consumer_")
            return Ended(self._counts, problem, held=is_held)
        finally:
            self._turn.release()

    def stop(self) -> None:
        """End the round under way after its batch; no further one begins."""
        self._stopping.set()

    def _carried_out(self) -> Problem | None:
        try:
            if (first := self._offers.next(self.consumer)) is not None:
                asyncio.run(self._publish_all(first))
        except Problem as refused:
            if not refused.code.startswith("consumer_"):
                log.warning("publishing to the fleet stopped: %s", refused)
                self._note(refused)
            return refused
        return None

    async def _publish_all(self, first: Batch) -> None:
        told = self._settings
        address = Address(told.servers, told.authority, told.credentials, told.nkey)
        async with line.opened(address, f"waystation-{self._gateway}", told.timeout_s) as client:
            batch: Batch | None = first
            while batch is not None and not self._stopping.is_set():
                refused = await self._delivered(client, batch)
                self._receipts.record("", batch.id, batch.sha256, refused, rest="accepted")
                self._counts["rejected"] += len(refused)
                self._counts["accepted"] += len(batches.entries(batch.body)) - len(refused)
                batch = self._offers.next(self.consumer)

    async def _delivered(self, client: Line, batch: Batch) -> Sequence[Receipt]:
        """Publish a batch until all of it is acknowledged; receipts of what is too large for it."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._published(client, batch)
            except line.FAILURES as error:
                failed = client.problem(error)
                if attempt == ATTEMPTS or self._stopping.is_set() or _is_final(error, failed):
                    raise failed from error
                log.info("a batch is published again: %s", failed)
                await asyncio.to_thread(self._stopping.wait, 1)
        raise AssertionError("the last attempt returns or raises")

    async def _published(self, client: Line, batch: Batch) -> Sequence[Receipt]:
        stream, refused, waiting = client.jetstream(), [], []
        largest = client.max_payload - HEADERS_BYTES
        for raw in batches.entries(batch.body):
            entry = _told.decode(raw)
            payload = bytes(raw)
            if len(payload) > largest:
                problem = Problem("fleet_too_large", bytes=len(payload), most=largest)
                refused.append(Receipt(entry.seq, "rejected", problem))
                continue
            waiting.append(
                stream.publish(
                    f"waystation.{self._gateway}.{entry.type}",
                    payload,
                    timeout=self._settings.timeout_s,
                    stream=self._settings.stream,
                    headers={"Nats-Msg-Id": f"{self._store.epoch}.{entry.id}"},
                )
            )
        done = await asyncio.gather(*waiting, return_exceptions=True)
        for failed in done:
            if isinstance(failed, BaseException):
                raise failed
        return refused

    def _note(self, problem: Problem) -> None:
        self._store.write(lambda tx: consumers.contact(tx, NAME, problem))


def _is_final(error: Exception, failed: Problem) -> bool:
    """Whether asking again is of no use: somebody said no, rather than nothing."""
    return type(error) is APIError or not failed.retryable


class _Quiet:
    """Records as the ERP sees them, whose stages stay as they are: a stream is no ERP's word."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.knows = book.knows
        self.title = book.title
        self.hushed = book.hushed

    def snapshot(self, rows: Rows, kind: str, subject: str, seq: int) -> Snapshot | None:
        """The record as it was after journal entry ``seq``."""
        return self._book.snapshot(rows, kind, subject, seq)

    def mark(self, tx: Tx, item: Item, stage: str, problem: Problem | None = None) -> None:
        """Nothing is shown."""

"""From the stream into the database: fetch, keep in one transaction, acknowledge.

Killed anywhere in between it is handed the same messages again, and keeps none twice. Several may
work side by side: the stream gives each message to one of them at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from gateway.kernel.problems import Problem
from sync.fleet import landing, line
from sync.fleet.landing import Message
from sync.fleet.line import Address

SUBJECTS = "waystation.>"
OPEN_S = 10
PAUSE_S = 1.0
WINDOW_S = 600
KEPT_S = 30 * 86_400

log = logging.getLogger(__name__)
Database = Callable[[], "psycopg.Connection[tuple[object, ...]]"]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be landed. ``replicas`` above 0: make the stream where it is missing.

    ``once``: end when nothing has come for ``wait_s``. What a lander that died was handed comes to
    another one after ``ack_wait_s``, which counts for a place in the stream from its making on.
    """

    stream: str = "WAYSTATION"
    durable: str = "head-office"
    batch: int = 500
    replicas: int = 0
    wait_s: float = 5
    once: bool = False
    ack_wait_s: int = 30


class Lander:
    """Lands messages until told to stop. ``connect`` opens the database."""

    def __init__(self, address: Address, connect: Database, work: Work) -> None:
        self._address = address
        self._connect = connect
        self._work = work
        self._database: psycopg.Connection[tuple[object, ...]] | None = None
        self._stopping = asyncio.Event()
        self.landed = 0

    async def run(self) -> None:
        """Problem fleet_key when the servers do not know us, or any other with ``once``.

        Everything else is waited out: servers that are away, a stream without a leader, a database
        that refuses.
        """
        try:
            while not self._stopping.is_set():
                try:
                    await self._carried_out()
                except Problem as problem:
                    if self._work.once or not problem.retryable:
                        raise
                    log.warning("%s", problem)
                    await self._pause()
                else:
                    return
        finally:
            self._hang_up()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopping.set()

    async def _carried_out(self) -> None:
        async with line.opened(self._address, "waystation-lander", OPEN_S) as client:
            try:
                source = await self._source(client)
            except line.FAILURES as error:
                raise line.problem(error) from error
            while not self._stopping.is_set():
                try:
                    messages = await self._fetched(source)
                except TimeoutError:
                    if self._work.once:
                        return
                except line.FAILURES as error:
                    # Anew from the beginning: where it is waited for may be another node by now.
                    raise line.problem(error) from error
                else:
                    await self._keep(client, messages)

    async def _fetched(self, source: JetStreamContext.PullSubscription) -> Sequence[Msg]:
        """The next messages, none when it is told to stop; TimeoutError when none come."""
        fetching = asyncio.ensure_future(source.fetch(self._work.batch, timeout=self._work.wait_s))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if fetching.done():
            stopping.cancel()
            return fetching.result()
        fetching.cancel()
        with suppress(asyncio.CancelledError, *line.FAILURES):
            await fetching
        return []

    async def _source(self, client: Client) -> JetStreamContext.PullSubscription:
        streams = client.jetstream(timeout=5)
        try:
            await streams.stream_info(self._work.stream)
        except NotFoundError as error:
            if not self._work.replicas:
                raise Problem("fleet_stream") from error
            await streams.add_stream(_stream(self._work))
        return await streams.pull_subscribe(
            SUBJECTS,
            durable=self._work.durable,
            stream=self._work.stream,
            config=ConsumerConfig(
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=self._work.ack_wait_s,
                max_ack_pending=max(1000, 4 * self._work.batch),
            ),
        )

    async def _keep(self, client: Client, messages: Sequence[Msg]) -> None:
        if not messages:
            return
        found = [Message(one.subject, one.metadata.sequence.stream, one.data) for one in messages]
        try:
            self.landed += await asyncio.to_thread(self._land, found)
        except psycopg.Error as error:
            # Never the text of the error: it may quote what was to be kept.
            log.warning("the database refused (%s); tried again", type(error).__name__)
            self._hang_up()
            for message in messages:
                await message.nak(delay=PAUSE_S)
            await self._pause()
            return
        for message in messages:
            await message.ack()
        try:
            await client.flush()
        except line.FAILURES as error:
            log.warning("%s", line.problem(error))  # they come again, and are known

    def _land(self, messages: Sequence[Message]) -> int:
        if self._database is None or self._database.closed:
            self._database = self._connect()
            landing.prepare(self._database)
        return landing.land(self._database, self._work.stream, messages)

    def _hang_up(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), PAUSE_S)
        except TimeoutError:
            return


def _stream(work: Work) -> StreamConfig:
    """A stream that refuses rather than forgets when it is full."""
    return StreamConfig(
        name=work.stream,
        subjects=[SUBJECTS],
        num_replicas=work.replicas,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=KEPT_S,
        duplicate_window=WINDOW_S,
    )

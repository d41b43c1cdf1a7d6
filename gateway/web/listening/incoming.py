"""Request bodies: what comes too slowly or breaks off is refused, and uses nothing up."""

import asyncio
import io
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar

from granian.rsgi import ProtocolClosed, ProtocolError

from gateway.kernel.problems import Problem
from gateway.web.door import errors
from gateway.web.listening import connections

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

STOP_WAIT_S = 1
CUT_S = 1.0
T = TypeVar("T")


def refuse(
    protocol: "HTTPProtocol", problem: Problem, language: str, *more: tuple[str, str]
) -> int:
    """Answer with a problem, unless an answer has begun; the status."""
    status, headers, answer = errors.rendered(problem, language)
    protocol.response_bytes(status, [*headers.items(), *more], answer)
    return status


class Patience:
    """How long a loop waits for a body, or for the next piece of one: ``wait_s`` seconds."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wait_s: float, language: str) -> None:
        self._loop = loop
        self.wait_s = wait_s
        self._language = language
        self._waiting: dict[HTTPProtocol, tuple[str, asyncio.TimerHandle]] = {}
        self._late: set[HTTPProtocol] = set()

    async def wait(self, scope: "Scope", protocol: "HTTPProtocol", awaited: Awaitable[T]) -> T:
        """What is awaited of a request; ProtocolClosed after a refusal, problem body_late.

        The answer is given here, since the server's coroutines cannot be cancelled.
        """
        self._begin(protocol, scope.client)
        try:
            return await awaited
        finally:
            self._waiting.pop(protocol)[1].cancel()

    def hurry(self) -> None:
        """The gateway ends: no body is waited for any longer than a moment."""
        self.wait_s = min(self.wait_s, STOP_WAIT_S)
        for protocol, (client, timer) in list(self._waiting.items()):
            timer.cancel()
            self._begin(protocol, client)

    def _begin(self, protocol: "HTTPProtocol", client: str) -> None:
        timer = self._loop.call_later(self.wait_s, self._refuse, protocol)
        self._waiting[protocol] = client, timer

    def _refuse(self, protocol: "HTTPProtocol") -> None:
        problem = Problem("body_late", wait_s=self.wait_s)
        refuse(protocol, problem, self._language, ("connection", "close"))
        # The server goes on waiting for the body. All who are late at a time take one look-up.
        if not self._late:
            self._loop.call_later(CUT_S, self._cut)
        self._late.add(protocol)

    def _cut(self) -> None:
        connections.cut({self._waiting[late][0] for late in self._late if late in self._waiting})
        self._late.clear()


class Room:
    """How many ``bytes`` of bodies are in memory before threads read them."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.bytes = 0


class Body(io.RawIOBase):
    """A request body that comes in piece by piece, read by a thread.

    Problem request_malformed when it breaks off: half a file must not pass for a whole one. Of what
    it holds, ``gathered`` bytes count in a room.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        scope: "Scope",
        protocol: "HTTPProtocol",
        patience: Patience,
    ) -> None:
        self._loop = loop
        self._scope = scope
        self._protocol = protocol
        self._patience = patience
        self._pieces = aiter(protocol)
        self._rest = memoryview(b"")
        self._ended = False
        self.gathered = 0

    async def gather(self, bytes_max: int, room: Room) -> None:
        """Take what comes, up to the end or so many bytes, before a thread reads.

        ProtocolClosed when it breaks off, problem store_busy when there is no room for it.
        """
        gathered = bytearray()
        while len(gathered) < bytes_max and (piece := await self._piece()):
            self.gathered += len(piece)
            room.bytes += len(piece)
            if room.bytes > room.bytes_max:
                raise Problem("store_busy")
            gathered += piece
        self._rest = memoryview(gathered)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._rest:
            self._rest = memoryview(self._next())
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _next(self) -> bytes:
        if self._ended:
            return b""
        waiting = self._patience.wait(self._scope, self._protocol, self._piece())
        try:
            return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()
        except (ProtocolClosed, ProtocolError) as error:
            raise Problem("request_malformed") from error

    async def _piece(self) -> bytes:
        # The server gives an empty piece at the end, and two where a body broke off (or had
        # trailers, which nobody sends). Not ``anext(pieces, b"")``: its wrapper and the server's
        # awaitable crash the interpreter.
        for _ in range(2):
            try:
                piece: bytes = await anext(self._pieces)
            except StopAsyncIteration:
                self._ended = True
                return b""
            if piece:
                return piece
        raise ProtocolClosed

"""Work for the writer, and the two ways to wait for its answer: a thread, or an event loop."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from gateway.kernel.problems import Problem
from gateway.store.transaction import Tx

ANSWER_S = 120.0

Handler = Callable[[Tx, list[Any]], list[Any]]


class Job:
    """One piece of submitted work, and its ``result`` or ``error``."""

    __slots__ = ("error", "handler", "items", "result")

    def __init__(self, handler: Handler, items: list[Any]) -> None:
        self.handler = handler
        self.items = items
        self.result: list[Any] = []
        self.error: BaseException | None = None

    def done(self) -> None:
        """Called by the writer once the answer is final, and durable if it is a result."""


class Call(Job):
    """A job whose answer a thread waits for."""

    __slots__ = ("_answered",)

    def __init__(self, handler: Handler, items: list[Any]) -> None:
        super().__init__(handler, items)
        self._answered = threading.Lock()
        self._answered.acquire()

    def done(self) -> None:
        """Let the thread go on."""
        self._answered.release()

    def answer(self) -> list[Any]:
        """Wait for the durable result; raises what the work raised, or the storage's problem."""
        if not self._answered.acquire(timeout=ANSWER_S):
            raise Problem("store_busy")
        if self.error is not None:
            raise self.error
        return self.result


class Promise(Job):
    """A job whose answer an event loop awaits: as ``future``, by way of a mailbox."""

    __slots__ = ("_mailbox", "future", "given_s")

    def __init__(self, handler: Handler, items: list[Any], mailbox: "Mailbox") -> None:
        super().__init__(handler, items)
        self._mailbox = mailbox
        self.future, self.given_s = mailbox.open(self)

    def done(self) -> None:
        """Put the answer into the mailbox."""
        self._mailbox.bring(self)

    def settle(self) -> None:
        """Resolve the future; in the loop."""
        if self.future.done():
            return
        if isinstance(self.error, StopIteration):  # no future takes one
            self.future.set_exception(RuntimeError("work ended with StopIteration"))
        elif self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Mailbox:
    """Carries answers from the writer into an event loop, all of a group with one wake-up.

    To wake a thread costs more than a small event's whole way to the disk, and a thread that waits
    for each request has to be woken for each. A loop is woken once for everybody who shared an
    fsync.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: dict[Promise, None] = {}
        self._brought: deque[Promise] = deque()
        self._called = False
        self._watching = False

    def open(self, promise: Promise) -> tuple["asyncio.Future[list[Any]]", float]:
        """A future for a promise, and the loop's time; in the loop."""
        self._open[promise] = None
        if not self._watching:
            self._watching = True
            self._loop.call_later(ANSWER_S, self._watch)
        return self._loop.create_future(), self._loop.time()

    def forget(self, promise: Promise) -> None:
        """A promise that the writer never got; in the loop."""
        self._open.pop(promise, None)

    def bring(self, promise: Promise) -> None:
        """Take an answer from the writer, whose thread this is."""
        self._brought.append(promise)
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First the flag, then the letters: one that comes in between is taken now or called for.
        self._called = False
        while self._brought:
            promise = self._brought.popleft()
            self._open.pop(promise, None)
            promise.settle()

    def _watch(self) -> None:
        """Give up those who have waited too long; the writer may still store what they sent."""
        late = self._loop.time() - ANSWER_S
        for promise in [one for one in self._open if one.given_s <= late]:
            promise.error = Problem("store_busy")
            self._open.pop(promise)
            promise.settle()
        self._watching = bool(self._open)
        if self._watching:
            self._loop.call_later(ANSWER_S, self._watch)

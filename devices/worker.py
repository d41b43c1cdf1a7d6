"""One confirmed device at work: its thread, from one connection to the next."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from devices.backoff import Backoff
from devices.commands import Order, Result
from devices.delivery import Delivered, Delivery, Receiver
from devices.driver import Candidate, Driver, LineError, LineLost, LineRefused, State
from devices.intake import Intake
from devices.keeper import Keeper
from devices.notes import Forgotten, Notes
from devices.standing import Standing
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

RETRY_S = (0.1, 0.5, 2.0)
STOP_S = 5.0
STEADY_MS = 30_000  # a connection that lasted so long was a good one


class Worker(Keeper):
    """Runs one driver in one thread, one connection after the other.

    The supervisor says where the device is (``found``), starts the thread, and starts it again
    should it ever die. ``retry_s`` are the pauses before an arrival is given up, ``notes`` what the
    driver keeps in mind (until the gateway ends, where none are given).
    """

    def __init__(
        self,
        driver: Driver,
        intake: Intake,
        standing: Standing,
        backoff: Backoff,
        retry_s: tuple[float, ...] = RETRY_S,
        notes: Notes | None = None,
    ) -> None:
        super().__init__(intake, standing, retry_s, notes or Forgotten())
        self._driver = driver
        self._backoff = backoff
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._where: Candidate | None = None
        self._fresh = False  # it has appeared, moved, or is to be opened again

    # What the supervisor says.

    def ensure_running(self) -> None:
        """Start the thread; if it has died, count that and start another."""
        with self._changed:
            if self.ending.is_set() or (self._thread and self._thread.is_alive()):
                return
            self.standing.restarts += self._thread is not None
            self._thread = threading.Thread(target=self._run, name=self.intake.name, daemon=True)
            self._thread.start()

    def found(self, where: Candidate | None) -> None:
        """Where the device is now; None when it is nowhere to be seen."""
        with self._changed:
            before, self._where = self._where, where
            if where is None:
                self._changed.notify_all()
            elif before is None or before.target != where.target:
                self._reopen()

    def reconnect(self) -> None:
        """Close the connection and open it again."""
        with self._changed:
            self._reopen()

    def command(self, order: Order, timeout_s: float) -> Result:
        """Have the device do something, and wait for what comes of it."""
        if self.standing.state not in (State.ONLINE, State.DEGRADED):
            return Result("failed", "not_ready")
        if not self.orders.place(order):
            return Result("failed", "too_many_orders")
        return order.await_result(timeout_s)

    def deliver(self, delivery: Delivery) -> Sequence[Delivered]:
        """Keep what was sent to the device, in the caller's thread.

        Problem hook_unknown, hook_closed, hook_signature or hook_not_kept.
        """
        if not isinstance(self._driver, Receiver):
            raise Problem("hook_unknown")
        if self.ending.is_set() or self.standing.state not in (State.ONLINE, State.DEGRADED):
            raise Problem("hook_closed")
        return self._driver.receive(self, delivery)

    def stop(self) -> None:
        """Ask the thread to end; ``join`` waits for it."""
        with self._changed:
            self.ending.set()
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the thread has kept what it had read, for a few seconds at most."""
        if self._thread:
            self._thread.join(STOP_S)

    def _reopen(self) -> None:
        self._fresh = True
        self._backoff.reset()
        self._changed.notify_all()

    # What the driver sees, beside what it gets from the keeper.

    @property
    def address(self) -> str:
        """Where the device is now."""
        where = self._where
        return where.address if where else ""

    @property
    def stopping(self) -> bool:
        """Whether this connection has to end."""
        return self.ending.is_set() or self._fresh

    # The thread.

    def _run(self) -> None:
        try:
            while self._await_device():
                self._connect()
            self.announce(online=False, reason="stopped")
            if left := self._driver.backlog:
                log.error("%s: closed before %d readings could be kept", self.intake.name, left)
        except Exception:
            # The last line of a thread: the supervisor finds it dead, counts it, starts another.
            log.exception("%s: the thread died and will be started again", self.intake.name)
            self.standing.errors += 1
            self.standing.move(State.DEGRADED, "crashed")

    def _await_device(self) -> bool:
        """Wait until the device is somewhere; False when it is time to end."""
        with self._changed:
            if self._where is None:
                self.standing.move(State.OFFLINE, "unplugged")
            self._changed.wait_for(lambda: self._where is not None or self.ending.is_set())
            if self._fresh:
                self.standing.move(State.CONNECTING)
            self._fresh = False
            return not self.ending.is_set()

    def _connect(self) -> None:
        """One connection, from opening to losing it, and the pause behind it."""
        begun_ms, frames = self.monotonic_ms(), self.standing.frames
        with self._changed:
            # What is opened now: a link may have been pointed elsewhere since it was looked at, and
            # opening it once more for that would throw away what has come in meanwhile.
            self._where = _today(self._where)
        try:
            self._driver.run(self)
        except LineRefused as error:
            self._lose(State.DEGRADED, error)
        except LineLost as error:
            self._lose(State.OFFLINE, error)
        else:
            return  # as it was asked to: the end has come, or the device is elsewhere
        if self.standing.frames > frames or self.monotonic_ms() - begun_ms >= STEADY_MS:
            self._backoff.reset()
        with self._changed:
            if self.stopping or self._where is None:
                return
            pause_s = self._backoff.next_s()
            self.standing.pause(pause_s)
            self._changed.wait_for(lambda: self.stopping or self._where is None, pause_s)
        self.standing.pause(None)

    def _lose(self, state: State, error: LineError) -> None:
        self.announce(online=False, reason=error.reason)
        self.standing.move(state, error.reason)


def _today(where: Candidate | None) -> Candidate | None:
    """A candidate with what stands behind its address right now."""
    if where is None or not Path(where.address).is_symlink():
        return where
    return replace(where, target=str(Path(where.address).resolve()))

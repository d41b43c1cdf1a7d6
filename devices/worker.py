"""One confirmed device at work: its thread, and the context that its driver sees."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from devices.backoff import Backoff
from devices.driver import Arrival, Candidate, Driver, LineLost, LineRefused, State, Verdict
from devices.framing import Cut
from devices.intake import Intake
from devices.standing import Standing
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

RETRY_S = (0.1, 0.5, 2.0)
STOP_S = 5.0

T = TypeVar("T")


class Worker:
    """Runs one driver in one thread, one connection after the other.

    The supervisor says where the device is (``found``), starts the thread, and starts it again
    should it ever die. ``retry_s`` are the pauses before an arrival is given up.
    """

    def __init__(
        self,
        driver: Driver,
        intake: Intake,
        standing: Standing,
        backoff: Backoff,
        retry_s: tuple[float, ...] = RETRY_S,
    ) -> None:
        self._driver = driver
        self._backoff = backoff
        self._retry_s = retry_s
        self.intake = intake
        self.standing = standing
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._where: Candidate | None = None
        self._fresh = False  # it has appeared, moved, or is to be opened again
        self._ending = threading.Event()
        self._announced = False
        self._limit = ""
        self._refused = False  # by the storage, the last time it was asked

    # What the supervisor says.

    def ensure_running(self) -> None:
        """Start the thread; if it has died, count that and start another."""
        with self._changed:
            if self._ending.is_set() or (self._thread and self._thread.is_alive()):
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

    def stop(self) -> None:
        """Ask the thread to end; ``join`` waits for it."""
        with self._changed:
            self._ending.set()
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until the thread has kept what it had read, for a few seconds at most."""
        if self._thread:
            self._thread.join(STOP_S)

    def _reopen(self) -> None:
        self._fresh = True
        self._backoff.reset()
        self._changed.notify_all()

    # What the driver sees.

    @property
    def address(self) -> str:
        """Where the device is now."""
        where = self._where
        return where.address if where else ""

    @property
    def stopping(self) -> bool:
        """Whether this connection has to end."""
        return self._ending.is_set() or self._fresh

    def monotonic_ms(self) -> int:
        """Now, on a clock that nobody sets."""
        return self.intake.monotonic_ms()

    def online(self) -> None:
        """The connection stands."""
        self.degraded("")
        self._announce(online=True)

    def degraded(self, reason: str) -> None:
        """The connection stands, with a limit; an empty reason lifts it."""
        self._limit = reason
        self._show_limits()

    def arrived(self, cut: Cut) -> Arrival:
        """Stamp what has just been read."""
        arrival = self.intake.arrived(cut)
        self.standing.arrived(arrival)
        return arrival

    def emit(self, arrival: Arrival) -> Verdict:
        """Keep an arrival; after the last retry it is handed back."""
        judged = self.intake.judge(arrival)
        verdict = self._persist(lambda: self.intake.keep(judged))
        if verdict is None:
            verdict = Verdict("lost", kept=False, again=True)
        self.standing.judged(arrival, verdict)
        return verdict

    # The thread.

    def _run(self) -> None:
        try:
            while self._await_device():
                self._connect()
            self._announce(online=False, reason="stopped")
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
            self._changed.wait_for(lambda: self._where is not None or self._ending.is_set())
            if self._fresh:
                self.standing.move(State.CONNECTING)
            self._fresh = False
            return not self._ending.is_set()

    def _connect(self) -> None:
        """One connection, from opening to losing it, and the pause behind it."""
        try:
            self._driver.run(self)
        except LineRefused as error:
            self._announce(online=False, reason=error.reason)
            self.standing.move(State.DEGRADED, error.reason)
        except LineLost as error:
            self._announce(online=False, reason=error.reason)
            self.standing.move(State.OFFLINE, error.reason)
        else:
            return  # as it was asked to: the end has come, or the device is elsewhere
        with self._changed:
            self._changed.wait_for(
                lambda: self.stopping or self._where is None, self._backoff.next_s()
            )

    def _announce(self, *, online: bool, reason: str = "") -> None:
        """Say in the journal that the device came or went; only changes are told."""
        if online == self._announced:
            return
        self._announced = online
        name = "device.online" if online else "device.offline"
        self._persist(lambda: self.intake.report(name, {"reason": reason} if reason else {}))

    def _persist(self, keep: Callable[[], T]) -> T | None:
        """Store with retries; None when the storage kept refusing."""
        for pause_s in (*self._retry_s, None):
            try:
                result = keep()
            except Problem as problem:
                self._note_refusal(problem)
            else:
                self._note_refusal(None)
                return result
            if pause_s is None or self._ending.wait(pause_s):
                break
        return None

    def _note_refusal(self, problem: Problem | None) -> None:
        """Say once that the storage refuses, and once that it does no longer."""
        if self._refused is (problem is not None):
            return
        self._refused = problem is not None
        told = f"nothing can be stored: {problem}" if problem else "readings are stored again"
        log.warning("%s: %s", self.intake.name, told)
        self._show_limits()

    def _show_limits(self) -> None:
        """The storage's refusal outweighs what the driver says of the line."""
        reason = "storage" if self._refused else self._limit
        self.standing.move(State.DEGRADED if reason else State.ONLINE, reason)

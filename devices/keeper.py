"""What the house does for a driver at work: stamps, keeps, retries, and shows how the device is."""

import logging
import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from devices.commands import Order, Orders
from devices.driver import Arrival, Kept, Occurrence, State, Verdict
from devices.framing import Cut
from devices.intake import Intake
from devices.notes import Notes
from devices.standing import Standing
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

T = TypeVar("T")


class Keeper:
    """The context of one driver. Its threads call it, one of them or one for each line.

    ``retry_s`` are the pauses before an arrival is given up; none is waited for once ``ending``.
    """

    def __init__(
        self, intake: Intake, standing: Standing, retry_s: tuple[float, ...], notes: Notes
    ) -> None:
        self.intake = intake
        self._notes = notes
        self.standing = standing
        self.orders = Orders()
        self.ending = threading.Event()
        self._retry_s = retry_s
        self._announced = False
        self._limit = ""
        self._refused = False  # by the storage, the last time it was asked
        self._showing = threading.RLock()

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the device is now."""

    @property
    @abstractmethod
    def stopping(self) -> bool:
        """Whether this connection has to end."""

    @property
    def device(self) -> str:
        """The id of the device, the same for ever."""
        return self.intake.device

    def noted(self) -> Mapping[str, str]:
        """What the driver has kept in mind."""
        return self._notes.read()

    def note(self, changes: Mapping[str, str | None]) -> bool:
        """Keep in mind; False when the storage kept refusing."""

        def write() -> bool:
            self._notes.write(changes)
            return True

        return self._persist(write) or False

    def monotonic_ms(self) -> int:
        """Now, on a clock that nobody sets."""
        return self.intake.monotonic_ms()

    def now_ms(self) -> int:
        """Now, in Unix milliseconds."""
        return self.intake.now_ms()

    def online(self) -> None:
        """The connection stands."""
        self.degraded("")
        self.announce(online=True)

    def offline(self, reason: str) -> None:
        """The device has gone, and its driver waits for it."""
        self.announce(online=False, reason=reason)
        self.standing.move(State.OFFLINE, reason)

    def degraded(self, reason: str) -> None:
        """The connection stands, with a limit; an empty reason lifts it."""
        with self._showing:
            self._limit = reason
            self._show_limits()

    def opened(self, line: str) -> None:
        """One of several lines stands."""
        self.standing.opened(line)

    def closed(self, line: str) -> None:
        """It has gone."""
        self.standing.closed(line)
        self.intake.closed(line)

    def turned_away(self, line: str, reason: str) -> None:
        """Somebody may not be a line of this device; said in the log once."""
        if self.standing.turned_away(line, reason):
            log.warning("%s: %s was turned away (%s)", self.intake.name, line, reason)

    def heard(self, raw: bytes, line: str = "") -> None:
        """Show what has come in."""
        self.standing.moved("in", raw, line)

    def said(self, raw: bytes, line: str = "") -> None:
        """Show what has gone out."""
        self.standing.moved("out", raw, line)

    def skipped(self, count: int, line: str = "") -> None:
        """Count what belongs to no frame."""
        self.standing.skipped(count, line)

    def measured(self, values: Mapping[str, object]) -> None:
        """Show what it measures at present."""
        self.standing.measured(values)

    def arrived(self, cut: Cut, line: str = "") -> Arrival:
        """Stamp what has just been read."""
        arrival = self.intake.arrived(cut, line)
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

    def occurred(self, type: str, data: Mapping[str, object], id: str = "") -> Occurrence:
        """Stamp a fact of the device's own."""
        return self.intake.occurred(type, data, id)

    def record(self, occurrence: Occurrence) -> Kept:
        """Keep it; after the last retry it is handed back."""
        kept = self._persist(lambda: self.intake.record(occurrence)) or Kept("lost")
        self.standing.recorded(kept, self.intake.now_ms())
        return kept

    def record_all(self, occurrences: Sequence[Occurrence]) -> Sequence[Kept]:
        """Keep many in one write; after the last retry all of them are handed back."""
        kept = self._persist(lambda: self.intake.record_all(occurrences))
        kept = [Kept("lost")] * len(occurrences) if kept is None else kept
        now_ms = self.intake.now_ms()
        for one in kept:
            self.standing.recorded(one, now_ms)
        return kept

    def foresee(self, occurrences: Sequence[Occurrence]) -> Sequence[Kept]:
        """What would become of them, storing nothing."""
        return self.intake.record_all(occurrences, dry=True)

    def order(self, wait_s: float = 0.0) -> Order | None:
        """The next command, waiting for one so long at the most."""
        return self.orders.take(wait_s)

    def announce(self, *, online: bool, reason: str = "") -> None:
        """Say in the journal that the device came or went; only changes are told."""
        with self._showing:
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
            if pause_s is None or self.ending.wait(pause_s):
                break
        return None

    def _note_refusal(self, problem: Problem | None) -> None:
        """Say once that the storage refuses, and once that it does no longer."""
        with self._showing:
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

"""From what a device sent to a fact in the journal, one device at a time.

A repeat of the same bytes within a short window is most often the scanner's doing (a second line
end, a bouncing trigger): it is kept as ``scan.suppressed``, counted and shown, never dropped. The
window runs from the last reading that was captured, so that a belt of equal boxes is not swallowed
whole, and a different code is never held up.
"""

import base64
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from devices.codes.reading import Reading
from devices.codes.symbology import Rules, decode, read
from devices.driver import Arrival, Kept, Occurrence, Verdict
from devices.framing import Cut
from gateway.facts.accept import Captured
from gateway.facts.settle import Result
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import Clock, to_iso

Outcome = Literal["captured", "suppressed", "invalid", "partial", "overflow"]
RAW_BYTES_MAX = 3072  # 4,096 characters in base64
FACTS: Mapping[str, str] = {
    "captured": "scan.captured",
    "suppressed": "scan.suppressed",
    "invalid": "scan.invalid",
    "partial": "scan.partial",
    "overflow": "device.overflow",
}


class Captures(Protocol):
    """``gateway.facts.accept.Facts``: both return after the commit, or raise a Problem."""

    def capture(
        self,
        type: str,
        data: Mapping[str, object],
        *,
        actor: Actor,
        source: str,
        id: str | None = None,
        occurred_at: int | None = None,
    ) -> Result:
        """Store one fact."""

    def capture_all(
        self, captured: Sequence[Captured], *, actor: Actor, source: str, dry: bool = False
    ) -> Sequence[Result]:
        """Store many in one write; ``dry``: say what would become of them."""


@dataclass(frozen=True)
class Judged:
    """An arrival with its meaning: what will be kept of it, under which name."""

    arrival: Arrival
    outcome: Outcome
    data: Mapping[str, object]


class Intake:
    """The numbering, judging and keeping of one device's arrivals.

    Used by that device's thread, or by one thread for each of its lines: a repeat is looked for on
    its own line, because two people may scan the same article at once.

    ``number`` is the newest that was ever given to this device. ``window_ms`` 0 keeps every repeat
    as a scan of its own.
    """

    def __init__(
        self,
        device: Actor,
        facts: Captures,
        clock: Clock,
        rules: Rules,
        *,
        window_ms: int,
        number: int,
    ) -> None:
        self.name = device.name
        self._device = device
        self._source = f"/devices/{device.id}"
        self._facts = facts
        self._clock = clock
        self._rules = rules
        self._window_ms = window_ms
        self._last: dict[str, Arrival] = {}
        self._numbering = threading.Lock()
        self.number = number

    def rename(self, name: str) -> None:
        """Go by another name from now on."""
        self.name = name

    @property
    def device(self) -> str:
        """The id of the device."""
        return self._device.id

    def monotonic_ms(self) -> int:
        """Now, on a clock that nobody sets."""
        return self._clock.monotonic_ms()

    def now_ms(self) -> int:
        """Now, in Unix milliseconds."""
        return self._clock.now_ms()

    def arrived(self, cut: Cut, line: str = "") -> Arrival:
        """Stamp and number what has just been read."""
        with self._numbering:
            self.number += 1
            number = self.number
        now_ms = self._clock.now_ms()
        return Arrival(cut, ids.uuid7(now_ms), number, now_ms, self._clock.monotonic_ms(), line)

    def closed(self, line: str) -> None:
        """A line has gone: what it read last is compared with nothing any more."""
        self._last.pop(line, None)

    def judge(self, arrival: Arrival) -> Judged:
        """What the arrival is, given what was kept before it."""
        cut = arrival.cut
        if cut.kind != "frame":
            reason = {"partial": "disconnected", "overflow": "too_long"}.get(cut.kind, cut.reason)
            details = {"reason": reason, "expected": cut.expected, "got": cut.got}
            return self._judged(arrival, cut.kind, {**details, "text": decode(cut.data)[0]})
        if self._repeats(arrival):
            return self._judged(
                arrival, "suppressed", {"reason": "repeat", "text": decode(cut.data)[0]}
            )
        today = date.fromisoformat(to_iso(arrival.received_ms)[:10])
        reading = read(cut.data, self._rules, today)
        if reading.fault:
            return self._judged(arrival, "invalid", {**vars(reading.fault), **_contents(reading)})
        return self._judged(arrival, "captured", _contents(reading))

    def keep(self, judged: Judged) -> Verdict:
        """Store it; returns after the commit. Problem when it could not be stored now."""
        arrival = judged.arrival
        result = self._facts.capture(
            FACTS[judged.outcome],
            judged.data,
            actor=self._device,
            source=self._source,
            id=arrival.id,
            occurred_at=arrival.received_ms,
        )
        if result.status == "refused":
            return Verdict("lost", kept=False)
        if judged.outcome == "captured":
            self._last[arrival.line] = arrival
        return Verdict(judged.outcome, kept=True, seq=result.seq)

    def occurred(self, type: str, data: Mapping[str, object], id: str) -> Occurrence:
        """Stamp a fact that has just been understood."""
        now_ms = self._clock.now_ms()
        return Occurrence(type, data, id or ids.uuid7(now_ms), now_ms)

    def record(self, occurrence: Occurrence) -> Kept:
        """Store a fact of the device's own; Problem when it could not be stored now."""
        if occurrence.problem:
            return self.record_all([occurrence])[0]
        result = self._facts.capture(
            occurrence.type,
            occurrence.data,
            actor=self._device,
            source=self._source,
            id=occurrence.id,
            occurred_at=occurrence.occurred_ms,
        )
        return Kept(result.status, result.seq, result.problem)

    def record_all(self, occurrences: Sequence[Occurrence], *, dry: bool = False) -> Sequence[Kept]:
        """Store many in one write; Problem when nothing could be stored now."""
        told = [
            Captured(one.type, one.data, one.id, one.occurred_ms, one.place, one.problem)
            for one in occurrences
        ]
        results = self._facts.capture_all(told, actor=self._device, source=self._source, dry=dry)
        return [Kept(result.status, result.seq, result.problem) for result in results]

    def report(self, type: str, details: Mapping[str, object]) -> None:
        """Store a fact about the device itself; Problem when it could not be stored now."""
        self._facts.capture(
            type,
            {**details, "boot_id": self._clock.boot_id},
            actor=self._device,
            source=self._source,
            occurred_at=self._clock.now_ms(),
        )

    def _repeats(self, arrival: Arrival) -> bool:
        last = self._last.get(arrival.line)
        return (
            last is not None
            and last.cut.data == arrival.cut.data
            and arrival.monotonic_ms - last.monotonic_ms < self._window_ms
        )

    def _judged(
        self, arrival: Arrival, outcome: Outcome | Literal["frame"], details: Mapping[str, object]
    ) -> Judged:
        assert outcome != "frame"
        # Only a frame longer than any label is kept without: its text says the same, byte for byte.
        raw = arrival.cut.raw if len(arrival.cut.raw) <= RAW_BYTES_MAX else b""
        told = {**details, "peer": arrival.line, "raw": base64.b64encode(raw).decode("ascii")}
        data = {
            **{name: value for name, value in told.items() if value},
            "boot_id": self._clock.boot_id,
            "device_seq": arrival.number,
            "monotonic_ms": arrival.monotonic_ms,
        }
        return Judged(arrival, outcome, data)


def _contents(reading: Reading) -> Mapping[str, object]:
    return {
        "text": reading.text,
        "aim": reading.aim,
        "symbology": reading.symbology,
        "gtin": reading.gtin,
        "elements": dict(reading.elements.values),
        "warnings": list(reading.elements.warnings),
    }

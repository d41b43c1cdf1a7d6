"""How a device is doing: its state, its counters and its last frames, for people to look at."""

from collections import deque
from dataclasses import dataclass

from devices.driver import Arrival, State, Verdict
from devices.symbology import decode
from gateway.kernel.clock import Clock

FRAMES_SHOWN = 50
FRAME_BYTES_SHOWN = 512


@dataclass(frozen=True)
class FrameSeen:
    """One frame as it came over the wire, and what became of it. ``at_ms`` is Unix ms."""

    at_ms: int
    hex: str
    text: str
    outcome: str
    seq: int | None


class Standing:
    """Written by the device's thread alone, read by anybody.

    ``reason`` is one word of the catalogue, empty when all is well. ``restarts`` counts threads
    that died. Instants are Unix milliseconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.state = State.CONNECTING
        self.reason = ""
        self.since_ms = clock.now_ms()
        self.last_frame_ms: int | None = None
        self.frames = 0
        self.errors = 0
        self.restarts = 0
        self._newest = ""
        self._seen: deque[FrameSeen] = deque(maxlen=FRAMES_SHOWN)

    def move(self, state: State, reason: str = "") -> None:
        """Note where the device stands now; ``since_ms`` moves only when something changed."""
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason, self.since_ms = state, reason, self._clock.now_ms()

    def arrived(self, arrival: Arrival) -> None:
        """Count what was read."""
        self.frames += 1
        self.last_frame_ms = arrival.received_ms

    def judged(self, arrival: Arrival, verdict: Verdict) -> None:
        """Remember what became of it; a retry replaces what was said before."""
        if arrival.id == self._newest:
            self._seen.pop()
        elif not verdict.kept or verdict.outcome in ("invalid", "overflow"):
            self.errors += 1
        self._newest = arrival.id
        raw = arrival.cut.raw[:FRAME_BYTES_SHOWN]
        text = decode(arrival.cut.data[:FRAME_BYTES_SHOWN])[0]
        self._seen.append(
            FrameSeen(arrival.received_ms, raw.hex(" "), text, verdict.outcome, verdict.seq)
        )

    def frames_seen(self) -> list[FrameSeen]:
        """The last frames, the newest first."""
        return list(self._seen)[::-1]

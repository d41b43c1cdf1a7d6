"""How a device is doing: its state, its counters and its last frames, for people to look at."""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from typing import Literal

from devices.driver import Arrival, State, Verdict
from devices.symbology import decode
from gateway.kernel.clock import Clock

FRAMES_SHOWN = 50
FRAME_BYTES_SHOWN = 512
PIECES_SHOWN = 200
TURNED_AWAY_SHOWN = 20


@dataclass(frozen=True)
class FrameSeen:
    """One frame as it came over the wire, and what became of it. ``at_ms`` is Unix ms."""

    at_ms: int
    hex: str
    text: str
    outcome: str
    seq: int | None
    line: str = ""


@dataclass(frozen=True)
class Piece:
    """Bytes as they came in or went out in one go; of ``length`` the first 512 are shown.

    ``number`` counts the pieces of a device since the start.
    """

    number: int
    at_ms: int
    way: Literal["in", "out"]
    hex: str
    length: int
    line: str


@dataclass(frozen=True)
class Line:
    """One of several connections of a device. Instants are Unix milliseconds."""

    since_ms: int
    frames: int = 0
    noise: int = 0
    last_frame_ms: int | None = None


@dataclass(frozen=True)
class TurnedAway:
    """Somebody who may not be a line of this device; ``reason`` is one word of the catalogue."""

    reason: str
    count: int
    last_ms: int


class Standing:
    """Written by the device's own threads, read by anybody.

    ``reason`` is one word of the catalogue, empty when all is well. ``restarts`` counts threads
    that died, ``noise`` bytes that belong to no frame. ``retry_ms`` is when a device that has gone
    is tried again, and ``attempts`` how often it was tried in vain. Instants are Unix milliseconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.state = State.CONNECTING
        self.reason = ""
        self.since_ms = clock.now_ms()
        self.last_frame_ms: int | None = None
        self.frames = 0
        self.errors = 0
        self.noise = 0
        self.restarts = 0
        self.retry_ms: int | None = None
        self.attempts = 0
        self._seen: OrderedDict[str, FrameSeen] = OrderedDict()
        self._pieces: deque[Piece] = deque(maxlen=PIECES_SHOWN)
        self._piece = 0
        self._lines: dict[str, Line] = {}
        self._turned_away: OrderedDict[str, TurnedAway] = OrderedDict()

    def move(self, state: State, reason: str = "") -> None:
        """Note where the device stands now; ``since_ms`` moves only when something changed."""
        with self._lock:
            if (state, reason) != (self.state, self.reason):
                self.state, self.reason, self.since_ms = state, reason, self._clock.now_ms()
            if state is State.ONLINE:
                self.attempts = 0

    def pause(self, seconds: float | None) -> None:
        """It is tried again after so long; None: it is being tried now."""
        with self._lock:
            self.retry_ms = None if seconds is None else self._clock.now_ms() + int(seconds * 1000)
            self.attempts += seconds is not None

    def arrived(self, arrival: Arrival) -> None:
        """Count what was read."""
        with self._lock:
            self.frames += 1
            self.last_frame_ms = arrival.received_ms
            if line := self._lines.get(arrival.line):
                self._lines[arrival.line] = replace(
                    line, frames=line.frames + 1, last_frame_ms=arrival.received_ms
                )

    def judged(self, arrival: Arrival, verdict: Verdict) -> None:
        """Remember what became of it; a retry replaces what was said before."""
        raw = arrival.cut.raw[:FRAME_BYTES_SHOWN]
        text = decode(arrival.cut.data[:FRAME_BYTES_SHOWN])[0]
        seen = FrameSeen(
            arrival.received_ms, raw.hex(" "), text, verdict.outcome, verdict.seq, arrival.line
        )
        with self._lock:
            if arrival.id not in self._seen:
                self.errors += not verdict.kept or verdict.outcome in ("invalid", "overflow")
            self._seen[arrival.id] = seen
            if len(self._seen) > FRAMES_SHOWN:
                self._seen.popitem(last=False)

    def moved(self, way: Literal["in", "out"], raw: bytes, line: str) -> None:
        """Remember bytes as they came in or went out."""
        shown = raw[:FRAME_BYTES_SHOWN].hex(" ")
        with self._lock:
            self._piece += 1
            now_ms = self._clock.now_ms()
            self._pieces.append(Piece(self._piece, now_ms, way, shown, len(raw), line))

    def skipped(self, count: int, line: str) -> None:
        """Count bytes that belong to no frame."""
        with self._lock:
            self.noise += count
            if known := self._lines.get(line):
                self._lines[line] = replace(known, noise=known.noise + count)

    def opened(self, line: str) -> None:
        """One of several lines stands."""
        with self._lock:
            self._lines[line] = Line(self._clock.now_ms())

    def closed(self, line: str) -> None:
        """It has gone."""
        with self._lock:
            self._lines.pop(line, None)

    def turned_away(self, line: str, reason: str) -> bool:
        """Count somebody who was turned away; whether it is the first time."""
        with self._lock:
            before = self._turned_away.pop(line, None)
            count = before.count + 1 if before else 1
            self._turned_away[line] = TurnedAway(reason, count, self._clock.now_ms())
            if len(self._turned_away) > TURNED_AWAY_SHOWN:
                self._turned_away.popitem(last=False)
            return before is None

    def frames_seen(self) -> list[FrameSeen]:
        """The last frames, the newest first."""
        with self._lock:
            return list(self._seen.values())[::-1]

    def pieces(self, after: int) -> list[Piece]:
        """The last bytes that came in or went out behind a piece's number, in order."""
        with self._lock:
            return [piece for piece in self._pieces if piece.number > after]

    def lines(self) -> dict[str, Line]:
        """The connections that stand, by name."""
        with self._lock:
            return dict(self._lines)

    def strangers(self) -> dict[str, TurnedAway]:
        """Who was turned away, by where they came from, the latest last."""
        with self._lock:
            return dict(self._turned_away)

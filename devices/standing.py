"""How a device is doing: its state, its counters and its last frames, for people to look at."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from devices.codes.symbology import decode
from devices.driver import Arrival, Kept, State, Verdict
from gateway.kernel.clock import Clock

FRAMES_SHOWN = 50
FRAME_BYTES_SHOWN = 512
PIECES_SHOWN = 200
TURNED_AWAY_SHOWN = 20
DELAYS_KEPT = 200


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


@dataclass(frozen=True)
class Measured:
    """What a device measured last. ``at_ms`` is Unix milliseconds."""

    at_ms: int
    values: Mapping[str, object]


class Standing:
    """Written by the device's own threads, read by anybody.

    ``reason`` is one word of the catalogue, empty when all is well. ``restarts`` counts threads
    that died, ``facts`` what its driver understood itself, ``noise`` bytes that belong to no frame,
    ``outcomes`` the frames that are on disk by what they became.
    ``retry_ms`` is when a device that has gone is tried again, and ``attempts`` how often it was
    tried in vain. Instants are Unix milliseconds.
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
        self.facts = 0
        self.noise = 0
        self.restarts = 0
        self.retry_ms: int | None = None
        self.attempts = 0
        self.last_measured: Measured | None = None
        self.outcomes: Counter[str] = Counter()
        self._delays: deque[int] = deque(maxlen=DELAYS_KEPT)
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
            if verdict.kept:
                self.outcomes[verdict.outcome] += 1
                self._delays.append(self._clock.monotonic_ms() - arrival.monotonic_ms)
            self._seen[arrival.id] = seen
            if len(self._seen) > FRAMES_SHOWN:
                self._seen.popitem(last=False)

    def recorded(self, kept: Kept, at_ms: int | None) -> None:
        """Count a fact of the device's own."""
        with self._lock:
            self.facts += kept.outcome == "stored"
            self.errors += not kept.kept
            self.last_frame_ms = self._clock.now_ms() if at_ms is None else at_ms

    def measured(self, values: Mapping[str, object]) -> None:
        """Remember what it measures at present."""
        with self._lock:
            self.last_measured = Measured(self._clock.now_ms(), values)

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

    def delays_ms(self) -> tuple[int, int] | None:
        """How long the last 200 frames took to be on disk: the middle and the longest, in ms."""
        with self._lock:
            taken = sorted(self._delays)
        return (taken[len(taken) // 2], taken[-1]) if taken else None

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

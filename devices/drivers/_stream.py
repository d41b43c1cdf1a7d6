"""One line that scanners speak on: read, cut, keep, answer (shared by the scanner drivers).

Between two commits it reads again, so that the line's own small buffer never overflows while the
disk is slow; when too much waits for the disk it stops reading, and the line's flow control holds
the scanner back.
"""

from collections import deque
from typing import Protocol

from devices.driver import Arrival, Context, Verdict
from devices.framing import Cut, Framer
from devices.options import ScannerOptions, as_bytes


class Channel(Protocol):
    """An open line. Both raise LineLost when it has gone."""

    def read(self, *, wait: bool) -> bytes:
        """What has come in; if it is worth waiting, one byte at least, for a moment."""

    def write(self, raw: bytes) -> None:
        """Send all of it."""


class Answers:
    """What a scanner is told; ValueError when it cannot be sent."""

    def __init__(self, options: ScannerOptions) -> None:
        self.ack, self.nak, self.tone = map(as_bytes, (options.ack, options.nak, options.tone))

    @property
    def may_give_up(self) -> bool:
        """Whether the operator can be told that a reading was not kept."""
        return bool(self.nak or self.tone)

    def to(self, arrival: Arrival, verdict: Verdict) -> bytes:
        """The answer to an arrival, given what became of it."""
        if not verdict.kept:
            return self.nak + self.tone
        if verdict.outcome == "invalid":
            # Broken on the line: send it again. A wrong check digit would only come again.
            return self.nak if arrival.cut.kind == "invalid" else self.ack + self.tone
        return self.ack if verdict.outcome in ("captured", "suppressed") else self.tone


def keep_all(backlog: deque[Arrival], context: Context) -> None:
    """Keep all that was read, in order; what the storage refuses at a stop is left."""
    while backlog:
        arrival = backlog.popleft()
        if context.emit(arrival).again:
            backlog.appendleft(arrival)
            if context.stopping:
                return


class Stream:
    """Serves one line. ``backlog`` holds what has been read and not been kept, also at the end.

    ``line`` names it, where a device has several at once; they share ``queue_frames_max``, so that
    each is told how much of it is its own.
    """

    def __init__(
        self,
        options: ScannerOptions,
        channel: Channel,
        context: Context,
        backlog: deque[Arrival],
        line: str = "",
        backlog_max: int = 0,
    ) -> None:
        self._framer = Framer(options.framing())
        self._answers = Answers(options)
        self._backlog_max = backlog_max or options.queue_frames_max
        self._channel = channel
        self._context = context
        self._backlog = backlog
        self._line = line
        self._noise = 0
        self._held_back = False

    def step(self) -> None:
        """Read what is there, and keep the oldest; raises LineLost."""
        self._read()
        self._deliver()

    def say(self, raw: bytes) -> None:
        """Tell the scanner something; raises LineLost."""
        if raw:
            self._channel.write(raw)
            self._context.said(raw, self._line)

    def beep(self) -> bool:
        """Make the scanner heard; False when nobody has said how. Raises LineLost."""
        self.say(self._answers.tone)
        return bool(self._answers.tone)

    def close(self) -> None:
        """Keep what was read before the line went away; nobody is there to be answered."""
        self._take(self._framer.close())
        keep_all(self._backlog, self._context)

    def _read(self) -> None:
        """Take what is there; wait for more only when nothing waits for the disk."""
        if len(self._backlog) >= self._backlog_max:
            self._held_back = True
            self._context.degraded("backlog_full")
            return
        chunk = self._channel.read(wait=not self._backlog)
        now_ms = self._context.monotonic_ms()
        if chunk:
            self._context.heard(chunk, self._line)
        self._take(self._framer.feed(chunk, now_ms) if chunk else self._framer.idle(now_ms))

    def _take(self, cuts: list[Cut]) -> None:
        self._backlog.extend(self._context.arrived(cut, self._line) for cut in cuts)
        if skipped := self._framer.noise - self._noise:
            self._noise = self._framer.noise
            self._context.skipped(skipped, self._line)

    def _deliver(self) -> None:
        """Keep the oldest arrival, and answer the scanner only then."""
        if not self._backlog:
            return
        # Taken out first: should it ever break the thread, it must not break the next one too.
        arrival = self._backlog.popleft()
        verdict = self._context.emit(arrival)
        if verdict.again and not self._answers.may_give_up:
            self._backlog.appendleft(arrival)  # nobody can be told, so it is tried until it is kept
            return
        if self._held_back and not self._backlog:
            self._held_back = False
            self._context.degraded("")
        self.say(self._answers.to(arrival, verdict))

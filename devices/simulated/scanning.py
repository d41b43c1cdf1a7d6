"""Somebody who scans all day with one simulated scanner, and what goes wrong meanwhile."""

import random
import threading
from collections.abc import Iterator
from typing import Protocol

from devices.simulated.faults import LINE_ENDS, Faults, act
from devices.simulated.ledger import Ledger
from gateway.kernel.clock import Clock

CR = b"\r"
ACK = b"\x06"
UNANSWERED_MAX = 64  # a person stops when nothing beeps any more
ANSWER_S = 15.0
PIECE_S = 0.02
AWAY_S = 1.0


class Line(Protocol):
    """A scanner on a cable or on the network; ``gone`` when the gateway has hung up."""

    gone: bool

    def plug_in(self) -> None:
        """Appear."""

    def unplug(self, *, rudely: bool = False) -> None:
        """Vanish."""

    def end(self) -> None:
        """Vanish for good, from whatever thread."""

    def send(self, raw: bytes) -> None:
        """Put bytes on the line."""

    def await_reader(self, stop: threading.Event | None = None) -> None:
        """Wait until the gateway reads, or ``stop`` is set."""


class Scanning:
    """One thread. ``rate`` is in frames a second, ``codes`` is what is scanned, one after another.

    Only a scanner that is answered (``ACK``) can be relied upon: no more than 64 frames are under
    way, and one that nobody answers for 15 seconds is unplugged and plugged in again.
    """

    def __init__(
        self,
        line: Line,
        ledger: Ledger,
        codes: Iterator[str],
        faults: Faults,
        chance: random.Random,
        rate: float,
    ) -> None:
        self.ledger = ledger
        self._line = line
        self._codes = codes
        self._faults = faults
        self._chance = chance
        self._every_s = 1 / rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=ledger.name, daemon=True)
        self._due_s = 0.0

    def start(self, clock: Clock) -> None:
        """Begin, with a scanner that is plugged in already."""
        self._clock = clock
        self._thread.start()

    def stop(self) -> None:
        """Scan no more; ``join`` waits until the last frame is answered."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the last answers."""
        self._thread.join()
        self.ledger.await_answers(0, ANSWER_S)

    def _run(self) -> None:
        self._connect()
        while not self._stop.is_set():
            if self._line.gone or not self.ledger.await_answers(UNANSWERED_MAX, ANSWER_S):
                self._replug()
                continue
            self._scan(next(self._codes))
            self._pause()

    def _scan(self, code: str) -> None:
        done = act(code.encode() + CR, self._faults, self._chance)
        if done.garbage:
            self.ledger.rubbish(done.garbage.strip(LINE_ENDS))
            self._line.send(done.garbage)
        if done.torn:
            self.ledger.torn += bool(done.pieces[0])
            self._line.send(done.pieces[0])
            self._replug()
            return
        for _ in range(done.times):
            *before, last = done.pieces
            for piece in before:
                self._line.send(piece)
                self._stop.wait(self._chance.random() * PIECE_S)
            self.ledger.sent(code)
            self._line.send(last)

    def _replug(self) -> None:
        self._line.unplug(rudely=self._chance.random() < 0.5)
        self.ledger.vanished()
        self._stop.wait(self._chance.random() * AWAY_S)
        if not self._stop.is_set():
            self._line.plug_in()
            self._connect()

    def _connect(self) -> None:
        """Wait until somebody reads: what is sent before that is thrown away, on any line."""
        self._line.send(CR)
        self._line.await_reader(self._stop)
        self._due_s = self._now_s()

    def _pause(self) -> None:
        """Until the next frame is due. What fell behind by more than a second is not made up."""
        self._due_s += self._every_s * (0.5 + self._chance.random())
        behind_s = self._now_s() - self._due_s
        if behind_s > 1:
            self._due_s = self._now_s()
        elif behind_s < 0:
            self._stop.wait(-behind_s)

    def _now_s(self) -> float:
        return self._clock.monotonic_us() / 1_000_000

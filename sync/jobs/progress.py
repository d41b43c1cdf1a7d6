"""How far a long turn is, and whether it still moves."""

import threading
from collections import Counter
from dataclasses import dataclass

from gateway.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Moving:
    """A round under way: since when (Unix ms), how long without a step, entries done and in all."""

    began_at: int
    still_ms: int
    done: int
    total: int


class Progress:
    """Told by the thread that pushes, looked at by everybody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._began_at: int | None = None
        self._moved_ms = 0
        self._total = 0
        self._counts: Counter[str] = Counter()

    def begin(self, total: int) -> None:
        """A round begins with about so many entries to push."""
        with self._lock:
            self._began_at, self._total = self._clock.now_ms(), total
            self._moved_ms = self._clock.monotonic_ms()
            self._counts = Counter()

    def answered(self, status: str) -> None:
        """The ERP said what became of one more entry."""
        with self._lock:
            self._counts[status] += 1
            self._moved_ms = self._clock.monotonic_ms()

    def step(self) -> None:
        """Something else went on, such as a wait that is meant."""
        with self._lock:
            self._moved_ms = self._clock.monotonic_ms()

    def end(self) -> dict[str, int]:
        """The round is over: entries by what became of them."""
        with self._lock:
            self._began_at = None
            return dict(self._counts)

    def look(self) -> Moving | None:
        """The round under way, if there is one."""
        with self._lock:
            if self._began_at is None:
                return None
            still = self._clock.monotonic_ms() - self._moved_ms
            done = self._counts.total()
            return Moving(self._began_at, still, done, max(done, self._total))

"""How fast one ERP may be asked, by everybody together."""

import threading
from collections.abc import Iterator, Sequence
from typing import TypeVar

from gateway.kernel.clock import Clock

T = TypeVar("T")
PORTION_S = 5
MINUTE_MS = 60_000


class Pace:
    """So many entries or rows in a minute; as fast as it goes with 0.

    Whatever goes takes up time that has to pass before more may go.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._free_ms = 0.0

    def portions(self, entries: Sequence[T]) -> Iterator[Sequence[T]]:
        """What may go at once: as much as fits in five seconds, and at least one entry."""
        size = max(1, self._per_minute * PORTION_S // 60) if self._per_minute else len(entries)
        for start in range(0, len(entries), size or 1):
            yield entries[start : start + size]

    def took(self, count: int) -> None:
        """So many go now, or went."""
        if self._per_minute:
            with self._lock:
                begins = max(self._clock.monotonic_ms(), self._free_ms)
                self._free_ms = begins + count * MINUTE_MS / self._per_minute

    def last_s(self, count: int) -> float:
        """How long it takes until so many have gone."""
        return self.pause_s() + (count * 60 / self._per_minute if self._per_minute else 0.0)

    def pause_s(self) -> float:
        """How long to wait before more may go."""
        with self._lock:
            return max(0.0, self._free_ms - self._clock.monotonic_ms()) / 1000

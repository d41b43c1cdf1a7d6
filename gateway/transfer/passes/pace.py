"""How long a pass holds the writer, and how it stays out of the way of captures."""

import threading
from typing import Final

from gateway.kernel.clock import Clock

# While others write as well, a pass takes this share of its slice.
SHARED: Final = 2
# Then a breath now and again lets a request run at once, not after the interpreter's next switch.
BREATH_S: Final = 0.0002
BREATH_EVERY_US: Final = 10_000
# What the end of a slice takes for each of its rows, before that was measured.
CLOSING_US: Final = 300


class Pace:
    """The slices of one pass; ``slice_ms`` is the longest that one may hold the writer."""

    def __init__(self, clock: Clock, slice_ms: int) -> None:
        self._clock = clock
        self._slice_us = slice_ms * 1_000
        self._budget_us = self._slice_us
        self._left_at = -1
        self._shared = False
        self._started = self._worked = 0
        self._closing_us = CLOSING_US
        self._rested = 0
        self._never = threading.Event()

    def begin(self, seq: int) -> None:
        """A slice starts, with the journal at ``seq``: beyond the last one, others write too."""
        self._shared = 0 <= self._left_at < seq
        self._budget_us = self._slice_us // SHARED if self._shared else self._slice_us
        self._started = self._clock.monotonic_us()

    def is_over(self, rows: int) -> bool:
        """Whether the time of the slice is used up, with what the end of so many rows takes."""
        self._worked = self._clock.monotonic_us()
        return self._worked - self._started + rows * self._closing_us > self._budget_us

    def end(self, seq: int, rows: int) -> None:
        """The slice ends with the journal at ``seq``, and its last row was asked about."""
        self._left_at = seq
        closing_us = (self._clock.monotonic_us() - self._worked) // max(rows, 1)
        self._closing_us = (self._closing_us + closing_us) // 2

    def rest(self) -> None:
        """Let others in, if there are any and it is time."""
        now = self._clock.monotonic_us()
        if self._shared and now - self._rested >= BREATH_EVERY_US:
            self._never.wait(BREATH_S)
            self._rested = self._clock.monotonic_us()

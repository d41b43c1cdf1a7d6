"""How long a pass holds the writer, and how it stays out of the way of captures."""

import threading
from typing import Final

from gateway.kernel.clock import Clock

# While others write as well, a pass takes this share of its slice.
SHARED: Final = 2
# Then a breath now and again lets a request run at once, not after the interpreter's next switch.
BREATH_S: Final = 0.0002
BREATH_EVERY_US: Final = 10_000


class Pace:
    """The slices of one pass; ``slice_ms`` is the longest that one may hold the writer."""

    def __init__(self, clock: Clock, slice_ms: int) -> None:
        self._clock = clock
        self._slice_us = slice_ms * 1_000
        self._budget_us = self._slice_us
        self._left_at = -1
        self._shared = False
        self._started = 0
        self._rested = 0
        self._never = threading.Event()

    def begin(self, seq: int) -> None:
        """A slice starts, with the journal at ``seq``: beyond the last one, others write too."""
        self._shared = 0 <= self._left_at < seq
        self._budget_us = self._slice_us // SHARED if self._shared else self._slice_us
        self._started = self._clock.monotonic_us()

    def is_over(self) -> bool:
        """Whether the time of the slice is used up."""
        return self._clock.monotonic_us() - self._started > self._budget_us

    def end(self, seq: int) -> None:
        """The slice ends with the journal at ``seq``."""
        self._left_at = seq

    def rest(self) -> None:
        """Let others in, if there are any and it is time."""
        now = self._clock.monotonic_us()
        if self._shared and now - self._rested >= BREATH_EVERY_US:
            self._never.wait(BREATH_S)
            self._rested = self._clock.monotonic_us()

"""A log that nobody can flood: so many lines a minute, and then how many more there were."""

import logging
import threading

from gateway.kernel.clock import Clock

MINUTE_MS = 60_000
LINES_MAX = 20


class Sparing:
    """Warnings of things that anybody outside can cause as often as they like."""

    def __init__(self, clock: Clock, log: logging.Logger, lines_max: int = LINES_MAX) -> None:
        self._clock = clock
        self._log = log
        self._lines_max = lines_max
        self._lock = threading.Lock()
        self._began_ms = clock.monotonic_ms()
        self._lines = 0

    def warn(self, text: str, *values: object) -> None:
        """One line; in a minute that had its share already it is only counted."""
        now_ms = self._clock.monotonic_ms()
        with self._lock:
            left_out = 0
            if now_ms - self._began_ms >= MINUTE_MS:
                left_out = max(0, self._lines - self._lines_max)
                self._began_ms, self._lines = now_ms, 0
            self._lines += 1
            written = self._lines <= self._lines_max
        if left_out:
            self._log.warning("%d more like these were not written, to spare the log", left_out)
        if written:
            self._log.warning(text, *values)

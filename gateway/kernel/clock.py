"""Time: the only module that reads a clock.

Instants are Unix milliseconds in UTC. Box hardware without a clock chip boots in the past, so the
wall clock is never believed below a floor: the newest stored event or the build date, whichever is
later. While it stands below, time goes on from there by the steady clock: what is to end after a
while must end, also on a box that once ran in the far future.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

# No event can have been captured before this software existed (2026-01-01T00:00:00Z).
BUILD_MS = 1_767_225_600_000


class Clock(Protocol):
    """What the house needs of time."""

    boot_id: str

    def now_ms(self) -> int:
        """Wall clock in Unix milliseconds, never below the floor."""

    def monotonic_ms(self) -> int:
        """Milliseconds since an arbitrary start, never going back within one boot."""

    def monotonic_us(self) -> int:
        """The same in microseconds, for durations of a single write."""

    def raise_floor(self, unix_ms: int) -> None:
        """Promise that the present is not before this instant."""

    def trusted(self) -> bool:
        """Whether the wall clock stands at or above the floor."""


class SystemClock:
    """The machine's clock."""

    def __init__(self, floor_ms: int = BUILD_MS) -> None:
        self.boot_id = _boot_id()
        self._floor_ms = floor_ms
        self._floor_at_ms = self.monotonic_ms()

    def now_ms(self) -> int:
        wall_ms = time.time_ns() // 1_000_000
        if wall_ms >= self._floor_ms:
            return wall_ms
        return self._floor_ms + self.monotonic_ms() - self._floor_at_ms

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1_000

    def raise_floor(self, unix_ms: int) -> None:
        if unix_ms > self._floor_ms:
            self._floor_ms, self._floor_at_ms = unix_ms, self.monotonic_ms()

    def trusted(self) -> bool:
        return time.time_ns() // 1_000_000 >= self._floor_ms


class ManualClock:
    """A clock that moves when told: for tests and replays."""

    def __init__(self, unix_ms: int = 1_800_000_000_000) -> None:
        self.boot_id = "manual"
        self._wall_ms = unix_ms
        self._monotonic_ms = 0
        self._floor_ms = BUILD_MS
        self._floor_at_ms = 0

    def now_ms(self) -> int:
        if self._wall_ms >= self._floor_ms:
            return self._wall_ms
        return self._floor_ms + self._monotonic_ms - self._floor_at_ms

    def monotonic_ms(self) -> int:
        return self._monotonic_ms

    def monotonic_us(self) -> int:
        return self._monotonic_ms * 1_000

    def raise_floor(self, unix_ms: int) -> None:
        if unix_ms > self._floor_ms:
            self._floor_ms, self._floor_at_ms = unix_ms, self._monotonic_ms

    def trusted(self) -> bool:
        return self._wall_ms >= self._floor_ms

    def advance(self, milliseconds: int) -> None:
        self._wall_ms += milliseconds
        self._monotonic_ms += milliseconds

    def set(self, unix_ms: int) -> None:
        """Jump the wall clock alone, as a time server or a lost battery does."""
        self._wall_ms = unix_ms


def to_iso(unix_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T10:00:00.123Z``."""
    return f"{_second(unix_ms // 1000)}.{unix_ms % 1000:03d}Z"


# Pages of a journal are full of instants within the same seconds.
@lru_cache(maxsize=1024)
def _second(unix_s: int) -> str:
    return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%dT%H:%M:%S}"


def latest_day(unix_ms: int) -> str:
    """The latest date that any place on earth has at an instant: that of UTC+14."""
    return to_iso(unix_ms + 14 * 3_600_000)[:10]


def from_iso(text: str) -> int:
    """Unix milliseconds of an RFC 3339 instant.

    ValueError without a time zone or when it is no instant.
    """
    if len(text) == 24 and text[10:20:3] == "T::." and text[23] == "Z" and text.isascii():
        digits = text[20:23]  # the common form, whose second is often the one just read
        if digits.isdigit():
            return _second_ms(text[:19]) + int(digits)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone, such as a trailing Z")
    return round(instant.timestamp() * 1000)


@lru_cache(maxsize=64)
def _second_ms(text: str) -> int:
    return round(datetime.fromisoformat(text + "Z").timestamp() * 1000)


def _boot_id() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text("ascii").strip() if path.exists() else f"start-{time.time_ns()}"

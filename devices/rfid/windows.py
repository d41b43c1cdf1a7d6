"""Tags that stand before a reader, counted: one observation for each tag and a while (pure).

A reader says dozens of times a second that a tag is there. The first report of a tag opens a
window; what comes of the same tag before it closes is counted in it. When more messages come than a
disk can answer for, the windows are wider, so that there are fewer observations; nothing is left
out of the counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from devices.rfid.payloads import Tag

WIDER_MAX: Final = 16  # times
ANTENNAS_MAX: Final = 32


@dataclass(frozen=True)
class Seen:
    """One tag in its window. Instants are Unix ms; ``id`` is what the observation will be called.

    ``opened_ms`` is on the clock that nobody sets. ``reader_first`` and ``reader_last`` are what
    the reader's clock said.
    """

    id: str
    epc: str
    opened_ms: int
    first_ms: int
    last_ms: int
    count: int = 0
    rssi: Decimal | None = None
    antennas: tuple[int, ...] = ()
    reader_first: str = ""
    reader_last: str = ""

    def with_tag(self, tag: Tag, now_ms: int) -> "Seen":
        """With one more report."""
        strongest = max((one for one in (self.rssi, tag.rssi) if one is not None), default=None)
        antennas = set(self.antennas) | ({tag.antenna} if tag.antenna is not None else set())
        return replace(
            self,
            last_ms=max(self.last_ms, now_ms),
            count=self.count + tag.reads,
            rssi=strongest,
            antennas=tuple(sorted(antennas))[:ANTENNAS_MAX],
            reader_first=self.reader_first or tag.at,
            reader_last=tag.at or self.reader_last,
        )


class Pace:
    """Whether too much comes at once: more than ``most`` messages a second.

    It is over when less than half of that comes. ``wider`` is how many times wider windows are.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._second = 0
        self._count = 0
        self.wider = 1

    def count(self, messages: int, now_ms: int) -> None:
        """So many have come (none: time has passed)."""
        second = now_ms // 1000
        if second != self._second:
            if self._count > self._most:
                self.wider = min(2 * self.wider, WIDER_MAX)
            elif self._count <= self._most // 2 or second > self._second + 1:
                self.wider = max(1, self.wider // 2)
            self._second, self._count = second, 0
        self._count += messages

    @property
    def flooded(self) -> bool:
        """Whether windows are wider than they were meant to be."""
        return self.wider > 1


class Windows:
    """The tags of one reader. ``most`` are kept open; then the oldest is closed early."""

    def __init__(self, window_ms: int, most: int) -> None:
        self._window_ms = window_ms
        self._most = most
        self._open: dict[str, Seen] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, tag: Tag, start: Callable[[], Seen], now_ms: int) -> Seen:
        """Count a report; ``start`` makes the window of a tag that has none."""
        seen = (self._open.get(tag.epc) or start()).with_tag(tag, now_ms)
        self._open[tag.epc] = seen
        return seen

    def due(self, monotonic_ms: int, wider: int = 1) -> list[Seen]:
        """Close the windows whose time is over; what was counted in them, the oldest first."""
        late = monotonic_ms - self._window_ms * wider
        over = max(0, len(self._open) - self._most)
        # A dictionary keeps the order in which windows were opened.
        closing = [
            seen
            for place, seen in enumerate(self._open.values())
            if place < over or seen.opened_ms <= late
        ]
        for seen in closing:
            del self._open[seen.epc]
        return closing

    def close(self) -> list[Seen]:
        """Close all of them."""
        closing, self._open = list(self._open.values()), {}
        return closing

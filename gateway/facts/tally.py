"""How many facts came in during each hour of the last day, counted once and kept up to date.

The journal has no index on time, and should not pay for one at every capture. So the newest rows
are counted in memory: forwards what came since the last look, and backwards a slice at a time until
a day is covered.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.store.database import Store
from gateway.store.rows import Rows

HOUR_MS = 3_600_000
HOURS = 24
# One look reads this many rows at most: about a third of a second on a small box.
ROWS_MAX = 100_000

_COUNT = (
    "SELECT received_at / 3600000 AS hour, substr(type, 1, instr(type, '.') - 1) AS family,"
    " count(*) FROM journal WHERE seq > ? AND seq <= ? AND kind = '' AND type NOT LIKE 'access.%'"
    " GROUP BY hour, family"
)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour; ``at`` is its beginning (Unix ms), ``counts`` by the first word of the type."""

    at: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Day:
    """The last hours, oldest first, the one under way last. ``complete`` is False while older rows
    are still being counted.
    """

    hours: tuple[Hour, ...]
    complete: bool


@dataclass
class _Counted:
    """What has been counted: rows with low < seq <= high, by hour and family."""

    low: int
    high: int
    by_hour: dict[int, dict[str, int]] = field(default_factory=dict)
    whole: bool = False


class Tally:
    """Counts the journal of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._counted: _Counted | None = None

    def day(self) -> Day:
        """The last 24 hours as far as they are counted; each look counts on."""
        first = self._store.clock.now_ms() // HOUR_MS - HOURS + 1
        with self._lock:
            self._count(first)
            counted = self._counted
            assert counted is not None
            hours = tuple(
                Hour(hour * HOUR_MS, dict(counted.by_hour.get(hour, {})))
                for hour in range(first, first + HOURS)
            )
            return Day(hours, counted.whole)

    def _count(self, first: int) -> None:
        with self._store.read() as rows:
            head = self._store.head
            if self._counted is None or head < self._counted.high:
                self._counted = _Counted(head, head)
            counted = self._counted
            for hour in [hour for hour in counted.by_hour if hour < first]:
                del counted.by_hour[hour]
            # Where more came in one look than may be read, the newest count and the rest follows.
            if head - counted.high > ROWS_MAX:
                self._counted = counted = _Counted(head, head)
            _add(rows, counted, counted.high, head)
            counted.high = head
            if not counted.whole:
                self._further_back(rows, counted, first)

    def _further_back(self, rows: Rows, counted: _Counted, first: int) -> None:
        low = max(0, counted.low - ROWS_MAX)
        _add(rows, counted, low, counted.low)
        counted.low = low
        before = rows.value(
            "SELECT received_at FROM journal WHERE seq <= ? ORDER BY seq DESC", (low,)
        )
        counted.whole = before is None or before // HOUR_MS < first


def _add(rows: Rows, counted: _Counted, after: int, through: int) -> None:
    for hour, family, count in rows.tuples(_COUNT, (after, through)):
        families = counted.by_hour.setdefault(hour, {})
        families[family] = families.get(family, 0) + count

"""How far behind each consumer was, hour by hour: the worst of each hour, kept for five weeks.

An hour in which the gateway did not run has no sample: a gap is told as a gap.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.store.rows import Rows
from gateway.store.transaction import Tx

HOUR_MS = 3_600_000
KEPT_HOURS = 35 * 24
# Often enough to see an hour's worst, seldom enough to spare a card.
EVERY_S = 900

_KEEP = (
    "INSERT INTO erp_lag (consumer, hour, waiting, oldest_ms, held) VALUES (?,?,?,?,?)"
    " ON CONFLICT (consumer, hour) DO UPDATE SET waiting = max(waiting, excluded.waiting),"
    " oldest_ms = max(oldest_ms, excluded.oldest_ms), held = max(held, excluded.held)"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What waited for a consumer: entries, the age of the oldest (ms), and those beside the
    cursor.
    """

    consumer: str
    waiting: int
    oldest_ms: int
    held: int


@dataclass(frozen=True, slots=True)
class Hour:
    """The worst of one hour; ``at`` is its beginning (Unix ms)."""

    at: int
    waiting: int
    oldest_ms: int
    held: int


def keep(tx: Tx, samples: Iterable[Sample]) -> None:
    """Remember what was seen, where it is worse than what the hour has; forget what is old."""
    hour = tx.now_ms - tx.now_ms % HOUR_MS
    tx.executemany(
        _KEEP, [(one.consumer, hour, one.waiting, one.oldest_ms, one.held) for one in samples]
    )
    tx.execute("DELETE FROM erp_lag WHERE hour <= ?", (hour - KEPT_HOURS * HOUR_MS,))


def hours(rows: Rows, consumer: str, since_ms: int) -> list[Hour]:
    """The hours that were seen since then, oldest first."""
    found = rows.tuples(
        "SELECT hour, waiting, oldest_ms, held FROM erp_lag WHERE consumer = ? AND hour >= ?"
        " ORDER BY hour",
        (consumer, since_ms),
    )
    return [Hour(*row) for row in found]

"""What somebody must hear of though nothing failed: a round that stands still, an ERP that keeps
silent while entries wait for it.
"""

from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from sync.erp import consumers
from sync.erp.consumers import Consumer
from sync.erp.rounds.rules import Rules
from sync.jobs.progress import Moving

MINUTE_MS = 60_000
HOUR_MS = 3_600_000


def raised(
    rows: Rows, consumer: Consumer, row: Row, moving: Moving | None, rules: Rules, now_ms: int
) -> Problem | None:
    """What is wrong with a consumer (``row`` is its own), or None. What a person paused is well."""
    if row["paused"]:
        return None
    if moving is not None and moving.still_ms >= rules.stuck_ms:
        minutes = moving.still_ms // MINUTE_MS
        return Problem("erp_stuck", consumer=consumer.name, minutes=minutes)
    return _silent(rows, consumer, row, rules, now_ms)


def _silent(rows: Rows, consumer: Consumer, row: Row, rules: Rules, now_ms: int) -> Problem | None:
    last = row["last_success_at"] or 0
    if now_ms - last < rules.silent_ms:
        return None
    count, oldest = consumers.waiting(rows, consumer, row["cursor_seq"])
    if oldest is None or now_ms - oldest < rules.silent_ms:
        return None
    hours = (now_ms - max(last, oldest)) // HOUR_MS
    return Problem("erp_no_contact", consumer=consumer.name, hours=hours, count=count)

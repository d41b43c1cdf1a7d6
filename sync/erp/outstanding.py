"""Entries beside the cursor: deferred ones rest and are offered again, rejected ones wait for a
person. Nothing waits behind them, and none is ever thrown away.
"""

import json

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx
from sync.erp.batch import Item
from sync.erp.receipt import Receipt

BACKOFF_MS_MIN = 60_000
BACKOFF_MS_MAX = 3_600_000
PAGE_ROWS_MAX = 200


def hold(tx: Tx, consumer: str, item: Item, receipt: Receipt) -> None:
    """Keep an entry the ERP did not take, with its reason."""
    _supersede(tx, consumer, item)
    tried = tx.value(
        "SELECT attempts FROM erp_outstanding WHERE consumer = ? AND seq = ?", (consumer, item.seq)
    )
    attempts = (tried or 0) + 1
    problem = receipt.problem or Problem(f"erp_{receipt.status}", message="no reason given")
    due_at = tx.now_ms + max(backoff_ms(attempts, ids.jitter()), receipt.rest_s * 1000)
    tx.execute(
        "INSERT INTO erp_outstanding (consumer, seq, kind, subject, status, attempts, since,"
        " due_at, problem) VALUES (?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT (consumer, seq) DO UPDATE SET status = excluded.status,"
        " attempts = excluded.attempts, due_at = excluded.due_at, problem = excluded.problem",
        (consumer, item.seq, item.kind, item.subject, receipt.status, attempts, tx.now_ms, due_at,
         json.dumps(problem.record())),
    )  # fmt: skip


def settle(tx: Tx, consumer: str, item: Item) -> None:
    """The ERP has this entry: neither it nor an older version of its record is outstanding."""
    tx.execute("DELETE FROM erp_outstanding WHERE consumer = ? AND seq = ?", (consumer, item.seq))
    _supersede(tx, consumer, item)


def offer_again(tx: Tx, consumer: str, seq: int) -> None:
    """Put an entry into the next batch; Problem outstanding_unknown.

    For a deferred one whose time need not be awaited, or a rejected one after the reason is mended.
    """
    changed = tx.execute(
        "UPDATE erp_outstanding SET status = 'deferred', attempts = 0, due_at = ?"
        " WHERE consumer = ? AND seq = ?",
        (tx.now_ms, consumer, seq),
    )
    if not changed:
        raise Problem("outstanding_unknown", consumer=consumer, seq=seq)


def drop_archived(tx: Tx) -> int:
    """Stop offering entries that have left the journal; how many. The archive waits for every
    outstanding entry, so these are of consumers that it was told not to wait for.
    """
    return tx.execute("DELETE FROM erp_outstanding WHERE seq <= ?", (journal.low_water(tx),))


def listed(rows: Rows) -> list[Row]:
    """What is outstanding, oldest first: seq, type, subject, status, reason and instants (ms)."""
    return rows.all(
        "SELECT o.*, j.id, j.type, j.device, j.received_at, j.body FROM erp_outstanding o"
        " JOIN journal j ON j.seq = o.seq ORDER BY o.status DESC, o.seq LIMIT ?",
        (PAGE_ROWS_MAX,),
    )


def backoff_ms(attempts: int, jitter: float) -> int:
    """How long a deferred entry rests: doubling from a minute to an hour, the last half random."""
    ceiling = min(BACKOFF_MS_MAX, BACKOFF_MS_MIN << min(attempts - 1, 10))
    return round(ceiling * (0.5 + 0.5 * jitter))


def _supersede(tx: Tx, consumer: str, item: Item) -> None:
    """A newer version of a record says all that an older one had to say."""
    if item.kind:
        tx.execute(
            "DELETE FROM erp_outstanding WHERE consumer = ? AND kind = ? AND subject = ?"
            " AND seq < ?",
            (consumer, item.kind, item.subject, item.seq),
        )

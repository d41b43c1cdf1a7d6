"""Entries beside the cursor: deferred ones rest and are offered again, rejected ones wait for a
person. Nothing waits behind them, and none is ever thrown away.
"""

import json
from dataclasses import replace

from gateway.kernel import canonical, ids
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx
from sync.erp.batch import Item
from sync.erp.receipt import Receipt

BACKOFF_MS_MIN = 60_000
BACKOFF_MS_MAX = 3_600_000
PAGE_ROWS_MAX = 200
FAULT = "erp_fault"
FAULTS_MAX = 5


def judged(tx: Tx, consumer: str, item: Item, receipt: Receipt) -> Receipt:
    """The receipt as it counts: a push that failed five times at one entry, by no fault of the
    line, is not tried a sixth time. The entry waits for a person, unless the ERP has taken nothing
    else meanwhile: then it is no entry's fault.
    """
    if receipt.status != "deferred" or receipt.problem is None or receipt.problem.code != FAULT:
        return receipt
    faults = _faults(tx, consumer, item) + 1
    if faults < FAULTS_MAX or not _settled_since_it_failed(tx, consumer, item):
        return receipt
    reason = receipt.problem.params.get("reason", "")
    problem = Problem("erp_poison", times=faults, reason=reason)
    return replace(receipt, status="rejected", problem=problem)


def hold(tx: Tx, consumer: str, item: Item, receipt: Receipt) -> None:
    """Keep an entry the ERP did not take, with its reason."""
    _supersede(tx, consumer, item)
    tried = tx.value(
        "SELECT attempts FROM erp_outstanding WHERE consumer = ? AND seq = ?", (consumer, item.seq)
    )
    attempts = (tried or 0) + 1
    is_fault = receipt.problem is not None and receipt.problem.code == FAULT
    faults = _faults(tx, consumer, item) + int(is_fault)
    problem = receipt.problem or Problem(f"erp_{receipt.status}", message="no reason given")
    due_at = tx.now_ms + max(backoff_ms(attempts, ids.jitter()), receipt.rest_s * 1000)
    tx.execute(
        "INSERT INTO erp_outstanding (consumer, seq, kind, subject, status, attempts, since,"
        " due_at, problem, faults, waits_for) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT (consumer, seq) DO UPDATE SET status = excluded.status,"
        " attempts = excluded.attempts, due_at = excluded.due_at, problem = excluded.problem,"
        " faults = excluded.faults, waits_for = excluded.waits_for",
        (consumer, item.seq, item.kind, item.subject, receipt.status, attempts, tx.now_ms, due_at,
         json.dumps(problem.record()), faults, receipt.waits_for),
    )  # fmt: skip


def settle(tx: Tx, consumer: str, item: Item) -> None:
    """The ERP has this entry: neither it nor an older version of its record is outstanding, and
    what waited for the record is due.
    """
    tx.execute("DELETE FROM erp_outstanding WHERE consumer = ? AND seq = ?", (consumer, item.seq))
    _supersede(tx, consumer, item)
    if item.subject:
        tx.execute(
            "UPDATE erp_outstanding INDEXED BY erp_outstanding_waits"
            " SET due_at = min(due_at, ?), waits_for = ''"
            " WHERE consumer = ? AND waits_for = ? AND waits_for <> '' AND status = 'deferred'",
            (tx.now_ms, consumer, item.subject),
        )


def refused_elsewhere(rows: Rows, name: str, item: Item) -> bool:
    """Whether another ERP refused this record: that is what its people must see."""
    found = rows.value(
        "SELECT 1 FROM erp_outstanding WHERE subject = ? AND subject <> '' AND consumer <> ?"
        " AND seq = ? AND status = 'rejected'",
        (item.subject, name, item.seq),
    )
    return found is not None


def offer_again(tx: Tx, consumer: str, seq: int) -> None:
    """Put an entry into the next batch; Problem outstanding_unknown.

    For a deferred one whose time need not be awaited, or a rejected one after the reason is mended.
    """
    # A larger number is none that SQLite has, and so none of an entry.
    changed = seq <= canonical.INTEGER_MAX and tx.execute(
        "UPDATE erp_outstanding SET status = 'deferred', attempts = 0, faults = 0, waits_for = '',"
        " due_at = ?"
        " WHERE consumer = ? AND seq = ?",
        (tx.now_ms, consumer, seq),
    )
    if not changed:
        raise Problem("outstanding_unknown", consumer=consumer, seq=seq)


def offer_settled(tx: Tx, consumer: str, seq: int) -> None:
    """Put an entry into the next batch that the ERP has taken, or says it has; Problem
    entry_unknown.
    """
    row = tx.one("SELECT kind, subject FROM journal WHERE seq = ?", (seq,))
    if row is None:
        raise Problem("entry_unknown", seq=seq)
    problem = Problem("erp_deferred", message="asked for once more by a person")
    tx.execute(
        "INSERT INTO erp_outstanding (consumer, seq, kind, subject, status, attempts, since,"
        " due_at, problem) VALUES (?,?,?,?,'deferred',0,?,?,?) ON CONFLICT (consumer, seq) DO"
        " UPDATE SET status = 'deferred', attempts = 0, due_at = excluded.due_at",
        (consumer, seq, row["kind"], row["subject"], tx.now_ms, tx.now_ms,
         json.dumps(problem.record())),
    )  # fmt: skip


def offer_all(tx: Tx, consumer: str) -> int:
    """Put everything a consumer has not taken into its next batches; how many entries."""
    return tx.execute(
        "UPDATE erp_outstanding SET status = 'deferred', attempts = 0, faults = 0, waits_for = '',"
        " due_at = ? WHERE consumer = ?",
        (tx.now_ms, consumer),
    )


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


def _settled_since_it_failed(rows: Rows, consumer: str, item: Item) -> bool:
    found = rows.value(
        "SELECT 1 FROM erp_outstanding o JOIN erp_batches b ON b.consumer = o.consumer"
        " AND (b.done_at IS NULL OR b.done_at >= o.since)"
        " JOIN erp_receipts r ON r.batch = b.id AND r.status IN ('accepted', 'duplicate')"
        " AND r.answered_at >= o.since WHERE o.consumer = ? AND o.seq = ? LIMIT 1",
        (consumer, item.seq),
    )
    return found is not None


def _faults(rows: Rows, consumer: str, item: Item) -> int:
    found = rows.value(
        "SELECT faults FROM erp_outstanding WHERE consumer = ? AND seq = ?", (consumer, item.seq)
    )
    return found or 0


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

"""Whose turn it is, where several workers take for one consumer: a batch is one's for a while.

A lease only keeps two workers from doing the same work at once. What makes an entry taken once is
its receipt: receipts of a worker whose lease has ended count like any others.
"""

from dataclasses import dataclass

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Rows
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Lease:
    """Who asks, and for how many seconds; an empty ``worker`` is one that works alone."""

    worker: str = ""
    seconds: int = 60


ALONE = Lease()


def check(rows: Rows, batch: str, lease: Lease, now_ms: int) -> None:
    """Problem batch_leased while the batch is another worker's."""
    row = rows.one(
        "SELECT leased_to, leased_until FROM erp_batches WHERE id = ?", (ids.to_bytes(batch),)
    )
    if row is None or row["leased_to"] in ("", lease.worker) or row["leased_until"] <= now_ms:
        return
    raise Problem(
        "batch_leased",
        worker=row["leased_to"],
        retry_after_s=max(1, -(-(row["leased_until"] - now_ms) // 1000)),
    )


def take(tx: Tx, batch: str, lease: Lease) -> None:
    """Make the batch the worker's, from now on; Problem batch_leased while it is another's."""
    check(tx, batch, lease, tx.now_ms)
    if lease.worker:
        tx.execute(
            "UPDATE erp_batches SET leased_to = ?, leased_until = ? WHERE id = ?",
            (lease.worker, tx.now_ms + 1000 * lease.seconds, ids.to_bytes(batch)),
        )

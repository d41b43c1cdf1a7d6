"""What the ERP side holds of records that were erased: titles of their rows, reasons why they were
not taken, and batches that nobody has finished yet.

Links stay: they are ids, and the ERP is told by them that a record is gone. An open batch that
names an erased record is withdrawn; what else was in it comes again in the next one under the same
ids, so an ERP that took a part of it knows that part.
"""

from collections.abc import Sequence

from gateway.kernel import ids
from gateway.records.rows.erasures import Erasure
from gateway.store.transaction import Tx
from sync.erp import offers


def forget(tx: Tx, erased: Sequence[Erasure]) -> None:
    """Take all of it away, in the transaction that erases the records."""
    named = [one.record for one in erased]
    for record in named:
        tx.execute("DELETE FROM erp_outstanding WHERE subject = ?", (record,))
        tx.execute(
            "UPDATE erp_rows SET title = '', said = '{}', mark = '', problem = NULL"
            " WHERE record = ?",
            (ids.to_bytes(record),),
        )
    for (consumer,) in tx.tuples("SELECT consumer FROM erp_batches WHERE done_at IS NULL"):
        waiting = offers.open_batch(tx, consumer)
        if waiting is not None and any(record.encode() in waiting.body for record in named):
            tx.execute("DELETE FROM erp_batches WHERE id = ?", (ids.to_bytes(waiting.id),))

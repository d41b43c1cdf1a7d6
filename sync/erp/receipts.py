"""Recording what the ERP said of each entry of a batch, once.

The first answer for an entry stands, so receipts may be sent any number of times. The cursor goes
on when every entry of the batch has an answer, whatever it was.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx
from sync.erp import consumers, outstanding
from sync.erp.batch import Item
from sync.erp.book import Book
from sync.erp.receipt import Receipt

DONE_KEEP_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class State:
    """Where a batch stands, and how many entries still need a receipt."""

    batch: str
    state: Literal["open", "done"]
    remaining: int


class Receipts:
    """Records receipts in a store."""

    def __init__(self, store: Store, book: Book) -> None:
        self._store = store
        self._book = book

    def record(self, device: str, batch: str, sha256: str, receipts: Sequence[Receipt]) -> State:
        """Apply receipts of the device whose batch it is (none for a connector), all or none.

        Problem batch_unknown, batch_hash_wrong or receipt_unexpected (with a pointer).
        """
        key = ids.key(batch, "batch_unknown")
        return self._store.write(lambda tx: self._record(tx, device, key, sha256, receipts))

    def _record(
        self, tx: Tx, device: str, key: bytes, sha256: str, receipts: Sequence[Receipt]
    ) -> State:
        row = _find(tx, device, key, sha256)
        name = row["consumer"]
        expected = {
            item["seq"]: item
            for item in tx.all("SELECT * FROM erp_receipts WHERE batch = ?", (key,))
        }
        _check(receipts, expected.keys())
        for receipt in receipts:
            item = expected[receipt.seq]
            if item["status"] is None:
                item["status"] = receipt.status
                self._apply(tx, name, item, receipt)
        remaining = sum(item["status"] is None for item in expected.values())
        if not remaining and row["done_at"] is None:
            _finish(tx, name, row)
        return State(ids.to_text(key), "open" if remaining else "done", remaining)

    def _apply(self, tx: Tx, name: str, row: Row, receipt: Receipt) -> None:
        tx.execute(
            "UPDATE erp_receipts SET status = ?, answered_at = ?, erp_ref = ?, problem = ?"
            " WHERE batch = ? AND seq = ?",
            (receipt.status, tx.now_ms, receipt.erp_ref, _reason(receipt), row["batch"],
             receipt.seq),
        )  # fmt: skip
        item = Item(receipt.seq, row["kind"], row["subject"], row["version"])
        if receipt.settled:
            outstanding.settle(tx, name, item)
            _link(tx, name, item, receipt)
        else:
            outstanding.hold(tx, name, item, receipt)
        if item.kind and receipt.status != "deferred":
            stage = "accepted" if receipt.settled else "rejected"
            self._book.mark(tx, item, stage, receipt.problem)


def _find(tx: Tx, device: str, key: bytes, sha256: str) -> Row:
    row = tx.one(
        "SELECT b.* FROM erp_batches b JOIN erp_consumers c ON c.name = b.consumer"
        " WHERE b.id = ? AND c.device = ?",
        (key, device),
    )
    if row is None:
        raise Problem("batch_unknown")
    if row["sha256"] != sha256:
        raise Problem("batch_hash_wrong", pointer="/sha256")
    return row


def _check(receipts: Sequence[Receipt], expected: Collection[int]) -> None:
    for number, receipt in enumerate(receipts):
        if receipt.seq not in expected:
            pointer = f"/receipts/{number}/seq"
            raise Problem("receipt_unexpected", pointer=pointer, seq=receipt.seq)


def _reason(receipt: Receipt) -> str | None:
    return json.dumps(receipt.problem.record()) if receipt.problem else None


def _link(tx: Tx, name: str, item: Item, receipt: Receipt) -> None:
    """Remember what the record and its elements are called at the ERP."""
    if not item.kind:
        return
    named = dict(receipt.links)
    if receipt.erp_ref:
        named[""] = receipt.erp_ref
    tx.executemany(
        "INSERT OR REPLACE INTO erp_links (consumer, subject, element, ref) VALUES (?,?,?,?)",
        [(name, item.subject, element, ref) for element, ref in named.items()],
    )


def _finish(tx: Tx, name: str, row: Row) -> None:
    tx.execute(
        "UPDATE erp_batches SET done_at = ?, body = NULL WHERE id = ?", (tx.now_ms, row["id"])
    )
    tx.execute(
        "UPDATE erp_consumers SET cursor_seq = max(cursor_seq, ?) WHERE name = ?",
        (row["through"], name),
    )
    consumers.contact(tx, name)
    tx.execute("DELETE FROM erp_batches WHERE done_at < ?", (tx.now_ms - DONE_KEEP_MS,))

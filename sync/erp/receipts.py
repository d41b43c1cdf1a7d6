"""Recording what the ERP said of each entry of a batch, once.

The first answer for an entry stands, so receipts may be sent any number of times. The cursor goes
on when every entry of the batch has an answer, whatever it was.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx
from sync.erp import consumers, outstanding, spans
from sync.erp.batch import Item
from sync.erp.book import Book
from sync.erp.receipt import Receipt, Settled

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

    def record(
        self,
        device: str,
        batch: str,
        sha256: str,
        receipts: Sequence[Receipt],
        rest: Settled | None = None,
    ) -> State:
        """Apply receipts of the device whose batch it is (none for a connector), all or none.

        ``rest`` is what became of every entry that still has no answer then. Problem batch_unknown,
        batch_hash_wrong or receipt_unexpected (with a pointer).
        """
        key = ids.key(batch, "batch_unknown")

        def apply(tx: Tx) -> State:
            row = _find(tx, device, key, sha256)
            return self._record(tx, key, row, receipts, rest)

        return self._store.write(apply)

    def _record(
        self, tx: Tx, key: bytes, row: Row, receipts: Sequence[Receipt], rest: Settled | None
    ) -> State:
        name = row["consumer"]
        if receipts:
            spans.part(tx, key)
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
        if rest:
            self._settle_rest(tx, name, key, expected.values(), rest)
        remaining = 0 if rest else len(spans.unanswered(tx, key))
        if not remaining and row["done_at"] is None:
            _finish(tx, name, row)
        return State(ids.to_text(key), "open" if remaining else "done", remaining)

    def _settle_rest(
        self, tx: Tx, name: str, key: bytes, expected: Iterable[Row], status: Settled
    ) -> None:
        """The same good answer for all that have none: facts at once, records one by one."""
        tx.execute(
            "DELETE FROM erp_outstanding WHERE consumer = ? AND EXISTS"
            " (SELECT 1 FROM erp_receipts r WHERE r.batch = ? AND r.status IS NULL"
            " AND erp_outstanding.seq BETWEEN r.seq AND r.last_seq)",
            (name, key),
        )
        tx.execute(
            "UPDATE erp_receipts SET status = ?, answered_at = ?"
            " WHERE batch = ? AND status IS NULL",
            (status, tx.now_ms, key),
        )
        for row in expected:
            if row["status"] is None and row["kind"]:
                item = Item(row["seq"], row["kind"], row["subject"], row["version"])
                outstanding.settle(tx, name, item)
                if not outstanding.refused_elsewhere(tx, name, item):
                    self._book.mark(tx, item, "accepted")

    def _apply(self, tx: Tx, name: str, row: Row, told: Receipt) -> None:
        item = Item(told.seq, row["kind"], row["subject"], row["version"])
        if told.problem is not None:
            told = replace(told, problem=self._book.hushed(tx, item, told.problem))
        receipt = outstanding.judged(tx, name, item, told)
        tx.execute(
            "UPDATE erp_receipts SET status = ?, answered_at = ?, erp_ref = ?, problem = ?"
            " WHERE batch = ? AND seq = ?",
            (receipt.status, tx.now_ms, receipt.erp_ref, _reason(receipt), row["batch"],
             receipt.seq),
        )  # fmt: skip
        if receipt.settled:
            outstanding.settle(tx, name, item)
            _link(tx, name, item, receipt)
        else:
            outstanding.hold(tx, name, item, receipt)
        if (
            item.kind
            and receipt.status != "deferred"
            and not outstanding.refused_elsewhere(tx, name, item)
        ):
            stage = "accepted" if receipt.settled else "rejected"
            self._book.mark(tx, item, stage, receipt.problem)


def _find(tx: Tx, device: str, key: bytes, sha256: str) -> Row:
    row = tx.one(
        # Not its body, which is large and was read when it was handed out.
        "SELECT b.id, b.consumer, b.through, b.sha256, b.done_at"
        " FROM erp_batches b JOIN erp_consumers c ON c.name = b.consumer"
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
    """Remember what the record and its elements are called at the ERP, or only that it is there."""
    if not item.kind:
        return
    tx.execute(
        "INSERT OR IGNORE INTO erp_links (consumer, subject, element, ref) VALUES (?,?,'','')",
        (name, item.subject),
    )
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

"""The rows that stand for the entries of a batch until each has its answer.

A record is a row of its own. Facts that stand side by side are one row, a span, for as long as they
have the same answer: a thousand facts that are answered with one word are one row, not a thousand.
"""

from collections.abc import Iterable, Iterator

from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp.batch import Item

_INSERT = (
    "INSERT INTO erp_receipts (batch, seq, last_seq, kind, subject, version) VALUES (?,?,?,?,?,?)"
)


def expect(tx: Tx, batch: bytes, items: Iterable[Item]) -> None:
    """Write down which entries of a new batch need an answer; ``items`` by seq."""
    tx.executemany(_INSERT, [(batch, *row) for row in _spans(items)])


def unanswered(rows: Rows, batch: bytes) -> set[int]:
    """The entries of a batch that have no answer."""
    found = rows.tuples(
        "SELECT seq, last_seq FROM erp_receipts WHERE batch = ? AND status IS NULL", (batch,)
    )
    return {seq for first, last in found for seq in range(first, last + 1)}


def part(tx: Tx, batch: bytes) -> None:
    """Give every entry a row of its own, for an answer of its own."""
    found = tx.tuples(
        "SELECT seq, last_seq, status, answered_at FROM erp_receipts"
        " WHERE batch = ? AND last_seq > seq",
        (batch,),
    )
    for first, last, status, answered_at in found:
        tx.execute("UPDATE erp_receipts SET last_seq = seq WHERE batch = ? AND seq = ?",
                   (batch, first))  # fmt: skip
        tx.executemany(
            "INSERT INTO erp_receipts (batch, seq, last_seq, kind, subject, status, answered_at)"
            " VALUES (?,?,?,'','',?,?)",
            [(batch, seq, seq, status, answered_at) for seq in range(first + 1, last + 1)],
        )


def _spans(items: Iterable[Item]) -> Iterator[tuple[int, int, str, str, int | None]]:
    """(first seq, last seq, kind, subject, version) of each row."""
    first = last = 0
    for item in items:
        if first and not item.kind and item.seq == last + 1:
            last += 1
            continue
        if first:
            yield first, last, "", "", None
            first = 0
        if item.kind:
            yield item.seq, item.seq, item.kind, item.subject, item.version
        else:
            first = last = item.seq
    if first:
        yield first, last, "", "", None

"""What is kept up to date beside the journal, in the same transaction.

Sales, and running counts by type.
"""

from collections import Counter
from collections.abc import Sequence

from gateway.facts.event import Fact
from gateway.facts.types import Sale
from gateway.store.transaction import Tx

_SALE = (
    "INSERT INTO sales (id, seq, register, receipt, currency, customer, net, tax, total,"
    " occurred_at) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
_COUNT = (
    "INSERT INTO counters (name, value) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value"
)


def project(tx: Tx, facts: Sequence[Fact], *, first: int) -> None:
    """Apply newly stored facts, whose seqs run from ``first``."""
    sales = [
        sale_row(fact.sale, fact.identity, seq, _occurred_at(fact, tx.now_ms))
        for seq, fact in enumerate(facts, first)
        if fact.sale is not None
    ]
    if sales:
        tx.executemany(_SALE, sales)
    counts = Counter([fact.entry.type for fact in facts])
    tx.executemany(_COUNT, [(f"facts.{name}", count) for name, count in counts.items()])


def sale_row(sale: Sale, identity: bytes, seq: int, occurred_at: int) -> tuple[object, ...]:
    """A sale's row of the projection."""
    return (
        identity, seq, sale.register, sale.receipt, sale.currency, sale.customer or "",
        sale.net, sale.tax, sale.total, occurred_at,
    )  # fmt: skip


def _occurred_at(fact: Fact, now_ms: int) -> int:
    return now_ms if fact.entry.occurred_at is None else fact.entry.occurred_at

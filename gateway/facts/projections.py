"""What is kept up to date beside the journal, in the same transaction.

Sales, visits, what registers and hands report, and running counts by type.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from gateway.facts import receipts
from gateway.facts import visit as visits
from gateway.facts.event import Fact
from gateway.facts.till_rows import MOVE, TILL, Place, rows_of
from gateway.facts.types import Sale, Visit
from gateway.kernel import ids
from gateway.store.transaction import Tx

_SALE = (
    "INSERT INTO sales (id, seq, register, receipt, currency, customer, net, tax, total,"
    " occurred_at) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
_VISIT = "INSERT INTO visits (id, seq, customer, actor, device, at, data) VALUES (?,?,?,?,?,?,?)"
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
    rows = [
        visit_row(fact.visit, (fact.identity, seq, fact.entry.actor, fact.entry.device), at)
        for seq, fact in enumerate(facts, first)
        if fact.visit is not None
        for at in [visits.checked_in_at(fact.visit, fact.entry.clock_offset_ms, tx.now_ms)]
    ]
    if rows:
        tx.executemany(_VISIT, rows)
    told = [
        (data, _place(fact, seq, tx.now_ms))
        for seq, fact in enumerate(facts, first)
        if (data := fact.sale or fact.till) is not None
    ]
    entries, moves = rows_of(told)
    if entries:
        tx.executemany(TILL, entries)
    if moves:
        tx.executemany(MOVE, moves)
    for put, made in receipts.rows_of(told):
        if made:
            tx.executemany(put, made)
    counts = Counter([fact.entry.type for fact in facts])
    tx.executemany(_COUNT, [(f"facts.{name}", count) for name, count in counts.items()])


def _place(fact: Fact, seq: int, now_ms: int) -> Place:
    body = fact.entry.body
    assert isinstance(body, bytes), "facts come with their bytes"
    at = min(_occurred_at(fact, now_ms) + fact.entry.clock_offset_ms, now_ms)
    return Place(fact.identity, seq, fact.entry.type, at, body)


def sale_row(sale: Sale, identity: bytes, seq: int, occurred_at: int) -> tuple[object, ...]:
    """A sale's row of the projection."""
    return (
        identity, seq, sale.register, sale.receipt, sale.currency, sale.customer or "",
        sale.net, sale.tax, sale.total, occurred_at,
    )  # fmt: skip


def visit_row(visit: Visit, place: tuple[bytes, int, str, str], at: int) -> tuple[object, ...]:
    """A visit's row of the projection; ``place`` is its id, seq, actor and device."""
    data = msgspec.json.encode(visit, order="sorted").decode()
    identity, seq, *who = place
    return (identity, seq, ids.to_bytes(visit.customer), *who, at, data)


def _occurred_at(fact: Fact, now_ms: int) -> int:
    return now_ms if fact.entry.occurred_at is None else fact.entry.occurred_at

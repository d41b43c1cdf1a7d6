"""Making the projections anew from the archive and the journal, while captures go on.

The rows of a fact depend on its own entry alone, so rows are replaced run by run, in
short pieces of work, and every run is right before and after. The counts of everything that was
read are handed from step to step, and replace the counters in the transaction that reads the last
entries.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from gateway.facts import receipts
from gateway.facts import visit as visits
from gateway.facts.projections import sale_row, visit_row
from gateway.facts.till_rows import MOVE, TILL, Place, rows_of
from gateway.facts.types import DATA_TYPES, PROJECTED, SALE, VISIT
from gateway.store import archive, journal
from gateway.store.database import Store
from gateway.store.segment import Stored
from gateway.store.transaction import Tx

SLICE = 500
TAIL = 200


def _decoder(shape: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    """What reads the data out of an event."""
    return msgspec.json.Decoder(msgspec.defstruct(shape.__name__ + "Told", [("data", shape)]))


_decoders = {name: _decoder(DATA_TYPES[name]) for name in PROJECTED}

_PUT = (
    "INSERT OR REPLACE INTO sales (id, seq, register, receipt, currency, customer, net, tax, total,"
    " occurred_at) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
_PUT_VISIT = (
    "INSERT OR REPLACE INTO visits (id, seq, customer, actor, device, at, data)"
    " VALUES (?,?,?,?,?,?,?)"
)
# The tables with a row a fact, each beside its own statement.
TABLES = (
    ("sales", _PUT), ("visits", _PUT_VISIT), ("till_entries", TILL), ("stock_moves", MOVE),
    ("stock_reversals", receipts.REVERSAL), ("stock_receipts", receipts.RECEIPT),
)  # fmt: skip
Made = Sequence[list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild has come: everything up to ``after`` is counted, by fact type."""

    after: int = 0
    counts: Mapping[str, int] | None = None
    done: bool = False


def step(store: Store, so_far: Progress) -> Progress:
    """Go on with some entries. Start with ``Progress()`` and repeat until it is done.

    Problem segment_missing or segment_damaged: what was there before still stands, for its entries
    and for the counters.
    """
    counts = Counter(so_far.counts or {})
    entries = archive.page(store, so_far.after)
    if len(entries) < TAIL:
        end = store.write(lambda tx: _finish(tx, so_far.after, counts))
        if end is not None:
            return end
    for start in range(0, len(entries), SLICE):
        run = entries[start : start + SLICE]
        store.write(partial(_replace, entries=run, made=_made(run)))
    after = entries[-1].seq if entries else so_far.after
    return Progress(after, counts + _counted(entries))


def _finish(tx: Tx, after: int, counts: Counter[str]) -> Progress | None:
    """The last entries, none of which can come or go meanwhile, and the counters; None while more
    than a few are left.
    """
    if after < journal.low_water(tx) or tx.seq - after > TAIL:
        return None
    entries = archive.journal_page(tx, after, TAIL)
    if entries:
        _replace(tx, entries, _made(entries))
    counts = counts + _counted(entries)
    for table, _ in TABLES:
        tx.execute(f"DELETE FROM {table} WHERE seq < 1 OR seq > ?", (tx.seq,))  # noqa: S608
    tx.execute("DELETE FROM counters WHERE name LIKE 'facts.%'")
    rows = [(f"facts.{name}", count) for name, count in counts.items()]
    tx.executemany("INSERT INTO counters (name, value) VALUES (?, ?)", rows)
    return Progress(tx.seq, counts, done=True)


def _counted(entries: Sequence[Stored]) -> Counter[str]:
    return Counter([row.type for row in entries if not row.kind and row.type in DATA_TYPES])


def _visits(told: Sequence[tuple[Stored, Any]]) -> list[tuple[object, ...]]:
    return [
        visit_row(visit, (row.id, row.seq, row.actor, row.device), at)
        for row, visit in told
        if row.type == VISIT
        for at in [visits.checked_in_at(visit, row.clock_offset_ms, row.received_at)]
    ]


def _made(entries: Sequence[Stored]) -> Made:
    """The rows of every table that these entries make, in the order of the tables."""
    told = [
        (row, _decoders[row.type].decode(row.body).data)
        for row in entries
        if not row.kind and row.type in PROJECTED and row.body is not None
    ]
    sales = [
        sale_row(data, row.id, row.seq, row.occurred_at) for row, data in told if row.type == SALE
    ]
    placed = [
        (data, Place(row.id, row.seq, row.type, _at(row), row.body))
        for row, data in told
        if row.type != VISIT and row.body is not None
    ]
    more = [rows for _, rows in receipts.rows_of(placed)]
    return sales, _visits(told), *rows_of(placed), *more


def _at(row: Stored) -> int:
    """When it happened by a clock that was set right, and never after it came."""
    return min(row.occurred_at + row.clock_offset_ms, row.received_at)


def _replace(tx: Tx, entries: Sequence[Stored], made: Made) -> None:
    # Of an erased body the row beside it is all that is left.
    erased = json.dumps([row.seq for row in entries if row.body is None])
    for (table, put), rows in zip(TABLES, made, strict=True):
        tx.execute(
            f"DELETE FROM {table} WHERE seq BETWEEN ? AND ? AND seq NOT IN (SELECT value FROM"  # noqa: S608
            " json_each(?))",
            (entries[0].seq, entries[-1].seq, erased),
        )
        tx.executemany(put, rows)

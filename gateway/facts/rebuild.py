"""Making the projections anew from the archive and the journal, while captures go on.

A sale's row depends on its own entry alone, so rows are replaced run by run, in short pieces of
work, and every run is right before and after. The counts of everything that was read are handed
from step to step, and replace the counters in the transaction that reads the last entries.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from gateway.facts.projections import sale_row
from gateway.facts.types import DATA_TYPES, SALE, Sale
from gateway.store import archive, journal
from gateway.store.database import Store
from gateway.store.segment import Stored
from gateway.store.transaction import Tx

SLICE = 500
TAIL = 200


class _SaleEvent(msgspec.Struct):
    data: Sale


_decoder = msgspec.json.Decoder(_SaleEvent)

_PUT = (
    "INSERT OR REPLACE INTO sales (id, seq, register, receipt, currency, customer, net, tax, total,"
    " occurred_at) VALUES (?,?,?,?,?,?,?,?,?,?)"
)


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
        store.write(partial(_replace, entries=run, sales=_sales(run)))
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
        _replace(tx, entries, _sales(entries))
    counts = counts + _counted(entries)
    tx.execute("DELETE FROM sales WHERE seq < 1 OR seq > ?", (tx.seq,))
    tx.execute("DELETE FROM counters WHERE name LIKE 'facts.%'")
    rows = [(f"facts.{name}", count) for name, count in counts.items()]
    tx.executemany("INSERT INTO counters (name, value) VALUES (?, ?)", rows)
    return Progress(tx.seq, counts, done=True)


def _counted(entries: Sequence[Stored]) -> Counter[str]:
    return Counter([row.type for row in entries if not row.kind and row.type in DATA_TYPES])


def _sales(entries: Sequence[Stored]) -> list[tuple[object, ...]]:
    return [
        sale_row(_decoder.decode(row.body).data, row.id, row.seq, row.occurred_at)
        for row in entries
        if row.type == SALE and row.body is not None
    ]


def _replace(tx: Tx, entries: Sequence[Stored], sales: Sequence[tuple[object, ...]]) -> None:
    # Of an erased body the row beside it is all that is left.
    erased = json.dumps([row.seq for row in entries if row.body is None])
    tx.execute(
        "DELETE FROM sales WHERE seq BETWEEN ? AND ? AND seq NOT IN (SELECT value FROM"
        " json_each(?))",
        (entries[0].seq, entries[-1].seq, erased),
    )
    tx.executemany(_PUT, sales)

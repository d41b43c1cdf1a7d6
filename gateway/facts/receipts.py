"""What came in by a delivery, and which facts about goods were taken back.

A delivery is a record of the ERP and stays as it was ordered. What has come of it is added up from
the facts that name its number, whoever sent them, whenever they came.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from gateway.facts.stock import StockReceived, StockReversed
from gateway.facts.till_rows import MILLIONTHS, Place, Row, millionths, quantity_text
from gateway.kernel import ids
from gateway.store.rows import Rows

REVERSAL: Final = "INSERT OR REPLACE INTO stock_reversals (corrects, id, seq) VALUES (?,?,?)"
RECEIPT: Final = (
    "INSERT OR REPLACE INTO stock_receipts (document, id, line, seq, gtin, sku, quantity)"
    " VALUES (?,?,?,?,?,?,?)"
)
_STANDS: Final = "NOT EXISTS (SELECT 1 FROM stock_reversals r WHERE r.corrects = stock_receipts.id)"
# Whole units and millionths are added up apart: no sum of theirs leaves 64 bits.
_SUMS: Final = (
    "SELECT gtin, sku, sum(quantity / 1000000), sum(quantity % 1000000) FROM stock_receipts"  # noqa: S608
    f" WHERE document = ? AND {_STANDS} GROUP BY gtin, sku ORDER BY gtin, sku"
)
_FACTS: Final = (
    "SELECT DISTINCT id FROM stock_receipts WHERE document = ? UNION SELECT r.id FROM"
    " stock_reversals r JOIN stock_receipts s ON s.id = r.corrects WHERE s.document = ? ORDER BY 1"
)


class ReceivedLine(Struct):
    """So much of an article; one of ``gtin`` (14 digits) and ``sku`` may be empty."""

    gtin: str
    sku: str
    quantity: str


class Received(Struct):
    """What has come of a delivery so far.

    ``facts`` are the ids of all facts that were looked at, and of those that took some of them
    back: a phone adds only its own that are not among them.
    """

    document: str
    lines: list[ReceivedLine]
    facts: list[str]


def rows_of(facts: Sequence[tuple[Struct, Place]]) -> tuple[tuple[str, list[Row]], ...]:
    """The rows of many facts, each table's beside the statement that puts them there."""
    taken_back = [
        (ids.to_bytes(data.corrects), place.id, place.seq)
        for data, place in facts
        if isinstance(data, StockReversed)
    ]
    came = [
        row
        for data, place in facts
        if isinstance(data, StockReceived) and data.document
        for row in _came(data, data.document, place)
    ]
    return (REVERSAL, list(taken_back)), (RECEIPT, came)


def _came(data: StockReceived, document: str, place: Place) -> Iterator[Row]:
    for number, line in enumerate(data.lines):
        gtin = line.gtin.zfill(14) if line.gtin else ""
        quantity = millionths(line.quantity)
        yield document, place.id, number, place.seq, gtin, line.sku or "", quantity


def received(rows: Rows, document: str) -> Received:
    """What came in by the delivery of this number, and was not taken back."""
    lines = [
        ReceivedLine(gtin, sku, quantity_text(whole * MILLIONTHS + part))
        for gtin, sku, whole, part in rows.tuples(_SUMS, (document,))
    ]
    found = rows.tuples(_FACTS, (document, document))
    return Received(document, lines, [ids.to_text(identity) for (identity,) in found])

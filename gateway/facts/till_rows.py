"""The rows that are kept beside the journal of what registers and hands report (pure).

Each follows from its own entry alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from gateway.facts.basic import CASH, Counted, Sale
from gateway.facts.stock import (
    SHOP,
    Stock,
    StockAdjusted,
    StockCounted,
    StockReceived,
    StockTransferred,
)
from gateway.facts.till import (
    CashMoved,
    Payment,
    PriceChecked,
    Report,
    Reversal,
    ShiftClosed,
    ShiftOpened,
)
from gateway.kernel import canonical

TILL: Final = (
    "INSERT OR REPLACE INTO till_entries (seq, id, type, register, shift, receipt, detail, series,"
    " number, previous, hash, honest, original_register, original_receipt, at, currency, total,"
    " money) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
MOVE: Final = (
    "INSERT OR REPLACE INTO stock_moves (location, scheme, item, at, id, line, seq, type, counted,"
    " quantity) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
MILLIONTHS: Final = 1_000_000
# Cash that leaves the drawer.
_OUT: Final = frozenset({"cash.paid_out", "cash.drop"})
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands: its id, its seq, its type, when it happened (Unix ms), its bytes."""

    id: bytes
    seq: int
    type: str
    at: int
    body: bytes


def till_row(data: Struct, place: Place) -> Row | None:
    """What a fact counts towards; None for one that belongs to no shift, numbering or chain."""
    if not isinstance(data, Counted) or not _counts(data):
        return None
    series, _, number = (data.number or "").rpartition("-")
    chain = data.chain
    original = data.original if isinstance(data, Reversal) else None
    return (
        place.seq, place.id, place.type,
        getattr(data, "register", None) or "", data.shift or "",
        getattr(data, "receipt", None) or "", _detail(data),
        series, int(number) if number else None,
        chain and chain.previous, chain and chain.hash, chain and int(_honest(place.body)),
        original.register if original else "", original.receipt if original else "",
        place.at, getattr(data, "currency", None) or "",
        data.total if isinstance(data, Sale | Report) else 0,
        msgspec.json.encode(money(data, place.type), order="sorted").decode(),
    )  # fmt: skip


def _counts(data: Counted) -> bool:
    """A plain sale that names neither shift nor number has its row among the sales already."""
    if isinstance(data, Sale) and not isinstance(data, Reversal):
        return bool(data.shift or data.number or data.chain)
    return not isinstance(data, PriceChecked) or bool(data.number or data.chain)


def _detail(data: Counted) -> str:
    return str(getattr(data, "report", None) or getattr(data, "reason", None) or "")


def _honest(body: bytes) -> bool:
    """Whether the hash in an event is that of its data."""
    data: dict[str, Any] = msgspec.json.decode(body)["data"]
    chain = data.pop("chain")
    told = str(chain.get("previous", "")).encode() + canonical.encode_decoded(data)
    return bool(canonical.sha256_hex(told) == chain["hash"])


def money(data: Struct, type: str) -> Mapping[str, int]:
    """Minor units by kind of payment: what a fact brings or takes, what was counted or printed."""
    if isinstance(data, Sale):
        found: Counter[str] = Counter()
        for tender in data.tenders:
            found[tender.type] += tender.amount - tender.change
        return found
    if isinstance(data, ShiftOpened):
        return {CASH: data.opening}
    if isinstance(data, CashMoved):
        return {CASH: -data.amount if type in _OUT else data.amount}
    if isinstance(data, Payment):
        return {data.type: data.amount}
    if isinstance(data, ShiftClosed | Report):
        counted = data.counted if isinstance(data, ShiftClosed) else data.tenders
        return {each.type: each.amount for each in counted}
    return {}


def move_rows(data: Struct, place: Place) -> Iterator[Row]:
    """What a fact moves and counts, line by line."""
    if isinstance(data, Sale):
        location = data.location or SHOP
        for number, line in enumerate(data.lines):
            if line.gtin or line.sku:
                yield _row(line, location, place, number, -millionths(line.quantity))
    elif isinstance(data, Stock):
        yield from _stock_rows(data, place)


def _stock_rows(data: Stock, place: Place) -> Iterator[Row]:
    for number, line in enumerate(data.lines):
        quantity = millionths(line.quantity)
        if isinstance(data, StockTransferred):
            yield _row(line, data.source, place, number, -quantity)
            yield _row(line, data.target, place, number, quantity)
        elif isinstance(data, StockReceived | StockAdjusted | StockCounted):
            yield _row(
                line, data.location, place, number, quantity, counted=isinstance(data, StockCounted)
            )


def _row(
    line: Any, location: str, place: Place, number: int, quantity: int, *, counted: bool = False
) -> Row:
    scheme, item = article(line.gtin, line.sku)
    return (
        location, scheme, item, place.at, place.id, number, place.seq, place.type, int(counted),
        quantity,
    )  # fmt: skip


def article(gtin: str | None, sku: str | None) -> tuple[str, str]:
    """What an article is found by: its number as 14 digits, or else the shop's own."""
    return ("gtin", gtin.zfill(14)) if gtin else ("sku", sku or "")


def millionths(quantity: str) -> int:
    """Decimal text as an integer; six decimals are the most a fact may have."""
    return int(Decimal(quantity).scaleb(6))


def quantity_text(number: int) -> str:
    """Millionths as decimal text, without zeros at its end."""
    return f"{Decimal(number).scaleb(-6).normalize():f}" if number else "0"


def rows_of(facts: Sequence[tuple[Struct, Place]]) -> tuple[list[Row], list[Row]]:
    """The rows of many facts: entries of registers, and moves."""
    entries = [row for data, place in facts if (row := till_row(data, place)) is not None]
    return entries, [row for data, place in facts for row in move_rows(data, place)]

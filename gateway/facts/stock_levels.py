"""What is on hand: the newest count of an article at a place, and what moved since.

A count says what was there at its time, so facts may come in any order: what moved before it is in
it, whenever it is told.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from gateway.facts.till_rows import MILLIONTHS, quantity_text
from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.store.rows import Rows

# A place, gtin or sku, and the article: where a page of levels begins.
Key = tuple[str, str, str]
FIRST: Final[Key] = ("", "", "")
# A moment, a fact and a line: where a page of movements begins.
Spot = tuple[int, bytes, int]
NEWEST: Final[Spot] = (2**62, b"\xff" * 16, 2**31)
_START: Final[tuple[int, bytes]] = (-(2**62), b"")
_NEXT: Final = (
    "SELECT location, scheme, item FROM stock_moves WHERE (location, scheme, item) > (?, ?, ?)"
    " ORDER BY location, scheme, item LIMIT 1"
)
# What was taken back counts for nothing, whenever that is heard of.
_REVERSED: Final = (
    "(stock_moves.type IN ('stock.received', 'stock.counted', 'stock.adjusted')"
    " AND EXISTS (SELECT 1 FROM stock_reversals r WHERE r.corrects = stock_moves.id))"
)
_COUNT: Final = (
    "SELECT at, id FROM stock_moves WHERE location = ? AND scheme = ? AND item = ? AND counted = 1"  # noqa: S608
    f" AND NOT {_REVERSED} ORDER BY at DESC, id DESC LIMIT 1"
)
# Whole units and millionths are added up apart: no sum of theirs leaves 64 bits.
_SINCE: Final = (
    "SELECT sum(quantity / 1000000), sum(quantity % 1000000), max(at) FROM stock_moves"  # noqa: S608
    " WHERE location = ? AND scheme = ? AND item = ? AND (at, id) >= (?, ?)"
    f" AND (counted = 0 OR id = ?) AND NOT {_REVERSED}"
)
_MOVES: Final = (
    "SELECT stock_moves.at, stock_moves.id, line, stock_moves.type, counted, quantity,"  # noqa: S608
    f" {_REVERSED}, j.device, json_extract(CAST(j.body AS TEXT), '$.data'), location"
    " FROM stock_moves LEFT JOIN journal AS j ON j.seq = stock_moves.seq WHERE location = ?"
    " AND scheme = ? AND item = ? AND (at, stock_moves.id, line) < (?, ?, ?)"
    " ORDER BY at DESC, stock_moves.id DESC, line DESC LIMIT ?"
)
_PLACE: Final = "SELECT location FROM stock_moves WHERE location > ? ORDER BY location LIMIT 1"
# What a fact says of all its lines, under the names it has there.
_TOLD: Final = ("register", "receipt", "document", "supplier", "reason")


class Level(Struct):
    """How much of an article is at a place; one of ``gtin`` and ``sku`` is empty.

    ``counted_at`` is when it was last counted, ``moved_at`` when anything last happened to it.
    """

    location: str
    gtin: str
    sku: str
    quantity: str
    counted_at: str | None
    moved_at: str


class Movement(Struct):
    """One line of a fact; with ``counted`` its quantity is what was there, else what was added.

    With ``reversed`` it was taken back since, and counts for nothing.
    ``entry`` is what the fact says beside it, of register, receipt, document, supplier, reason,
    lot and expiry what there is; ``other`` the place at the other end of a transfer. Both are empty
    once the fact is in the archive. ``device`` is the id of who sent it.
    """

    id: str
    type: str
    at: str
    quantity: str
    counted: bool
    reversed: bool
    device: str
    entry: dict[str, str]
    other: str


def keys(rows: Rows, location: str, after: Key, limit: int) -> list[Key]:
    """Articles at places in their order, behind ``after``; of one place where it is named."""
    if location and after[0] < location:
        after = (location, "", "")
    found: list[Key] = []
    while len(found) < limit:
        row = rows.tuples(_NEXT, after)
        if not row or (location and row[0][0] != location):
            break
        after = (row[0][0], row[0][1], row[0][2])
        found.append(after)
    return found


def level(rows: Rows, key: Key) -> Level | None:
    """What is on hand of an article at a place; None where nothing was ever told of it."""
    count = rows.tuples(_COUNT, key)
    since: tuple[Any, ...] = count[0] if count else _START
    [(whole, part, moved_at)] = rows.tuples(_SINCE, (*key, *since, since[1]))
    if moved_at is None:
        return None
    location, scheme, item = key
    return Level(
        location, item if scheme == "gtin" else "", item if scheme == "sku" else "",
        quantity_text(whole * MILLIONTHS + part),
        to_iso(since[0]) if count else None, to_iso(moved_at),
    )  # fmt: skip


def places(rows: Rows) -> list[str]:
    """Every place that goods were ever at, by name."""
    found: list[str] = []
    while (name := rows.value(_PLACE, (found[-1] if found else "",))) is not None:
        found.append(name)
    return found


def movements(rows: Rows, key: Key, before: Spot, limit: int) -> list[tuple[Spot, Movement]]:
    """What happened to an article at a place, newest first, each with where it stands."""
    return [_movement(row) for row in rows.tuples(_MOVES, (*key, *before, limit))]


def _movement(row: tuple[Any, ...]) -> tuple[Spot, Movement]:
    at, identity, line, type, counted, quantity, taken_back, device, raw, location = row
    data: dict[str, Any] = msgspec.json.decode(raw) if raw else {}
    entry = {name: str(data[name]) for name in _TOLD if data.get(name)}
    lines = data.get("lines", [])
    told = lines[line] if line < len(lines) else {}
    entry |= {name: str(told[name]) for name in ("lot", "expiry") if told.get(name)}
    ends = {data.get("from"), data.get("to")} - {location, None}
    movement = Movement(
        ids.to_text(identity), type, to_iso(at), quantity_text(quantity), bool(counted),
        bool(taken_back), device or "", entry, str(ends.pop()) if ends else "",
    )  # fmt: skip
    return (at, identity, line), movement

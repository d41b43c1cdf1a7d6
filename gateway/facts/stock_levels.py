"""What is on hand: the newest count of an article at a place, and what moved since.

A count says what was there at its time, so facts may come in any order: what moved before it is in
it, whenever it is told.
"""

from typing import Any, Final

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
_COUNT: Final = (
    "SELECT at, id FROM stock_moves WHERE location = ? AND scheme = ? AND item = ? AND counted = 1"
    " ORDER BY at DESC, id DESC LIMIT 1"
)
# Whole units and millionths are added up apart: no sum of theirs leaves 64 bits.
_SINCE: Final = (
    "SELECT sum(quantity / 1000000), sum(quantity % 1000000), max(at) FROM stock_moves"
    " WHERE location = ? AND scheme = ? AND item = ? AND (at, id) >= (?, ?)"
    " AND (counted = 0 OR id = ?)"
)
_MOVES: Final = (
    "SELECT at, id, line, type, counted, quantity FROM stock_moves WHERE location = ?"
    " AND scheme = ? AND item = ? AND (at, id, line) < (?, ?, ?)"
    " ORDER BY at DESC, id DESC, line DESC LIMIT ?"
)


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
    """One line of a fact; with ``counted`` its quantity is what was there, else what was added."""

    id: str
    type: str
    at: str
    quantity: str
    counted: bool


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


def movements(rows: Rows, key: Key, before: Spot, limit: int) -> list[tuple[Spot, Movement]]:
    """What happened to an article at a place, newest first, each with where it stands."""
    return [
        (
            (at, identity, line),
            Movement(
                ids.to_text(identity), type, to_iso(at), quantity_text(quantity), bool(counted)
            ),
        )
        for at, identity, line, type, counted, quantity in rows.tuples(
            _MOVES, (*key, *before, limit)
        )
    ]

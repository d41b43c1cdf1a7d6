"""What happened with one customer, newest first: its visits and its sales, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.store.rows import Rows

# Where a page begins: everything that stands before this instant and id. Ids are 16 bytes.
Before = tuple[int, bytes]
# Later than every instant, and behind every id.
NEWEST: Before = (2**62, b"\xff" * 16)

_VISITS = (
    "SELECT id, actor, at, data FROM visits"
    " WHERE customer = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?"
)
_SALES = (
    "SELECT id, register, receipt, currency, net, tax, total, occurred_at AS at FROM sales"
    " WHERE customer = ? AND customer <> '' AND (occurred_at, id) < (?, ?)"
    " ORDER BY occurred_at DESC, id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact about a customer. ``at`` is Unix ms, ``actor`` the id of who sent it or nothing."""

    type: str
    id: bytes
    at: int
    actor: str
    data: dict[str, Any]


def visits(rows: Rows, customers: Sequence[bytes], before: Before, limit: int) -> list[Happened]:
    """Up to ``limit`` visits of each of these records, given by their ids."""
    found = (row for key in customers for row in rows.all(_VISITS, (key, *before, limit)))
    return [
        Happened("visit", row["id"], row["at"], row["actor"], msgspec.json.decode(row["data"]))
        for row in found
    ]


def sales(rows: Rows, names: Sequence[str], before: Before, limit: int) -> list[Happened]:
    """Up to ``limit`` sales to each of these names: a till knows a customer by id or by number."""
    found = (row for name in names for row in rows.all(_SALES, (name, *before, limit)))
    return [Happened("sale", row.pop("id"), row.pop("at"), "", row) for row in found]

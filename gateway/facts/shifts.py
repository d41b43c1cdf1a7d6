"""A shift: what should be in the drawer, what was counted, and what came after its Z.

A Z report never changes. What still comes for its shift, from a till that was offline, is an
amendment with a number of its own; what is expected counts it in.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from gateway.facts.basic import CASH
from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows

# Facts whose money goes into the drawer or out of it, or is taken in another way.
MOVING: Final = frozenset(
    {
        "shift.opened", "sale.completed", "sale.returned", "sale.voided", "payment.captured",
        "cash.paid_in", "cash.paid_out", "cash.drop", "cash.float",
    }
)  # fmt: skip
_SALES: Final = {"sale.completed": "sales", "sale.returned": "returns", "sale.voided": "voids"}
# Facts after a Z that change nothing in it.
_AFTER: Final = frozenset({"shift.closed", "report.x", "report.z", "drawer.opened"})
_COLUMNS: Final = "seq, id, type, receipt, detail, at, currency, total, money"
_NEXT: Final = (
    "SELECT register, shift FROM till_entries WHERE (register, shift) < (?, ?) AND shift <> ''"
    " ORDER BY register DESC, shift DESC LIMIT 1"
)
# Behind every name.
LAST: Final = "\U0010ffff"


class Tendered(Struct):
    """One kind of payment in a shift, in minor units; ``counted`` is null before the count."""

    type: str
    expected: int
    counted: int | None
    difference: int | None


class ShiftReport(Struct):
    """An X or Z as the register printed it."""

    type: str
    report: str
    at: str
    total: int


class Amendment(Struct):
    """A fact that came after the Z of its shift; ``name`` is the Z's with a number behind it.

    ``total`` is what it sold, or what it brought into the drawer or took out of it.
    """

    name: str
    id: str
    type: str
    receipt: str
    at: str
    total: int


class Shift(Struct):
    """A shift as it stands. ``state`` is open, closed, or reported once it has a Z.

    ``counts`` are facts by type. ``findings`` say what does not fit: never_opened, opened_twice,
    closed_twice, currency_mixed.
    """

    register: str
    shift: str
    state: str
    currency: str
    opened_at: str | None
    closed_at: str | None
    sales: int
    returns: int
    voids: int
    tenders: list[Tendered]
    reports: list[ShiftReport]
    amendments: list[Amendment]
    counts: dict[str, int]
    findings: list[str]


def names(rows: Rows, register: str, after: tuple[str, str], limit: int) -> list[tuple[str, str]]:
    """Registers and their shifts, the last names first, behind ``after``; of one register where it
    is named.
    """
    if register and after[0] > register:
        after = (register, LAST)
    found: list[tuple[str, str]] = []
    while len(found) < limit:
        row = rows.tuples(_NEXT, after)
        if not row or (register and row[0][0] != register):
            break
        after = (row[0][0], row[0][1])
        found.append(after)
    return found


def find(rows: Rows, register: str, shift: str) -> Shift:
    """A shift with all that came for it; Problem shift_missing."""
    entries = rows.all(
        f"SELECT {_COLUMNS} FROM till_entries WHERE register = ? AND shift = ? ORDER BY seq",  # noqa: S608
        (register, shift),
    )
    if not entries:
        raise Problem("shift_missing")
    return summed(register, shift, entries)


def summed(register: str, shift: str, entries: Sequence[Row]) -> Shift:
    """What the entries of a shift, in the order of the journal, come to (pure)."""
    opened = [row for row in entries if row["type"] == "shift.opened"]
    closed = [row for row in entries if row["type"] == "shift.closed"]
    first_z = next((row for row in entries if row["type"] == "report.z"), None)
    totals = Counter[str]()
    for row in entries:
        if row["type"] in _SALES:
            totals[_SALES[row["type"]]] += row["total"]
    return Shift(
        register, shift,
        "reported" if first_z else "closed" if closed else "open",
        next((row["currency"] for row in entries if row["currency"]), ""),
        to_iso(min(row["at"] for row in opened)) if opened else None,
        to_iso(closed[-1]["at"]) if closed else None,
        totals["sales"], totals["returns"], totals["voids"],
        _tenders(entries, closed),
        [_report(row) for row in entries if row["type"] in ("report.x", "report.z")],
        _amendments(entries, first_z),
        dict(sorted(Counter(row["type"] for row in entries).items())),
        _findings(entries, opened, closed),
    )  # fmt: skip


def _tenders(entries: Sequence[Row], closed: Sequence[Row]) -> list[Tendered]:
    """The float, what was taken, and what was paid in and out, beside the last count."""
    expected: Counter[str] = Counter({CASH: 0})
    for row in entries:
        if row["type"] in MOVING:
            for name, minor in json.loads(row["money"]).items():
                expected[name] += minor
    counted: dict[str, int] = json.loads(closed[-1]["money"]) if closed else {}
    return [
        Tendered(
            name, expected[name], counted.get(name),
            counted[name] - expected[name] if name in counted else None,
        )
        for name in sorted({*expected, *counted})
    ]  # fmt: skip


def _amendments(entries: Sequence[Row], first_z: Row | None) -> list[Amendment]:
    if first_z is None:
        return []
    late = [row for row in entries if row["seq"] > first_z["seq"] and row["type"] not in _AFTER]
    return [
        Amendment(
            f"{first_z['detail']}/{number}", ids.to_text(row["id"]), row["type"], row["receipt"],
            to_iso(row["at"]), row["total"] or _moved(row),
        )
        for number, row in enumerate(late, 1)
    ]  # fmt: skip


def _moved(row: Row) -> int:
    return sum(json.loads(row["money"]).values()) if row["type"] in MOVING else 0


def _report(row: Row) -> ShiftReport:
    return ShiftReport(row["type"], row["detail"], to_iso(row["at"]), row["total"])


def _findings(entries: Sequence[Row], opened: Sequence[Any], closed: Sequence[Any]) -> list[str]:
    found = {
        "never_opened": not opened,
        "opened_twice": len(opened) > 1,
        "closed_twice": len(closed) > 1,
        "currency_mixed": len({row["currency"] for row in entries if row["currency"]}) > 1,
    }
    return [name for name, holds in found.items() if holds]

"""What stands in Tryton's own database, against what clients were promised; nobody is asked."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.audit import Promises

MARK = "waystation:"
BOOKED = ("processing", "done")


@dataclass
class Books:
    """Our ids of parties, and (our id, state) of sales, as Tryton holds them."""

    customers: Sequence[str]
    sales: Sequence[tuple[str, str]]


@dataclass
class Count:
    """How many are there exactly once; whatever else was found is a fault."""

    customers: int = 0
    sales: int = 0
    twins: int = 0
    faults: list[str] = field(default_factory=list)


def look(database: Path, copy: Path) -> Books:
    """The books in a database that nobody has open; it is copied first, because opening repairs."""
    for suffix in ("", "-journal", "-wal"):
        if (part := database.with_name(database.name + suffix)).exists():
            shutil.copyfile(part, copy.with_name(copy.name + suffix))
    with closing(sqlite3.connect(copy)) as tryton:
        codes = [row[0] or "" for row in tryton.execute("SELECT code FROM party_identifier")]
        sales = tryton.execute("SELECT reference, state FROM sale_sale").fetchall()
    marked = [code.removeprefix(MARK) for code in codes if code.startswith(MARK)]
    return Books(marked, sales)


def count(books: Books, promises: Promises) -> Count:
    """Hold the books against the promises."""
    found = Count()
    customers = {record for record in promises.operations.values() if record}
    sales = {each for each, (_, data) in promises.facts.items() if "receipt" in dict(data)}
    booked = [reference for reference, state in books.sales if state in BOOKED]
    found.customers = _once("customer", customers, books.customers, found.faults)
    found.sales = _once("sale", sales, booked, found.faults)
    found.twins = sum(1 for _, state in books.sales if state == "cancelled")
    found.faults += [
        f"sale {reference} was left as {state} in Tryton"
        for reference, state in books.sales
        if state not in (*BOOKED, "cancelled")
    ]
    return found


def _once(what: str, wanted: set[str], there: Sequence[str], faults: list[str]) -> int:
    """How many of what was promised are there exactly once.

    A gateway that is shot may have kept more than it could promise, but nothing twice.
    """
    counts = Counter(there)
    faults += [
        f"{what} {each} is in Tryton {counts[each]} times"
        for each in sorted(wanted | counts.keys())
        if counts[each] != 1
    ]
    return sum(1 for each in wanted if counts[each] == 1)

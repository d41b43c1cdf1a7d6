"""Entries beside the cursor as a person sees them: what each is about, and why it is there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.facts.types import SALE
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from sync.erp import outstanding
from sync.erp.book import Book


@dataclass(frozen=True, slots=True)
class RecordTitle:
    """What people call a record, as far as the reader may see it; empty where there is nothing."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class SaleTitle:
    """What people know a sale by; ``total`` is in minor units of ``currency``."""

    register: str
    receipt: str
    total: int
    currency: str


@dataclass(frozen=True, slots=True)
class Held:
    """An entry beside the cursor. ``since`` and ``due_at`` are Unix milliseconds.

    ``record`` says what an edit is about, ``sale`` what a sale is; both are None for other facts.
    """

    consumer: str
    seq: int
    type: str
    kind: str
    subject: str
    device: str
    status: str
    attempts: int
    since: int
    due_at: int
    problem: Problem
    record: RecordTitle | None
    sale: SaleTitle | None


def listed(rows: Rows, book: Book, reader: Actor) -> list[Held]:
    """Rejected entries first, each oldest first, with titles as the reader may see them."""
    return [_held(rows, row, book, reader) for row in outstanding.listed(rows)]


def _held(rows: Rows, row: Row, book: Book, reader: Actor) -> Held:
    names = ("consumer", "seq", "type", "kind", "subject", "device", "status", "attempts")
    kind, subject = row["kind"], row["subject"]
    return Held(
        **{name: row[name] for name in names},
        since=row["since"],
        due_at=row["due_at"],
        problem=Problem.from_record(json.loads(row["problem"])),
        record=RecordTitle(*book.title(rows, reader, kind, subject)) if kind else None,
        sale=sale_title(row["body"]) if row["type"] == SALE else None,
    )


def sale_title(body: bytes | None) -> SaleTitle | None:
    """The title of a stored sale; None once its body is erased."""
    stored = canonical.decode(body) if body else None
    data: Any = stored.get("data") if isinstance(stored, Mapping) else None
    if not isinstance(data, Mapping):
        return None
    return SaleTitle(
        str(data["register"]), str(data["receipt"]), int(data["total"]), str(data["currency"])
    )

"""Which records a new row may be about although it does not name them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel.sealing import Keyring
from gateway.records import queries
from gateway.records.duplicates import lookalikes
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows

# Rows of the same file may come before the record that was there already.
CANDIDATES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that a row is like, and how much: same, strong or weak."""

    record: str
    grade: str


# Finds records that data is like, the most alike first.
Matcher = Callable[[Rows, Keyring, Kind, Data], Sequence[Alike]]


def alike(rows: Rows, keyring: Keyring, kind: Kind, data: Data) -> Sequence[Alike]:
    """By the kind's own comparison; by an exact key where the kind declares none."""
    if kind.matching is None:
        return _by_key(rows, kind, data)
    found = lookalikes.candidates(rows, keyring, kind, data, limit=CANDIDATES_MAX)
    return [Alike(one.record, one.grade) for one in found]


def _by_key(rows: Rows, kind: Kind, data: Data) -> list[Alike]:
    """An article number or a barcode belongs to one article alone."""
    found = (
        queries.lookup(rows, kind, name, text)
        for name, fields in kind.lookups.items()
        for _, text in kind.values(fields, data)
    )
    return [Alike(head.id, "same") for head in found if head is not None]

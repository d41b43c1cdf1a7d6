"""Which records a new row may be about although it does not name them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids
from gateway.kernel.sealing import Keyring
from gateway.records import queries
from gateway.records.duplicates import lookalikes
from gateway.records.duplicates.lookalikes import Among
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


class Foreign:
    """The records of a kind that an import has not made: those that a row is compared with.

    A run would else compare each row with what it has made of the rows before, more and more of
    them, and drop all of it.
    """

    def __init__(self, kind: Kind, identity: str) -> None:
        self._kind = kind.name
        self._import = ids.to_bytes(identity)
        self._before: int | None = None
        self._reached = 0
        self._since: set[int] = set()

    def among(self, rows: Rows) -> Among:
        """All that was there before, and what others have made since."""
        if self._before is None:
            self._before = self._reached = self._begun(rows)
        for doc, passed_over in rows.tuples(
            "SELECT i.doc, EXISTS (SELECT 1 FROM import_rows m WHERE m.record = i.record"
            " AND m.import = ? AND m.outcome = 'created') OR r.kind <> ?"
            " FROM record_index i JOIN records r ON r.id = i.record WHERE i.doc > ? ORDER BY i.doc",
            (self._import, self._kind, self._reached),
        ):
            self._reached = doc
            if not passed_over:
                self._since.add(doc)
        return Among(self._before, self._since)

    def _begun(self, rows: Rows) -> int:
        """The last row of the index before the first that this import has made, if it has any."""
        first = rows.value(
            "SELECT min(i.doc) FROM import_rows m JOIN record_index i ON i.record = m.record"
            " WHERE m.import = ? AND m.outcome = 'created'",
            (self._import,),
        )
        if first is not None:
            return int(first) - 1
        return int(rows.value("SELECT coalesce(max(doc), 0) FROM record_index"))


# Finds records that data is like among some, the most alike first.
Matcher = Callable[[Rows, Keyring, Kind, Data, Among], Sequence[Alike]]


def alike(rows: Rows, keyring: Keyring, kind: Kind, data: Data, among: Among) -> Sequence[Alike]:
    """By the kind's own comparison; by an exact key, among all, where the kind declares none."""
    if kind.matching is None:
        return _by_key(rows, kind, data)
    found = lookalikes.candidates(rows, keyring, kind, data, among, limit=CANDIDATES_MAX)
    return [Alike(one.record, one.grade) for one in found]


def _by_key(rows: Rows, kind: Kind, data: Data) -> list[Alike]:
    """An article number or a barcode belongs to one article alone."""
    found = (
        queries.lookup(rows, kind, name, text)
        for name, fields in kind.lookups.items()
        for _, text in kind.values(fields, data)
    )
    return [Alike(head.id, "same") for head in found if head is not None]

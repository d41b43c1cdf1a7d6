"""Which records a new row may be about although it does not name them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids
from gateway.kernel.sealing import Keyring
from gateway.records import queries
from gateway.records.duplicates import lookalikes
from gateway.records.duplicates.lookalikes import Among
from gateway.records.finding import gathered
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


# The one to begin with stands first: SQLite would choose for both alike.
_MADE_SINCE: Final = "record_index i CROSS JOIN records r ON r.id = i.record"
_CHANGED_SINCE: Final = "records r CROSS JOIN record_index i ON i.record = r.id"

# What was there before is gathered where it is at most such a share of the file, and not too many.
_SHARE: Final = 4
_GATHERED_MAX: Final = 5_000


class Foreign:
    """The records of a kind that an import has not made: those that a row is compared with.

    A run would else compare each row with what it has made of the rows before, more and more of
    them, and drop all of it. What others make meanwhile lies among that: it is gathered in a small
    index of its own, some 500 bytes a record. So is what was there before, where the file has many
    times as many ``rows``.
    """

    def __init__(self, kind: Kind, identity: str, rows: int = 0) -> None:
        self._kind = kind
        self._import = ids.to_bytes(identity)
        self._few = min(rows // _SHARE, _GATHERED_MAX)
        self._before: int | None = None
        self._seq = 0
        self._since = gathered.Gathered(kind)

    def among(self, rows: Rows) -> Among:
        """All that was there before, and what others have made since, as it is now."""
        head = int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))
        if self._before is None:
            before = self._begun(rows)
            self._before = 0 if before <= self._few else before
            self._gather(rows, _MADE_SINCE, (self._before, 0))
        elif head > self._seq:
            # With the edits of what is gathered already.
            self._gather(rows, _CHANGED_SINCE, (self._before, self._seq))
        self._seq = head
        return Among(self._before, self._since.rows)

    def _gather(self, rows: Rows, tables: str, after: tuple[int, int]) -> None:
        for row in rows.all(
            f"SELECT i.doc, i.business, i.personal, i.hashes, i.mark FROM {tables}"  # noqa: S608
            " WHERE r.kind = ? AND i.doc > ? AND r.seq > ? AND NOT EXISTS (SELECT 1"
            " FROM import_rows m WHERE m.record = r.id AND m.import = ? AND m.outcome = 'created')",
            (self._kind.name, *after, self._import),
        ):
            self._since.put(row)

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

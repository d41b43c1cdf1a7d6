"""The ledger of erasures: which records are gone for good. It says nothing else of them."""

from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.rows.heads import key
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

VISIT: Final = "visit"
_COLUMNS: Final = "record, kind, version, reason, held, archived, actor, approver, at, seq"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One record, or one visit, that was erased. ``version`` is behind its newest one, ``held``
    counts sales that name it and have to be kept, ``archived`` entries about it in the archive,
    whose files cannot be changed. ``at`` in Unix ms.
    """

    record: str
    kind: str
    version: int
    reason: str
    held: int
    archived: int
    actor: str
    approver: str
    at: int
    seq: int


def ledger(rows: Rows) -> list[Erasure]:
    """All of them, oldest first: what a restored gateway has to be told."""
    found = rows.all(f"SELECT {_COLUMNS} FROM record_erasures ORDER BY at, record")  # noqa: S608
    return [_from_row(row) for row in found]


def find(rows: Rows, record: str) -> Erasure | None:
    """What the ledger says of a record; None for one that was not erased."""
    row = rows.one(
        f"SELECT {_COLUMNS} FROM record_erasures WHERE record = ?",  # noqa: S608
        (key(record),),
    )
    return None if row is None else _from_row(row)


def keep(tx: Tx, erasure: Erasure) -> None:
    """Write an erasure down; one that is known already only moves to its newest entry."""
    tx.execute(
        f"INSERT INTO record_erasures ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
        " ON CONFLICT (record) DO UPDATE SET seq = excluded.seq",
        (key(erasure.record), erasure.kind, erasure.version, erasure.reason, erasure.held,
         erasure.archived, erasure.actor, erasure.approver, erasure.at, erasure.seq),
    )  # fmt: skip


def refuse(rows: Rows, record: str) -> None:
    """Problem record_erased: whoever was away when it was erased must not bring it back."""
    if find(rows, record) is not None:
        raise Problem("record_erased")


def between(rows: Rows, after: int, through: int) -> list[tuple[str, str]]:
    """(kind, id) of what was erased in journal entries above ``after``, in their order."""
    found = rows.tuples(
        "SELECT kind, record FROM record_erasures WHERE seq > ? AND seq <= ? ORDER BY seq, record",
        (after, through),
    )
    return [(kind, ids.to_text(record)) for kind, record in found]


def _from_row(row: Row) -> Erasure:
    return Erasure(**{**row, "record": ids.to_text(row["record"])})

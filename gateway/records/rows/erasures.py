"""The ledger of erasures: which records are gone for good. It says nothing else of them."""

from dataclasses import dataclass

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.rows.heads import key
from gateway.store.rows import Rows
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Erasure:
    """One record that was erased. ``held`` counts sales that name it and have to be kept,
    ``archived`` entries about it in the archive, whose files cannot be changed. ``at`` in Unix ms.
    """

    record: str
    kind: str
    reason: str
    held: int
    archived: int
    actor: str
    approver: str
    at: int
    seq: int


def ledger(rows: Rows) -> list[Erasure]:
    """All of them, oldest first: what a restored gateway has to be told."""
    found = rows.all(
        "SELECT record, kind, reason, held, archived, actor, approver, at, seq"
        " FROM record_erasures ORDER BY at, record"
    )
    return [Erasure(**{**row, "record": ids.to_text(row["record"])}) for row in found]


def keep(tx: Tx, erasure: Erasure) -> None:
    """Write an erasure down; one that is known already only moves to its newest entry."""
    tx.execute(
        "INSERT INTO record_erasures (record, kind, reason, held, archived, actor, approver, at,"
        " seq) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (record) DO UPDATE SET seq = excluded.seq",
        (key(erasure.record), erasure.kind, erasure.reason, erasure.held, erasure.archived,
         erasure.actor, erasure.approver, erasure.at, erasure.seq),
    )  # fmt: skip


def refuse(rows: Rows, record: str) -> None:
    """Problem record_erased: whoever was away when it was erased must not bring it back."""
    if rows.value("SELECT 1 FROM record_erasures WHERE record = ?", (key(record),)):
        raise Problem("record_erased")


def between(rows: Rows, after: int, through: int) -> list[tuple[str, str]]:
    """(kind, id) of what was erased in journal entries above ``after``, in their order."""
    found = rows.tuples(
        "SELECT kind, record FROM record_erasures WHERE seq > ? AND seq <= ? ORDER BY seq, record",
        (after, through),
    )
    return [(kind, ids.to_text(record)) for kind, record in found]

"""Official numbers: given once, here, and never twice, not even after a restore."""

from typing import Final

from gateway.records.model.kind import Kind
from gateway.store.transaction import Tx

# A restored database does not know the numbers given after its backup was taken. A day of entering
# customers by hand is far below this.
SKIP_AFTER_RESTORE: Final = 10_000
DIGITS: Final = 6


def assign(tx: Tx, kind: Kind, prefix: str) -> str:
    """The next number of a kind, such as ``W1-C000123``."""
    epoch = str(tx.value("SELECT value FROM meta WHERE key = 'epoch'"))
    row = tx.one("SELECT last, epoch FROM record_numbers WHERE kind = ?", (kind.name,))
    last = following(row["last"], restored=row["epoch"] != epoch) if row else 1
    tx.execute(
        "INSERT INTO record_numbers (kind, last, epoch) VALUES (?, ?, ?)"
        " ON CONFLICT (kind) DO UPDATE SET last = excluded.last, epoch = excluded.epoch",
        (kind.name, last, epoch),
    )
    return render(prefix, kind.number_letter, last)


def following(last: int, *, restored: bool) -> int:
    """The count after ``last``; behind a gap where this is another life of the database."""
    return last + 1 + (SKIP_AFTER_RESTORE if restored else 0)


def render(prefix: str, letter: str, count: int) -> str:
    """A number as it is printed."""
    return f"{prefix}-{letter}{count:0{DIGITS}d}"

"""Which versions brought an earlier one back: kept beside them."""

from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx


def keep(tx: Tx, head: Head, source: int) -> None:
    """Remember that the present version of a record brought back values of version ``source``."""
    tx.execute(
        "INSERT INTO record_restored (record, version, source) VALUES (?,?,?)",
        (heads.key(head.id), head.version, source),
    )


def of(rows: Rows, record: str) -> dict[int, int]:
    """The version that was brought back, by the version that did it."""
    found = rows.tuples(
        "SELECT version, source FROM record_restored WHERE record = ?", (heads.key(record),)
    )
    return {int(version): int(source) for version, source in found}

"""Which versions came with a file: its name, kept beside them."""

from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx


def keep(tx: Tx, head: Head, file: str) -> None:
    """Remember the file that brought the present version of a record; none where it is empty."""
    if file:
        tx.execute(
            "INSERT INTO record_files (record, version, file) VALUES (?,?,?)",
            (heads.key(head.id), head.version, file),
        )


def of(rows: Rows, record: str) -> dict[int, str]:
    """The names of files, by the versions they brought."""
    found = rows.tuples(
        "SELECT version, file FROM record_files WHERE record = ?", (heads.key(record),)
    )
    return {int(version): str(file) for version, file in found}

"""What is remembered from file to file: keys, and how columns were mapped."""

from dataclasses import dataclass

import msgspec

from gateway.kernel import ids
from gateway.records.rows import aliases, heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from gateway.transfer.layout.mapping import Layout


@dataclass(frozen=True, slots=True)
class Known:
    """A record that a source has spoken of before: what it said, and in which operation."""

    record: str
    operation: str
    digest: bytes


def known(rows: Rows, kind: str, value: str) -> Known | None:
    """The record that a source's key stands for."""
    line = rows.one("SELECT * FROM import_keys WHERE kind = ? AND value = ?", (kind, value))
    if line is None:
        return None
    operation = ids.to_text(line["operation"]) if line["operation"] else ""
    return Known(ids.to_text(line["record"]), operation, line["digest"])


def learn(tx: Tx, kind: str, value: str, found: Known) -> None:
    """Remember what a source said about a record; without an operation the last one stands."""
    operation = ids.to_bytes(found.operation) if found.operation else None
    tx.execute(
        "INSERT INTO import_keys (kind, value, record, operation, digest) VALUES (?,?,?,?,?)"
        " ON CONFLICT (kind, value) DO UPDATE SET record = excluded.record,"
        " operation = COALESCE(excluded.operation, operation), digest = excluded.digest",
        (kind, value, ids.to_bytes(found.record), operation, found.digest),
    )


def numbered(rows: Rows, kind: str, number: str) -> Head | None:
    """The record with an official number."""
    found = rows.value("SELECT id FROM records WHERE kind = ? AND number = ?", (kind, number))
    head = None if found is None else heads.find(rows, ids.to_text(found))
    return None if head is None else aliases.standing(rows, head)


def layout_of(rows: Rows, kind: str, signature: bytes) -> Layout | None:
    """How a file with this head was mapped last."""
    text = rows.value(
        "SELECT layout FROM import_layouts WHERE kind = ? AND signature = ?", (kind, signature)
    )
    return None if text is None else msgspec.json.decode(text, type=Layout)


def remember_layout(tx: Tx, kind: str, signature: bytes, layout: Layout) -> None:
    """Map the next file with this head in the same way."""
    tx.execute(
        "INSERT OR REPLACE INTO import_layouts (kind, signature, layout, used_at) VALUES (?,?,?,?)",
        (kind, signature, msgspec.json.encode(layout).decode(), tx.now_ms),
    )


def unsay(tx: Tx, record: str, said: str, operation: str) -> None:
    """Take for unsaid what a source said about a record in the operation ``said``.

    What it says next is laid on ``operation``, or on the record as it is then.
    """
    base = ids.to_bytes(operation) if operation and _is_edit(tx, operation) else None
    tx.execute(
        "UPDATE import_keys SET digest = x'', operation = ? WHERE record = ? AND operation = ?",
        (base, ids.to_bytes(record), ids.to_bytes(said)),
    )


def _is_edit(tx: Tx, operation: str) -> bool:
    found = tx.value("SELECT 1 FROM record_edits WHERE operation = ?", (ids.to_bytes(operation),))
    return found is not None

"""The book of attachments: how far each has come, and what it belongs to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

LISTED_MAX: Final = 500
_COLUMNS: Final = (
    "a.id, a.size, a.type, a.key_id, a.received, a.completed_at, a.kept_hash, a.kept_size"
)
_START = (
    "INSERT INTO attachments (id, size, type, key_id, received, touched_at) VALUES (?,?,?,?,0,?)"
    " ON CONFLICT (id) DO UPDATE SET size = excluded.size, type = excluded.type,"
    " key_id = excluded.key_id, received = 0, touched_at = excluded.touched_at"
)
_LINK = (
    "INSERT INTO attachment_links (kind, subject, file, purpose, actor, at) VALUES (?,?,?,?,?,?)"
    " ON CONFLICT DO UPDATE SET purpose = excluded.purpose"
)
_OF_VISITS = "SELECT id FROM visits WHERE customer IN"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: ``id`` is the SHA-256 of what was sent in hexadecimal, ``size`` how long that is and
    ``received`` how many bytes of it are here. ``kept_hash`` and ``kept_size`` tell of what is kept
    of it once it is complete.
    """

    id: str
    size: int
    type: str
    key_id: str
    received: int
    complete: bool
    kept_hash: str
    kept_size: int


@dataclass(frozen=True, slots=True)
class Link:
    """What a file belongs to: a customer or a visit, by its id. ``actor`` brought it."""

    kind: str
    subject: str
    purpose: str
    actor: str
    at: int


def find(rows: Rows, file: bytes) -> Attachment | None:
    """One file, complete or not."""
    row = rows.one(f"SELECT {_COLUMNS} FROM attachments a WHERE a.id = ?", (file,))  # noqa: S608
    return None if row is None else _from_row(row)


def links(rows: Rows, file: bytes) -> list[Link]:
    """Everything a file belongs to."""
    sql = "SELECT kind, subject, purpose, actor, at FROM attachment_links WHERE file = ?"
    return [_link(row) for row in rows.all(sql, (file,))]


def is_brought_by(rows: Rows, file: bytes, actor: str) -> bool:
    """Whether somebody has announced this file."""
    sql = "SELECT 1 FROM attachment_links WHERE actor = ? AND file = ?"
    return rows.value(sql, (actor, file)) is not None


def unfinished_of(rows: Rows, actor: str, limit: int) -> int:
    """How many unfinished files somebody has, counted up to ``limit``."""
    sql = (
        "SELECT count(*) FROM (SELECT DISTINCT l.file FROM attachments a"
        " JOIN attachment_links l ON l.file = a.id"
        " WHERE a.completed_at IS NULL AND l.actor = ? LIMIT ?)"
    )
    return int(rows.value(sql, (actor, limit)))


def of_customer(rows: Rows, customers: Sequence[bytes]) -> list[tuple[Attachment, Link]]:
    """The newest complete files of a customer and of its visits."""
    marks = ",".join("?" * len(customers))
    where = f"(l.kind = 'customer' AND l.subject IN ({marks}))"
    where += f" OR (l.kind = 'visit' AND l.subject IN ({_OF_VISITS} ({marks})))"
    params = [*customers, *customers]
    found = rows.all(
        f"SELECT {_COLUMNS}, l.kind, l.subject, l.purpose, l.actor, l.at"  # noqa: S608
        f" FROM attachment_links l JOIN attachments a ON a.id = l.file WHERE ({where})"
        f" AND a.completed_at IS NOT NULL ORDER BY l.at DESC, a.id LIMIT {LISTED_MAX}",
        params,
    )
    return [(_from_row(row), _link(row)) for row in found]


def start(tx: Tx, file: bytes, size: int, type: str, key_id: str) -> None:
    """Begin a file, or begin it again from nothing."""
    tx.execute(_START, (file, size, type, key_id, tx.now_ms))


def link(tx: Tx, file: bytes, about: tuple[str, bytes], purpose: str, actor: str) -> None:
    """Say what a file belongs to; again it only changes the purpose."""
    tx.execute(_LINK, (*about, file, purpose, actor, tx.now_ms))


def advance(tx: Tx, file: bytes, received: int) -> None:
    """Bytes up to here are on the disk."""
    tx.execute(
        "UPDATE attachments SET received = ?, touched_at = ? WHERE id = ?",
        (received, tx.now_ms, file),
    )


def complete(tx: Tx, file: bytes, kept_hash: str, kept_size: int) -> None:
    """All of it was here and was what it was said to be; this is what is kept of it."""
    tx.execute(
        "UPDATE attachments SET completed_at = ?, kept_hash = ?, kept_size = ? WHERE id = ?",
        (tx.now_ms, bytes.fromhex(kept_hash), kept_size, file),
    )


def forget_stale(tx: Tx, before_ms: int, limit: int) -> list[str]:
    """Forget unfinished files that nobody has gone on with since; their ids."""
    found = tx.tuples(
        "SELECT id FROM attachments WHERE completed_at IS NULL AND touched_at < ? LIMIT ?",
        (before_ms, limit),
    )
    for (file,) in found:
        tx.execute("DELETE FROM attachment_links WHERE file = ?", (file,))
        tx.execute("DELETE FROM attachments WHERE id = ?", (file,))
    return [bytes(file).hex() for (file,) in found]


def unlink(tx: Tx, subjects: Iterable[tuple[str, bytes]]) -> None:
    """Forget every file of these customers and visits that belongs to nothing else."""
    for about in subjects:
        where = "kind = ? AND subject = ?"
        files = tx.tuples(f"SELECT file FROM attachment_links WHERE {where}", about)  # noqa: S608
        tx.execute(f"DELETE FROM attachment_links WHERE {where}", about)  # noqa: S608
        for (file,) in files:
            tx.execute(
                "DELETE FROM attachments WHERE id = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM attachment_links WHERE file = ?1)",
                (file,),
            )


def _from_row(row: Row) -> Attachment:
    return Attachment(
        bytes(row["id"]).hex(), row["size"], row["type"], row["key_id"], row["received"],
        row["completed_at"] is not None, bytes(row["kept_hash"] or b"").hex(),
        row["kept_size"] or 0,
    )  # fmt: skip


def _link(row: Row) -> Link:
    subject = ids.to_text(row["subject"])
    return Link(row["kind"], subject, row["purpose"], row["actor"], row["at"])

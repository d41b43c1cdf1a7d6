"""Where guarded changes wait for a second person; sealed fields stay sealed in them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from gateway.kernel import canonical, ids
from gateway.kernel.sealing import Keyring
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Author, Head
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

# The place of a proposal that changes no field: another record is to be merged into this one.
MERGE: Final = ("@merge",)
# Nor does this one: the record is to be erased for good.
ERASE: Final = ("@erase",)
WHOLE: Final = (MERGE, ERASE)
STATES: Final = ("open", "approved", "rejected", "withdrawn", "expired")
COLUMNS: Final = (
    "p.id, p.record, p.kind, p.field, p.base, p.proposed, p.version, p.hash, p.reason, p.operation,"
    " p.actor, p.actor_name, p.person, p.mender, p.device, p.channel, p.at, p.expires_at, p.state,"
    " p.ended, p.decided_by, p.decided_name, p.decided_at, p.answer, p.restored_from"
)
_SAVE = (
    f"INSERT INTO record_proposals ({COLUMNS.replace('p.', '')})"  # noqa: S608
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended = excluded.ended,"
    " decided_by = excluded.decided_by, decided_name = excluded.decided_name,"
    " decided_at = excluded.decided_at, answer = excluded.answer"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A guarded change beside its record, as it is stored: sealed fields sealed.

    ``version`` is that of the record the change was proposed against, ``hash`` binds a decision to
    exactly this change. ``person`` and ``mender`` had a hand in it and decide nothing about it.
    ``ended`` says why it is no longer open: decided, author (taken back), merged (its record was),
    replaced (by the author's next one), agreed (the record got this value in another way), moved
    (it got another one) or expired. ``restored_from`` is the version whose value it brings back.
    Instants in Unix ms.
    """

    id: str
    record: str
    kind: str
    path: Path
    base: object
    proposed: object
    version: int
    hash: str
    reason: str
    author: Author
    person: str
    mender: str
    at: int
    expires_at: int
    state: str = "open"
    ended: str = ""
    decided_by: str = ""
    decided_name: str = ""
    decided_at: int | None = None
    answer: str = ""
    restored_from: int | None = None


def get(rows: Rows, identity: str) -> Waiting:
    """One proposal; Problem approval_missing."""
    query = f"SELECT {COLUMNS} FROM record_proposals p WHERE p.id = ?"  # noqa: S608
    return from_row(rows.by_id(query, identity, "approval_missing"))


def beside(rows: Rows, records: Collection[str], now_ms: int) -> dict[str, list[Waiting]]:
    """The open proposals of some records, oldest first, by record."""
    keys = [heads.key(record) for record in records]
    found: dict[str, list[Waiting]] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        marks = ",".join("?" * len(part))
        sql = (
            # Left to itself, SQLite reads everything that is open, to find what is not yet expired.
            f"SELECT {COLUMNS} FROM record_proposals p INDEXED BY record_proposals_record"  # noqa: S608
            f" WHERE p.record IN ({marks}) AND p.state = 'open' AND p.expires_at > ?"
            " ORDER BY p.rowid"
        )
        for row in rows.all(sql, (*part, now_ms)):
            one = from_row(row)
            found.setdefault(one.record, []).append(one)
    return found


def of_record(rows: Rows, record: str, state: str = "open") -> list[Waiting]:
    """The proposals of a record in a state, oldest first."""
    sql = (
        f"SELECT {COLUMNS} FROM record_proposals p"  # noqa: S608
        " WHERE p.record = ? AND p.state = ? ORDER BY p.rowid"
    )
    return [from_row(row) for row in rows.all(sql, (heads.key(record), state))]


def of_operations(rows: Rows, operations: Collection[str]) -> list[Waiting]:
    """What some edits proposed, whatever became of it."""
    marks = ",".join("?" * len(operations))
    sql = (
        f"SELECT {COLUMNS} FROM record_proposals p"  # noqa: S608
        f" WHERE p.operation IN ({marks}) ORDER BY p.rowid"
    )
    keys = [ids.to_bytes(operation) for operation in operations]
    return [from_row(row) for row in rows.all(sql, keys)] if keys else []


def merges_of(rows: Rows, alias: str) -> list[Waiting]:
    """Open proposals to merge a record into another one."""
    sql = (
        f"SELECT {COLUMNS} FROM record_proposals p WHERE p.field = '@merge'"  # noqa: S608
        " AND p.state = 'open' AND json_extract(p.proposed, '$.alias') = ?"
    )
    return [from_row(row) for row in rows.all(sql, (alias,))]


def save(tx: Tx, changed: Iterable[Waiting]) -> None:
    """Store new and ended proposals."""
    for one in changed:
        tx.execute(_SAVE, _values(one))


def overtaken(tx: Tx, kind: Kind, head: Head, data: Data) -> list[Waiting]:
    """The open proposals of a record that its new data, in clear, has overtaken, as they end."""
    # Whoever agreed to a merge agreed to two records as they were.
    merges = [one for one in of_record(tx, head.id) if one.path == MERGE]
    ended = [
        replace(one, state="withdrawn", ended="moved", decided_at=tx.now_ms)
        for one in (*merges, *merges_of(tx, head.id))
    ]
    for one in of_record(tx, head.id):
        if one.path in WHOLE:
            continue  # a merge has ended above; what is to go may change until it goes
        now = at(data, one.path)
        if now != opened(tx.keyring, kind, one, one.base) or is_gone(one, data):
            agreed = now == opened(tx.keyring, kind, one, one.proposed)
            why = "agreed" if agreed else "moved"
            ended.append(replace(one, state="withdrawn", ended=why, decided_at=tx.now_ms))
    return ended


def is_gone(one: Waiting, data: Data) -> bool:
    """Whether the entry that a proposal is about has been removed from its record."""
    return len(one.path) > 2 and at(data, one.path[:2]) is None


def opened(keyring: Keyring, kind: Kind, one: Waiting, value: object) -> object:
    """One side of a proposal in clear; Problem seal_broken."""
    return sealed.open_at(keyring, kind, one.record, one.path, value)


def hash_of(keyring: Keyring, one: Waiting, base: object, proposed: object) -> str:
    """What a decision is bound to: place, version and both values in clear. Keyed, so that a hidden
    value cannot be guessed from it.
    """
    said = [one.id, one.record, dotted(one.path), one.version, base, proposed]
    return keyring.digest(canonical.encode(said)).hex()


def journal_form(one: Waiting) -> dict[str, object]:
    """A proposal as the journal tells it."""
    return {
        "id": one.id,
        "field": dotted(one.path),
        "base": one.base,
        "proposed": one.proposed,
        "version": one.version,
        "hash": one.hash,
        "reason": one.reason,
        "state": one.state,
        "ended": one.ended,
        "answer": one.answer,
    }


def from_row(row: Row) -> Waiting:
    """A proposal of a row that selected ``COLUMNS``."""
    author = Author(
        ids.to_text(row["operation"]),
        row["actor"],
        row["actor_name"],
        row["device"],
        row["channel"],
    )
    return Waiting(
        id=ids.to_text(row["id"]),
        record=ids.to_text(row["record"]),
        kind=row["kind"],
        path=tuple(row["field"].split(".")),
        base=msgspec.json.decode(row["base"]),
        proposed=msgspec.json.decode(row["proposed"]),
        author=author,
        **{name: row[name] for name in _PLAIN},
    )


_PLAIN: Final = (
    "version", "hash", "reason", "person", "mender", "at", "expires_at", "state", "ended",
    "decided_by", "decided_name", "decided_at", "answer", "restored_from",
)  # fmt: skip


def _values(one: Waiting) -> Sequence[object]:
    author = one.author
    place = (ids.to_bytes(one.id), heads.key(one.record), one.kind, dotted(one.path))
    change = (heads.dump(one.base), heads.dump(one.proposed), one.version, one.hash, one.reason)
    by = (ids.to_bytes(author.operation), author.actor, author.actor_name, one.person, one.mender)
    way = (author.device, author.channel, one.at, one.expires_at)
    end = (one.state, one.ended, one.decided_by, one.decided_name, one.decided_at, one.answer)
    return (*place, *change, *by, *way, *end, one.restored_from)

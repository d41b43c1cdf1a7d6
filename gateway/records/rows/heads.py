"""The tables of records: heads and versions. Every write to them is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from gateway.kernel import canonical, formats, ids
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

COLUMNS: Final = (
    "r.id, r.kind, r.version, r.number, r.territory, r.owner, r.sort, r.data, r.stage,"
    " r.stage_detail, r.conflicts, r.created_at, r.updated_at, r.seq, r.alias_of"
)

_data = msgspec.json.Decoder(dict[str, object])
_INSERT = (
    "INSERT INTO records (id, kind, version, number, territory, owner, sort, data, stage,"
    " stage_detail, conflicts, created_at, updated_at, seq, alias_of)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET version = excluded.version, territory = excluded.territory,"
    " sort = excluded.sort, data = excluded.data, stage = excluded.stage,"
    " stage_detail = excluded.stage_detail, conflicts = excluded.conflicts,"
    " updated_at = excluded.updated_at, seq = excluded.seq, alias_of = excluded.alias_of"
)
_INSERT_VERSION = (
    "INSERT INTO record_versions (record, version, data, operation, actor, actor_name, device,"
    " channel, approver, approver_name, at, seq) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A record as it is stored now; ``data`` has its sealed fields sealed. Instants in Unix ms.

    ``alias_of`` is the record it was merged into; empty for one that stands by itself.
    """

    id: str
    kind: str
    version: int
    number: str
    territory: str
    owner: str
    sort: str
    data: Data
    stage: str
    stage_detail: str | None
    conflicts: int
    created_at: int
    updated_at: int
    seq: int
    alias_of: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a version, from which device and channel, by which operation.

    ``approver`` confirmed it as the second person, where it took one.
    """

    operation: str
    actor: str
    actor_name: str
    device: str
    channel: str = ""
    approver: str = ""
    approver_name: str = ""


def key(record: str) -> bytes:
    """A record's id as it is stored; Problem record_id_malformed."""
    return ids.key(record, "record_id_malformed")


def from_row(row: Row) -> Head:
    """A head of a row that selected ``COLUMNS``."""
    alias_of = ids.to_text(row["alias_of"]) if row["alias_of"] else ""
    told = {"id": ids.to_text(row["id"]), "alias_of": alias_of, "data": load(row["data"])}
    return Head(**{**row, **told})


def find(rows: Rows, record: str) -> Head | None:
    """A record by its id; Problem record_id_malformed."""
    row = rows.one(f"SELECT {COLUMNS} FROM records r WHERE r.id = ?", (key(record),))  # noqa: S608
    return None if row is None else from_row(row)


def get(rows: Rows, kind: Kind, record: str) -> Head:
    """A record of a kind; Problem record_missing."""
    head = find(rows, record)
    if head is None or head.kind != kind.name:
        raise Problem("record_missing")
    return head


def version(rows: Rows, record: str, number: int) -> Data:
    """The data of a version; Problem version_unknown."""
    text = rows.value(
        "SELECT data FROM record_versions WHERE record = ? AND version = ?", (key(record), number)
    )
    if text is None:
        raise Problem("version_unknown", version=number)
    return load(text)


def made_at(rows: Rows, record: str, number: int) -> int:
    """When a version of a record was stored, in Unix ms."""
    sql = "SELECT at FROM record_versions WHERE record = ? AND version = ?"
    return int(rows.value(sql, (key(record), number)))


def operation_of(rows: Rows, record: str, number: int) -> str:
    """The id of the operation that made a version of a record."""
    sql = "SELECT operation FROM record_versions WHERE record = ? AND version = ?"
    return ids.to_text(bytes(rows.value(sql, (key(record), number))))


def save(tx: Tx, head: Head) -> None:
    """Store a head without a new version."""
    values = (head.sort, dump(head.data), head.stage, head.stage_detail, head.conflicts)
    place = (key(head.id), head.kind, head.version, head.number, head.territory, head.owner)
    alias_of = key(head.alias_of) if head.alias_of else None
    tx.execute(_INSERT, (*place, *values, head.created_at, head.updated_at, head.seq, alias_of))


def save_version(tx: Tx, head: Head, author: Author) -> None:
    """Store a head that is a new version; ``writing`` indexes it as well."""
    save(tx, head)
    identity = key(head.id)
    by = (ids.to_bytes(author.operation), author.actor, author.actor_name)
    way = (author.device, author.channel, author.approver, author.approver_name)
    tx.execute(
        _INSERT_VERSION,
        (identity, head.version, dump(head.data), *by, *way, head.updated_at, head.seq),
    )


def depart(tx: Tx, head: Head, territory: str, seq: int) -> None:
    """Remember that a record has left a territory, until it comes back."""
    tx.execute(
        "INSERT INTO record_departures (record, territory, kind, seq) VALUES (?,?,?,?)"
        " ON CONFLICT (record, territory) DO UPDATE SET seq = excluded.seq",
        (key(head.id), territory, head.kind, seq),
    )


def sort_key(kind: Kind, data: Mapping[str, object]) -> str:
    """Where a record stands in a list."""
    return formats.fold(kind.title_of(data))


def dump(value: object) -> str:
    """JSON as it is stored."""
    return canonical.encode(value).decode()


def load(text: str) -> Data:
    """An object that ``dump`` made."""
    return _data.decode(text)

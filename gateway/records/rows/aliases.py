"""Records that were merged into another one: which one stands for them, and how it came about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.records.model.likening import Elements
from gateway.records.rows import heads
from gateway.records.rows.heads import Author, Head
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

PAGE_MAX: Final = 200
_COLUMNS: Final = (
    "id, kind, record, alias, version, alias_version, choices, elements, conflicts, pairs,"
    " operation, actor, actor_name, approver_name, at, undone_by, undone_name, undone_at,"
    " undone_version"
)


@dataclass(frozen=True, slots=True)
class Alias:
    """A record that became another one, by its id and its number, which stay valid."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Merge:
    """How ``alias`` was merged into ``record``.

    ``version`` is the one of ``record`` that it made. ``conflicts`` moved there, each with its old
    place and base; ``pairs`` are records that the alias was said not to be. Instants in Unix ms.
    """

    id: str
    kind: str
    record: str
    alias: str
    version: int
    alias_version: int
    choices: Mapping[str, str]
    elements: Elements
    conflicts: tuple[tuple[str, str, object], ...]
    pairs: tuple[str, ...]
    author: Author
    at: int
    undone_by: str = ""
    undone_name: str = ""
    undone_at: int | None = None
    undone_version: int | None = None


def standing(rows: Rows, head: Head) -> Head:
    """The record that stands for one: itself, or what it was merged into, however often."""
    while head.alias_of:
        above = heads.find(rows, head.alias_of)
        assert above is not None, "records are never deleted"
        head = above
    return head


def below(rows: Rows, records: Collection[str]) -> dict[str, list[Alias]]:
    """The aliases of some records, those of aliases included, by record."""
    found: dict[str, list[Alias]] = {}
    keys = [heads.key(record) for record in records]
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        marks = ",".join("?" * len(part))
        for root, record, number in rows.tuples(
            "WITH RECURSIVE line (root, id, number) AS ("  # noqa: S608
            "SELECT alias_of, id, number FROM records"
            f" WHERE alias_of IN ({marks})"
            " UNION ALL SELECT line.root, r.id, r.number FROM records r"
            " JOIN line ON r.alias_of = line.id)"
            " SELECT root, id, number FROM line ORDER BY number",
            part,
        ):
            found.setdefault(ids.to_text(root), []).append(Alias(ids.to_text(record), number))
    return found


def path_up(rows: Rows, head: Head) -> list[Merge]:
    """The merges that lead from an alias to the record that stands for it, in order."""
    found = []
    while head.alias_of:
        row = rows.one(
            f"SELECT {_COLUMNS} FROM record_merges"  # noqa: S608
            " WHERE alias = ? AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT 1",
            (heads.key(head.id),),
        )
        assert row is not None, "an alias has its merge"
        found.append(_from_row(row))
        above = heads.find(rows, head.alias_of)
        assert above is not None, "records are never deleted"
        head = above
    return found


def get(rows: Rows, merge: str) -> Merge:
    """One merge; Problem merge_missing."""
    query = f"SELECT {_COLUMNS} FROM record_merges WHERE id = ?"  # noqa: S608
    return _from_row(rows.by_id(query, merge, "merge_missing"))


def of_record(rows: Rows, record: str) -> list[Merge]:
    """Every merge into a record, the newest first."""
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_merges WHERE record = ?"  # noqa: S608
        " ORDER BY version DESC",
        (heads.key(record),),
    )
    return [_from_row(row) for row in found]


def marks(rows: Rows, record: str) -> dict[int, dict[str, object]]:
    """What merges did to a record, by its version: {"id", "alias", "number", "what", "undone"}.

    ``what`` is merged or unmerged, ``undone`` whether that merge has been undone since.
    """
    found: dict[int, dict[str, object]] = {}
    for one in of_record(rows, record):
        other = heads.find(rows, one.alias)
        number = other.number if other else ""
        said = {"id": one.id, "alias": one.alias, "number": number}
        undone = one.undone_version is not None
        found[one.version] = {**said, "what": "merged", "undone": undone}
        if one.undone_version is not None:
            found[one.undone_version] = {**said, "what": "unmerged", "undone": True}
    return found


def newest(rows: Rows, kind: str, before: str, limit: int) -> list[Merge]:
    """Merges of a kind, the newest first, older than the merge ``before``."""
    limit = max(1, min(limit, PAGE_MAX))
    place = ""
    params: list[object] = [kind]
    if before:
        last = get(rows, before)
        place, params = " AND (at, id) < (?, ?)", [kind, last.at, ids.to_bytes(last.id)]
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_merges WHERE kind = ?{place}"  # noqa: S608
        " ORDER BY at DESC, id DESC LIMIT ?",
        (*params, limit),
    )
    return [_from_row(row) for row in found]


def save(tx: Tx, merge: Merge) -> None:
    """Store a merge."""
    author = merge.author
    sides = (heads.key(merge.record), heads.key(merge.alias), merge.version, merge.alias_version)
    told = (merge.choices, merge.elements, merge.conflicts, merge.pairs)
    by = (ids.to_bytes(author.operation), author.actor, author.actor_name, author.approver_name)
    tx.execute(
        f"INSERT INTO record_merges ({_COLUMNS})"  # noqa: S608
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            *(ids.to_bytes(merge.id), merge.kind, *sides, *(heads.dump(part) for part in told)),
            *(*by, merge.at, merge.undone_by, merge.undone_name, None, None),
        ),
    )


def end(tx: Tx, merge: Merge, actor: Actor, version: int) -> Merge:
    """Mark a merge as undone; ``version`` is the one of its record that came of it."""
    tx.execute(
        "UPDATE record_merges SET undone_by = ?, undone_name = ?, undone_at = ?,"
        " undone_version = ? WHERE id = ?",
        (actor.id, actor.name, tx.now_ms, version, ids.to_bytes(merge.id)),
    )
    return replace(
        merge,
        undone_by=actor.id,
        undone_name=actor.name,
        undone_at=tx.now_ms,
        undone_version=version,
    )


def _from_row(row: Row) -> Merge:
    told: dict[str, Any] = dict(row)
    by = [told.pop(name) for name in ("operation", "actor", "actor_name", "approver_name")]
    author = Author(ids.to_text(by[0]), by[1], by[2], "", approver_name=by[3])
    for name in ("id", "record", "alias"):
        told[name] = ids.to_text(told[name])
    for name in ("choices", "elements"):
        told[name] = heads.load(told[name])
    moved = msgspec.json.decode(told["conflicts"], type=tuple[tuple[str, str, Any], ...])
    told["conflicts"] = moved
    told["pairs"] = msgspec.json.decode(told["pairs"], type=tuple[str, ...])
    return Merge(**told, author=author)

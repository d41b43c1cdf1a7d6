"""Where conflicts are stored; sealed fields stay sealed in them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import msgspec

from gateway.access.policy import Rule
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.sealing import Keyring
from gateway.records.edits.docket import Conflict
from gateway.records.model.fields import Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import dotted
from gateway.records.rows import heads, scopes, sealed
from gateway.records.rows.heads import Author, Head
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

PAGE_MAX: Final = 500

_COLUMNS = (
    "c.id, c.record, c.kind, c.field, c.base, c.current, c.proposed, c.operation, c.actor,"
    " c.actor_name, c.device, c.channel, c.at, c.said_at, c.rule, c.state, c.decided_by,"
    " c.decided_at"
)
_SAVE = (
    "INSERT INTO record_conflicts (id, record, kind, field, base, current, proposed, operation,"
    " actor, actor_name, device, channel, at, said_at, rule, state, decided_by, decided_at)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET current = excluded.current, proposed = excluded.proposed,"
    " operation = excluded.operation, actor = excluded.actor, actor_name = excluded.actor_name,"
    " device = excluded.device, channel = excluded.channel, at = excluded.at,"
    " said_at = excluded.said_at, rule = excluded.rule, state = excluded.state,"
    " decided_by = excluded.decided_by, decided_at = excluded.decided_at"
)


def waiting(rows: Rows, kind: Kind, head: Head, keyring: Keyring) -> list[Conflict]:
    """The open conflicts of a record, oldest first, in clear."""
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_conflicts c"  # noqa: S608
        " WHERE c.record = ? AND c.state = 'open' ORDER BY c.at, c.rowid",
        (heads.key(head.id),),
    )
    return [reveal(keyring, kind, from_row(row)) for row in found]


def told(rows: Rows, kind: Kind, head: Head, keyring: Keyring) -> list[Conflict]:
    """What rules and people have kept out of a record before, in clear."""
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_conflicts c"  # noqa: S608
        " WHERE c.record = ? AND c.rule != '' AND c.state IN ('settled', 'current')",
        (heads.key(head.id),),
    )
    return [reveal(keyring, kind, from_row(row)) for row in found]


def of_record(rows: Rows, record: str) -> list[Conflict]:
    """Every conflict a record has had, oldest first, as it is stored."""
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_conflicts c"  # noqa: S608
        " WHERE c.record = ? ORDER BY c.at, c.rowid",
        (heads.key(record),),
    )
    return [from_row(row) for row in found]


def get(rows: Rows, conflict: str) -> Conflict:
    """One conflict as it is stored; Problem conflict_missing."""
    query = f"SELECT {_COLUMNS} FROM record_conflicts c WHERE c.id = ?"  # noqa: S608
    return from_row(rows.by_id(query, conflict, "conflict_missing"))


def page(
    rows: Rows, rule: Rule, actor: Actor, state: str, limit: int
) -> list[tuple[Conflict, Head]]:
    """Conflicts in a state with their records, oldest first, as they are stored."""
    scope, params = scopes.condition(rule, actor)
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_conflicts c JOIN records r ON r.id = c.record"  # noqa: S608
        f" WHERE c.state = ? AND {scope} ORDER BY c.at, c.rowid LIMIT ?",
        (state, *params, min(limit, PAGE_MAX)),
    )
    listed = [from_row(row) for row in found]
    return [(conflict, _head(rows, conflict)) for conflict in listed]


def save(tx: Tx, kind: Kind, changed: Iterable[Conflict]) -> None:
    """Store new and changed conflicts."""
    for conflict in changed:
        tx.execute(_SAVE, _values(close(tx.keyring, kind, conflict)))


def remove(tx: Tx, moving: Iterable[Conflict]) -> None:
    """Take conflicts from where they are, to be stored with another record."""
    keys = [(ids.to_bytes(conflict.id),) for conflict in moving]
    tx.executemany("DELETE FROM record_conflicts WHERE id = ?", keys)


def journal_form(keyring: Keyring, kind: Kind, conflict: Conflict) -> dict[str, object]:
    """A conflict as the journal tells it."""
    stored = close(keyring, kind, conflict)
    return {
        "id": stored.id,
        "field": dotted(stored.path),
        "base": stored.base,
        "current": stored.current,
        "proposed": stored.proposed,
        "state": stored.state,
        "rule": stored.rule,
    }


def reveal(keyring: Keyring, kind: Kind, conflict: Conflict) -> Conflict:
    """A stored conflict in clear; Problem seal_broken."""
    return _mapped(conflict, lambda value: sealed.open_at(keyring, kind, *_place(conflict), value))


def close(keyring: Keyring, kind: Kind, conflict: Conflict) -> Conflict:
    """A conflict in clear as it is stored."""
    return _mapped(conflict, lambda value: sealed.seal_at(keyring, kind, *_place(conflict), value))


def from_row(row: Row) -> Conflict:
    """A conflict of a row, sealed fields sealed."""
    return Conflict(
        id=ids.to_text(row["id"]),
        record=ids.to_text(row["record"]),
        kind=row["kind"],
        path=tuple(row["field"].split(".")),
        base=msgspec.json.decode(row["base"]),
        current=msgspec.json.decode(row["current"]),
        proposed=msgspec.json.decode(row["proposed"]),
        author=Author(
            ids.to_text(row["operation"]),
            row["actor"],
            row["actor_name"],
            row["device"],
            row["channel"],
        ),
        at=row["at"],
        said_at=row["said_at"],
        rule=row["rule"],
        state=row["state"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )


def _head(rows: Rows, conflict: Conflict) -> Head:
    head = heads.find(rows, conflict.record)
    assert head is not None, "records are never deleted"
    return head


def _place(conflict: Conflict) -> tuple[str, Path]:
    return conflict.record, conflict.path


def _mapped(conflict: Conflict, change: Callable[[object], object]) -> Conflict:
    return replace(
        conflict,
        base=change(conflict.base),
        current=change(conflict.current),
        proposed=change(conflict.proposed),
    )


def _values(stored: Conflict) -> tuple[object, ...]:
    author = stored.author
    by = (ids.to_bytes(author.operation), author.actor, author.actor_name)
    way = (author.device, author.channel, stored.at, stored.said_at, stored.rule)
    sides = (heads.dump(side) for side in (stored.base, stored.current, stored.proposed))
    place = (ids.to_bytes(stored.id), heads.key(stored.record), stored.kind, dotted(stored.path))
    decision = (stored.state, stored.decided_by, stored.decided_at)
    return (*place, *sides, *by, *way, *decision)

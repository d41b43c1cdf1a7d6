"""Which record of ours stands for a name in a fact: an id or number, of one merged since perhaps.

It is ours to say, so that no ERP needs a place for the ids of records that became another one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.kernel import ids
from gateway.records.rows import aliases, heads
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.rows import Rows


@dataclass(frozen=True, slots=True)
class Named:
    """A record of ours, by its id, its official number, or both."""

    id: str
    number: str


# For each of some names of a kind, the record that stands for it.
Names = Callable[[str, Sequence[str]], Mapping[str, Named]]


def as_told(_kind: str, names: Sequence[str]) -> Mapping[str, Named]:
    """Every name as it is, where nobody knows more."""
    return {name: Named(name, "") if _is_id(name) else Named("", name) for name in names}


class RecordNames:
    """The names that the records of a store have; strange ones are left as they are."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, kind: str, names: Sequence[str]) -> Mapping[str, Named]:
        """The record behind each name of a kind."""
        told = as_told(kind, names)
        with self._store.read() as rows:
            found = {name: _standing(rows, kind, one) for name, one in told.items()}
        known = {name: Named(head.id, head.number) for name, head in found.items() if head}
        return {**told, **known}


def behind(rows: Rows, kind: str, name: str) -> Head | None:
    """The record that stands for a name of a kind; None for a strange one."""
    return _standing(rows, kind, as_told(kind, [name])[name])


def _standing(rows: Rows, kind: str, one: Named) -> Head | None:
    head = _head(rows, kind, one)
    return aliases.standing(rows, head) if head else None


def _head(rows: Rows, kind: str, one: Named) -> Head | None:
    record = one.id
    if one.number:
        sql = "SELECT id FROM records WHERE kind = ? AND number = ?"
        row = rows.one(sql, (kind, one.number))
        record = ids.to_text(row["id"]) if row else ""
    head = heads.find(rows, record) if record else None
    return head if head and head.kind == kind else None


def _is_id(name: str) -> bool:
    try:
        ids.to_bytes(name)
    except ValueError:
        return False
    return True

"""Journal entries for people: who did what, with names of fields instead of their values."""

from typing import Any

import msgspec

from gateway.store import journal


def line(row: tuple[Any, ...], actor: str) -> bytes:
    """One row of ``journal.page`` for somebody who may not see every class of field.

    Facts come whole. Of a change to a record only the names of its fields are told: the values
    stand in the record's history, behind the view of each role.
    """
    kind = row[2]
    if not kind:
        return b'{"actor":"%s",' % actor.encode() + journal.splice(row)[1:]
    entry: dict[str, Any] = msgspec.json.decode(journal.splice(row))
    entry["actor"] = actor
    entry["data"] = {"fields": field_names(entry.pop("data", None))}
    return msgspec.json.encode(entry)


def field_names(data: object) -> list[str]:
    """The names of the fields that a change to a record speaks of."""
    if not isinstance(data, dict):
        return []
    inner = data.get("patch", data.get("data"))
    return sorted(inner if isinstance(inner, dict) else data)

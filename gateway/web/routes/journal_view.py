"""Journal entries for people: who did what, with names of fields instead of their values."""

from collections.abc import Collection
from typing import Any

import msgspec

from gateway.facts import visit
from gateway.facts.types import VISIT
from gateway.store import journal

# What an entry about a record tells beside the names of the fields it touched.
TOLD = ("version", "stage")


def line(row: tuple[Any, ...], actor: str, clear: Collection[str]) -> bytes:
    """One row of ``journal.page`` for somebody who may not see every class of field.

    Facts come whole, but for what is personal in a visit where ``clear``, the classes that are
    seen, does not hold it. Of a change to a record only the names of its fields are told: the
    values stand in the record's history, behind the view of each role.
    """
    kind = row[2]
    if not kind and (row[1] != VISIT or "P" in clear):
        return b'{"actor":"%s",' % actor.encode() + journal.splice(row)[1:]
    entry: dict[str, Any] = msgspec.json.decode(journal.splice(row))
    entry["actor"] = actor
    if not kind:
        return msgspec.json.encode(visit.event_seen(entry, clear))
    entry["data"] = change(entry.get("data"))
    return msgspec.json.encode(entry)


def change(data: object) -> dict[str, object]:
    """What a change to a record may be told of to anybody: version, stage and names of fields."""
    if not isinstance(data, dict):
        return {}
    told: dict[str, object] = {name: data[name] for name in TOLD if name in data}
    return {**told, "fields": field_names(data)}


def field_names(data: dict[str, Any]) -> list[str]:
    """The names of the fields that a patch, a new record, conflicts or approvals speak of."""
    inner = data.get("patch", data.get("data"))
    if isinstance(inner, dict):
        return sorted(inner)
    waiting = data.get("conflicts", data.get("approvals"))
    if isinstance(waiting, list):
        return sorted({str(item["field"]) for item in waiting if isinstance(item, dict)})
    return []

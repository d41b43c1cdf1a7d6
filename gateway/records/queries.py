"""Reading records: one, a page, a search, an exact key. Rows come whole; ``view`` shows them."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

import msgspec

from gateway.access.policy import Rule, allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.finding import search as finding
from gateway.records.finding.question import Asked, question
from gateway.records.finding.search import Place
from gateway.records.model.kind import Kind
from gateway.records.rows import aliases, heads, scopes
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.rows import Rows

LIMIT_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and the cursor of the next page, or None."""

    heads: list[Head]
    next: str | None


def get(rows: Rows, kind: Kind, actor: Actor, record: str, action: str = "read") -> Head:
    """One record, or for an alias the one that stands for it; an alias has a history of its own.

    Problem record_missing (also out of the actor's scope) or not_allowed.
    """
    rule = allowed(actor, kind.name, action)
    asked = heads.get(rows, kind, record)
    head = aliases.standing(rows, asked)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    return asked if action == "history" else head


def page(
    rows: Rows, kind: Kind, actor: Actor, *, search: str = "", after: str = "", limit: int = 50
) -> Page:
    """Records of a kind: all in the order of their titles, or those that hold every word of
    ``search`` in the order of ``search.page``.

    Problem not_allowed or cursor_malformed.
    """
    asked = question(search)
    rule = allowed(actor, kind.name, "search" if asked.words else "list")
    limit = max(1, min(limit, LIMIT_MAX))
    if not asked.words:
        return _list(rows, kind, actor, rule, _place(after), limit)
    found, ended = finding.page(Asked(rows, kind, rule, actor, asked), _search_place(after), limit)
    return Page(found, None if ended is None else _encode(ended))


def _list(
    rows: Rows, kind: Kind, actor: Actor, rule: Rule, place: tuple[str, bytes], limit: int
) -> Page:
    scope, params = scopes.condition(rule, actor)
    found = rows.all(
        f"SELECT {COLUMNS} FROM records r WHERE r.kind = ? AND (r.sort, r.id) > (?, ?)"  # noqa: S608
        f" AND r.alias_of IS NULL AND {scope} ORDER BY r.sort, r.id LIMIT ?",
        (kind.name, *place, *params, limit + 1),
    )
    listed = [heads.from_row(row) for row in found[:limit]]
    more = len(found) > limit
    last = listed[-1] if more else None
    return Page(listed, None if last is None else _encode((last.sort, heads.key(last.id))))


def lookup(rows: Rows, kind: Kind, name: str, value: str) -> Head | None:
    """The record with an exact key that the kind declares; the newest where several share it.

    ``value`` in stored form, such as a GTIN of 14 digits.
    """
    row = rows.one(
        f"SELECT {COLUMNS} FROM record_keys k JOIN records r ON r.id = k.record"  # noqa: S608
        " WHERE k.kind = ? AND k.name = ? AND k.value = ? ORDER BY r.updated_at DESC LIMIT 1",
        (kind.name, name, value),
    )
    return None if row is None else heads.from_row(row)


def version_at(rows: Rows, record: str, seq: int) -> tuple[int, dict[str, object]] | None:
    """(version, stored data) of a record as it was after journal entry ``seq``; None before it."""
    row = rows.one(
        "SELECT version, data FROM record_versions WHERE record = ? AND seq <= ?"
        " ORDER BY version DESC LIMIT 1",
        (heads.key(record), seq),
    )
    return None if row is None else (row["version"], heads.load(row["data"]))


def _encode(place: Place) -> str:
    told = place if isinstance(place, int) else [place[0], ids.to_text(place[1])]
    return base64.urlsafe_b64encode(msgspec.json.encode(told)).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, bytes]:
    place = _search_place(cursor)
    if isinstance(place, int):
        raise Problem("cursor_malformed")
    return place or ("", b"")


def _search_place(cursor: str) -> Place | None:
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        told = msgspec.json.decode(raw, type=int | tuple[str, str])
        return _row(told) if isinstance(told, int) else (told[0], ids.to_bytes(told[1]))
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise Problem("cursor_malformed") from error


def _row(number: int) -> int:
    if not -1 <= number < 1 << 63:
        raise ValueError("no row has such a number")
    return number

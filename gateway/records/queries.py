"""Reading records: one, a page, a search, an exact key. Rows come whole; ``view`` shows them."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

import msgspec

from gateway.access.policy import Rule, allowed
from gateway.kernel import formats, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import heads, scopes
from gateway.records.heads import COLUMNS, Head
from gateway.records.kind import Kind
from gateway.store.rows import Rows

LIMIT_MAX: Final = 500
WORDS_MAX: Final = 8

_phone_signs = re.compile(r"[+\d\s()/.-]+")


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in the order of their titles, and the cursor of the next page, or None."""

    heads: list[Head]
    next: str | None


def get(rows: Rows, kind: Kind, actor: Actor, record: str, action: str = "read") -> Head:
    """One record; Problem record_missing (also out of the actor's scope) or not_allowed."""
    rule = allowed(actor, kind.name, action)
    head = heads.get(rows, kind, record)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    return head


def page(
    rows: Rows, kind: Kind, actor: Actor, *, search: str = "", after: str = "", limit: int = 50
) -> Page:
    """Records of a kind, all or those that hold every word of ``search``.

    Problem not_allowed or cursor_malformed.
    """
    rule = allowed(actor, kind.name, "search" if search else "list")
    scope, scope_params = scopes.condition(rule, actor)
    words, word_params = _words(rule, search)
    place = _decode(after)
    limit = max(1, min(limit, LIMIT_MAX))
    # The lines to search lie in the order of the list; a cross join keeps them on the outside.
    source, first = ("record_search s CROSS JOIN records r ON r.id = s.record", "s.sort, s.record")
    if not words:
        source, first = "records r", "r.sort, r.id"
    table = first[0]
    found = rows.all(
        f"SELECT {COLUMNS} FROM {source} WHERE {table}.kind = ? AND ({first}) > (?, ?)"  # noqa: S608
        f"{words} AND {scope} ORDER BY {first} LIMIT ?",
        (kind.name, *place, *word_params, *scope_params, limit + 1),
    )
    listed = [heads.from_row(row) for row in found[:limit]]
    more = len(found) > limit
    return Page(listed, _encode(listed[-1]) if more else None)


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


def _words(rule: Rule, search: str) -> tuple[str, tuple[str, ...]]:
    """The condition that every word is found. Personal texts are searched by those who see them."""
    lines = ("s.business", "s.personal") if "P" in rule.clear else ("s.business",)
    words: list[tuple[str, ...]] = [(word,) for word in formats.fold(search).split()[:WORDS_MAX]]
    if digits := _phone_digits(search):
        words = [(formats.fold(search), digits)]
    condition, params = "", []
    for forms in words:
        tests = [(line, form) for form in forms for line in lines]
        condition += " AND (" + " OR ".join(f"instr({line}, ?)" for line, _ in tests) + ")"
        params += [form for _, form in tests]
    return condition, tuple(params)


def _phone_digits(search: str) -> str:
    """The digits of a phone number as it is dialled here: they stand in the one that is stored."""
    digits = re.sub(r"\D", "", search)
    is_phone = len(digits) >= 5 and _phone_signs.fullmatch(search.strip())
    return digits.lstrip("0") if is_phone else ""


def _encode(head: Head) -> str:
    place = msgspec.json.encode([head.sort, head.id])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, bytes]:
    if not cursor:
        return "", b""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, record = msgspec.json.decode(raw, type=tuple[str, str])
        return sort, ids.to_bytes(record)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise Problem("cursor_malformed") from error

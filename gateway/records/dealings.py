"""The dealings with one customer in one line: visits, sales and what is to be done, newest first.

Each sort has an index by customer and instant, so a page costs what it shows, however long the
story is. Of a record that others were merged into, theirs are told as well.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from gateway.access.policy import Rule, find
from gateway.facts import by_customer, visit
from gateway.facts.by_customer import NEWEST, Before, Happened
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records import queries, view
from gateway.records.engine import Engine
from gateway.records.model import masks
from gateway.records.rows import aliases, heads, scopes
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.database import Store
from gateway.store.rows import Rows

Json = dict[str, Any]
KIND: Final = "customer"
# Kinds whose records are about a customer; each has its place in the index records_customer.
ABOUT: Final = ("task",)
LIMIT_MAX: Final = 200
_AMOUNTS: Final = ("net", "tax", "total")
_place: Final = re.compile(r"(-?[0-9]{1,18})\.([0-9a-f]{32})")


class Dealings:
    """Tells what happened with customers."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine

    def page(
        self, actor: Actor, record: str, *, after: str = "", limit: int = 50
    ) -> tuple[list[Json], str | None]:
        """Some dealings and the cursor of the next page.

        [{"type", "id", "at", "by", "number", "data", "masked"}]; ``type`` is visit, sale or the
        name of a kind. What the actor's role may not list is left out. Problem record_missing (also
        out of the actor's scope), not_allowed or cursor_malformed.
        """
        engine, before = self._engine(), _before(after)
        limit = max(1, min(limit, LIMIT_MAX))
        with self._store.read() as rows:
            head = queries.get(rows, engine.kind(KIND), actor, record)
            told = _Told(rows, self._store.keyring, engine, actor, head)
            found = sorted(told.all(before, limit + 1), key=lambda one: one[0], reverse=True)
            shown = told.named([one for _, one in found[:limit]])
        if len(found) <= limit:
            return shown, None
        at, identity = found[limit - 1][0]
        return shown, f"{at}.{identity.hex()}"


class _Told:
    """One customer's dealings through the eyes of one actor."""

    def __init__(
        self, rows: Rows, keyring: Keyring, engine: Engine, actor: Actor, head: Head
    ) -> None:
        self._rows = rows
        self._keyring = keyring
        self._engine = engine
        self._actor = actor
        below = aliases.below(rows, [head.id]).get(head.id, [])
        self._ids = [head.id, *(alias.id for alias in below)]
        self._numbers = [head.number, *(alias.number for alias in below)]

    def all(self, before: Before, limit: int) -> Iterator[tuple[Before, Json]]:
        """At least the ``limit`` newest of all sorts, each with its place."""
        if rule := self._rule("visit"):
            keys = [heads.key(record) for record in self._ids]
            for one in by_customer.visits(self._rows, keys, before, limit):
                yield (one.at, one.id), _visit(one, rule)
        if rule := self._rule("sale"):
            names = [*self._ids, *self._numbers]
            for one in by_customer.sales(self._rows, names, before, limit):
                yield (one.at, one.id), _sale(one, rule)
        for kind in ABOUT:
            if kind in self._engine.kinds and (rule := self._rule(kind)):
                for head in self._records(kind, rule, before, limit):
                    yield (head.created_at, heads.key(head.id)), self._record(head)

    def named(self, shown: Sequence[Json]) -> list[Json]:
        """The same with the names of people in place of their ids."""
        names = _names(self._rows, {one["by"] for one in shown})
        return [{**one, "by": names.get(one["by"], "")} for one in shown]

    def _rule(self, resource: str) -> Rule | None:
        return find(self._actor.role, resource, "list")

    def _records(self, kind: str, rule: Rule, before: Before, limit: int) -> Iterator[Head]:
        scope, params = scopes.condition(rule, self._actor)
        sql = records_query(kind, scope)
        for record in self._ids:
            found = self._rows.all(sql, (record, *before, *params, limit))
            yield from (heads.from_row(row) for row in found)

    def _record(self, head: Head) -> Json:
        kind = self._engine.kind(head.kind)
        seen = view.record(self._keyring, kind, self._actor, head, "list")
        told = {name: seen[name] for name in ("id", "number", "data", "masked")}
        return {"type": head.kind, "at": to_iso(head.created_at), "by": head.owner, **told}


def records_query(kind: str, scope: str) -> str:
    """What finds the records of a kind about one customer, in the form that the index answers."""
    return (
        f"SELECT {COLUMNS} FROM records r WHERE r.kind = '{kind}'"  # noqa: S608
        " AND json_extract(r.data, '$.customer') = ?"
        f" AND (r.created_at, r.id) < (?, ?) AND r.alias_of IS NULL AND {scope}"
        " ORDER BY r.created_at DESC, r.id DESC LIMIT ?"
    )


def _visit(one: Happened, rule: Rule) -> Json:
    data = visit.seen(one.data, rule.clear)
    masked = [name for name in visit.PERSONAL if data.get(name) == visit.HIDDEN]
    return _fact(one, "", data, masked)


def _sale(one: Happened, rule: Rule) -> Json:
    hidden: Collection[str] = () if "F" in rule.clear else _AMOUNTS
    data = {name: masks.HIDDEN if name in hidden else value for name, value in one.data.items()}
    return _fact(one, str(one.data["receipt"]), data, list(hidden))


def _fact(one: Happened, number: str, data: Json, masked: list[str]) -> Json:
    return {
        "type": one.type,
        "id": ids.to_text(one.id),
        "at": to_iso(one.at),
        "by": one.actor,
        "number": number,
        "data": data,
        "masked": masked,
    }


def _names(rows: Rows, people: Collection[str]) -> dict[str, str]:
    keys = []
    for identity in people:
        try:
            keys.append(ids.to_bytes(identity))
        except ValueError:
            continue  # no person: a machine, or the gateway itself
    marks = ",".join("?" * len(keys))
    found = rows.tuples(f"SELECT id, name FROM users WHERE id IN ({marks})", keys)  # noqa: S608
    return {ids.to_text(identity): name for identity, name in found}


def _before(cursor: str) -> Before:
    if not cursor:
        return NEWEST
    place = _place.fullmatch(cursor)
    if place is None:
        raise Problem("cursor_malformed")
    return int(place[1]), bytes.fromhex(place[2])

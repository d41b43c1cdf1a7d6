"""What a phone pulls: heads that changed since a place in the journal, through its role's eyes."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.access.policy import Rule, find
from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.records.engine import Engine
from gateway.records.rows import erasures, heads, scopes
from gateway.records.rows.erasures import VISIT
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.rows import Rows


@dataclass(frozen=True, slots=True)
class Checksum:
    """``hash`` is SHA-256, hexadecimal, of the lines ``id:version`` in the order of their ids."""

    count: int
    hash: str


def readable(engine: Engine, actor: Actor) -> Mapping[str, Rule]:
    """The kinds an actor may list, with the rule for each."""
    rules = {name: find(actor.role, name, "list") for name in sorted(engine.kinds)}
    return {name: rule for name, rule in rules.items() if rule is not None}


def changed(rows: Rows, engine: Engine, actor: Actor, after: int, limit: int) -> list[Head]:
    """Up to ``limit`` records the actor sees that changed after journal entry ``after``, by seq.

    A record stands once, at its newest state. From 0 on this is the whole snapshot, and it resumes:
    what changes while it is read comes again at the end.
    """
    parts, params = [], []
    for name, rule in readable(engine, actor).items():
        scope, scope_params = scopes.condition(rule, actor)
        parts.append(
            f"SELECT * FROM (SELECT {COLUMNS} FROM records r"  # noqa: S608
            f" WHERE r.kind = ? AND r.seq > ? AND r.alias_of IS NULL AND {scope}"
            " ORDER BY r.seq LIMIT ?)"
        )
        params += [name, after, *scope_params, limit]
    if not parts:
        return []
    union = " UNION ALL ".join(parts)
    found = rows.all(f"SELECT * FROM ({union}) ORDER BY seq LIMIT ?", (*params, limit))  # noqa: S608
    return [heads.from_row(row) for row in found]


def departed(
    rows: Rows, engine: Engine, actor: Actor, after: int, through: int
) -> list[tuple[str, str]]:
    """(kind, id) of records that left the actor's scope in journal entries above ``after``, or were
    merged into another one.
    """
    kinds = [n for n, rule in readable(engine, actor).items() if rule.scope == "territory"]
    marks = ",".join("?" * len(kinds))
    found = rows.tuples(
        "SELECT d.kind, d.record FROM record_departures d JOIN records r ON r.id = d.record"  # noqa: S608
        " WHERE d.territory = ? AND d.seq > ? AND d.seq <= ? AND r.territory <> d.territory"
        f" AND d.kind IN ({marks}) ORDER BY d.seq",
        (actor.territory, after, through, *kinds),
    )
    gone = [(kind, ids.to_text(record)) for kind, record in found]
    return gone + _merged(rows, engine, actor, after, through)


def erased(
    rows: Rows, engine: Engine, actor: Actor, after: int, through: int
) -> list[tuple[str, str]]:
    """(kind, id) of records and visits that were erased in journal entries above ``after``. One
    that is gone has no territory any more: whoever may hold its kind is told.
    """
    kinds = {*readable(engine, actor), VISIT}
    return [one for one in erasures.between(rows, after, through) if one[0] in kinds]


def _merged(
    rows: Rows, engine: Engine, actor: Actor, after: int, through: int
) -> list[tuple[str, str]]:
    gone = []
    for name, rule in readable(engine, actor).items():
        scope, params = scopes.condition(rule, actor)
        found = rows.tuples(
            "SELECT r.id FROM records r WHERE r.alias_of IS NOT NULL AND r.kind = ?"  # noqa: S608
            f" AND r.seq > ? AND r.seq <= ? AND {scope} ORDER BY r.seq",
            (name, after, through, *params),
        )
        gone += [(name, ids.to_text(record)) for (record,) in found]
    return gone


def checksums(rows: Rows, engine: Engine, actor: Actor) -> dict[str, Checksum]:
    """Count and hash of what the actor sees of each kind: equal on the phone, or it starts over."""
    return {
        name: _checksum(rows, name, rule, actor) for name, rule in readable(engine, actor).items()
    }


def _checksum(rows: Rows, kind: str, rule: Rule, actor: Actor) -> Checksum:
    scope, params = scopes.condition(rule, actor)
    found = rows.tuples(
        f"SELECT r.id, r.version FROM records r WHERE r.kind = ? AND r.alias_of IS NULL"  # noqa: S608
        f" AND {scope} ORDER BY r.id",
        (kind, *params),
    )
    lines = "".join(f"{ids.to_text(record)}:{version}\n" for record, version in found)
    return Checksum(len(found), canonical.sha256_hex(lines.encode()))

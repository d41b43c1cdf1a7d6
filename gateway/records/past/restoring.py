"""Bringing values of an earlier version back: an ordinary edit, with all its rules.

What is put together here goes through ``commands.edit``: today's rules, the second person, the
merge with what others have changed meanwhile. One thing that does not fit refuses the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.access.policy import allowed
from gateway.kernel.problems import Problem
from gateway.records import commands, queries
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.model.fields import Data, Field, Path, find
from gateway.records.model.guards import Guard
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, between, changed, dotted, pointer, put
from gateway.records.past import history
from gateway.records.rows import aliases, heads, restored, sealed
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.transaction import Tx

# What an earlier version is no authority on: what the ERP owns, and what somebody consented to.
_NOT_BY_ITSELF = ("erp", "consent")


@dataclass(frozen=True, slots=True)
class Restoration:
    """Bring back ``version``, as a whole or in ``fields`` (places such as ``contacts.c1.phone``).

    ``base_version`` is the version the person looked at when asking for it.
    """

    version: int
    base_version: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What it came to, and the places that differ and were left as they are."""

    outcome: Outcome
    left: tuple[str, ...]


def restore(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, asked: Restoration
) -> Restored:
    """Bring an earlier version of a record back.

    As a whole: what the actor sees and may set, but neither what the ERP owns nor consents, which
    are brought back by name only. Problem record_missing, not_allowed, version_missing,
    merge_done, record_invalid, and all of ``commands.edit``.
    """
    kind = engine.kind(kind_name)
    head = queries.get(tx, kind, origin.actor, record, "history")
    if head.alias_of:
        into = aliases.standing(tx, head).number
        raise Problem("merge_done", number=head.number, into=into)
    old, base = (_data(tx, kind, head, n) for n in (asked.version, asked.base_version))
    glass = history.glass_of(tx.keyring, kind, origin.actor, head)
    if asked.fields:
        places, left = _named(glass, asked.fields), list[Path]()
    else:
        guard = engine.guard(kind, allowed(origin.actor, kind.name, "update"), origin.actor)
        places, left = _whole(glass, guard, base, old)
    wanted = base
    for path in places:
        wanted = put(wanted, path, at(old, path))
    proposal = Proposal(between(base, wanted), asked.base_version)
    # What waits for a second person keeps the trace until it makes a version of its own.
    origin = replace(origin, restored_from=asked.version)
    outcome = commands.edit(tx, engine, origin, kind_name, record, proposal)
    if outcome.head.version > head.version:
        restored.keep(tx, outcome.head, asked.version)
    return Restored(outcome, tuple(dotted(path) for path in left))


def _data(tx: Tx, kind: Kind, head: Head, number: int) -> Data:
    try:
        stored = heads.version(tx, head.id, number)
    except Problem as problem:
        raise Problem("version_missing", version=number, newest=head.version) from problem
    return sealed.open_all(tx.keyring, kind, head.id, stored)


def _named(glass: Glass, fields: tuple[str, ...]) -> list[Path]:
    paths = [tuple(name.split(".")) for name in fields]
    unknown = [path for path in paths if len(path) > 3 or not glass.shows(path)]
    if unknown:
        refused = [
            Problem("field_unknown", pointer=pointer(path), name=dotted(path)[:60])
            for path in unknown
        ]
        raise Problem("record_invalid", errors=refused, count=len(refused))
    return paths


def _whole(glass: Glass, guard: Guard, base: Data, old: Data) -> tuple[list[Path], list[Path]]:
    """The places to bring back, and those that stay as they are although they differ."""
    places: dict[Path, None] = {}
    left: dict[Path, None] = {}
    for path, leaf in changed(glass.kind.fields, base, old):
        if not glass.shows(path):
            continue
        if _is_restored(guard, path, leaf):
            places[path] = None
        else:
            left[path] = None
    return [*_entries(places, base, old)], [*left]


def _is_restored(guard: Guard, path: Path, leaf: Field) -> bool:
    group = find(guard.kind.fields, path[:1])
    policies = {leaf.policy, group.policy if group else ""}
    return not policies & set(_NOT_BY_ITSELF) and guard.settable(path, leaf)


def _entries(places: dict[Path, None], base: Data, old: Data) -> Iterator[Path]:
    """The places; an entry of a group that is in one version only comes or goes as one."""
    seen = set()
    for path in places:
        entry = path[:2]
        whole = len(path) > 2 and (at(base, entry) is None or at(old, entry) is None)
        place = entry if whole else path
        if place not in seen:
            seen.add(place)
            yield place

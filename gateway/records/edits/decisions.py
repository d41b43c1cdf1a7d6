"""A person decides a conflict."""

from dataclasses import replace
from typing import Literal

from gateway.access.policy import Rule, allowed, find
from gateway.access.users import human_of
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.edits import conflicts, writing
from gateway.records.edits.docket import Conflict, Docket, refresh
from gateway.records.engine import Engine, Origin, Outcome
from gateway.records.model import guards
from gateway.records.model.fields import Data, leaves
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, changed, dotted, put
from gateway.records.rows import heads, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx

Decision = Literal["current", "proposed"]


def decide(
    tx: Tx, engine: Engine, origin: Origin, conflict: str, decision: Decision, version: int
) -> Outcome:
    """Keep the current value or take the proposed one; ``version`` is what the person looked at.

    A guarded value above its threshold takes somebody else than whoever proposed it. Problem
    conflict_missing, conflict_decided, conflict_moved, conflict_place_gone, approval_own,
    password_needed (for a guarded place), not_allowed or field_not_writable.
    """
    origin = origin.filled(tx.now_ms)
    rule = allowed(origin.actor, "conflict", "update")
    found = conflicts.get(tx, conflict)
    kind = engine.kind(found.kind)
    head = heads.get(tx, kind, found.record)
    seen = allowed(origin.actor, kind.name, "read")
    if not all(scopes.covers(each, origin.actor, head) for each in (rule, seen)):
        raise Problem("conflict_missing")
    if found.state != "open":
        raise Problem("conflict_decided")
    if version != head.version:
        raise Problem("conflict_moved", version=head.version)
    _check_authority(kind, rule, found)
    if not origin.proven and _is_guarded(kind, found):
        raise Problem("password_needed")
    if decision == "proposed" and _takes_two(tx, engine, kind, head, found, origin.actor):
        raise Problem("approval_own")
    docket = _docket(tx, kind, origin, head, found, decision)
    after = writing.advance(tx, kind, origin, head, docket)
    status = "applied" if after.version != head.version else "unchanged"
    return Outcome(status, after, after.seq)


def _docket(
    tx: Tx, kind: Kind, origin: Origin, head: Head, found: Conflict, decision: Decision
) -> Docket:
    data = sealed.open_all(tx.keyring, kind, head.id, head.data)
    clear = conflicts.reveal(tx.keyring, kind, found)
    # Both sides stay as they were before the decision, or the history could not tell them.
    stood = at(data, clear.path)
    if decision == "proposed":
        data = _taken(data, clear)
    waiting = conflicts.waiting(tx, kind, head, tx.keyring)
    # Several people may have proposed this very value: one answer is for all of them.
    same = [c for c in waiting if (c.path, c.proposed) == (clear.path, clear.proposed)]
    decided = tuple(
        replace(
            conflict,
            current=stood,
            state=decision,
            decided_by=origin.actor.id,
            decided_at=tx.now_ms,
        )
        for conflict in same
    )
    docket = refresh(kind, [c for c in waiting if c not in same], data)
    return replace(docket, changed=(*decided, *docket.changed))


def _taken(data: Data, conflict: Conflict) -> Data:
    if len(conflict.path) == 3 and at(data, conflict.path[:2]) is None:
        raise Problem("conflict_place_gone")
    return put(data, conflict.path, conflict.proposed)


def _takes_two(
    tx: Tx, engine: Engine, kind: Kind, head: Head, found: Conflict, actor: Actor
) -> bool:
    """Whether taking the proposed value takes somebody else than the actor, who proposed it."""
    if human_of(tx, found.author.actor) != actor.human:
        return False
    guard = engine.guard(kind, find(actor.role, kind.name, "update") or Rule(), actor)
    data = sealed.open_all(tx.keyring, kind, head.id, head.data)
    after = _taken(data, conflicts.reveal(tx.keyring, kind, found))
    return any(
        guards.is_guarded(kind, path, field) and guard.stance(path, field, data, after) != "alone"
        for path, field in changed(kind.fields, data, after)
    )


def _is_guarded(kind: Kind, conflict: Conflict) -> bool:
    sides = (put({}, conflict.path, side) for side in (conflict.current, conflict.proposed))
    return any(
        guards.is_guarded(kind, path, field)
        for side in sides
        for path, field, _ in leaves(kind.fields, side)
    )


def _check_authority(kind: Kind, rule: Rule, conflict: Conflict) -> None:
    """Deciding a value takes the right to write every class in it, without a second person."""
    sides = (put({}, conflict.path, side) for side in (conflict.current, conflict.proposed))
    classes = {field.data_class for side in sides for _, field, _ in leaves(kind.fields, side)}
    if not classes <= rule.writable - rule.second:
        raise Problem("field_not_writable", field=dotted(conflict.path))

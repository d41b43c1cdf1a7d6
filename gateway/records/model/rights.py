"""Which fields an actor may set: at creation, and later (pure)."""

from collections.abc import Iterator, Mapping

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data, Path, leaves
from gateway.records.model.guards import Guard
from gateway.records.model.patch import at, changed, pointer


def of_creation(guard: Guard, actor: Actor, data: Mapping[str, object]) -> Iterator[Problem]:
    """What the actor may not say when creating a record."""
    for path, field, value in leaves(guard.kind.fields, data):
        if not guard.settable(path, field) or _leaves_scope(guard, actor, path, value):
            yield Problem("field_not_writable", pointer=pointer(path))


def of_edit(
    guard: Guard, actor: Actor, base: Data, proposed: Data, current: Data
) -> Iterator[Problem]:
    """What the actor may not change. Repeating what is stored already changes nothing."""
    for path, field in changed(guard.kind.fields, base, proposed):
        value = at(proposed, path)
        if value == at(current, path):
            continue
        if not guard.settable(path, field) or _leaves_scope(guard, actor, path, value):
            yield Problem("field_not_writable", pointer=pointer(path))


def _leaves_scope(guard: Guard, actor: Actor, path: Path, value: object) -> bool:
    """Whether a record would be put where the actor has no business."""
    outside = path == ("territory",) and (value or "") != actor.territory
    return guard.rule.scope == "territory" and outside

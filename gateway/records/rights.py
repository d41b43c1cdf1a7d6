"""Which fields an actor may set: at creation, and later (pure)."""

from collections.abc import Iterator, Mapping

from gateway.access.policy import Rule
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.fields import Field, Path, leaves
from gateway.records.kind import Kind
from gateway.records.patch import at, pointer


def may_create(kind: Kind, rule: Rule, path: Path, field: Field) -> bool:
    """Guarded fields are set with the record by whoever may create it."""
    return field.data_class in rule.writable or _is_guarded(kind, path, field)


def may_change(kind: Kind, rule: Rule, path: Path, field: Field) -> bool:
    """A class that takes a second person is not changed by one alone."""
    if _is_guarded(kind, path, field):
        return field.data_class in rule.writable - rule.second
    return field.data_class in rule.writable


def of_creation(
    kind: Kind, rule: Rule, actor: Actor, data: Mapping[str, object]
) -> Iterator[Problem]:
    """What the actor may not say when creating a record."""
    for path, field, value in leaves(kind.fields, data):
        if not may_create(kind, rule, path, field) or _leaves_scope(rule, actor, path, value):
            yield Problem("field_not_writable", pointer=pointer(path))


def of_edit(
    kind: Kind,
    rule: Rule,
    actor: Actor,
    base: Mapping[str, object],
    proposed: Mapping[str, object],
    current: Mapping[str, object],
) -> Iterator[Problem]:
    """What the actor may not change. Repeating what is stored already changes nothing."""
    for path, field in changed(kind, base, proposed):
        value = at(proposed, path)
        if value == at(current, path):
            continue
        if not may_change(kind, rule, path, field):
            code = "guarded_field" if _is_guarded(kind, path, field) else "field_not_writable"
            yield Problem(code, pointer=pointer(path))
        elif _leaves_scope(rule, actor, path, value):
            yield Problem("field_not_writable", pointer=pointer(path))


def changed(
    kind: Kind, old: Mapping[str, object], new: Mapping[str, object]
) -> list[tuple[Path, Field]]:
    """Every place whose value differs, groups entered."""
    before = {path: (field, value) for path, field, value in leaves(kind.fields, old)}
    after = {path: (field, value) for path, field, value in leaves(kind.fields, new)}
    return [
        (path, (before.get(path) or after[path])[0])
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def _is_guarded(kind: Kind, path: Path, field: Field) -> bool:
    group = kind.field(path[0])
    return field.guarded or (group is not None and group.guarded)


def _leaves_scope(rule: Rule, actor: Actor, path: Path, value: object) -> bool:
    """Whether a record would be put where the actor has no business."""
    outside = path == ("territory",) and (value or "") != actor.territory
    return rule.scope == "territory" and outside

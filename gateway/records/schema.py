"""A kind as its forms and lists need it: what a role sees and sets, by the same declaration."""

from gateway.access.policy import Rule, find
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.records import rights
from gateway.records.engine import AUTHORITIES
from gateway.records.fields import Field, Path
from gateway.records.kind import Kind
from gateway.records.validate import Home, default

_NOBODY = Rule()


def kind_schema(kind: Kind, actor: Actor, home: Home) -> dict[str, object] | None:
    """The kind for an actor; None when the actor neither reads nor creates it.

    {"name", "labels", "steps", "fields", "version"}; ``version`` changes with anything else in it.
    """
    eyes = _Eyes(kind, actor, home)
    if not eyes.any:
        return None
    fields = [eyes.field(field, (field.name,)) for field in kind.fields if eyes.exists(field)]
    names = {field["name"] for field in fields}
    steps: list[dict[str, object]] = [
        {
            "name": step.name,
            "labels": step.labels.schema(),
            "fields": [name for name in step.fields if name in names],
        }
        for step in kind.steps
    ]
    value: dict[str, object] = {
        "name": kind.name,
        "labels": kind.labels.schema(),
        "steps": [step for step in steps if step["fields"]],
        "fields": fields,
    }
    return value | {"version": canonical.sha256_hex(canonical.encode(value))[:16]}


class _Eyes:
    """What a role may do with the fields of a kind."""

    def __init__(self, kind: Kind, actor: Actor, home: Home) -> None:
        rules = [find(actor.role, kind.name, action) for action in ("read", "create", "update")]
        self.any = any(rules)
        self.role = actor.role
        self.kind = kind
        self.home = home
        self.read, self.create, self.update = (rule or _NOBODY for rule in rules)
        self.creates = rules[1] is not None

    def exists(self, field: Field) -> bool:
        """Whether the role sees or sets a field, or any field of a group."""
        if field.fields:
            return any(self._exists((field.name, "", m.name), m) for m in field.fields)
        return self._exists((field.name,), field)

    def field(self, field: Field, path: Path) -> dict[str, object]:
        """A field's schema; ``writable`` ones are given at creation and, unless guarded, later."""
        members = [
            self.field(member, (*path, "", member.name))
            for member in field.fields
            if self._exists((*path, "", member.name), member)
        ]
        changeable = rights.may_change(self.kind, self.update, path, field)
        value: dict[str, object] = {
            "name": field.name,
            "type": field.type,
            "labels": field.labels.schema(),
            "class": field.data_class,
            "policy": field.policy,
            "required": field.required,
            "writable": self._settable(path, field),
            "guarded": (field.guarded or self._in_guarded(path)) and not changeable,
            "masked": field.data_class in self.read.masked,
            "rules": field.rules(),
        }
        if field.default is not None:
            value["default"] = default(field, self.home)
        if members:
            value["fields"] = members
            value["writable"] = any(member["writable"] for member in members)
        return value

    def _exists(self, path: Path, field: Field) -> bool:
        seen = field.data_class in self.read.clear | self.read.masked
        return seen or self._settable(path, field)

    def _settable(self, path: Path, field: Field) -> bool:
        if field.policy == "erp" and self.role not in AUTHORITIES:
            return False
        if field.name == "territory" and "territory" in (self.create.scope, self.update.scope):
            return False
        at_creation = self.creates and rights.may_create(self.kind, self.create, path, field)
        return at_creation or rights.may_change(self.kind, self.update, path, field)

    def _in_guarded(self, path: Path) -> bool:
        group = self.kind.field(path[0])
        return group is not None and group.guarded

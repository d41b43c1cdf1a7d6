"""A kind as its forms and lists need it: what a role sees and sets, by the same declaration."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.access.policy import Rule, find
from gateway.kernel import canonical, measures
from gateway.kernel.actor import Actor
from gateway.kernel.matching import Matching
from gateway.records.engine import AUTHORITIES
from gateway.records.model.fields import Field, Path, constraint_rules
from gateway.records.model.fields import find as find_field
from gateway.records.model.guards import Guard, Terms
from gateway.records.model.kind import Kind, inside
from gateway.records.model.validate import Home, default

_NOBODY = Rule()


def kind_schema(kind: Kind, actor: Actor, home: Home, terms: Terms) -> dict[str, object] | None:
    """The kind for an actor; None when the actor neither reads nor creates it.

    {"name", "labels", "steps", "fields", "rules", "tidy", "matching", "version"}; ``version``
    changes with anything else in it. ``tidy`` names what is put in order when a record is stored,
    ``matching`` is how the web app itself compares two records, null where it does not.
    """
    eyes = _Eyes(kind, actor, home, terms)
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
        "rules": _seen_rules(constraint_rules(kind.constraints), {str(name) for name in names}),
        "tidy": [order.__name__ for order in kind.tidy],
    }
    matching = _matching(kind.matching, eyes) if kind.matching else None
    # Weights are no amounts: they may be fractions, which canonical JSON has none of.
    told = canonical.encode({**value, "matching": repr(matching)})
    return value | {"matching": matching, "version": canonical.sha256_hex(told)[:16]}


def _matching(how: Matching, eyes: "_Eyes") -> dict[str, object]:
    """The comparison as far as a role sees what is compared, and the web app knows how to."""
    traits = [
        {
            "code": trait.code,
            "measure": measures.NAMES[trait.measure],
            "fields": seen,
            "levels": trait.levels,
            "differs": trait.differs,
            "decides": trait.decides,
        }
        for trait in how.traits
        if trait.measure in measures.NAMES and (seen := [*filter(eyes.sees, trait.fields)])
    ]
    return {"prior": how.prior, "strong": how.strong, "weak": how.weak, "traits": traits}


class _Eyes:
    """What a role may do with the fields of a kind."""

    def __init__(self, kind: Kind, actor: Actor, home: Home, terms: Terms) -> None:
        rules = [find(actor.role, kind.name, action) for action in ("read", "create", "update")]
        self.any = any(rules)
        self.role = actor.role
        self.kind = kind
        self.home = home
        self.terms = terms
        self.read, self.create, self.update = (rule or _NOBODY for rule in rules)
        authority = actor.role in AUTHORITIES
        at_entry = Guard(kind, self.create, terms, creating=True, authority=authority)
        later = Guard(kind, self.update, terms, authority=authority)
        self.guards = (*([at_entry] if rules[1] else []), later)

    def sees(self, name: str) -> bool:
        """Whether the role sees what stands under a field or a member, "contacts.phone"."""
        field = find_field(self.kind.fields, inside(name))
        return field is not None and field.data_class in self.read.clear

    def exists(self, field: Field) -> bool:
        """Whether the role sees or sets a field, or any field of a group."""
        if field.fields:
            return any(self._exists((field.name, "", m.name), m) for m in field.fields)
        return self._exists((field.name,), field)

    def field(self, field: Field, path: Path) -> dict[str, object]:
        """A field's schema. ``writable`` ones are given at creation or later; a change of a guarded
        one may wait for a second person, above ``alone_up_to`` where that is said.
        """
        members = [
            self.field(member, (*path, "", member.name))
            for member in field.fields
            if self._exists((*path, "", member.name), member)
        ]
        value: dict[str, object] = {
            "name": field.name,
            "type": field.type,
            "labels": field.labels.schema(),
            "class": field.data_class,
            "policy": field.policy,
            "required": field.required,
            "writable": self._settable(path, field),
            "guarded": any(guard.may_wait(path, field) for guard in self.guards),
            "masked": field.data_class in self.read.masked,
            "folded": field.folded,
            "rules": field.rules(),
        }
        if field.scannable:
            value["scannable"] = True
        if field.one is not None:
            value["one"] = field.one.schema()
        if field.default is not None:
            value["default"] = default(field, replace(self.home, today="{today}"))
        if value["guarded"] and field.guarded and field.name in self.terms.thresholds:
            value["alone_up_to"] = self.terms.thresholds[field.name]
        if members:
            value["fields"] = members
            value["rules"] = _seen_rules(field.rules(), {str(m["name"]) for m in members})
            for name in ("writable", "guarded"):
                value[name] = any(member[name] for member in members)
        return value

    def _exists(self, path: Path, field: Field) -> bool:
        seen = field.data_class in self.read.clear | self.read.masked
        return seen or self._settable(path, field)

    def _settable(self, path: Path, field: Field) -> bool:
        if field.policy == "erp" and self.role not in AUTHORITIES:
            return False
        if field.name == "territory" and "territory" in (self.create.scope, self.update.scope):
            return False
        return any(guard.settable(path, field) for guard in self.guards)


def _seen_rules(rules: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The rules without those about fields that the role does not see: it could not mend them."""
    either = [one for one in rules.get("one_of", ()) if set(one["fields"]) <= names]
    rest = {name: rule for name, rule in rules.items() if name != "one_of"}
    return {**rest, "one_of": either} if either else rest

"""The one way out: a stored row becomes what a role may see of it.

A field of a class that the role sees in clear comes whole, a masked one comes hidden, any other
does not exist. What the declaration of the kind does not know never leaves.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.access.policy import Rule, allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records import masks, scopes, sealed
from gateway.records.docket import Conflict
from gateway.records.fields import Data, Field, Path, find
from gateway.records.heads import Head
from gateway.records.kind import Kind
from gateway.records.patch import at, dotted, put

_log = logging.getLogger(__name__)


def record(
    keyring: Keyring, kind: Kind, actor: Actor, head: Head, action: str = "read"
) -> dict[str, object]:
    """A record as JSON for an actor; Problem not_allowed, or record_missing out of scope.

    {"kind", "id", "version", "number", "data", "masked", "stage", "stage_detail", "updated_at",
    "conflicts"}; ``masked`` lists the places in ``data`` whose values are hidden.
    """
    rule = allowed(actor, kind.name, action)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    glass = Glass(keyring, kind, rule, head.id)
    return {
        "kind": head.kind,
        "id": head.id,
        "version": head.version,
        "number": head.number,
        "data": glass.data(head.data),
        "masked": glass.masked,
        "stage": head.stage,
        "stage_detail": head.stage_detail,
        "updated_at": to_iso(head.updated_at),
        "conflicts": head.conflicts,
    }


def title(kind: Kind, rule: Rule, head: Head) -> str:
    """What a person recognises the record by, as far as the role sees it; else its number."""
    seen = {
        name: value
        for name, value in head.data.items()
        if (known := kind.field(name)) is not None and known.data_class in rule.clear
    }
    return kind.title_of(seen) or head.number


def conflict(
    keyring: Keyring, kind: Kind, rule: Rule, found: Conflict, head: Head
) -> dict[str, object] | None:
    """A stored conflict as JSON for a role; None when its place does not exist for the role."""
    glass = Glass(keyring, kind, rule, head.id)
    if not glass.shows(found.path):
        return None
    return {
        "id": found.id,
        "kind": found.kind,
        "record": found.record,
        "number": head.number,
        "title": title(kind, rule, head),
        "version": head.version,
        "field": dotted(found.path),
        "base": glass.value(found.path, found.base),
        "current": glass.value(found.path, found.current),
        "proposed": glass.value(found.path, found.proposed),
        "by": found.author.actor_name,
        "at": to_iso(found.at),
        "state": found.state,
    }


@dataclass(slots=True)
class Glass:
    """One record through one rule; ``masked`` collects the places that were hidden."""

    keyring: Keyring
    kind: Kind
    rule: Rule
    record: str
    masked: list[str] = field(default_factory=list)

    def data(self, stored: Mapping[str, object]) -> Data:
        """What the role sees of a record's stored data."""
        return self._members(self.kind.fields, stored, ())

    def value(self, path: Path, stored: object) -> object:
        """What the role sees at one place, a field or an element."""
        return at(self.data(put({}, path, stored)), path)

    def shows(self, path: Path) -> bool:
        """Whether a place exists for the role at all."""
        place = find(self.kind.fields, path)
        if place is None:
            return False
        members = place.fields or (place,)
        return any(member.data_class in self.rule.clear | self.rule.masked for member in members)

    def _members(self, fields: tuple[Field, ...], stored: Mapping[str, object], path: Path) -> Data:
        shown: Data = {}
        for member in fields:
            value = stored.get(member.name)
            if value is None:
                continue
            place = (*path, member.name)
            if member.type == "group":
                seen: object = self._elements(member, value, place)
            else:
                seen = self._one(member, value, place)
            if seen is not None:
                shown[member.name] = seen
        return shown

    def _elements(self, group: Field, value: object, path: Path) -> Data | None:
        if not isinstance(value, Mapping):
            return None
        elements = {
            element: self._members(group.fields, members, (*path, element))
            for element, members in value.items()
        }
        return {element: seen for element, seen in elements.items() if seen} or None

    def _one(self, member: Field, value: object, path: Path) -> object:
        if member.data_class in self.rule.clear:
            return self._opened(value, path) if member.sealed else value
        if member.data_class in self.rule.masked:
            return self._hidden(member, value, path)
        return None

    def _opened(self, value: object, path: Path) -> object:
        try:
            return sealed.open_at(self.keyring, self.kind, self.record, path, value)
        except Problem as problem:
            # One broken seal must not take a whole page with it: the value is shown as hidden.
            _log.error("%s %s: %s", self.record, dotted(path), problem)
            self.masked.append(dotted(path))
            return masks.HIDDEN

    def _hidden(self, member: Field, value: object, path: Path) -> str:
        self.masked.append(dotted(path))
        return masks.mask(member, value)

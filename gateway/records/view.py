"""The one way out: a stored row becomes what a role may see of it.

A field of a class that the role sees in clear comes whole, a masked one comes hidden, any other
does not exist. What the declaration of the kind does not know never leaves.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.access.policy import Rule, allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.edits.docket import Conflict
from gateway.records.edits.proposals import WHOLE, Waiting
from gateway.records.model import masks
from gateway.records.model.fields import Data, Field, Path, find
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted, put
from gateway.records.rows import reasons, scopes, sealed
from gateway.records.rows.heads import Head

_log = logging.getLogger(__name__)


def record(
    keyring: Keyring,
    kind: Kind,
    actor: Actor,
    head: Head,
    action: str = "read",
    waiting: Sequence[Waiting] = (),
) -> dict[str, object]:
    """A record as JSON for an actor; Problem not_allowed, or record_missing out of scope.

    {"kind", "id", "version", "number", "data", "masked", "stage", "stage_detail", "updated_at",
    "conflicts", "proposals"}; ``masked`` lists the places in ``data`` whose values are hidden,
    ``proposals`` what of ``waiting`` the role may know of.
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
        "stage_detail": reasons.told(head.stage_detail, actor.language),
        "updated_at": to_iso(head.updated_at),
        "conflicts": head.conflicts,
        "proposals": _beside(keyring, kind, rule, actor, waiting),
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
        "channel": found.author.channel,
        "at": to_iso(found.at),
        "state": found.state,
        "rule": found.rule,
    }


def approval(
    keyring: Keyring, kind: Kind, rule: Rule, actor: Actor, found: Waiting, head: Head
) -> dict[str, object] | None:
    """A proposal as JSON for an actor; None when its place does not exist for the role, unless it
    is the actor's own: then its values are hidden.
    """
    glass = Glass(keyring, kind, rule, head.id)
    own, is_whole = found.person == actor.human, found.path in WHOLE
    if not (glass.shows(found.path) or own or is_whole):
        return None
    sides = (None, None) if is_whole else (found.base, found.proposed)
    base, proposed = (glass.side(found.path, side) for side in sides)
    return {
        "id": found.id,
        "kind": found.kind,
        "record": found.record,
        "number": head.number,
        "title": title(kind, rule, head),
        "version": found.version,
        "field": dotted(found.path),
        "currency": _currency(kind, rule, head),
        "base": base,
        "proposed": proposed,
        "masked": sorted(set(glass.masked)),
        "reason": found.reason,
        "restored_from": found.restored_from,
        "by": found.author.actor_name,
        "device": found.author.device,
        "channel": found.author.channel,
        "at": to_iso(found.at),
        "expires_at": to_iso(found.expires_at),
        "state": found.state,
        "ended": found.ended,
        "decided_by": found.decided_name,
        "decided_at": None if found.decided_at is None else to_iso(found.decided_at),
        "answer": found.answer,
        "hash": found.hash,
        "own": own,
    }


def _currency(kind: Kind, rule: Rule, head: Head) -> str:
    """The currency of a record's amounts, as far as the role sees it."""
    named = (f.name for f in kind.fields if f.type == "currency" and f.data_class in rule.clear)
    return str(head.data.get(next(named, ""), ""))


def _beside(
    keyring: Keyring, kind: Kind, rule: Rule, actor: Actor, waiting: Sequence[Waiting]
) -> list[dict[str, object]]:
    shown = []
    for one in waiting:
        if one.path in WHOLE:
            continue
        glass = Glass(keyring, kind, rule, one.record)
        own = one.person == actor.human
        if own or glass.shows(one.path):
            shown.append(
                {
                    "id": one.id,
                    "field": dotted(one.path),
                    "proposed": glass.side(one.path, one.proposed),
                    "by": one.author.actor_name,
                    "at": to_iso(one.at),
                    "expires_at": to_iso(one.expires_at),
                    "own": own,
                }
            )
    return shown


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

    def side(self, path: Path, stored: object) -> object:
        """The same; hidden as a whole where the place does not exist for the role."""
        if stored is None or self.shows(path):
            return self.value(path, stored)
        self.masked.append(dotted(path))
        return masks.HIDDEN

    def shows(self, path: Path) -> bool:
        """Whether a place exists for the role at all."""
        place = find(self.kind.fields, path)
        if place is None:
            return False
        members = place.fields or (place,)
        return any(member.data_class in self.rule.clear | self.rule.masked for member in members)

    def _members(self, fields: tuple[Field, ...], stored: Mapping[str, object], path: Path) -> Data:
        shown: Data = {}
        clear = self.rule.clear
        for member in fields:
            if member.name not in stored or (value := stored[member.name]) is None:
                continue
            if member.data_class in clear and not (member.fields or member.sealed):
                shown[member.name] = value  # most values by far: a first copy is millions of them
                continue
            look = self._elements if member.fields else self._one
            if (seen := look(member, value, (*path, member.name))) is not None:
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

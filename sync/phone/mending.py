"""A phone's refused operation on somebody's desk: what may be seen of it, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.access import policy
from gateway.access.policy import Rule
from gateway.facts import visit
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.model import patch
from gateway.records.model.fields import Data, leaves
from gateway.records.model.kind import Kind
from gateway.records.view import Glass
from sync.phone.operations import Operation
from sync.phone.settle import Settled
from sync.phone.waiting import Waiting

MEMBERS = {"record.create": "data", "record.edit": "patch", "fact": "event"}


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A waiting operation as a reader sees it: ``content`` without what is hidden from them.

    ``unseen`` names the members that are not in it, or not as they were sent: hidden, or unknown to
    the kind.
    """

    operation: Operation
    content: Data
    unseen: list[str]


class Mending:
    """Shows and mends what waits. ``kinds`` are the declarations in force."""

    def __init__(self, keyring: Keyring, kinds: Mapping[str, Kind], waiting: Waiting) -> None:
        self._keyring = keyring
        self._kinds = kinds
        self._waiting = waiting

    def shown(self, identity: str, reader: Actor) -> OnDesk:
        """An operation on the desk.

        Problem operation_unknown when none waits under this id, operation_malformed when it cannot
        be read, not_allowed when the reader sees nothing of its kind.
        """
        operation = self._waiting.operation(identity)
        kind = self._kinds.get(operation.kind)
        if kind is None:
            rule = policy.find(reader.role, "visit", "list")
            content = visit.event_seen(operation.content, rule.clear if rule else "")
            unseen = [] if content == operation.content else ["data"]
            return OnDesk(operation, content, unseen)
        rule = policy.allowed(reader, kind.name, "read")
        glass = Glass(self._keyring, kind, rule, operation.record)
        seen = glass.data(operation.content)
        for place in glass.masked:
            seen = patch.put(seen, tuple(place.split(".")), None)
        # An emptied field says nothing that a reader of the field may not know.
        seen |= {
            name: None
            for name, value in operation.content.items()
            if value is None and glass.shows((name,))
        }
        return OnDesk(operation, seen, sorted(operation.content.keys() - seen.keys()))

    def mend(
        self, identity: str, change: Mapping[str, object], revision: int, actor: Actor
    ) -> Settled:
        """The operation again, with a merge patch on its content; null takes a member out of it.

        Problem as for ``shown``, and field_not_writable for a value in a place hidden from the
        actor.
        """
        operation = self.shown(identity, actor).operation
        kind = self._kinds.get(operation.kind)
        if kind is not None:
            _refuse_hidden(kind, policy.allowed(actor, kind.name, "read"), change)
        content = patch.apply(operation.content, change)
        member = MEMBERS[operation.type]
        return self._waiting.resend(identity, {member: content}, revision, actor)


def _refuse_hidden(kind: Kind, rule: Rule, change: Mapping[str, object]) -> None:
    for path, field, _ in leaves(kind.fields, change):
        if field.data_class not in rule.clear:
            raise Problem("field_not_writable", pointer=f"/patch{patch.pointer(path)}")

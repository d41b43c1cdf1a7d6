"""A phone as the tests hold it: it numbers its operations and pushes them when told."""

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from config.schema import SyncSettings
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock, to_iso
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data, Field, Labels
from gateway.records.model.kind import Kind, Step
from sync.phone import operations
from sync.phone.memory import Origin
from sync.phone.push import Push
from sync.phone.settle import Arrival, Settled

ANA = Actor("01900000-0000-7000-8000-0000000000a1", "Ana", "rep", "", "north")
OTTO = Actor("01900000-0000-7000-8000-0000000000a2", "Otto", "rep", "", "south")
CLEO = Actor("01900000-0000-7000-8000-0000000000c1", "Cleo", "clerk")

POISON = "makes the gateway stumble"


def _stumble(data: Data) -> Iterator[Problem]:
    """A rule with a bug in it, for one name."""
    if data.get("name") == POISON:
        raise ZeroDivisionError("a bug in a rule")
    yield from ()


def _field(name: str, **more: Any) -> Field:
    return Field(name=name, labels=Labels(name, name), type=more.pop("type", "text"), **more)


CUSTOMER = Kind(
    name="customer",
    labels=Labels("Customer", "客户"),
    fields=(
        _field("name", required=True, policy="identity"),
        _field("notes", type="multiline"),
        _field("mood"),
        _field("territory"),
    ),
    steps=(Step("all", Labels("All", "全部"), ("name", "notes", "mood", "territory")),),
    number_letter="C",
    title=("name",),
    search=("name",),
    lookups={},
    erp_name="customer",
    rules=(_stumble,),
)


def new_id() -> str:
    return str(uuid.uuid4())


class Phone:
    """Pushes what a person did. ``epoch`` changes when its storage is wiped."""

    def __init__(self, push: Push, clock: ManualClock, number: int, actor: Actor) -> None:
        self.device = f"0190f3c2-0000-7000-8000-{number:012d}"
        self.epoch = "first-life"
        self.actor = actor
        self.make_id = new_id
        self._push = push
        self._clock = clock
        self._seq = 0

    def operation(self, type: str, **members: Any) -> dict[str, Any]:
        self._seq += 1
        return {
            "id": self.make_id(), "type": type, "origin_seq": self._seq, "revision": 0,
            "depends_on": [], "at": to_iso(self._clock.now_ms()), **members,
        }  # fmt: skip

    def create(self, name: str, **members: Any) -> dict[str, Any]:
        """A new customer."""
        data = {"name": name}
        place = {"kind": "customer", "record": self.make_id()}
        return self.operation("record.create", data=data, **place, **members)

    def edit(
        self, record: str, base_version: int, patch: dict[str, Any], **members: Any
    ) -> dict[str, Any]:
        return self.operation(
            "record.edit",
            kind="customer",
            record=record,
            base_version=base_version,
            patch=patch,
            **members,
        )

    def scan(self, text: str = "4006381333931", **members: Any) -> dict[str, Any]:
        """A fact: something the camera read."""
        event = {
            "specversion": "1.0", "id": self.make_id(), "source": "camera", "type": "scan.captured",
            "data": {"text": text},
        }  # fmt: skip
        return self.operation("fact", event={**event, **members.pop("event", {})}, **members)

    def send(self, *sent: dict[str, Any], offset_ms: int = 0) -> list[Settled]:
        """Push operations in one request."""
        raw = msgspec.json.encode({"origin_epoch": self.epoch, "operations": sent})
        envelope = operations.read(raw, self.device, SyncSettings())
        origin = Origin(self.device, self.actor.id, self.epoch, offset_ms)
        arrivals = [Arrival(entry, origin, self.actor) for entry in envelope.operations]
        return self._push.settle(arrivals)

    def statuses(self, *sent: dict[str, Any]) -> list[str]:
        return [each.status for each in self.send(*sent)]

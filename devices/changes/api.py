"""A device's history over HTTP, and the way to take a device away or put another in its place."""

from typing import Annotated, Any

from flask import Blueprint, g
from msgspec import Meta, Struct

from devices import shown
from devices.changes import history
from devices.changes.leaving import Leaving
from devices.wing import Devices
from gateway.access.users import Users
from gateway.kernel.actor import SYSTEM
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.web.door import guard
from gateway.web.door.guard import allows

Id = Annotated[str, Meta(max_length=40)]


class Replacement(Struct, forbid_unknown_fields=True):
    """``device`` is the one whose place is taken."""

    device: Id


class Before(Struct, forbid_unknown_fields=True):
    """``before`` is the number of the oldest entry that the caller has seen; 0 asks the newest."""

    before: Annotated[int, Meta(ge=0, le=2**53)] = 0


class ChangeShown(Struct):
    """An option, the ``name`` or the ``identity`` of a device, before and after."""

    what: str
    before: Any
    after: Any


class HappeningShown(Struct):
    """One decision about a device, and who took it.

    ``event`` is confirmed, renamed, configured, replaced, disabled, enabled, reconnected,
    commanded, migrated or removed. ``by`` is a name, or the id of somebody who is not here any
    more; empty for the gateway itself.
    """

    seq: int
    at: str
    event: str
    by: str
    changes: list[ChangeShown]
    command: str
    outcome: str
    reason: str | None


class HistoryShown(Struct):
    """Decisions about a device, the newest first. ``more``: ask again below the last ``seq``."""

    history: list[HappeningShown]
    more: bool


def blueprint(store: Store, devices: Devices, leaving: Leaving, users: Users) -> Blueprint:
    """Routes under /api/v1/devices."""
    api = Blueprint("device_changes", __name__, url_prefix="/api/v1")
    _show(api, store, devices, users)
    _decide(api, devices, leaving)
    return api


def _show(api: Blueprint, store: Store, devices: Devices, users: Users) -> None:
    @api.get("/devices/<identity>/history")
    @allows(
        "device",
        "read",
        query=Before,
        answers={200: HistoryShown},
        problems=("device_unknown",),
        summary="Who decided what about a device, and when",
    )
    def past(identity: str) -> Any:
        devices.device(identity)
        found = history.read(store, identity, guard.query(Before).before)
        told = [_told(each, users, g.language) for each in found]
        return HistoryShown(told, len(told) == history.PAGE)


def _decide(api: Blueprint, devices: Devices, leaving: Leaving) -> None:
    @api.delete("/devices/<identity>")
    @allows(
        "device",
        "update",
        answers={204: None},
        problems=("device_unknown",),
        summary="Take a device away for good; what still hangs there is proposed anew",
    )
    def remove(identity: str) -> Any:
        leaving.remove(identity, guard.actor())
        return "", 204

    @api.post("/devices/proposals/<identity>/replace")
    @allows(
        "device",
        "confirm",
        body=Replacement,
        answers={200: shown.Device},
        problems=("proposal_unknown", "device_unknown", "device_driver_unfit"),
        summary="Put a device that was found in the place of another one",
    )
    def replace(identity: str) -> Any:
        device = guard.body(Replacement).device
        leaving.replace(identity, device, guard.actor())
        return shown.device(devices.device(device), g.language)


def _told(each: history.Happening, users: Users, language: str) -> HappeningShown:
    changed = [ChangeShown(one.what, one.before, one.after) for one in each.changes]
    reason = shown.sentence(each.reason, language)
    return HappeningShown(
        each.seq, to_iso(each.at_ms), each.event, _person(users, each.actor), changed,
        each.command, each.outcome, reason,
    )  # fmt: skip


def _person(users: Users, actor: str) -> str:
    if actor == SYSTEM.id:
        return ""
    try:
        return users.get(actor).name
    except Problem:
        return actor

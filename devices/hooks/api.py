"""The door for services that call: one address for each device that takes their messages.

Whoever calls is not signed in; the device believes the signature of the message or nobody.
"""

from typing import Any, Literal

from flask import Blueprint, g, request
from msgspec import UNSET, Struct, UnsetType

from devices.delivery import Delivered
from devices.wing import Devices
from gateway.web.door import guard
from gateway.web.door.guard import allows

BYTES_MAX = 1_048_576
MEDIA_TYPES = (
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "text/json",
    "text/plain",
)


class Kept(Struct):
    """What became of one event of a message; ``id`` is the one it counts by.

    ``set_aside``: the device has been told not to keep such events.
    """

    id: str
    status: Literal["stored", "duplicate", "quarantined", "set_aside"]
    seq: int | UnsetType = UNSET
    problem: dict[str, Any] | UnsetType = UNSET


class Results(Struct):
    """What became of every event of a message, in its order."""

    results: list[Kept]


def blueprint(devices: Devices) -> Blueprint:
    """Routes under /api/v1/hooks."""
    api = Blueprint("hooks", __name__, url_prefix="/api/v1")

    @api.post("/hooks/<identity>")
    @allows(
        "hook",
        "create",
        body={"description": "Whatever the service sends; its signature covers these bytes."},
        raw=True,
        bytes_max=BYTES_MAX,
        media_types=MEDIA_TYPES,
        answers={200: Results, 202: Results},
        problems=("hook_unknown", "hook_closed", "hook_signature", "hook_not_kept"),
        summary="Deliver a message of another service to a device",
    )
    def deliver(identity: str) -> Any:
        headers = {name.lower(): value for name, value in request.headers.items()}
        came = devices.deliver(identity, g.body, headers, guard.source())
        new = any(one.status in ("stored", "quarantined") for one in came)
        return Results([_shown(one) for one in came]), 202 if new else 200

    return api


def _shown(one: Delivered) -> Kept:
    return Kept(
        one.id,
        one.status,
        UNSET if one.seq is None else one.seq,
        UNSET if one.problem is None else one.problem.document(g.language),
    )

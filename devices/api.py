"""What is plugged in, over HTTP: the list, proposals to decide on, the last frames of a device."""

from typing import Annotated, Any, Literal

from flask import Blueprint, g
from msgspec import Meta, Struct

from devices.intake import FACTS
from devices.roster import NAME_LENGTH_MAX
from devices.wing import Devices, DeviceView, ProposalView
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows

Name = Annotated[str, Meta(max_length=NAME_LENGTH_MAX)]
Config = dict[str, str | int | bool]


class Device(Struct):
    """A confirmed device. ``reason`` is a sentence about what limits it, ``reason_code`` a word."""

    id: str
    name: str
    driver: str
    identity: str
    state: Literal["connecting", "online", "degraded", "offline", "disabled"]
    reason: str | None
    reason_code: str | None
    since: str | None
    last_frame_at: str | None
    frames: int
    errors: int
    restarts: int
    config: dict[str, Any]


class Proposal(Struct):
    """A device that is plugged in and waits for a person's decision."""

    id: str
    driver: str
    identity: str
    description: str
    warning: str | None
    seen_at: str


class Plugged(Struct):
    """Everything that is plugged in; ``ignored`` are proposals that somebody has turned down."""

    devices: list[Device]
    proposals: list[Proposal]
    ignored: list[Proposal]


class Decision(Struct, forbid_unknown_fields=True):
    """What to do with a proposal; a device that is confirmed gets a name."""

    action: Literal["confirm", "ignore"]
    name: Name = ""
    config: Config = {}


class Change(Struct, forbid_unknown_fields=True):
    """What to do with a device: rename takes a name, configure takes options of its driver."""

    action: Literal["rename", "disable", "enable", "reconnect", "configure"]
    name: Name = ""
    config: Config = {}


class Options(Struct):
    """What the driver of a device can be told: by name, each as JSON Schema with its default here.

    ``config`` is what this device has been told.
    """

    options: dict[str, dict[str, Any]]
    config: dict[str, Any]


class Frame(Struct):
    """One frame as it came over the wire, in hexadecimal.

    ``outcome`` is the type of the fact it became, or lost: then it has to be scanned again.
    """

    at: str
    hex: str
    text: str
    outcome: str
    seq: int | None


class Frames(Struct):
    """The last frames of a device, the newest first."""

    frames: list[Frame]


def blueprint(devices: Devices) -> Blueprint:
    """Routes under /api/v1/devices."""
    api = Blueprint("devices", __name__, url_prefix="/api/v1/devices")
    _show(api, devices)
    _decide(api, devices)
    return api


def _show(api: Blueprint, devices: Devices) -> None:
    @api.get("")
    @allows("device", "list", answers={200: Plugged}, summary="What is plugged in")
    def plugged() -> Any:
        proposals = devices.proposals()
        return Plugged(
            [_device(view) for view in devices.devices()],
            [_proposal(view) for view in proposals if not view.ignored],
            [_proposal(view) for view in proposals if view.ignored],
        )

    @api.get("/<identity>/frames")
    @allows(
        "device",
        "read",
        answers={200: Frames},
        problems=("device_unknown",),
        summary="The last frames of a device, as they came over the wire",
    )
    def frames(identity: str) -> Any:
        return Frames(
            [
                Frame(to_iso(seen.at_ms), seen.hex, seen.text, _type(seen.outcome), seen.seq)
                for seen in devices.frames(identity)
            ]
        )

    @api.get("/<identity>/options")
    @allows(
        "device",
        "read",
        answers={200: Options},
        problems=("device_unknown", "device_driver_missing"),
        summary="What a device can be told, and what it has been told",
    )
    def options(identity: str) -> Any:
        known = devices.options(identity)
        return Options(known, dict(devices.device(identity).attached.config))


def _decide(api: Blueprint, devices: Devices) -> None:
    @api.post("/proposals/<identity>")
    @allows(
        "device",
        "confirm",
        body=Decision,
        answers={200: Device, 204: None},
        problems=("proposal_unknown", "name_malformed", "name_taken", "device_config_invalid"),
        summary="Confirm or ignore a device that was found",
    )
    def decide(identity: str) -> Any:
        decision = guard.body(Decision)
        if decision.action == "ignore":
            devices.ignore(identity, guard.actor())
            return "", 204
        return _device(devices.confirm(identity, decision.name, decision.config, guard.actor()))

    @api.post("/<identity>")
    @allows(
        "device",
        "update",
        body=Change,
        answers={200: Device},
        problems=("device_unknown", "name_malformed", "name_taken", "device_config_invalid"),
        summary="Rename, disable, enable, configure or reconnect a device",
    )
    def change(identity: str) -> Any:
        _apply(devices, identity, guard.body(Change))
        return _device(devices.device(identity))


def _apply(devices: Devices, identity: str, change: Change) -> None:
    actor = guard.actor()
    match change.action:
        case "rename":
            devices.rename(identity, change.name, actor)
        case "configure":
            devices.configure(identity, change.config, actor)
        case "reconnect":
            devices.reconnect(identity, actor)
        case "enable" | "disable":
            devices.enable(identity, actor, enabled=change.action == "enable")


def _device(view: DeviceView) -> Device:
    attached, standing = view.attached, view.standing
    last_ms = standing.last_frame_ms if standing else None
    return Device(
        id=attached.id,
        name=attached.name,
        driver=attached.driver,
        identity=attached.identity,
        state=view.state.value,
        reason=_sentence(view.reason),
        reason_code=view.reason or None,
        since=to_iso(standing.since_ms) if standing else None,
        last_frame_at=None if last_ms is None else to_iso(last_ms),
        frames=standing.frames if standing else 0,
        errors=standing.errors if standing else 0,
        restarts=standing.restarts if standing else 0,
        config=dict(attached.config),
    )


def _proposal(view: ProposalView) -> Proposal:
    candidate = view.sighting.candidate
    return Proposal(
        id=view.id,
        driver=candidate.driver,
        identity=candidate.identity,
        description=candidate.description,
        warning=_sentence(candidate.warning),
        seen_at=to_iso(view.sighting.seen_ms),
    )


def _type(outcome: str) -> str:
    return FACTS.get(outcome, outcome)


def _sentence(word: str) -> str | None:
    """What a word of the catalogue means, in the caller's language."""
    return Problem(f"device_{word}").detail(g.language) if word else None

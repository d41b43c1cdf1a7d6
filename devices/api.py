"""What is plugged in, over HTTP: the list, each device, decisions, and what moved on the wire."""

from typing import Annotated, Any, Literal

from flask import Blueprint, g
from msgspec import Meta, Struct

from devices import secrets, shown
from devices.roster import NAME_LENGTH_MAX
from devices.wing import Devices
from gateway.web.door import guard
from gateway.web.door.guard import allows

Name = Annotated[str, Meta(max_length=NAME_LENGTH_MAX)]
Word = Annotated[str, Meta(max_length=40)]
Config = dict[str, str | int | bool]


class Decision(Struct, forbid_unknown_fields=True):
    """What to do with a proposal; a device that is confirmed gets a name.

    ``driver`` is one of those that the proposal names; empty takes the surest.
    """

    action: Literal["confirm", "ignore"]
    name: Name = ""
    config: Config = {}
    driver: Word = ""


class Addition(Struct, forbid_unknown_fields=True):
    """A device that cannot be found by looking, such as one on the network."""

    driver: Word
    name: Name
    config: Config = {}


class Change(Struct, forbid_unknown_fields=True):
    """What to do with a device: rename takes a name, configure takes options of its driver."""

    action: Literal["rename", "disable", "enable", "reconnect", "configure"]
    name: Name = ""
    config: Config = {}


class After(Struct, forbid_unknown_fields=True):
    """``after`` is the number of the last piece that the caller has seen."""

    after: int = 0


class Options(Struct):
    """What the driver of a device can be told: by name, each as JSON Schema with its default here.

    ``config`` is what this device has been told; of a secret it says only that there is one.
    """

    options: dict[str, dict[str, Any]]
    config: dict[str, Any]


class Drivers(Struct):
    """Every kind of device that this gateway can serve."""

    drivers: list[shown.DriverShown]


class Frames(Struct):
    """The last frames of a device, the newest first."""

    frames: list[shown.Frame]


class Pieces(Struct):
    """The last bytes on a device's lines, the oldest first."""

    pieces: list[shown.PieceShown]


def blueprint(devices: Devices) -> Blueprint:
    """Routes under /api/v1/devices."""
    api = Blueprint("devices", __name__, url_prefix="/api/v1")
    _show(api, devices)
    _show_one(api, devices)
    _decide(api, devices)
    _change(api, devices)
    return api


def _show(api: Blueprint, devices: Devices) -> None:
    @api.get("/devices")
    @allows("device", "list", answers={200: shown.Plugged}, summary="What is plugged in")
    def plugged() -> Any:
        found = [(view.ignored, shown.proposal(view, g.language)) for view in devices.proposals()]
        return shown.Plugged(
            [shown.device(view, g.language) for view in devices.devices()],
            [proposal for ignored, proposal in found if not ignored],
            [proposal for ignored, proposal in found if ignored],
        )

    @api.get("/drivers")
    @allows(
        "device",
        "list",
        answers={200: Drivers},
        summary="The kinds of devices, what they can be told and what they can do",
    )
    def drivers() -> Any:
        kinds = devices.drivers()
        return Drivers([shown.driver(kind, devices.options_of(kind.kind)) for kind in kinds])


def _show_one(api: Blueprint, devices: Devices) -> None:
    @api.get("/devices/<identity>")
    @allows(
        "device",
        "read",
        answers={200: shown.Device},
        problems=("device_unknown",),
        summary="One device and how it is doing",
    )
    def one(identity: str) -> Any:
        return shown.device(devices.device(identity), g.language)

    @api.get("/devices/<identity>/frames")
    @allows(
        "device",
        "read",
        answers={200: Frames},
        problems=("device_unknown",),
        summary="The last frames of a device, as they came over the wire",
    )
    def frames(identity: str) -> Any:
        return Frames([shown.frame(seen) for seen in devices.frames(identity)])

    @api.get("/devices/<identity>/raw")
    @allows(
        "device",
        "read",
        query=After,
        answers={200: Pieces},
        problems=("device_unknown",),
        summary="Every byte that lately moved on a device's lines, frame or not",
    )
    def raw(identity: str) -> Any:
        after = guard.query(After).after
        return Pieces([shown.piece(seen) for seen in devices.pieces(identity, after)])

    @api.get("/devices/<identity>/options")
    @allows(
        "device",
        "read",
        answers={200: Options},
        problems=("device_unknown", "device_driver_missing"),
        summary="What a device can be told, and what it has been told",
    )
    def options(identity: str) -> Any:
        known = devices.options(identity)
        config = devices.device(identity).attached.config
        return Options(known, dict(secrets.shown(config)))


def _decide(api: Blueprint, devices: Devices) -> None:
    refusals = ("name_malformed", "name_taken", "device_config_invalid", "device_driver_unfit")

    @api.post("/devices/proposals/<identity>")
    @allows(
        "device",
        "confirm",
        body=Decision,
        answers={200: shown.Device, 204: None},
        problems=("proposal_unknown", "device_driver_missing", *refusals),
        summary="Confirm or ignore a device that was found",
    )
    def decide(identity: str) -> Any:
        decision = guard.body(Decision)
        if decision.action == "ignore":
            devices.ignore(identity, guard.actor())
            return "", 204
        view = devices.confirm(
            identity, decision.name, decision.config, guard.actor(), decision.driver
        )
        return shown.device(view, g.language)

    @api.post("/devices")
    @allows(
        "device",
        "confirm",
        body=Addition,
        answers={200: shown.Device},
        problems=refusals,
        summary="Add a device that cannot be found by looking",
    )
    def add() -> Any:
        told = guard.body(Addition)
        view = devices.add(told.driver, told.name, told.config, guard.actor())
        return shown.device(view, g.language)


def _change(api: Blueprint, devices: Devices) -> None:
    @api.post("/devices/<identity>")
    @allows(
        "device",
        "update",
        body=Change,
        answers={200: shown.Device},
        problems=("device_unknown", "name_malformed", "name_taken", "device_config_invalid"),
        summary="Rename, disable, enable, configure or reconnect a device",
    )
    def change(identity: str) -> Any:
        _apply(devices, identity, guard.body(Change))
        return shown.device(devices.device(identity), g.language)


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

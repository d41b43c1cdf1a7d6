"""What is on the network, over HTTP."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from flask import Blueprint, g
from msgspec import Struct

from devices.discovery.services import Neighbour
from devices.shown import sentence
from devices.wing import Devices
from gateway.web.door.guard import allows

if TYPE_CHECKING:
    from devices.discovery.network import Discovery


class AnnouncedShown(Struct):
    """Under which name this gateway is announced, and where."""

    name: str
    addresses: list[str]
    port: int


class NeighbourShown(Struct):
    """One thing on the network. ``services`` are its types with their ports.

    ``device`` is the name of the confirmed device that it is; ``proposed``: it waits for a
    person's decision.
    """

    identity: str
    sort: Literal["printer", "broker", "serial_server", "gateway"]
    name: str
    address: str
    services: dict[str, int]
    device: str | None
    proposed: bool


class Network(Struct):
    """What is announced and what was found; ``trouble`` is a sentence, ``trouble_code`` a word."""

    on: bool
    announced: AnnouncedShown | None
    trouble: str | None
    trouble_code: str | None
    found: list[NeighbourShown]


def blueprint(discovery: "Discovery | None", devices: Devices) -> Blueprint:
    """The route under /api/v1; without a discovery there is nothing to tell."""
    api = Blueprint("network", __name__, url_prefix="/api/v1")

    @api.get("/network")
    @allows(
        "device",
        "list",
        answers={200: Network},
        summary="Under which name this gateway is announced, and what else is on the network",
    )
    def network() -> Any:
        if discovery is None:
            return Network(on=False, announced=None, trouble=None, trouble_code=None, found=[])
        return _shown(discovery, devices, g.language)

    return api


def _shown(discovery: "Discovery", devices: Devices, language: str) -> Network:
    names = {view.attached.identity: view.attached.name for view in devices.devices()}
    waiting = {view.sighting.candidate.identity for view in devices.proposals()}
    mine = discovery.announced
    return Network(
        on=True,
        announced=AnnouncedShown(mine.name, list(mine.addresses), mine.port) if mine else None,
        trouble=sentence(discovery.trouble, language),
        trouble_code=discovery.trouble or None,
        found=[_neighbour(one, names, waiting) for one in discovery.found()],
    )


def _neighbour(one: Neighbour, names: Mapping[str, str], waiting: set[str]) -> NeighbourShown:
    return NeighbourShown(
        one.identity,
        one.sort,
        one.name,
        one.place,
        dict(one.services),
        names.get(one.identity),
        one.identity in waiting,
    )

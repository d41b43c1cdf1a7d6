"""What a till may ask of devices: the weight on a scale, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config.schema import DevicesSettings
from devices.commands import Command
from devices.driver import State
from devices.orders import api
from devices.simulated.scale import NetworkCable, SimulatedScale
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.store import journal
from gateway.store.database import Store
from tests.cast import World
from tests.devices.callers import free_port
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")
QUESTIONS = "/api/v1/questions"


@pytest.fixture
def scale() -> Iterator[tuple[SimulatedScale, NetworkCable]]:
    made = SimulatedScale("toledo_8217")
    cable = NetworkCable(made)
    cable.plug_in()
    yield made, cable
    cable.unplug()


@pytest.fixture
def wing(store: Store, facts: Facts) -> Iterator[Devices]:
    made = Devices(DevicesSettings(), store, facts)
    yield made
    made.stop()


@pytest.fixture
def world(store: Store, wing: Devices) -> World:
    return World(store, blueprints=[api.blueprint(wing)])


def answer(response: TestResponse) -> Any:
    return response.json


def test_a_till_asks_a_scale_for_the_weight_and_for_nothing_else(
    world: World, wing: Devices, store: Store, scale: tuple[SimulatedScale, NetworkCable]
) -> None:
    toledo, cable = scale
    where = {"host": "127.0.0.1", "port": cable.port}
    device = wing.add("network_scale", "Cheese", where, ANA).attached.id
    belt = wing.add("tcp_scanner", "Belt", {"port": free_port()}, ANA).attached.id
    until(lambda: wing.device(device).state is State.ONLINE)
    toledo.put(1234)
    [told] = answer(world.till.get(QUESTIONS))["devices"]
    assert told == {
        "id": device, "name": "Cheese", "state": "online", "questions": ["read_weight"]
    }  # fmt: skip
    said = answer(world.till.post(f"{QUESTIONS}/{device}", {"command": "read_weight"}))
    assert said["outcome"] == "done"
    assert (said["data"]["weight"], said["data"]["unit"]) == ("1.234", "kg")

    for command in ("tare", "zero", "beep"):
        refused = world.till.post(f"{QUESTIONS}/{device}", {"command": command})
        assert (refused.status_code, answer(refused)["code"]) == (403, "device_question_unknown")
    silent = world.till.post(f"{QUESTIONS}/{belt}", {"command": "beep"})
    assert answer(silent)["code"] == "device_unknown"
    order = world.till.post(f"/api/v1/devices/{device}/commands", {"command": "read_weight"})
    assert order.status_code == 403
    assert world.scanner.get(QUESTIONS).status_code == 403
    with store.read() as rows:
        kept = {row[1] for row in journal.page(rows, 0, 100).rows}
    assert kept.isdisjoint({"device.commanded", "scan.captured"})


def test_only_what_changes_nothing_can_be_opened_to_tills() -> None:
    with pytest.raises(ValueError, match="tills"):
        Command(tills=True)

"""What is plugged in, over HTTP, for the people who may see and decide."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices import api
from devices.driver import State
from devices.orders import api as orders_api
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.cast import World
from tests.devices.callers import call, free_port
from tests.devices.waiting import until

PLUGGED = "/api/v1/devices"


@pytest.fixture
def wing(store: Store, facts: Facts, scanner: SimulatedScanner) -> Iterator[Devices]:
    settings = DevicesSettings(extra_ports=(str(scanner.link),))
    made = Devices(settings, store, facts)
    made.look()
    yield made
    made.stop()


@pytest.fixture
def world(store: Store, wing: Devices) -> World:
    return World(
        store,
        blueprints=[api.blueprint(wing), orders_api.blueprint(wing)],
        device_name=wing.name_of,
    )


@pytest.fixture
def proposal(world: World) -> dict[str, Any]:
    (found,) = world.ada.get(PLUGGED).json["proposals"]
    return found


def confirmed(world: World, wing: Devices, proposal: dict[str, Any]) -> dict[str, Any]:
    path = f"{PLUGGED}/proposals/{proposal['id']}"
    answer = world.ada.post(
        path, {"action": "confirm", "name": "Till 1", "config": {"ack": "\x06"}}
    )
    assert answer.status_code == 200, answer.json
    until(lambda: wing.device(answer.json["id"]).state is State.ONLINE)
    return answer.json


def test_a_proposal_says_what_was_found(
    proposal: dict[str, Any], scanner: SimulatedScanner
) -> None:
    assert proposal["identity"] == f"port:{scanner.link}"
    assert proposal["driver"] == "serial_scanner"
    assert proposal["seen_at"] == "2027-01-15T08:00:00.000Z"
    assert proposal["warning"] is None


def test_confirming_makes_a_device(world: World, wing: Devices, proposal: dict[str, Any]) -> None:
    device = confirmed(world, wing, proposal)
    listed = world.ben.get(PLUGGED).json
    assert listed["proposals"] == []
    (only,) = listed["devices"]
    assert (only["id"], only["name"], only["state"]) == (device["id"], "Till 1", "online")
    assert (only["frames"], only["errors"], only["reason"], only["last_frame_at"]) == (
        0,
        0,
        None,
        None,
    )


def test_ignoring_takes_it_off_the_list_and_keeps_a_way_back(
    world: World, wing: Devices, proposal: dict[str, Any]
) -> None:
    path = f"{PLUGGED}/proposals/{proposal['id']}"
    assert world.ada.post(path, {"action": "ignore"}).status_code == 204
    listed = world.ada.get(PLUGGED).json
    assert listed["proposals"] == []
    assert [found["id"] for found in listed["ignored"]] == [proposal["id"]]
    assert confirmed(world, wing, proposal)["name"] == "Till 1"


def test_the_last_frames_show_every_byte(
    world: World, wing: Devices, proposal: dict[str, Any], scanner: SimulatedScanner
) -> None:
    device = confirmed(world, wing, proposal)
    scanner.scan("4006381333931")
    scanner.scan("4006381333932")
    scanner.await_answer(2, 5)
    until(lambda: len(wing.frames(device["id"])) == 2)
    frames = world.udo.get(f"{PLUGGED}/{device['id']}/frames").json["frames"]
    assert [frame["outcome"] for frame in frames] == ["scan.invalid", "scan.captured"]
    assert frames[1]["hex"] == "34 30 30 36 33 38 31 33 33 33 39 33 31 0d"
    assert frames[1]["text"] == "4006381333931"
    (only,) = world.ada.get(PLUGGED).json["devices"]
    assert (only["frames"], only["errors"]) == (2, 1)
    assert only["last_frame_at"] == "2027-01-15T08:00:00.000Z"


def test_only_the_last_fifty_frames_are_shown(
    world: World, wing: Devices, proposal: dict[str, Any], scanner: SimulatedScanner
) -> None:
    device = confirmed(world, wing, proposal)
    for number in range(60):
        scanner.scan(f"C{number}")
    scanner.await_answer(60, 10)
    frames = world.ada.get(f"{PLUGGED}/{device['id']}/frames").json["frames"]
    assert [frame["text"] for frame in frames] == [f"C{number}" for number in range(59, 9, -1)]


def test_a_device_says_what_it_can_be_told(
    world: World, wing: Devices, proposal: dict[str, Any]
) -> None:
    path = f"{PLUGGED}/{confirmed(world, wing, proposal)['id']}"
    before = world.ben.get(f"{path}/options").json
    assert before["options"]["parity"]["enum"] == ["E", "N", "O"]
    assert before["options"]["baud"] == {
        "type": "integer", "minimum": 300, "maximum": 4_000_000, "default": 9600, "unit": "baud",
    }  # fmt: skip
    told = {"parity": "E", "ack": "\x06"}
    world.ada.post(path, {"action": "configure", "config": told})
    assert world.ben.get(f"{path}/options").json["config"] == told
    assert world.ben.get(f"{PLUGGED}/nobody/options").status_code == 404


def test_a_device_can_be_changed(world: World, wing: Devices, proposal: dict[str, Any]) -> None:
    path = f"{PLUGGED}/{confirmed(world, wing, proposal)['id']}"
    assert world.ada.post(path, {"action": "rename", "name": "Counter"}).json["name"] == "Counter"
    options = {"action": "configure", "config": {"baud": 19200}}
    assert world.ada.post(path, options).json["config"] == {"baud": 19200}
    assert world.ada.post(path, {"action": "reconnect"}).status_code == 200
    off = world.ada.post(path, {"action": "disable"}).json
    assert (off["state"], off["reason"]) == ("disabled", None)
    assert world.ada.post(path, {"action": "enable"}).json["state"] in ("connecting", "online")
    decided = [
        entry["type"] for entry in world.journal("device.") if entry["actor"] != path.split("/")[-1]
    ]
    assert decided == [
        "device.confirmed", "device.renamed", "device.configured", "device.reconnected",
        "device.disabled", "device.enabled",
    ]  # fmt: skip


def test_a_device_on_the_network_is_added_by_a_person(world: World, wing: Devices) -> None:
    port = free_port()
    told = {"driver": "tcp_scanner", "name": "Belt", "config": {"port": port, "ack": "\x06"}}
    added = world.ada.post(PLUGGED, told).json
    assert added["identity"].startswith("tcp_scanner:")
    path = f"{PLUGGED}/{added['id']}"
    with call(port) as scanner:
        scanner.sendall(b"4006381333931\r")
        assert scanner.recv(1) == b"\x06"
        (device,) = world.ben.get(PLUGGED).json["devices"]
        assert (device["state"], device["config"]) == ("online", told["config"])
        (line,) = device["lines"]
        assert line["line"] == f"127.0.0.1:{scanner.getsockname()[1]}"
        assert line["frames"] == 1
        pieces = until(lambda: _both_ways(world, path))
    assert [(piece["way"], piece["hex"]) for piece in pieces] == [
        ("in", "34 30 30 36 33 38 31 33 33 33 39 33 31 0d"),
        ("out", "06"),
    ]
    newest = pieces[-1]["number"]
    assert world.udo.get(f"{path}/raw?after={newest}").json == {"pieces": []}
    (frame,) = world.ben.get(f"{path}/frames").json["frames"]
    assert frame["line"] == line["line"]
    assert world.journal("device.")[0]["type"] == "device.confirmed"


def _both_ways(world: World, path: str) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = world.ben.get(f"{path}/raw").json["pieces"]
    return pieces if len(pieces) == 2 else []


def test_a_device_that_is_found_by_looking_is_not_added(world: World) -> None:
    told = {"driver": "serial_scanner", "name": "Till 9"}
    assert world.ada.post(PLUGGED, told).json["code"] == "device_driver_unfit"
    told = {"driver": "tcp_scanner", "name": "Belt", "config": {"mode": "dial", "port": 4001}}
    answer = world.ada.post(PLUGGED, told).json
    assert (answer["code"], "Give the host" in answer["detail"]) == ("device_config_invalid", True)


def test_the_kinds_of_devices_say_what_they_can_be_told_and_do(world: World) -> None:
    drivers = {one["kind"]: one for one in world.ben.get("/api/v1/drivers").json["drivers"]}
    serial, network = drivers["serial_scanner"], drivers["tcp_scanner"]
    assert (serial["found"], network["found"]) == (True, False)
    assert serial["version"] == 2
    assert network["options"]["keepalive_s"]["unit"] == "s"
    assert "default" not in network["options"]["port"]
    assert network["commands"] == [
        {
            "name": "beep",
            "takes": {"line": {"type": "string", "default": ""}},
            "asks": False,
            "tests": True,
        }
    ]


def test_a_command_is_obeyed_or_refused_in_a_sentence(
    world: World, wing: Devices, proposal: dict[str, Any], scanner: SimulatedScanner
) -> None:
    path = f"{PLUGGED}/{confirmed(world, wing, proposal)['id']}"
    answer = world.ada.post(f"{path}/commands", {"command": "beep"}).json
    assert (answer["outcome"], answer["reason_code"]) == ("failed", "no_tone")
    assert answer["reason"].startswith("The device has not been told how to sound")
    config = {"tone": "\x07"}
    world.ada.post(path, {"action": "configure", "config": config})
    until(lambda: wing.device(path.split("/")[-1]).state is State.ONLINE)
    answer = world.ben.post(f"{path}/commands", {"command": "beep"}).json
    assert answer == {"outcome": "done", "reason": None, "reason_code": None, "data": {}}
    assert scanner.await_answer(1, 5) == b"\x07"
    answer = world.ben.post(f"{path}/commands", {"command": "fly"})
    assert (answer.status_code, answer.json["code"]) == (404, "device_command_unknown")
    assert world.udo.post(f"{path}/commands", {"command": "beep"}).status_code == 403
    assert [entry["type"] for entry in world.journal("device.")].count("device.commanded") == 2


def test_a_person_may_choose_among_the_drivers_that_know_a_device(
    world: World, proposal: dict[str, Any]
) -> None:
    assert proposal["drivers"][0] == proposal["driver"]
    path = f"{PLUGGED}/proposals/{proposal['id']}"
    told = {"action": "confirm", "name": "Till 1", "driver": "tcp_scanner"}
    assert world.ada.post(path, told).json["code"] == "device_driver_unfit"
    told["driver"] = "serial_scanner"
    assert world.ada.post(path, told).json["driver"] == "serial_scanner"


def test_what_limits_a_device_is_a_sentence_in_the_callers_language(
    world: World, wing: Devices, proposal: dict[str, Any], scanner: SimulatedScanner
) -> None:
    device = confirmed(world, wing, proposal)
    scanner.unplug()
    until(lambda: wing.device(device["id"]).state is State.OFFLINE)
    (only,) = world.ada.get(PLUGGED).json["devices"]
    assert (only["state"], only["reason_code"]) == ("offline", "unplugged")
    assert only["reason"].startswith("The device is not plugged in")
    (only,) = world.ada.get(PLUGGED, headers={"Accept-Language": "zh"}).json["devices"]
    assert only["reason"].startswith("设备未插入")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"action": "rename", "name": ""}, "name_malformed"),
        ({"action": "configure", "config": {"baud": "fast"}}, "device_config_invalid"),
        ({"action": "explode"}, "body_invalid"),
        ({"action": "rename", "name": "x", "surprise": 1}, "body_invalid"),
        ({"action": "configure", "config": {"baud": 1.5}}, "json_float"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    world: World, wing: Devices, proposal: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    path = f"{PLUGGED}/{confirmed(world, wing, proposal)['id']}"
    assert world.ada.post(path, change).json["code"] == code


def test_what_does_not_exist_is_not_found(world: World) -> None:
    for path in (
        f"{PLUGGED}/nothing/frames",
        f"{PLUGGED}/0190a5d0-0000-7000-8000-000000000000/frames",
    ):
        assert world.ada.get(path).json["code"] == "device_unknown"
    answer = world.ada.post(f"{PLUGGED}/nothing", {"action": "reconnect"})
    assert (answer.status_code, answer.json["code"]) == (404, "device_unknown")
    answer = world.ada.post(f"{PLUGGED}/proposals/nothing", {"action": "ignore"})
    assert (answer.status_code, answer.json["code"]) == (404, "proposal_unknown")


@pytest.mark.parametrize("name", ["ana", "cleo", "fay", "till", "scanner", "erp"])
def test_who_has_no_business_here_is_kept_out(world: World, name: str) -> None:
    caller = getattr(world, name)
    assert caller.get(PLUGGED).status_code == 403
    assert caller.post(f"{PLUGGED}/x", {"action": "reconnect"}).status_code == 403


@pytest.mark.parametrize("name", ["ben", "udo"])
def test_who_may_look_may_not_decide(world: World, proposal: dict[str, Any], name: str) -> None:
    caller = getattr(world, name)
    path = f"{PLUGGED}/proposals/{proposal['id']}"
    assert caller.get(PLUGGED).status_code == 200
    assert caller.post(path, {"action": "ignore"}).status_code == 403


def test_nobody_is_asked_to_sign_in(world: World) -> None:
    assert world.nobody.get(PLUGGED).status_code == 401

"""A device leaves for good, another takes its place, and who decided what can be read."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices import api
from devices.changes import api as changes_api
from devices.changes.leaving import Leaving
from devices.driver import State
from devices.orders import api as orders_api
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.access.users import Users
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.cast import World
from tests.devices.callers import call as call_in
from tests.devices.callers import free_port, hung_up
from tests.devices.conftest import Told
from tests.devices.waiting import until

PLUGGED = "/api/v1/devices"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SimulatedScanner]:
    made = SimulatedScanner(tmp_path / "ports" / "other")
    yield made
    made.unplug()


@pytest.fixture
def wing(store: Store, facts: Facts, tmp_path: Path) -> Iterator[Devices]:
    settings = DevicesSettings(extra_ports=(str(tmp_path / "ports" / "*"),))
    made = Devices(settings, store, facts)
    yield made
    made.stop()


@pytest.fixture
def leaving(store: Store, wing: Devices) -> Leaving:
    return Leaving(store, wing)


@pytest.fixture
def world(store: Store, wing: Devices, leaving: Leaving) -> World:
    routes = changes_api.blueprint(store, wing, leaving, Users(store))
    blueprints = [api.blueprint(wing), orders_api.blueprint(wing), routes]
    return World(store, blueprints=blueprints, device_name=leaving.name_of)


@pytest.fixture
def device(world: World, wing: Devices, scanner: SimulatedScanner) -> str:
    """Confirmed as Till 1."""
    wing.look()
    (found,) = world.ada.get(PLUGGED).json["proposals"]
    answer = world.ada.post(
        f"{PLUGGED}/proposals/{found['id']}",
        {"action": "confirm", "name": "Till 1", "config": {"ack": "\x06"}},
    )
    until(lambda: wing.device(answer.json["id"]).state is State.ONLINE)
    return str(answer.json["id"])


def past(world: World, device: str) -> list[dict[str, Any]]:
    answer = world.udo.get(f"{PLUGGED}/{device}/history")
    assert answer.status_code == 200, answer.json
    return list(answer.json["history"])


def scanned(scanner: SimulatedScanner, code: str, answers: int) -> None:
    """Scan a code, and wait until it is on disk."""
    scanner.scan(code)
    scanner.await_answer(answers, 10)


def test_a_device_that_is_removed_is_gone_and_proposed_anew(
    world: World, wing: Devices, scanner: SimulatedScanner, device: str, told: Callable[[], Told]
) -> None:
    scanned(scanner, "A", 1)
    worked = len(told())
    answer = world.ada.delete(f"{PLUGGED}/{device}")
    assert answer.status_code == 204, answer.json
    assert world.ada.get(f"{PLUGGED}/{device}").status_code == 404
    assert world.ada.delete(f"{PLUGGED}/{device}").status_code == 404
    left = dict(told()[worked:])
    assert left["device.removed"] == {
        "name": "Till 1", "identity": f"port:{scanner.link}", "driver": "serial_scanner",
        "config": {"ack": "\x06"},
    }  # fmt: skip
    plugged = world.ada.get(PLUGGED).json
    assert plugged["devices"] == []
    (found,) = plugged["proposals"]
    again = world.ada.post(
        f"{PLUGGED}/proposals/{found['id']}", {"action": "confirm", "name": "Till 1"}
    )
    assert again.json["id"] != device
    until(lambda: wing.device(again.json["id"]).state is State.ONLINE)
    scanner.scan("B")
    until(lambda: told()[-1][0] == "scan.captured")
    assert told()[-1][1]["device_seq"] == 1


def test_nobody_reads_a_line_that_was_taken_away(
    world: World, wing: Devices, scanner: SimulatedScanner, device: str, told: Callable[[], Told]
) -> None:
    world.ada.delete(f"{PLUGGED}/{device}")
    before = len(told())
    scanner.scan("A")
    wing.look()
    assert len(told()) == before
    assert told()[-1] == ("device.offline", {"reason": "stopped", "boot_id": wing_boot(told)})


def wing_boot(told: Callable[[], Told]) -> str:
    return str(told()[-1][1]["boot_id"])


def test_a_removed_device_keeps_its_name_in_what_it_sent(
    store: Store, world: World, wing: Devices, leaving: Leaving, device: str
) -> None:
    assert leaving.name_of(device) == "Till 1"
    world.ada.delete(f"{PLUGGED}/{device}")
    assert leaving.name_of(device) == "Till 1"
    assert Leaving(store, wing).name_of(device) == "Till 1"  # also after a start
    assert leaving.name_of("nobody") == ""


def test_a_network_device_that_is_removed_lets_its_port_go(world: World, wing: Devices) -> None:
    config = {"port": free_port(), "host": "127.0.0.1"}
    addition = {"driver": "tcp_scanner", "name": "Belt", "config": config}
    belt = world.ada.post(PLUGGED, addition).json["id"]
    with call_in(int(config["port"])) as line:
        until(lambda: wing.device(belt).state is State.ONLINE)
        assert world.ada.delete(f"{PLUGGED}/{belt}").status_code == 204
        assert hung_up(line)
    again = world.ada.post(PLUGGED, addition)
    assert again.status_code == 200
    assert again.json["id"] != belt


def test_an_exchanged_scanner_takes_the_place_name_and_options_of_the_old_one(
    world: World,
    wing: Devices,
    scanner: SimulatedScanner,
    other: SimulatedScanner,
    device: str,
    told: Callable[[], Told],
) -> None:
    scanned(scanner, "A", 1)
    scanner.unplug()
    other.plug_in()
    wing.look()
    until(lambda: wing.device(device).state is State.OFFLINE)
    (found,) = world.ada.get(PLUGGED).json["proposals"]
    path = f"{PLUGGED}/proposals/{found['id']}/replace"
    answer = world.ada.post(path, {"device": device})
    assert answer.status_code == 200, answer.json
    until(lambda: wing.device(device).state is State.ONLINE)
    scanned(other, "B", 1)
    assert (told()[-1][1]["text"], told()[-1][1]["device_seq"]) == ("B", 2)
    assert world.ada.get(PLUGGED).json["proposals"] == []
    newest = past(world, device)[0]
    assert (newest["event"], newest["by"]) == ("replaced", "Ada")
    assert newest["changes"] == [
        {"what": "identity", "before": f"port:{scanner.link}", "after": f"port:{other.link}"}
    ]
    assert world.ada.post(path, {"device": device}).json["code"] == "proposal_unknown"


def test_a_device_of_another_kind_does_not_take_the_place(
    world: World, wing: Devices, scanner: SimulatedScanner
) -> None:
    addition = {"driver": "tcp_scanner", "name": "Belt", "config": {"port": free_port()}}
    belt = world.ada.post(PLUGGED, addition).json["id"]
    wing.look()
    (found,) = world.ada.get(PLUGGED).json["proposals"]
    answer = world.ada.post(f"{PLUGGED}/proposals/{found['id']}/replace", {"device": belt})
    assert answer.json["code"] == "device_driver_unfit"
    assert len(world.ada.get(PLUGGED).json["proposals"]) == 1


def test_who_decided_what_is_told_the_newest_first(world: World, device: str) -> None:
    path = f"{PLUGGED}/{device}"
    world.ada.post(path, {"action": "rename", "name": "Goods in"})
    world.ada.post(path, {"action": "configure", "config": {"ack": "\x06", "tone": "\x07"}})
    world.ben.post(f"{path}/commands", {"command": "beep"})
    world.ada.post(path, {"action": "disable"})
    told = past(world, device)
    assert [(one["event"], one["by"]) for one in told] == [
        ("disabled", "Ada"), ("commanded", "Ben"), ("configured", "Ada"), ("renamed", "Ada"),
        ("confirmed", "Ada"),
    ]  # fmt: skip
    assert told[1]["command"] == "beep"
    assert told[2]["changes"] == [{"what": "tone", "before": None, "after": "\x07"}]
    assert told[3]["changes"] == [{"what": "name", "before": "Till 1", "after": "Goods in"}]


def test_a_long_history_comes_in_pages(world: World, device: str) -> None:
    path = f"{PLUGGED}/{device}"
    for number in range(60):
        world.ada.post(path, {"action": "rename", "name": f"Till {number}"})
    first = world.ben.get(f"{path}/history").json
    assert (len(first["history"]), first["more"]) == (50, True)
    rest = world.ben.get(f"{path}/history?before={first['history'][-1]['seq']}").json
    # Sixty names, of which the eleventh to the first are left, and the confirmation.
    assert [one["event"] for one in rest["history"]][-1] == "confirmed"
    assert rest["more"] is False
    numbers = [one["seq"] for one in first["history"] + rest["history"]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert world.ben.get(f"{path}/history?before=-1").status_code == 400


def test_a_device_tells_what_became_of_its_frames_and_how_fast(
    world: World, scanner: SimulatedScanner, device: str
) -> None:
    for number, code in enumerate(("A", "A", "4006381333932"), 1):
        scanned(scanner, code, number)
    shown = until(
        lambda: (
            (found := world.udo.get(f"{PLUGGED}/{device}").json)["outcomes"].get("invalid")
            and found
        )
    )
    assert shown["outcomes"] == {"captured": 1, "suppressed": 1, "invalid": 1}
    assert shown["kept_ms_longest"] >= shown["kept_ms_median"] >= 0


@pytest.mark.parametrize("name", ["ben", "udo", "cleo", "ana", "till"])
def test_only_an_administrator_takes_a_device_away(world: World, device: str, name: str) -> None:
    caller = getattr(world, name)
    assert caller.delete(f"{PLUGGED}/{device}").status_code == 403
    refused = caller.post(f"{PLUGGED}/proposals/{device}/replace", {"device": device})
    assert refused.status_code == 403
    assert world.ada.get(f"{PLUGGED}/{device}").status_code == 200


def test_a_device_that_found_its_way_back_by_itself_is_not_opened_once_more(
    world: World, wing: Devices, scanner: SimulatedScanner, device: str
) -> None:
    scanner.unplug(keep_link=True)
    scanner.plug_in()  # elsewhere, behind the same link; nobody looks
    scanner.send(b"\r")
    scanner.await_reader()
    until(lambda: wing.device(device).state is State.ONLINE)
    wing.look()
    worker = wing._supervisor.posts[device].worker
    assert worker is not None
    assert not worker.stopping
    scanned(scanner, "A", 1)


def test_what_is_said_of_a_device_that_left_tells_no_secret(
    store: Store, world: World, device: str, told: Callable[[], Told]
) -> None:
    sealed = json.dumps({"password": store.keyring.seal("hush", f"device:{device}:password")})
    store.write(lambda tx: tx.execute("UPDATE attached_devices SET config = ?", (sealed,)))
    assert world.ada.delete(f"{PLUGGED}/{device}").status_code == 204
    (left,) = (data for type, data in told() if type == "device.removed")
    assert left["config"] == {"password": "set"}

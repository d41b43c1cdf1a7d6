"""What a device keeps to itself: it is sealed, never said again, and still there for its driver."""

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from msgspec import Struct

from config.schema import DevicesSettings, StoreSettings
from devices import api, drivers, secrets
from devices.driver import Context, Driver, State
from devices.options import read, secret
from devices.roster import Roster
from devices.secrets import KEPT
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import SYSTEM
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.cast import World
from tests.devices.waiting import until

PLUGGED = "/api/v1/devices"
FIRST, SECOND = "the-first-of-two-secrets", "the-second-of-two-secrets"


class LockOptions(Struct, forbid_unknown_fields=True, frozen=True):
    """One secret, and a word that everybody may see."""

    key: Annotated[str, secret()] = ""
    place: str = ""


class Lock(Driver):
    """Knows a secret, and shows in the list below what it has been told."""

    kind: ClassVar[str] = "lock"
    Options = LockOptions
    version = 2
    steps: ClassVar = {1: lambda old: {"key" if k == "pin" else k: v for k, v in old.items()}}
    seen: ClassVar[list[LockOptions]] = []

    def __init__(self, config: Mapping[str, object]) -> None:
        self._options = read(config, LockOptions)

    def run(self, context: Context) -> None:
        self.seen.append(self._options)
        context.online()
        until(lambda: context.stopping, 60)


DRIVER = Lock


@pytest.fixture
def plain(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """A store whose file everybody can read."""
    opened = Store(tmp_path / "plain", StoreSettings(encryption="off"), clock)
    yield opened
    opened.close()


@pytest.fixture
def wing(plain: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Devices]:
    shown = tmp_path / "more"
    shown.mkdir()
    (shown / "lock.py").write_text("from tests.devices.test_secrets import DRIVER as DRIVER\n")
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(shown)])
    Lock.seen.clear()
    made = Devices(DevicesSettings(), plain, Facts(plain))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def world(plain: Store, wing: Devices) -> World:
    return World(plain, blueprints=[api.blueprint(wing)], device_name=wing.name_of)


def added(world: World, wing: Devices, **config: str) -> dict[str, Any]:
    told = {"driver": "lock", "name": "Lock", "config": config}
    answer = world.ada.post(PLUGGED, told)
    assert answer.status_code == 200, answer.json
    until(lambda: wing.device(answer.json["id"]).state is State.ONLINE)
    device: dict[str, Any] = answer.json
    return device


def configured(world: World, device: str, **config: str) -> dict[str, Any]:
    answer = world.ada.post(f"{PLUGGED}/{device}", {"action": "configure", "config": config})
    assert answer.status_code == 200, answer.json
    changed: dict[str, Any] = answer.json["config"]
    return changed


def test_a_secret_is_for_its_driver_alone(
    world: World, wing: Devices, plain: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    device = added(world, wing, key=FIRST, place="door")
    assert device["config"] == {"key": KEPT, "place": "door"}
    assert configured(world, device["id"], key=SECOND, place="door") == device["config"]
    until(lambda: len(Lock.seen) == 2)
    assert [seen.key for seen in Lock.seen] == [FIRST, SECOND]
    answers = [
        world.ada.get(path).text
        for path in (PLUGGED, f"{PLUGGED}/{device['id']}/options", "/api/v1/drivers")
    ]
    (declared,) = (
        d for d in world.ada.get("/api/v1/drivers").json["drivers"] if d["kind"] == "lock"
    )
    assert declared["options"]["key"] == {
        "type": "string", "format": "password", "writeOnly": True, "default": "",
    }  # fmt: skip
    folder = [file.read_bytes() for file in (tmp_path / "plain").rglob("*") if file.is_file()]
    assert any(b"device.configured" in file for file in folder)  # it could be read
    for hidden in (FIRST, SECOND):
        assert not any(hidden in answer for answer in answers)
        assert not any(hidden.encode() in file for file in folder)
        assert hidden not in caplog.text


def test_the_journal_says_only_that_a_secret_was_set_or_changed(
    world: World, wing: Devices
) -> None:
    device = added(world, wing, key=FIRST)["id"]
    for config in ({"key": SECOND}, {"place": "door"}, {"key": ""}, {"key": FIRST}):
        configured(world, device, **config)
    told = [json.loads(entry["body"])["data"] for entry in world.journal("device.configured")]
    assert [(entry["before"], entry["config"]) for entry in told] == [
        ({"key": "set"}, {"key": "changed"}),
        ({"key": "set"}, {"key": "set", "place": "door"}),
        ({"key": "set", "place": "door"}, {}),
        ({}, {"key": "set"}),
    ]


def test_a_secret_stays_when_it_is_left_out_and_goes_when_it_is_emptied(
    world: World, wing: Devices
) -> None:
    device = added(world, wing, key=FIRST)["id"]
    assert configured(world, device, place="door") == {"key": KEPT, "place": "door"}
    assert configured(world, device, key=KEPT) == {"key": KEPT}
    assert configured(world, device, key="") == {}
    assert configured(world, device, key=KEPT) == {}
    wing.look()
    until(lambda: len(Lock.seen) >= 4)
    assert [seen.key for seen in Lock.seen][:4] == [FIRST, FIRST, FIRST, ""]


def test_what_looks_sealed_cannot_be_entered(world: World, wing: Devices) -> None:
    device = added(world, wing, key=FIRST)["id"]
    for config in ({"key": "sealed:v1:field-1:AA"}, {"place": "sealed:v1:field-1:AA"}):
        action = {"action": "configure", "config": config}
        answer = world.ada.post(f"{PLUGGED}/{device}", action)
        assert (answer.status_code, answer.json["code"]) == (422, "device_config_invalid")


def test_the_steps_of_a_driver_keep_its_secrets(wing: Devices, plain: Store) -> None:
    view = wing.add("lock", "Lock", {"key": FIRST}, SYSTEM)
    device = view.attached.id
    wing.stop()
    old = plain.keyring.seal(FIRST, f"device:{device}:pin")
    sql = "UPDATE attached_devices SET config = json_object('pin', ?), config_version = 1"
    plain.write(lambda tx: tx.execute(sql, (old,)))
    again = Devices(DevicesSettings(), plain, Facts(plain))
    again.start()
    until(lambda: again.device(device).state is State.ONLINE)
    again.stop()
    assert Lock.seen[-1].key == FIRST
    attached = Roster(plain).device(device)
    assert secrets.shown(attached.config) == {"key": KEPT}
    with plain.read() as rows:
        body = rows.value("SELECT CAST(body AS TEXT) FROM journal WHERE type = 'device.migrated'")
    assert FIRST not in body
    assert '"pin":"set"' in body


def test_a_secret_that_cannot_be_opened_is_entered_again(
    world: World, wing: Devices, plain: Store
) -> None:
    device = added(world, wing, key=FIRST)["id"]
    other = plain.keyring.seal(FIRST, "device:another:key")
    sql = "UPDATE attached_devices SET config = json_object('key', ?)"
    plain.write(lambda tx: tx.execute(sql, (other,)))
    wing.look()
    (only,) = world.ada.get(PLUGGED).json["devices"]
    assert (only["state"], only["reason_code"], only["config"]) == (
        "degraded", "config", {"key": KEPT},
    )  # fmt: skip
    configured(world, device, key=SECOND)
    until(lambda: wing.device(device).state is State.ONLINE)
    assert Lock.seen[-1].key == SECOND


def test_a_secret_opens_in_its_own_place_alone(plain: Store) -> None:
    vault = secrets.Vault(plain.keyring)
    sealed = vault.seal({"key": FIRST, "place": "door"}, {"key"}, "here")
    assert sealed["place"] == "door"
    assert vault.open(sealed, "here") == {"key": FIRST, "place": "door"}
    with pytest.raises(ValueError, match="Enter it again"):
        vault.open(sealed, "there")


def test_a_device_of_a_missing_driver_keeps_its_secrets_to_itself(
    world: World, wing: Devices, plain: Store
) -> None:
    added(world, wing, key=FIRST)
    plain.write(lambda tx: tx.execute("UPDATE attached_devices SET driver = 'gone'"))
    (only,) = world.ada.get(PLUGGED).json["devices"]
    assert only["config"] == {"key": KEPT}

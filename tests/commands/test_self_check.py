"""What doctor says of what a gateway stands on: well, or a sentence with the remedy."""

import shutil
import socket
from dataclasses import replace

import pytest

from config.schema import GatewaySettings, Settings, TlsSettings, WebSettings
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.places import KEYRING
from gateway.web.commands import self_check
from gateway.web.commands.self_check import SelfCheck
from gateway.web.door.health import Health

GOOD = Settings(
    gateway=GatewaySettings(time_zone="Europe/Paris"),
    web=WebSettings(listen="0.0.0.0:0"),
    tls=TlsSettings(names=("gateway.example.com",)),
)


def faults(store: Store, settings: Settings = GOOD, health: Health | None = None) -> dict[str, str]:
    """The lines that are not well, of a gateway that does not run."""
    lines = SelfCheck(store, settings, health or Health()).checks(running=False)
    return {str(line["name"]): str(line["detail"]) for line in lines if not line["ok"]}


@pytest.fixture(autouse=True)
def private(store: Store) -> None:
    store.folder.chmod(0o700)


def test_every_line_is_there_and_well(store: Store) -> None:
    lines = SelfCheck(store, GOOD, Health()).checks(running=False)
    names = {line["name"] for line in lines}
    assert {"storage", "clock", "disk", "key", "folder", "address", "time zone"} <= names
    assert faults(store).keys() <= {"clock", "disk"}


def test_a_folder_or_a_key_that_others_may_open_is_told_with_the_command(store: Store) -> None:
    (store.folder / KEYRING).chmod(0o644)
    store.folder.chmod(0o755)
    found = faults(store)
    assert f"chmod 600 {store.folder / KEYRING}" in found["key"]
    assert f"chmod 700 {store.folder}" in found["folder"]


def test_a_disk_with_no_room_for_a_second_copy_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(store.folder)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: usage._replace(total=100 << 20, free=5 << 20)
    )
    assert "5 MiB (5 %)" in faults(store)["disk"]


def test_an_address_is_told_when_taken_local_or_without_https(store: Store) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        assert "taken" in faults(store, replace(GOOD, web=WebSettings(listen=taken)))["address"]
    local = replace(GOOD, web=WebSettings(listen="127.0.0.1:0"))
    assert "this machine alone" in faults(store, local)["address"]
    assert "plain HTTP" in faults(store, replace(GOOD, tls=TlsSettings()))["address"]


def test_a_machine_on_utc_without_a_zone_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "_machine_is_utc", lambda: True)
    assert (
        "gateway.time_zone" in faults(store, replace(GOOD, gateway=GatewaySettings()))["time zone"]
    )


def test_what_everybody_watches_is_asked_and_devices_only_where_they_run(store: Store) -> None:
    health = Health()
    health.probe("backup", lambda: Problem("backup_old", hours=60))
    health.probe("devices", lambda: Problem("store_busy"))
    assert "60" in faults(store, health=health)["backup"]
    assert "devices" not in faults(store, health=health)
    lines = SelfCheck(store, GOOD, health).checks(running=True)
    assert [line["ok"] for line in lines if line["name"] == "devices"] == [False]

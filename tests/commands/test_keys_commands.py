"""A gateway that a passphrase opens: its first start, its waiting, what is scanned meanwhile."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly import Gateway
from config.schema import Settings
from devices.locked import copy
from devices.locked.spool import FOLDER
from gateway.kernel.actor import SYSTEM
from tests.devices.callers import LOCAL, call, free_port
from tests.devices.waiting import until
from tests.torture.gateway import GatewayProcess, wait_until

WORDS = "correct horse battery staple"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "data", environment={"WAYSTATION_KEYS_TIER": "passphrase"})
    yield process
    process.kill()


def is_locked(gateway: GatewayProcess) -> bool:
    if not (gateway.data / "gateway.sock").is_socket():
        return False
    with pytest.raises(RuntimeError, match=r"is locked|No gateway|refused"):
        gateway.command("device", "list")
    return True


def test_a_gateway_waits_for_its_passphrase_and_then_is_itself(gateway: GatewayProcess) -> None:
    with pytest.raises(RuntimeError, match="passphrase"):
        gateway.command("device", "list")
    assert not (gateway.data / "keyring.json").exists()
    wrap = ("keys", "wrap", "--passphrase-stdin", "--tier")
    with pytest.raises(RuntimeError, match="too easy to guess"):
        gateway.command(*wrap, "passphrase", stdin="1234\n")
    assert "A passphrase opens it" in gateway.command(*wrap, "passphrase", stdin=f"{WORDS}\n")
    with pytest.raises(RuntimeError, match="No gateway runs"):
        gateway.command("unlock", "--passphrase-stdin", stdin=f"{WORDS}\n")

    gateway.launch()
    wait_until(lambda: is_locked(gateway), 60, gateway.log.read_text)
    assert not (gateway.data / "waystation.db").exists()
    with pytest.raises(RuntimeError, match="not the passphrase"):
        gateway.command("unlock", "--passphrase-stdin", stdin="something else\n")
    assert "unlocked" in gateway.command("unlock", "--passphrase-stdin", stdin=f"{WORDS}\n")
    wait_until(gateway.answers, 60, gateway.log.read_text)
    told = json.loads(gateway.command("doctor", "--json"))
    assert "without power" in told["stolen box"]
    assert told["chain"] == "valid"
    gateway.command(*wrap, "beside", stdin=f"{WORDS}\n")
    assert "who has the box can read everything" in gateway.command("doctor")
    assert gateway.stop() == 0


def test_a_locked_gateway_stops_when_it_is_told_to(gateway: GatewayProcess) -> None:
    wrap = ("keys", "wrap", "--passphrase-stdin", "--tier", "passphrase")
    gateway.command(*wrap, stdin=f"{WORDS}\n")
    gateway.launch()
    wait_until(lambda: is_locked(gateway), 60, gateway.log.read_text)
    assert gateway.stop() == 0
    assert not (gateway.data / "gateway.sock").exists()


def test_five_hundred_scans_of_a_locked_gateway_are_in_the_journal_once_through_a_kill(
    gateway: GatewayProcess,
) -> None:
    port = free_port()
    whole = Gateway(gateway.data, Settings())
    whole.devices.add("tcp_scanner", "Till 1", {"port": port, "host": LOCAL, "ack": "\x06"}, SYSTEM)
    whole.start()
    until(lambda: (gateway.data / copy.NAME).exists() and port_in(gateway))
    whole.stop()
    wrap = ("keys", "wrap", "--passphrase-stdin", "--tier", "passphrase")
    gateway.command(*wrap, stdin=f"{WORDS}\n")

    gateway.launch()
    sent = [f"LOT-{number:04d}" for number in range(500)]
    with call(port) as line:
        for one in sent:
            line.sendall(f"{one}\r\n".encode())
            assert line.recv(1) == b"\x06"
    assert gateway.status("/readyz") == 503
    gateway.command("unlock", "--passphrase-stdin", stdin=f"{WORDS}\n")
    # Somewhere between opening the database and being ready; the very middle is shown without
    # processes, in tests/devices/test_locked.py.
    until((gateway.data / "waystation.db-wal").exists, 60)
    gateway.kill()

    gateway.launch()
    wait_until(lambda: is_locked(gateway), 60, gateway.log.read_text)
    gateway.command("unlock", "--passphrase-stdin", stdin=f"{WORDS}\n")
    wait_until(lambda: gateway.status("/readyz") == 200, 60, gateway.log.read_text)
    lines = gateway.command("journal", "export").splitlines()
    entries = [json.loads(line) for line in lines]
    scans = [one["entry"]["data"]["text"] for one in entries if one["type"] == "scan.captured"]
    assert scans == sent
    assert not list((gateway.data / FOLDER).glob("*"))


def port_in(gateway: GatewayProcess) -> bool:
    return "tcp_scanner" in (gateway.data / copy.NAME).read_text()

"""A gateway that a passphrase opens, from its first start to a lost passphrase."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    with pytest.raises(RuntimeError, match="does not open the keyring"):
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

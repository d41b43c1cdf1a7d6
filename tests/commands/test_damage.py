"""A gateway whose database is damaged while it runs serves again by itself, and says what is lost.

The file is damaged for real, and the gateway is a process of its own.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from gateway.store.format.pages import PAGE
from gateway.store.places import DATABASE
from tests.commands.test_command_line import post_scan
from tests.torture.gateway import GatewayProcess, wait_until

SCANS = 20


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data", fresh=True)
    yield made
    made.kill()


def spoil(folder: Path, name: str) -> None:
    """Turn one bit in the first page of a table or an index."""
    store = Store(folder, StoreSettings(), ManualClock())
    with store.read() as rows:
        root = int(rows.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)))
    store.close()
    path = folder / DATABASE
    raw = bytearray(path.read_bytes())
    raw[(root - 1) * PAGE + 2000] ^= 1
    path.write_bytes(raw)


def status(gateway: GatewayProcess, token: str, name: str) -> str:
    """What became of a scan; empty while nobody stores it."""
    try:
        answer = post_scan(gateway, token, name)
    except requests.ConnectionError:
        return ""
    return str(answer.json()["results"][0]["status"]) if answer.ok else ""


def test_a_page_damaged_under_a_running_gateway_costs_no_scan_and_is_told_until_confirmed(
    gateway: GatewayProcess,
) -> None:
    token = json.loads(gateway.command("device", "add", "Till", "--role", "pos", "--json"))["token"]
    gateway.start()
    for number in range(SCANS):
        assert status(gateway, token, f"scan-{number}") == "stored"
    gateway.stop()
    spoil(gateway.data, "sqlite_autoindex_journal_1")
    gateway.start()  # it ended well, so nothing is examined, and nothing is noticed
    # The first write meets the page: the gateway starts anew, puts the file aside and goes on.
    wait_until(lambda: status(gateway, token, "scan-after") in ("stored", "duplicate"), 60)
    assert [status(gateway, token, f"scan-{n}") for n in range(SCANS)] == ["duplicate"] * SCANS
    notes = json.loads(gateway.command("damaged", "--json"))
    assert len(notes) == 1
    assert (notes[0]["entries_lost"], notes[0]["rows_lost"]) == ([], {})
    assert (gateway.data / notes[0]["folder"] / DATABASE).exists()
    assert "nobody" in gateway.command("damaged")
    assert "is confirmed" in gateway.command("damaged", "confirm", notes[0]["folder"])
    assert "nobody" not in gateway.command("damaged")

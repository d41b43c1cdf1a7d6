"""Acknowledged means on disk: a process that is killed, and a disk that is full."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.schema import DevicesSettings, StoreSettings
from devices.driver import State
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.waiting import until

SCANS = 1000
ROOT = Path(__file__).resolve().parents[2]
GATEWAY = """
import sys, threading
from pathlib import Path
from config.schema import DevicesSettings, StoreSettings
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store

folder, port = sys.argv[1:]
store = Store(Path(folder), StoreSettings(), SystemClock())
wing = Devices(DevicesSettings(extra_ports=(port,)), store, Facts(store))
wing.start()
view = wing.adopt(port, "Till 1", {"ack": "\\x06"})
while wing.device(view.attached.id).state != "online":
    threading.Event().wait(0.01)
print("online", flush=True)
threading.Event().wait()
"""


def test_what_was_acknowledged_survives_a_kill_and_the_numbering_goes_on(
    tmp_path: Path, scanner: SimulatedScanner
) -> None:
    folder = tmp_path / "killed"
    command = [sys.executable, "-c", GATEWAY, str(folder), str(scanner.link)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as gateway:
        try:
            assert gateway.stdout is not None
            assert gateway.stdout.readline() == "online\n"
            for number in range(SCANS):
                scanner.scan(f"SCAN{number}")
                scanner.await_answer(number + 1, 30)
        finally:
            gateway.send_signal(signal.SIGKILL)
    store = Store(folder, StoreSettings(), SystemClock())
    wing = Devices(DevicesSettings(extra_ports=(str(scanner.link),)), store, Facts(store))
    try:
        assert _numbers(store) == list(range(1, SCANS + 1))
        wing.start()
        view = wing.adopt(str(scanner.link), "Till 1")
        until(lambda: wing.device(view.attached.id).state is State.ONLINE)
        scanner.scan("AFTERWARDS")
        scanner.await_answer(SCANS + 1, 10)
        assert _numbers(store) == list(range(1, SCANS + 2))
    finally:
        wing.stop()
        store.close()


def _numbers(store: Store) -> list[int]:
    with store.read() as rows:
        found = rows.all("SELECT body FROM journal WHERE type = 'scan.captured' ORDER BY seq")
    return [json.loads(row["body"])["data"]["device_seq"] for row in found]


@pytest.fixture
def wing(store: Store, facts: Facts, scanner: SimulatedScanner) -> Iterator[Devices]:
    settings = DevicesSettings(extra_ports=(str(scanner.link),))
    made = Devices(settings, store, facts, retry_s=(0.01, 0.02, 0.03))
    yield made
    made.stop()


def test_a_full_disk_is_never_acknowledged(
    store: Store, wing: Devices, scanner: SimulatedScanner, told: Callable[[], Told]
) -> None:
    view = wing.adopt(str(scanner.link), "Till 1", {"ack": "\x06", "nak": "\x15", "tone": "\x07"})
    until(lambda: wing.device(view.attached.id).state is State.ONLINE)
    until(lambda: told()[-1][0] == "device.online")
    store.write(lambda tx: tx.execute("PRAGMA max_page_count = 1"))  # SQLite's own full disk
    heard = b""
    for number in range(200):
        # Space in pages that exist already is used up first.
        scanner.scan(f"{number:03}" + "-" * 200)
        heard = scanner.await_answer(len(heard) + 1, 10)
        if heard.endswith((b"\x15", b"\x07")):
            break
    until(lambda: scanner.heard.endswith(b"\x15\x07"))
    kept = scanner.heard.count(b"\x06")
    assert [type for type, _ in told()].count("scan.captured") == kept
    seen = wing.device(view.attached.id)
    assert (seen.state, seen.reason) == (State.DEGRADED, "storage")
    assert wing.frames(view.attached.id)[0].outcome == "lost"
    assert wing.status()["degraded"] == 1

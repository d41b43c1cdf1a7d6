"""A service manager hears that the gateway is ready, that it is alive, and that it stops."""

import asyncio
import ctypes
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.web.listening.watched import Manager
from tests.torture.gateway import free_port

UNIT = Path("deploy/waystation.service")
EXPOSURE_MAX = 2.0
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1


class Line:
    """The manager's end of the line."""

    def __init__(self, path: Path) -> None:
        self.environment = {"NOTIFY_SOCKET": str(path)}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(60)

    def heard(self) -> str:
        return self._socket.recv(100).decode()

    def silent(self, for_s: float) -> bool:
        self._socket.settimeout(for_s)
        try:
            self._socket.recv(100)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path / "notify")
    yield made
    made.close()


def no_new_code() -> None:
    """As under MemoryDenyWriteExecute of the unit: memory that was written never becomes code."""
    assert ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) == 0


def test_a_gateway_under_the_rules_of_its_unit_tells_of_its_whole_life(
    line: Line, tmp_path: Path
) -> None:
    serve = ["run.py", "serve", "--data", str(tmp_path / "data"), "--no-tls"]
    gateway = subprocess.Popen(
        [sys.executable, *serve, "--listen", f"127.0.0.1:{free_port()}"],
        env={
            **os.environ,
            **line.environment,
            "WATCHDOG_USEC": "200000",
            "WAYSTATION_DISCOVERY_ON": "false",
        },
        preexec_fn=no_new_code,  # noqa: PLW1509 - no thread of ours runs here
        stdout=subprocess.DEVNULL,
    )
    try:
        assert [line.heard() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        gateway.terminate()
        while (word := line.heard()) == "WATCHDOG=1":
            pass
        assert word == "STOPPING=1"
        assert gateway.wait(30) == 0
    finally:
        gateway.kill()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that turns in a thread by itself."""
    made = asyncio.new_event_loop()
    turning = threading.Thread(target=made.run_forever)
    turning.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    turning.join()
    made.close()


def test_a_gateway_whose_writer_is_stuck_is_not_alive(
    line: Line, loop: asyncio.AbstractEventLoop
) -> None:
    release = threading.Event()
    manager = Manager({**line.environment, "WATCHDOG_USEC": "20000"})
    manager.ready(loop, release.wait)
    assert line.heard() == "READY=1"
    assert line.silent(0.2)
    manager.stopping()
    release.set()


def test_after_the_end_has_begun_nothing_more_is_told(
    line: Line, loop: asyncio.AbstractEventLoop
) -> None:
    release, asked = threading.Event(), threading.Event()

    def written() -> None:
        asked.set()
        release.wait()

    manager = Manager({**line.environment, "WATCHDOG_USEC": "20000"})
    manager.ready(loop, written)
    assert line.heard() == "READY=1"
    assert asked.wait(60)
    manager.stopping()
    assert line.heard() == "STOPPING=1"
    release.set()
    assert line.silent(0.2)


def test_without_a_manager_nobody_is_told() -> None:
    Manager({}).stopping()


def test_the_unit_exposes_little_of_the_machine() -> None:
    checked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Overall exposure level for waystation.service: ([\d.]+)", checked.stdout)
    assert found
    assert float(found[1]) <= EXPOSURE_MAX

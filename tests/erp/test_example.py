"""The consumer that the documentation shows, as it stands there, against a real gateway."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cast import scan
from tests.torture.gateway import GatewayProcess

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "take.py"
LINES_MAX = 60
SCANS = 1200


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data")
    (made.data).mkdir()
    (made.data / "site.toml").write_text("[erp]\nbatch_entries_max = 500\n")
    made.start()
    yield made
    made.stop()


def offer(gateway: GatewayProcess, token: str, first: int) -> None:
    events = [scan(f"{number}") for number in range(first, first + SCANS // 2)]
    answer = requests.post(
        f"http://localhost:{gateway.port}/api/v1/facts",
        json=events,
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}


def test_it_is_as_short_as_it_says() -> None:
    assert len(EXAMPLE.read_text("utf-8").splitlines()) <= LINES_MAX


def test_it_takes_everything_once_however_often_it_is_shot(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    scanner, erp = gateway.token("Counter", "device"), gateway.token("Head office", "erp")
    offer(gateway, scanner, 0)
    offer(gateway, scanner, SCANS // 2)
    books = tmp_path / "books.db"
    command = [sys.executable, str(EXAMPLE), f"http://localhost:{gateway.port}", str(books)]
    environment = {**os.environ, "WAYSTATION_TOKEN": erp, "WAIT_S": "0"}
    # Shot at its first receipt: it has kept a batch, and the gateway does not know.
    shot = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, runpy, sys, requests\n"
            "requests.Session.post = lambda *_, **__: os._exit(9)\n"
            "sys.argv = sys.argv[1:]\n"
            "runpy.run_path(sys.argv[0], run_name='__main__')",
            *command[1:],
        ],
        env=environment,
        timeout=60,
        check=False,
    )
    assert shot.returncode == 9
    for _ in range(2):
        subprocess.run(command, env=environment, timeout=60, check=True)
    with sqlite3.connect(books) as taken:
        (count,) = taken.execute("SELECT count(*) FROM taken").fetchone()
    assert count == SCANS

"""A gateway that is shot while it reads files of a till: every row once, every file moved."""

import os
import re
from functools import partial
from pathlib import Path

import pytest

from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.shop import PASSWORD
from tests.torture.wire import Wire

ROWS = 12_000
FILES = 2
SHOTS = 3


@pytest.mark.timeout(300)
def test_a_file_survives_being_shot_in_its_middle_with_no_row_doubled(tmp_path: Path) -> None:
    folder = tmp_path / "srv" / "till"
    folder.mkdir(parents=True)
    roots = {"WAYSTATION_DEVICES_DROP_ROOTS": str(folder.parent)}
    gateway = GatewayProcess(tmp_path / "data", environment={**os.environ, **roots})
    gateway.user("admin", "admin", PASSWORD)
    gateway.start()
    try:
        owner = Owner(gateway)
        owner.add()
        for number in range(FILES):
            text = "code\n" + "".join(f"F{number}-{row}\n" for row in range(ROWS))
            (folder / f"scans-{number}.csv.tmp").write_text(text)
            (folder / f"scans-{number}.csv.tmp").rename(folder / f"scans-{number}.csv.ready")
        for _ in range(SHOTS):
            wait_until(partial(_has_begun, owner), 60)
            owner.close()
            gateway.kill()
            gateway.start()
            owner = Owner(gateway)
        owner.close()
        wait_until(lambda: not list(folder.glob("*.ready")), 120)
    finally:
        gateway.kill()
    assert len(list((folder / "done").glob("*.ready"))) == FILES
    told = gateway.command("journal", "export")
    scans = re.findall(r'"text":"(F[0-9]+-[0-9]+)"', told)
    assert len(scans) == len(set(scans)) == ROWS * FILES
    gateway.command("doctor")


class Owner:
    """Whoever looks after the devices."""

    def __init__(self, gateway: GatewayProcess) -> None:
        self._wire = Wire(gateway.address)
        login = {"name": "admin", "password": PASSWORD}
        _, _, found = self._wire.request("POST", "/api/v1/session", login, {"X-Waystation": "1"})
        cookie = str(found["Set-Cookie"]).partition(";")[0]
        self._headers = {"X-Waystation": "1", "Cookie": cookie}

    def add(self) -> None:
        config = {"folder": "till", "becomes": "scan.captured"}
        told = {"driver": "file_drop", "name": "Till files", "config": config}
        status, answer, _ = self._wire.request("POST", "/api/v1/devices", told, self._headers)
        assert status == 200, answer

    def facts(self) -> int:
        """How many the driver has stored since the start."""
        _, answer, _ = self._wire.request("GET", "/api/v1/devices", None, self._headers)
        return sum(int(device["facts"]) for device in answer["devices"])

    def close(self) -> None:
        self._wire.close()


def _has_begun(owner: Owner) -> bool:
    return owner.facts() >= ROWS // 4

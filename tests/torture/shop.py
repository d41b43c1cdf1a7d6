"""A shop on a data folder of its own: a gateway, and everybody who leans on it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.torture.clients import ACK, Client, Phone, Reader, Scanner, Till
from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.wire import Wire

TILLS, PHONES, SCANNERS = 2, 2, 2
PASSWORD = "seven quiet harbours"


class Shop:
    """Opened once; its clients then work through every death of the gateway."""

    def __init__(self, work: Path, seed: int, *, environment: dict[str, str] | None = None) -> None:
        self._seed = seed
        self._ports = work / "ports"
        self._ports.mkdir()
        settings = {"WAYSTATION_DEVICES_EXTRA_PORTS": str(self._ports / "*")}
        self.gateway = GatewayProcess(
            work / "data", environment={**settings, **(environment or {})}
        )
        self._clients: list[Client] = []

    def open(self) -> float:
        """Add people, tokens and scanners, and start; how long the first start took in seconds."""
        gateway = self.gateway
        tokens = {
            f"till-{number}": gateway.token(f"till-{number}", "pos") for number in range(TILLS)
        }
        tokens["erp"] = gateway.token("erp", "erp")
        logins = [f"rep-{number}" for number in range(PHONES)]
        for login in logins:
            gateway.user(login, "rep", PASSWORD)
        gateway.user("admin", "admin", PASSWORD)
        address = gateway.address
        self._clients = [
            *(
                Scanner(f"scanner-{n}", address, self._seed, self._ports / f"p{n}")
                for n in range(SCANNERS)
            ),
            *(
                Till(name, address, self._seed, token)
                for name, token in tokens.items()
                if name != "erp"
            ),
            *(Phone(login, address, self._seed, (login, PASSWORD)) for login in logins),
            Reader("erp", address, self._seed, tokens["erp"]),
        ]
        took = gateway.start()
        Desk(address).confirm_scanners(SCANNERS)
        return took

    def clients(self) -> Sequence[Client]:
        return self._clients


class Desk:
    """The administrator at the console."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._wire = Wire(address)
        login = {"name": "admin", "password": PASSWORD}
        status, _, found = self._wire.request(
            "POST", "/api/v1/session", login, {"X-Waystation": "1"}
        )
        assert status == 200, f"the administrator was refused: {status}"
        cookie = str(found["Set-Cookie"]).partition(";")[0]
        self._headers = {"X-Waystation": "1", "Cookie": cookie}

    def confirm_scanners(self, count: int) -> None:
        """Wait until so many scanners have been found, confirm them, and wait until they are
        online.
        """
        wait_until(lambda: len(self._plugged()["proposals"]) >= count, 30)
        for number, proposal in enumerate(self._plugged()["proposals"]):
            decision = {
                "action": "confirm", "name": f"Scanner {number}", "config": {"ack": ACK.decode()},
            }  # fmt: skip
            path = f"/api/v1/devices/proposals/{proposal['id']}"
            status, answer, _ = self._wire.request("POST", path, decision, self._headers)
            assert status == 200, answer
        wait_until(
            lambda: [each["state"] for each in self._plugged()["devices"]] == ["online"] * count, 30
        )

    def _plugged(self) -> Any:
        return self._wire.request("GET", "/api/v1/devices", None, self._headers)[1]

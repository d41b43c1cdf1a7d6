"""A shop on a data folder of its own: a gateway, and everybody who leans on it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.torture.clients import Client, Phone, Reader, Till
from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.ledger import Station
from tests.torture.scanner import ACK, Scanner
from tests.torture.wire import Wire

TILLS, PHONES, SCANNERS = 2, 2, 2
PASSWORD = "seven quiet harbours"


class Shop:
    """Opened once; its clients then work through every death of the gateway."""

    def __init__(
        self,
        work: Path,
        seed: int,
        *,
        environment: dict[str, str] | None = None,
        article: tuple[str, str] = ("sku", "BEANS"),
    ) -> None:
        self._seed = seed
        self._papers = work / "promises"
        self._article = article
        self._ports = work / "ports"
        self._ports.mkdir()
        settings = {
            "WAYSTATION_DEVICES_EXTRA_PORTS": str(self._ports / "*"),
            "WAYSTATION_DEVICES_POLL_S": "1",
        }
        self.gateway = GatewayProcess(
            work / "data", environment={**settings, **(environment or {})}, fresh=True
        )
        self._clients: list[Client] = []

    def open(self) -> float:
        """Start, and add people, tokens and scanners; how long the first start took in seconds."""
        gateway = self.gateway
        station = Station(gateway.address, self._seed, self._papers)
        gateway.user("admin", "admin", PASSWORD)
        took = gateway.start()
        desk = Desk(gateway.address)
        logins = [f"rep-{number}" for number in range(PHONES)]
        for login in logins:
            desk.add_rep(login)
        scanners = [
            Scanner(f"scanner-{n}", station, self._ports / f"p{n}", gateway.processes)
            for n in range(SCANNERS)
        ]
        tills = [f"till-{number}" for number in range(TILLS)]
        self._clients = [
            *scanners,
            *(Till(n, station, desk.add_token(n, "pos"), self._article) for n in tills),
            *(Phone(login, station, (login, PASSWORD)) for login in logins),
            Reader("erp", station, desk.add_token("erp", "erp")),
        ]
        desk.confirm_scanners(SCANNERS)
        desk.close()
        return took

    def close(self) -> None:
        """Leave nothing running, however it went."""
        for client in self._clients:
            client.finish()
        self.gateway.kill()

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

    def add_rep(self, name: str) -> None:
        self._post("/api/v1/users", {"name": name, "role": "rep", "password": PASSWORD})

    def add_token(self, name: str, role: str) -> str:
        return str(self._post("/api/v1/tokens", {"name": name, "role": role})["token"])

    def confirm_scanners(self, count: int) -> None:
        """Wait until so many scanners have been found, confirm them, and wait for their lines."""
        wait_until(lambda: len(self._plugged()["proposals"]) >= count, 30)
        for number, proposal in enumerate(self._plugged()["proposals"]):
            config = {"ack": ACK.decode()}
            decision = {"action": "confirm", "name": f"Scanner {number}", "config": config}
            self._post(f"/api/v1/devices/proposals/{proposal['id']}", decision)
        wait_until(
            lambda: [each["state"] for each in self._plugged()["devices"]] == ["online"] * count,
            30,
            lambda: str(self._plugged()["devices"]),
        )

    def replication(self) -> Any:
        """How far the ERP and the phones are."""
        return self._wire.request("GET", "/api/v1/sync", None, self._headers)[1]

    def offer_deferred_again(self) -> None:
        """Spare what the ERP put off its rest."""
        for entry in self.outstanding():
            if entry["status"] == "deferred" and entry["attempts"]:
                path = f"/api/v1/erp/outstanding/{entry['seq']}"
                self._post(path, {"consumer": entry["consumer"]})

    def outstanding(self) -> list[dict[str, Any]]:
        """What the ERP has not taken, as the console lists it."""
        told = self._wire.request("GET", "/api/v1/erp/outstanding", None, self._headers)[1]
        found: list[dict[str, Any]] = told["entries"]
        return found

    def close(self) -> None:
        self._wire.close()

    def _post(self, path: str, body: object) -> Any:
        status, answer, _ = self._wire.request("POST", path, body, self._headers)
        assert status in (200, 201, 202), answer
        return answer

    def _plugged(self) -> Any:
        return self._wire.request("GET", "/api/v1/devices", None, self._headers)[1]

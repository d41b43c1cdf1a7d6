"""A gateway with two tills and a phone, for watching what it promises while its disk fails."""

from collections.abc import Callable
from pathlib import Path

from tests.torture.audit import Promises, audit, copy_folder
from tests.torture.clients import Client, Phone, Till
from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.ledger import Station
from tests.torture.shop import PASSWORD, Desk
from tests.torture.wire import Wire

PATIENCE_S = 30.0


class Bench:
    """Everybody works from the start on, and goes on through every failure.

    ``promises`` is where the clients write what they were promised: beside the data, unless its
    disk is the one that fails.
    """

    def __init__(
        self,
        data: Path,
        seed: int,
        environment: dict[str, str] | None = None,
        promises: Path | None = None,
    ) -> None:
        self.gateway = GatewayProcess(data, environment=environment)
        self.gateway.user("admin", "admin", PASSWORD)
        self.gateway.start()
        station = Station(self.gateway.address, seed, promises or data.parent / "promises")
        desk = Desk(station.address)
        desk.add_rep("rep")
        tills = [f"till-{number}" for number in range(2)]
        self.clients: list[Client] = [
            *(Till(name, station, desk.add_token(name, "pos")) for name in tills),
            Phone("rep", station, ("rep", PASSWORD)),
        ]
        self._erp = {"Authorization": f"Bearer {desk.add_token('erp', 'erp')}"}
        desk.close()
        for client in self.clients:
            client.start()
        self.everybody_goes_on()

    def reads(self) -> int:
        """The HTTP status that the ERP gets when it reads the journal."""
        wire = Wire(self.gateway.address)
        status, _, _ = wire.request("GET", "/api/v1/journal?limit=1000", None, self._erp)
        wire.close()
        return status

    def everybody_goes_on(self) -> None:
        """Wait until every client has been acknowledged something new."""
        self._wait_for_more(lambda client: client.answered)

    def everybody_is_refused(self) -> None:
        """Wait until every client has been refused anew."""
        self._wait_for_more(lambda client: sum(client.refused.values()))

    def nobody_is_acknowledged(self) -> None:
        """See to it that refusing goes on for a while, and nothing else does."""
        before = [client.answered for client in self.clients]
        for _ in range(5):
            self.everybody_is_refused()
        assert [client.answered for client in self.clients] == before

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition of the gateway or its clients."""
        wait_until(condition, PATIENCE_S, lambda: str([client.refused for client in self.clients]))

    def refusals(self) -> set[int]:
        """The HTTP statuses that anybody was refused with so far."""
        return {status for client in self.clients for status in client.refused}

    def faults(self) -> list[str]:
        """Kill the gateway; what an audit of its folder finds, and what the clients found."""
        self.gateway.kill()
        promises = Promises.of(client.promises() for client in self.clients)
        copy = copy_folder(self.gateway.data, self.gateway.log.with_suffix(".copy"))
        return audit(copy, promises).faults + [f for c in self.clients for f in c.faults]

    def close(self) -> None:
        """Leave nothing running."""
        for client in self.clients:
            client.finish()
        self.gateway.kill()

    def _wait_for_more(self, count: Callable[[Client], int]) -> None:
        before = [count(client) for client in self.clients]
        self.wait(
            lambda: all(count(c) > b for c, b in zip(self.clients, before, strict=True)),
        )

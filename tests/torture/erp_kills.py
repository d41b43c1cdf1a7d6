"""Shooting the gateway and a real Tryton behind it: each customer and sale once, in both."""

import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.erp.tryton.install import install
from tests.erp.tryton.server import DATABASE, WALK_IN, Server
from tests.torture.audit import Promises, audit, copy_folder
from tests.torture.clients import Client, Phone, Till
from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.shop import PASSWORD, Desk

ARTICLE = ("gtin", "2000000000015")
ROUND_S = 5
DELIVERY_S = 900.0
MARK = "waystation:"


class Mortal(Server):
    """A Tryton that can be shot."""

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass
class Delivery:
    """What came of it; ``faults`` is empty when everything is there exactly once."""

    kills: int = 0
    customers: int = 0
    sales: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Sequence[str]:
        """What a person wants to know."""
        return (
            f"kills of either  {self.kills}",
            f"in Tryton once   {self.customers} customers, {self.sales} sales",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        )


def campaign(kills: int, seed: int, work: Path, say: Callable[[str], None]) -> Delivery:
    """Shoot one or the other so many times under load, then let all be delivered, and count."""
    chance = random.Random(seed)
    tryton = Mortal(install(), work / "tryton")
    tryton.start()
    gateway = GatewayProcess(work / "data", environment=_settings(tryton))
    gateway.user("admin", "admin", PASSWORD)
    gateway.start()
    clients = _clients(gateway, seed)
    delivery = Delivery()
    try:
        for client in clients:
            client.start()
        for number in range(kills):
            threading.Event().wait(0.5 + 4 * chance.random())
            _shoot(tryton, gateway, chance)
            delivery.kills += 1
            say(f"{number + 1} kills")
        for client in clients:
            client.finish()
        promises = Promises.of(client.promises() for client in clients)
        delivery.faults += [fault for client in clients for fault in client.faults]
        _wait_until_delivered(gateway, say)
    finally:
        for client in clients:
            client.finish()
        gateway.kill()
        tryton.stop()
    _count(work / "tryton", promises, delivery)
    delivery.faults += audit(copy_folder(gateway.data, work / "copy"), promises).faults
    return delivery


def _settings(tryton: Server) -> dict[str, str]:
    return {
        "WAYSTATION_ERP_CONNECTOR": "tryton",
        "WAYSTATION_ERP_INTERVAL_S": str(ROUND_S),
        "WAYSTATION_TRYTON_URL": tryton.url,
        "WAYSTATION_TRYTON_DATABASE": DATABASE,
        "WAYSTATION_TRYTON_KEY": tryton.key,
        "WAYSTATION_TRYTON_WALK_IN_PARTY": WALK_IN,
    }


def _clients(gateway: GatewayProcess, seed: int) -> list[Client]:
    desk = Desk(gateway.address)
    desk.add_rep("rep")
    token = desk.add_token("till", "pos")
    desk.close()
    till = Till("till", gateway.address, seed, token, ARTICLE)
    phone = Phone("rep", gateway.address, seed, ("rep", PASSWORD))
    # Tryton books a few orders a second: what it cannot take in time would only wait.
    till.rest_s = phone.rest_s = 1.0
    return [till, phone]


def _shoot(tryton: Mortal, gateway: GatewayProcess, chance: random.Random) -> None:
    victim = chance.choice(("tryton", "gateway", "both"))
    if victim != "tryton":
        gateway.kill()
    if victim != "gateway":
        tryton.kill()
        tryton.start()
    if victim != "tryton":
        gateway.start()


def _wait_until_delivered(gateway: GatewayProcess, say: Callable[[str], None]) -> None:
    """Wait until Tryton has taken everything."""
    desk = Desk(gateway.address)
    left: list[int] = []

    def delivered() -> bool:
        consumers = desk.replication()["erp"]["consumers"]
        left[:] = [each["waiting"] + each["deferred"] for each in consumers]
        threading.Event().wait(1.0)
        return bool(left) and not any(left)

    say("waiting until Tryton has taken everything")
    try:
        wait_until(delivered, DELIVERY_S, lambda: f"still waiting: {left}")
    finally:
        desk.close()


def _count(folder: Path, promises: Promises, delivery: Delivery) -> None:
    """Look into Tryton's own database, without asking Tryton or the gateway."""
    for suffix in ("", "-wal"):
        if (part := folder / f"{DATABASE}.sqlite{suffix}").exists():
            shutil.copyfile(part, folder / f"look.sqlite{suffix}")
    with closing(sqlite3.connect(folder / "look.sqlite")) as tryton:
        codes = [row[0] for row in tryton.execute("SELECT code FROM party_identifier")]
        references = [row[0] for row in tryton.execute("SELECT reference FROM sale_sale")]
    customers = [code.removeprefix(MARK) for code in codes if code and code.startswith(MARK)]
    wanted = {record for record in promises.operations.values() if record}
    sales = {each for each, (_, data) in promises.facts.items() if "receipt" in dict(data)}
    delivery.customers = _once("customer", wanted, customers, delivery.faults)
    delivery.sales = _once("sale", sales, references, delivery.faults)


def _once(what: str, wanted: set[str], found: Sequence[str], faults: list[str]) -> int:
    """How many of what was promised are there exactly once; the others are faults."""
    counts = {each: found.count(each) for each in wanted}
    faults += [f"{what} {each} is in Tryton {n} times" for each, n in counts.items() if n != 1]
    return sum(1 for count in counts.values() if count == 1)

"""Shooting the gateway and a real Tryton behind it: each customer and sale once, in both."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.erp.tryton.install import install
from tests.erp.tryton.server import Server
from tests.torture.audit import Promises, audit, copy_folder, opened
from tests.torture.clients import Client, Phone, Till
from tests.torture.gateway import wait_until
from tests.torture.ledger import Station
from tests.torture.scanner import Scanner
from tests.torture.shop import PASSWORD, Desk, Shop
from tests.torture.tryton_count import count, look

ARTICLE = ("gtin", "2000000000015")
# A new shop and a new Tryton after so many shots; both sides are counted at the end of each.
CHAPTER_KILLS = 50
TOLD_EVERY = 10
VICTIMS = ("tryton", "gateway", "both")
# Tryton books about two orders a second: what it cannot take in time would only wait for the end.
REST_S = {Till: 20.0, Phone: 10.0, Scanner: 0.5}
HURRY_S = 1.0
# A Tryton that was shot is at work on nothing any more, so a sale need not rest for long.
LIMIT_S = 1
# A delivery may take as long as it wants on a busy machine, while it goes on.
STALLED_S = 300.0


class Mortal(Server):
    """A Tryton that can be shot."""

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Hurry(Client):
    """The administrator, who has the gateway push all the time instead of every few minutes."""

    def __init__(self, station: Station) -> None:
        super().__init__("hurry", station)
        self.rest_s = HURRY_S
        self._headers: dict[str, str] = {}

    def turn(self) -> None:
        if not self._headers:
            login = {"name": "admin", "password": PASSWORD}
            plain = {"X-Waystation": "1"}
            status, _, found = self.wire.request("POST", "/api/v1/session", login, plain)
            if status != 200:
                self.backed_off(status)
                return
            self._headers = {**plain, "Cookie": str(found["Set-Cookie"]).partition(";")[0]}
        asked = {"consumer": "tryton"}
        status, _, _ = self.wire.request("POST", "/api/v1/sync/run", asked, self._headers)
        if status == 401:
            self._headers = {}
        elif status != 202:
            self.backed_off(status)
        self.answered += 1
        self.rest()


@dataclass
class Delivery:
    """What came of it; ``faults`` is empty when everything is there exactly once."""

    kills: Counter[str] = field(default_factory=Counter)
    within: int = 0
    promised: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    sales: int = 0
    twins: int = 0
    took_s: float = 0.0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Sequence[str]:
        """What a person wants to know."""
        kills = ", ".join(f"{count} {victim}" for victim, count in sorted(self.kills.items()))
        promised = ", ".join(f"{count} {name}" for name, count in self.promised.items())
        each_s = self.took_s / max(1, self.kills.total())
        return (
            f"kills            {self.kills.total()} ({kills}), {self.within} within a batch",
            f"took             {self.took_s:.0f} s, {each_s:.1f} s for each kill",
            f"acknowledged     {promised}",
            f"in Tryton once   {self.customers} customers, {self.sales} sales",
            f"cancelled twins  {self.twins}",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        )


def campaign(kills: int, seed: int, work: Path, say: Callable[[str], None]) -> Delivery:
    """So many shots in chapters, each delivered and counted to the end."""
    delivery = Delivery()
    began = time.monotonic()

    def told(text: str) -> None:
        delivery.took_s = time.monotonic() - began
        each_s = delivery.took_s / max(1, delivery.kills.total())
        left_min = (kills - delivery.kills.total()) * each_s / 60
        say(f"{text}, {delivery.took_s:.0f} s, about {left_min:.0f} min to go")

    for number in range((kills + CHAPTER_KILLS - 1) // CHAPTER_KILLS):
        shots = min(CHAPTER_KILLS, kills - number * CHAPTER_KILLS)
        chapter = Chapter(work / f"chapter-{number}", seed + number, delivery, told)
        chapter.play(range(1, shots + 1))
        told(
            f"{delivery.kills.total()} kills delivered: {delivery.customers} customers,"
            f" {delivery.sales} sales, {len(delivery.faults)} faults"
        )
        if len(delivery.faults) > 100:
            break
    return delivery


class Chapter:
    """One shop and one Tryton, from their first start to the last count."""

    def __init__(
        self, work: Path, seed: int, delivery: Delivery, say: Callable[[str], None]
    ) -> None:
        self._work = work
        self._seed = seed
        self._delivery = delivery
        self._say = say
        self.chance = random.Random(seed)
        work.mkdir(parents=True)
        self._tryton = Mortal(install(), work / "tryton")
        self._clients: list[Client] = []
        # Ids of what is no fault although Tryton does not have it: a person sees it.
        self.visible: set[str] = set()

    def environment(self) -> dict[str, str]:
        """What the gateway is started with."""
        settings = self._tryton.settings(interval_s=5)
        return {**settings, "WAYSTATION_TRYTON_REQUEST_LIMIT_S": str(LIMIT_S)}

    def play(self, shots: Iterable[int]) -> None:
        """Shoot one or the other so many times under load, let all be delivered, and count."""
        self._tryton.start()
        shop = Shop(self._work, self._seed, environment=self.environment(), article=ARTICLE)
        self._gateway = shop.gateway
        try:
            shop.open()
            hurry = Hurry(Station(shop.gateway.address, self._seed, self._work / "promises"))
            self._clients = [*shop.clients(), hurry]
            for client in self._clients:
                client.rest_s = REST_S.get(type(client), client.rest_s)
                client.start()
            for number in shots:
                self.happen()
                if number % TOLD_EVERY == 0:
                    self._say(f"{self._delivery.kills.total()} kills")
            self.deliver()
        finally:
            for client in self._clients:
                client.finish()
            shop.close()
            self._tryton.stop()
        promises = self._promises()
        self._audit("end", promises)
        self._count(promises)

    def happen(self) -> None:
        """Wait for a moment, and shoot one or the other."""
        threading.Event().wait(0.1 + 1.5 * self.chance.random())
        self.shoot(self.chance.choice(VICTIMS))

    def shoot(self, victim: str) -> None:
        """Have it die and live again."""
        if victim != "tryton":
            self._gateway.kill()
            for client in self._clients:
                client.gateway_died()
        if victim != "gateway":
            self._tryton.kill()
        self._delivery.kills[victim] += 1
        if victim != "tryton":
            self._audit(f"shot {self._delivery.kills.total()} at {victim}", self._promises())
            self._gateway.launch()
        if victim != "gateway":
            self._tryton.start()
        wait_until(self._gateway.answers, STALLED_S)

    def deliver(self) -> None:
        """Have the load end, and wait until Tryton has taken everything and one more round found
        nothing to tidy.
        """
        for client in self._clients:
            if not isinstance(client, Hurry):
                client.finish()
                self._delivery.faults += [f"seed {self._seed}: {each}" for each in client.faults]
        desk = Desk(self._gateway.address)
        left: list[int] = []
        rounds: set[str] = set()

        def moved() -> bool:
            before = list(left)
            (consumer,) = desk.replication()["erp"]["consumers"]
            left[:] = [consumer["waiting"], consumer["deferred"], consumer["rejected"]]
            if consumer["deferred"]:
                desk.offer_deferred_again()
            threading.Event().wait(0.5)
            if left[:2] == [0, 0] and consumer["open_batch"] is None:
                rounds.add(consumer["last_success_at"])
            return len(rounds) > 2 or left != before

        try:
            while len(rounds) <= 2:  # however long it takes, as long as it goes on
                wait_until(moved, STALLED_S, lambda: f"waiting, deferred, rejected: {left}")
            if left[2]:
                self.refused(desk, left[2])
        finally:
            desk.close()

    def refused(self, desk: Desk, count: int) -> None:
        """Tryton wants a person to look at so many entries: nobody here gave it a reason."""
        self._delivery.faults.append(f"seed {self._seed}: Tryton rejected {count} entries")

    def _promises(self) -> Promises:
        return Promises.of(client.promises() for client in self._clients)

    def _audit(self, when: str, promises: Promises) -> None:
        """Look at the gateway's own database while nobody has it open."""
        copy = copy_folder(self._gateway.data, self._work / "copy")
        faults = audit(copy, promises).faults
        self._delivery.faults += [f"seed {self._seed}, {when}: {fault}" for fault in faults]
        with opened(copy) as store:
            sql = "SELECT count(*) FROM erp_batches WHERE done_at IS NULL"
            self._delivery.within += store.execute(sql).fetchone()[0]

    def _count(self, promises: Promises) -> None:
        """Look into Tryton's own database, without asking Tryton or the gateway."""
        found = count(look(self._tryton.database, self._work / "look.sqlite"), promises)
        told = self._delivery
        told.promised.update(
            sales=sum("receipt" in dict(data) for _, data in promises.facts.values()),
            operations=len(promises.operations),
            scans=sum(mark.startswith("scanner") for mark in promises.marks),
        )
        told.customers += found.customers
        told.sales += found.sales
        told.twins += found.twins
        faults = [fault for fault in found.faults if not any(one in fault for one in self.visible)]
        told.faults += [f"seed {self._seed}: {fault}" for fault in faults]

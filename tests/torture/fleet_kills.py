"""Shooting the parts of a fleet: a node of the stream, the gateway, the lander, the database.

Every scan that was acknowledged lands once. A node is shot only while the other two are well: the
stream promises no more than that.
"""

import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.cast import scan
from tests.devices.waiting import until
from tests.fleet.cluster import Cluster, cluster
from tests.fleet.landing import Landing
from tests.fleet.postgres import Postgres, postgres
from tests.torture.gateway import GatewayProcess

EACH = 40
STALLED_S = 120.0
VICTIMS = ("node", "gateway", "lander", "database")


@dataclass
class Landed:
    """What came of it; ``faults`` is empty when everything is there exactly once."""

    kills: Counter[str] = field(default_factory=Counter)
    promised: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Sequence[str]:
        """What a person wants to know."""
        kills = ", ".join(f"{count} {victim}" for victim, count in sorted(self.kills.items()))
        return (
            f"kills            {self.kills.total()} ({kills})",
            f"acknowledged     {self.promised} scans",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        )


def campaign(kills: int, seed: int, work: Path, say: Callable[[str], None]) -> Landed:
    """So many shots under load, then all is landed and counted."""
    with cluster(work / "hub") as hub, postgres() as office:
        landing = Landing(hub, office, work, "--make-stream", "3")
        gateway = GatewayProcess(work / "data")
        gateway.data.mkdir()
        (gateway.data / "site.toml").write_text(
            f'[gateway]\nnumber_prefix = "Z9"\n[fleet]\nservers = {json.dumps(hub.servers)}\n'
            "batch_entries_max = 25\ninterval_s = 1\ntimeout_s = 3\n"
        )
        landing.start()
        gateway.start()
        try:
            return Campaign(hub, office, landing, gateway, seed).play(kills, say)
        finally:
            landing.end(signal.SIGKILL)
            gateway.stop()


class Campaign:
    """One gateway, one stream, one lander, one database."""

    def __init__(
        self, hub: Cluster, office: Postgres, landing: Landing, gateway: GatewayProcess, seed: int
    ) -> None:
        self._hub, self._office, self._landing, self._gateway = hub, office, landing, gateway
        self._chance = random.Random(seed)
        self._told = Landed()
        self._pause = threading.Event()

    def play(self, kills: int, say: Callable[[str], None]) -> Landed:
        """Offer, shoot, offer; at the end count."""
        token = self._gateway.token("Counter", "device")
        for number in range(1, kills + 1):
            self._offer(token)
            self._pause.wait(1.5 * self._chance.random())
            victim = self._chance.choice(VICTIMS)
            getattr(self, f"_shoot_{victim}")()
            self._told.kills[victim] += 1
            if number % 10 == 0:
                say(f"{number} kills, {self._count()} of {self._told.promised} landed")
        self._deliver()
        self._compare()
        return self._told

    def _offer(self, token: str) -> None:
        first = self._told.promised
        answer = requests.post(
            f"http://localhost:{self._gateway.port}/api/v1/facts",
            json=[scan(f"{n}", text=f"{n}") for n in range(first, first + EACH)],
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        assert {one["status"] for one in answer.json()["results"]} == {"stored"}
        self._told.promised += EACH

    def _shoot_node(self) -> None:
        node = self._chance.choice(self._hub.nodes)
        node.kill()
        self._pause.wait(self._chance.random() * 4)
        node.start()
        until(self._hub.is_ready, 60)

    def _shoot_gateway(self) -> None:
        self._gateway.kill()
        self._gateway.start()

    def _shoot_lander(self) -> None:
        self._landing.end(signal.SIGKILL)
        self._landing.start()

    def _shoot_database(self) -> None:
        self._office.kill()
        self._pause.wait(self._chance.random())
        self._office.start()

    def _deliver(self) -> None:
        left = [0]

        def moved() -> bool:
            left.append(self._count())
            return left[-1] != left[-2] or left[-1] >= self._told.promised

        while left[-1] < self._told.promised:  # however long it takes, as long as it goes on
            until(moved, STALLED_S)

    def _texts(self) -> list[str]:
        rows = self._office.rows(
            "SELECT entry->'data'->>'text' FROM waystation_entries WHERE type = 'scan.captured'"
        )
        return [str(text) for (text,) in rows]

    def _count(self) -> int:
        ((there,),) = self._office.rows("SELECT to_regclass('waystation_entries') IS NOT NULL")
        return len(self._texts()) if there else 0

    def _compare(self) -> None:
        found = Counter(self._texts())
        wanted = [f"{number}" for number in range(self._told.promised)]
        self._told.faults += [f"scan {text} is missing" for text in wanted if not found[text]]
        self._told.faults += [f"scan {text} is there twice" for text in wanted if found[text] > 1]

"""Shooting a gateway over and over while everybody leans on it, and auditing every promise after
each shot.
"""

import random
import statistics
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.audit import Findings, Promises, audit, copy_folder
from tests.torture.clients import Client
from tests.torture.gateway import GatewayProcess, wait_until
from tests.torture.shop import Shop

# A new folder after so many shots: audits read the whole journal, and everybody starts from nothing
# once more.
CHAPTER_KILLS = 25
# The share of shots that hit a gateway while it starts.
EARLY = 0.1
# The share of shots before which somebody drawn by lot must have been answered: scanners are slower
# to find their line again than anybody else, and would hardly be shot at otherwise.
AWAITED = 0.5
PATIENCE_S = 60.0


@dataclass
class Summary:
    """Figures of a campaign; ``faults`` is empty when nothing was lost, doubled or damaged."""

    kills: int = 0
    promises: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    read: int = 0
    entries: int = 0
    start_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Sequence[str]:
        """What a person wants to know."""
        promises = ", ".join(f"{count} {name}" for name, count in self.promises.items())
        starts = self.start_s or [0.0]
        return (
            f"kills            {self.kills}",
            f"acknowledged     {self.promises.total()} ({promises})",
            f"stored entries   {self.entries}, {self.read} of them read by the ERP meanwhile",
            f"refused for now  {dict(self.refused)}",
            f"back after       {statistics.median(starts):.2f} s (longest {max(starts):.2f} s)",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        )


def campaign(kills: int, seed: int, work: Path, say: Callable[[str], None]) -> Summary:
    """So many shots, in chapters; everything that is random comes from ``seed``."""
    summary = Summary()
    for chapter in range((kills + CHAPTER_KILLS - 1) // CHAPTER_KILLS):
        shots = min(CHAPTER_KILLS, kills - chapter * CHAPTER_KILLS)
        Chapter(work / f"chapter-{chapter}", seed + chapter, summary).play(shots)
        say(f"{summary.kills} kills, {summary.promises.total()} acknowledged, "
            f"{len(summary.faults)} faults")  # fmt: skip
        if len(summary.faults) > 100:
            break
    return summary


class Chapter:
    """One data folder from its first start to its last audit."""

    def __init__(self, work: Path, seed: int, summary: Summary) -> None:
        self._work = work
        self._seed = seed
        self._summary = summary
        self._chance = random.Random(seed)
        self._pause = threading.Event()
        work.mkdir(parents=True)
        self._shop = Shop(work, seed)
        self._gateway: GatewayProcess = self._shop.gateway

    def play(self, shots: int) -> None:
        """Shoot so many times, then let everybody finish, and look at the whole once more."""
        try:
            self._summary.start_s.append(self._shop.open())
            clients = self._shop.clients()
            for client in clients:
                client.start()
            for client in clients:
                self._wait_for(client)
            for shot in range(shots):
                self._shoot(shot, clients)
                self._summary.start_s.append(self._gateway.start())
            for client in clients:
                client.finish()
            self._gateway.stop()
            self._audit("end", clients)
            self._total(clients)
        finally:
            self._shop.close()

    def _shoot(self, shot: int, clients: Sequence[Client]) -> None:
        if self._chance.random() < EARLY:
            self._gateway.kill()
            self._gateway.launch()
            self._pause.wait(self._chance.random())
        else:
            if self._chance.random() < AWAITED:
                self._wait_for(self._chance.choice(clients))
            self._pause.wait(0.1 + self._chance.random())
        self._gateway.kill()
        for client in clients:
            client.gateway_died()
        self._summary.kills += 1
        self._audit(f"shot {shot}", clients)

    def _wait_for(self, client: Client) -> None:
        """Wait until a client has been answered something new."""
        before = client.answered
        wait_until(
            lambda: client.answered > before or bool(client.faults),
            PATIENCE_S,
            lambda: f"{client.name} is not answered",
        )

    def _audit(self, when: str, clients: Sequence[Client]) -> Findings:
        promises = Promises.of(client.promises() for client in clients)
        findings = audit(copy_folder(self._gateway.data, self._work / "copy"), promises)
        self._summary.faults += [f"seed {self._seed}, {when}: {each}" for each in findings.faults]
        return findings

    def _total(self, clients: Sequence[Client]) -> None:
        promises = Promises.of(client.promises() for client in clients)
        for client in clients:
            self._summary.refused.update(client.refused)
            self._summary.faults += [f"seed {self._seed}: {each}" for each in client.faults]
        self._summary.promises.update(
            facts=len(promises.facts), operations=len(promises.operations),
            scans=sum(1 for mark in promises.marks if mark.startswith("scanner")),
        )  # fmt: skip
        self._summary.read += len(promises.read)
        self._summary.entries += max(promises.read, default=0)

"""A simulated store at a gateway that is killed again and again: none lost, none doubled.

Scanners on the network and tills, whose own lines break off as well. A scanner on a cable does not
notice that the gateway died, so those are in ``kills``.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from devices.simulated.faults import Faults
from devices.simulated.hands import LocalHands
from devices.simulated.store import Plan, SimulatedStore
from gateway.kernel.clock import SystemClock
from gateway.web.commands import local
from tests.torture.gateway import GatewayProcess

PLAN = Plan(
    scanners=0, tcp_scanners=6, tills=3, rate=20, till_rate=10,
    faults=Faults(unplug=0.01, garbage=0.02, split=0.05, double=0.05),
)  # fmt: skip
BETWEEN_S = 2.0


@dataclass
class Outcome:
    """What came of it."""

    kills: int = 0
    sent: int = 0
    acked: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [
            f"shots            {self.kills}",
            f"sent             {self.sent:,}, answered {self.acked:,}",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        ]


def campaign(count: int, seed: int, work: Path, say: Callable[[str], None]) -> Outcome:
    """Kill the gateway so many times while the store works, and compare in the end."""
    gateway = GatewayProcess(work / "data", environment={"WAYSTATION_DEVICES_POLL_S": "1"})
    chance, outcome = random.Random(seed), Outcome()
    gateway.start()
    hands = LocalHands(
        lambda command, **told: local.ask(gateway.data, command, told),
        f"http://127.0.0.1:{gateway.port}",
    )
    shop = SimulatedStore(hands, PLAN, work / "ports", SystemClock(), journal=hands)
    try:
        shop.open()
        shop.start()
        for number in range(1, count + 1):
            Event().wait(chance.random() * BETWEEN_S)
            gateway.kill()
            gateway.start()
            outcome.kills = number
            if number % 20 == 0:
                say(f"{number} shots")
        Event().wait(BETWEEN_S)
        shop.stop()
        for told in shop.report(compare=True):
            outcome.sent += told.figures["sent"]
            outcome.acked += told.figures["acked"]
            assert told.finding
            outcome.faults += told.finding.faults
        return outcome
    finally:
        shop.close(leave=False)
        gateway.stop()

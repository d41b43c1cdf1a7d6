"""What stands on the counter of a simulated store: printers that follow a register, and scales.

A printer prints the receipts of its till by itself, so what is on its paper is compared with what
the till has sold. A scale is asked for the weight that lies on it.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from devices.simulated.check import Fact, Finding
from devices.simulated.ledger import TillLedger
from devices.simulated.printer import NetworkPrinter
from devices.simulated.scale import NetworkCable, SimulatedScale
from gateway.kernel.clock import Clock

HERE = "127.0.0.1"
PAPER_S = 30.0
LOOK_S = 0.2
WEIGH_S = 1.0
HEAVIEST_G = 14_000
WORD = re.compile(r"[0-9a-f]{10}-[0-9]+")  # the number of a receipt


class Asks(Protocol):
    """Has a device of the gateway do something, and says what came of it."""

    def __call__(self, device: str, command: str) -> Mapping[str, Any]: ...


class PrinterAtWork:
    """One printer on the network beside one till, printing until everything is on paper."""

    kind = "network_printer"

    def __init__(self, name: str, register: str, till: TillLedger) -> None:
        self.name = name
        self.printer = NetworkPrinter()
        self.config = {"host": HERE, "port": self.printer.port, "receipts_of": register}
        self._till = till

    def start(self, _: Clock) -> None:
        """It prints when it is told to."""

    def stop(self) -> None:
        """It ends with its last receipt."""

    def join(self) -> None:
        """Wait until every receipt is on paper, for half a minute at the most."""
        pause = threading.Event()
        for _ in range(int(PAPER_S / LOOK_S)):
            # The number of a receipt that is still coming stands there fewer times than the others.
            if not self._missing() and len(set(self._printed().values())) <= 1:
                return
            pause.wait(LOOK_S)

    def end(self) -> None:
        """Switch it off."""
        self.printer.switch_off()

    def figures(self) -> dict[str, int]:
        """Receipts on paper."""
        return {"printed": len(self._printed())}

    def finding(self, _: Sequence[Fact]) -> Finding:
        """Every answered sale's receipt is on paper, and none twice."""
        printed = self._printed()
        found = Finding(Counter(receipts=len(printed)))
        found.faults = [f"{self.name}: receipt {one} is LOST" for one in self._missing()]
        # A receipt names its number in words and perhaps as a bar code: all of them alike.
        usual = min(printed.values(), default=0)
        found.faults += [
            f"{self.name}: receipt {one} is DOUBLED" for one, n in printed.items() if n > usual
        ]
        return found

    def _printed(self) -> Counter[str]:
        # A register of this name may have sold before this till, and be on the same paper.
        own = set(self._till.receipts.copy().values())
        return Counter(one for one in WORD.findall(self.printer.text) if one in own)

    def _missing(self) -> list[str]:
        printed = self._printed()
        return [
            receipt
            for identity, receipt in list(self._till.receipts.items())
            if self._till.facts[identity] and not printed[receipt]
        ]


class ScaleAtWork:
    """One scale on the network: something is put on it, and the gateway is asked for its weight."""

    kind = "network_scale"

    def __init__(self, name: str, chance: random.Random) -> None:
        self.name = name
        self.device = ""
        self.asks: Asks | None = None
        self._scale = SimulatedScale("toledo_8217")
        self._cable = NetworkCable(self._scale)
        self._cable.plug_in()
        self.config = {"host": HERE, "port": self._cable.port}
        self._chance = chance
        self._weighed: Counter[str] = Counter()
        self._wrong: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._weigh, name=name, daemon=True)

    def start(self, _: Clock) -> None:
        """Begin to weigh."""
        self._thread.start()

    def stop(self) -> None:
        """Weigh no more."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the last weight."""
        self._thread.join()

    def end(self) -> None:
        """Unplug it."""
        self._cable.unplug()

    def figures(self) -> dict[str, int]:
        """How often it was asked, and how often it answered."""
        return dict(self._weighed)

    def finding(self, _: Sequence[Fact]) -> Finding:
        """Every weight that was said is the one that lay there."""
        return Finding(Counter(self._weighed), list(self._wrong))

    def _weigh(self) -> None:
        while self.asks and not self._stop.wait(WEIGH_S):
            grams = self._chance.randrange(5, HEAVIEST_G, 5)
            self._scale.put(grams)
            try:
                came = self.asks(self.device, "read_weight")
            except OSError:
                continue  # nobody serves the folder at present
            self._weighed["asked"] += 1
            if came["outcome"] != "done":
                continue  # it is not online yet, or busy: no weight is no wrong weight
            self._weighed["answered"] += 1
            told = str(came["data"].get("weight"))
            if told != f"{grams / 1000:.3f}":
                self._wrong.append(f"{self.name}: {told} was said, {grams} g lay there")

"""RFID readers at the doors of a simulated store: what was seen is counted, on a real broker."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from devices.simulated.check import Fact, Finding
from devices.simulated.faults import rubbish
from devices.simulated.rfid_reader import SimulatedReader
from gateway.kernel.clock import Clock

WINDOW_S = 1
SETTLED_S = 4.0
ONLINE_S = 20.0
LOOK_S = 0.1
FIRST_TAG = 0x3034257BF7194E4000000000  # SGTIN-96, with serial numbers from nought
TAGS = 400


class ReaderAtWork:
    """All readers of one broker at ``host`` and ``port``; ``rate`` is in sightings a second.

    ``garbage`` is how often something is published that is no report.
    """

    kind = "mqtt_reader"

    def __init__(
        self, name: str, place: tuple[str, int], topic: str, rate: float, garbage: float,
        chance: random.Random,
    ) -> None:  # fmt: skip
        self.name = name
        self.config = {
            "host": place[0], "port": place[1], "topics": f"{topic}/#", "window_s": WINDOW_S,
        }  # fmt: skip
        self.online: Callable[[], bool] = lambda: False
        self._reader = SimulatedReader(place[1], f"{topic}/door", chance, host=place[0])
        self._rate = rate
        self._garbage = garbage
        self._chance = chance
        self._seen: Counter[str] = Counter()
        self._rubbish = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self, _: Clock) -> None:
        """Begin to see, once the gateway listens: what is said before that reaches nobody."""
        self._thread.start()

    def stop(self) -> None:
        """See no more."""
        self._stop.set()

    def join(self) -> None:
        """Wait until the last window is over and on disk."""
        self._thread.join()
        threading.Event().wait(WINDOW_S + SETTLED_S)

    def end(self) -> None:
        """It has hung up by itself."""

    def figures(self) -> dict[str, int]:
        """Sightings, different tags, and what was no report."""
        return {
            "sent": self._seen.total(), "acked": self._seen.total(), "tags": len(self._seen),
            "garbage": self._rubbish,
        }  # fmt: skip

    def finding(self, facts: Sequence[Fact]) -> Finding:
        """Every sighting is counted once: no more of a tag than were sent, and no fewer."""
        found, counted = Finding(), Counter[str]()
        for fact in facts:
            found.held[fact.type] += 1
            if fact.type == "rfid.observed":
                counted[fact.data["epc"]] += fact.data["count"]
        for epc in self._seen | counted:
            sent, kept = self._seen[epc], counted[epc]
            if sent != kept:
                word = "LOST" if kept < sent else "DOUBLED"
                found.faults.append(f"{self.name}: {epc} is {word}: seen {sent}, counted {kept}")
        return found

    def _run(self) -> None:
        for _ in range(int(ONLINE_S / LOOK_S)):
            if self.online() or self._stop.wait(LOOK_S):
                break
        with self._reader as reader:
            while not self._stop.wait((0.5 + self._chance.random()) / self._rate):
                if self._chance.random() < self._garbage:
                    self._rubbish += 1
                    reader.send(rubbish(self._chance))
                epc = f"{FIRST_TAG + self._chance.randrange(TAGS):024X}"
                self._seen[epc] += 1
                reader.see(epc)
            reader.settle()

"""A real Tryton and a gateway through a bad day: shot, cut off, and told wrong times.

    python -m tests.torture.erp_soak [--minutes 30] [--seed N]

Tills, phones and scanners work while the gateway, Tryton or both are shot, requests between the two
are cut, delayed, torn or answered with 502 after they were carried out, and the gateway's clock
jumps. Then the weather clears, and every operation that was saved is in Tryton once, or a person
sees it among what the ERP has not taken. Ends with figures, and with exit code 1 where that is not
so.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from tests.browser.clock import Jumping
from tests.torture.erp_kills import VICTIMS, Chapter, Delivery
from tests.torture.shop import Desk
from tests.torture.weather import Weather

# One request in twelve: a batch of Tryton's takes dozens of them, and some shall come to their end.
SHARE = 0.08
PAUSE_S_MAX = 6.0
# How often each happens between two pauses.
HAPPENINGS = (*VICTIMS, "clock", "clock")
JUMPS_S = (-86_400, -3_600, -60, 0, 60, 3_600, 7_200)


class BadDay(Chapter):
    """One shop and one Tryton, with weather between them and a clock that nobody can trust."""

    def __init__(
        self, work: Path, seed: int, delivery: Delivery, say: Callable[[str], None]
    ) -> None:
        super().__init__(work, seed, delivery, say)
        self._told = delivery
        self.clock = Jumping(work)
        self._ahead_s = 0
        self.weather = Weather(self._tryton.port, seed, share=SHARE)

    def environment(self) -> dict[str, str]:
        """The way to Tryton leads through the weather, and time comes from the clock that jumps."""
        url = {"WAYSTATION_TRYTON_URL": self.weather.url}
        return {**super().environment(), **url, **self.clock.environment}

    def happen(self) -> None:
        """Wait for a while, then shoot one or the other, or set the clock wrong."""
        threading.Event().wait(PAUSE_S_MAX * self.chance.random())
        what = self.chance.choice(HAPPENINGS)
        if what == "clock":
            seconds = self.chance.choice(JUMPS_S)
            self._ahead_s = max(self._ahead_s, seconds)
            self.clock.jump(seconds)
            self._told.kills["clock"] += 1
        else:
            self.shoot(what)

    def deliver(self) -> None:
        """The weather clears before the last of it is counted, and the clock goes on from the
        latest it ever told: behind that the gateway's own stands still, and no round can be told
        from the next one.
        """
        self.weather.clear()
        self.clock.jump(self._ahead_s)
        super().deliver()

    def refused(self, desk: Desk, count: int) -> None:
        """What was tried too often while the line broke waits for a person, who sees it."""
        for entry in desk.outstanding():
            self.visible |= {str(entry[name]) for name in ("id", "subject") if entry.get(name)}


def soak(minutes: float, seed: int, work: Path, say: Callable[[str], None]) -> list[str]:
    """A bad day of so many minutes; what a person wants to know, faults last."""
    delivery, began = Delivery(), time.monotonic()
    day = BadDay(work / "day", seed, delivery, lambda text: say(f"{text}, {_passed(began)}"))
    try:
        day.play(_until(began + 60 * minutes))
    finally:
        day.weather.close()
    delivery.took_s = time.monotonic() - began
    seen = ", ".join(f"{many} {fault}" for fault, many in sorted(day.weather.seen.items()))
    say(f"on the line      {sum(day.weather.seen.values())} of {len(day.weather.asked)} ({seen})")
    say(f"seen by a person {len(day.visible)} ids")
    say("\n".join(delivery.lines()))
    return delivery.faults


def _until(end: float) -> Iterator[int]:
    for number in count(1):
        if time.monotonic() > end:
            return
        yield number


def _passed(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} min"


def main() -> int:
    """0 when everything is there once, or seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.erp_soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    work = Path(tempfile.mkdtemp(prefix="waystation-erp-soak-"))
    print(f"--- {asked.minutes:g} minutes, seed {seed}", flush=True)
    faults = soak(asked.minutes, seed, work, lambda text: print(text, flush=True))
    if faults:
        print(f"--- promises were BROKEN; the folders are kept in {work}")
        return 1
    shutil.rmtree(work)
    print("--- every promise was kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make soak`: a phone through a bad day.

    python -m tests.torture.soak [--flips 200] [--seed N]

The network comes and goes, the gateway and the browser are shot, and every entry that the page had
called saved reaches the gateway once. The audit is the one of the torture: it reads the gateway's
database by itself, and asks neither side. Ends with figures, and with exit code 1 when a promise
was broken.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.phone import (
    PASSWORD,
    Phone,
    back_after_kill,
    expect_pill,
    knock,
    sign_in,
)
from tests.torture.audit import Promises, audit, copy_folder
from tests.torture.gateway import GatewayProcess

REP = "mira"
END_S = 300
# Long enough for a busy machine; how long it took is told.
OPEN_S = 60
# What happens between two flips of the network, and how often.
HAPPENINGS = {
    "entry": 60,
    "entry, shot while it is saved": 8,
    "browser shot": 8,
    "gateway shot": 12,
    "gateway started": 12,
}
# Beyond this many pushes and pulls for each flip a phone would be a storm.
REQUESTS_PER_FLIP = 12
# From so many flips on chance has brought a network and a gateway together often enough.
MANY = 100

# Ids of the operations of a record, as they stand on the phone's disk.
OPERATIONS = """
(record) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("waystation mira");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const index = opening.result.transaction("outbox").objectStore("outbox").index("record");
    const reading = index.getAll(record);
    reading.onsuccess = () => {
      opening.result.close();
      resolve(reading.result.map(({ id }) => id));
    };
  };
})
"""


# How many entries have not been sent yet.
WAITING = """
new Promise((resolve, reject) => {
  const opening = indexedDB.open("waystation mira");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const index = opening.result.transaction("outbox").objectStore("outbox").index("state");
    const counting = index.count("waiting");
    counting.onsuccess = () => {
      opening.result.close();
      resolve(counting.result);
    };
  };
})
"""

# How many customers the phone has after everything has arrived, each by a name of its own; read
# with the app's own key.
STORED = """
Promise.all([import("/static/app/upkeep.js"), import("/static/app/runtime.js")])
  .then(async ([upkeep, runtime]) => {
    let found = 0;
    await upkeep.eachRecord(runtime.here().db, ({ data }) => {
      found += String(data.legal_name).startsWith("Soak ");
    });
    return found;
  })
"""


@dataclass
class Day:
    """Figures of a run; ``faults`` is empty when everything that was saved arrived once."""

    happened: Counter[str] = field(default_factory=Counter)
    saved: dict[str, str] = field(default_factory=dict)
    perhaps: set[str] = field(default_factory=set)
    requests: int = 0
    waited: int = 0
    longest_open_s: float = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Sequence[str]:
        """What a person wants to know."""
        happened = ", ".join(f"{count} x {name}" for name, count in sorted(self.happened.items()))
        return (
            f"happened         {happened}",
            f"saved            {len(self.saved)}, and {len(self.perhaps)} shot while being saved",
            f"sent by day      all but {self.waited}",
            f"opened after     {self.longest_open_s:.1f} s at the longest",
            f"requests         {self.requests} pushes and pulls",
            f"faults           {len(self.faults)}",
            *(f"  {fault}" for fault in self.faults[:40]),
        )


class Soak:
    """One phone and one gateway; everything that is random comes from ``seed``."""

    def __init__(self, playwright: Playwright, work: Path, seed: int) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._chance = random.Random(seed)
        self._work = work
        self._gateway = GatewayProcess(work / "data")
        self._gateway.user(REP, "rep", PASSWORD)
        self._phone = Phone(playwright, work / "phone", f"http://localhost:{self._gateway.port}/")
        self._page: Page | None = None
        self._serves = False
        self._offline = False
        self._entered = 0
        self.day = Day()

    @property
    def page(self) -> Page:
        assert self._page is not None
        return self._page

    def run(self, flips: int, say: Callable[[str], None]) -> Day:
        """So many flips of the network, then a quiet evening, and the audit."""
        try:
            self._start()
            self._page = self._phone.open()
            self._listen()
            sign_in(self.page, self._phone.url, REP)
            # Chromium writes cookies down every 30 s. A phone that had lost its session in the
            # morning would send nothing all day.
            self._phone.leave()
            self._open()
            for flip in range(flips):
                self._flip()
                (what,) = self._chance.choices([*HAPPENINGS], [*HAPPENINGS.values()])
                self._happen(what)
                if flip % 20 == 19:
                    say(f"{flip + 1} flips, {len(self.day.saved)} saved")
            self._evening()
            self._audit(flips)
        finally:
            self._phone.close()
            self._gateway.kill()
        return self.day

    def _flip(self) -> None:
        self._offline = not self._offline
        self._phone.context.set_offline(self._offline)
        self.day.happened["flip"] += 1

    def _happen(self, what: str) -> None:
        self.day.happened[what] += 1
        match what:
            case "entry":
                self._enter()
            case "entry, shot while it is saved":
                self._enter(shot=True)
            case "browser shot":
                self._shoot_browser()
            case "gateway shot":
                self._gateway.kill()
                self._serves = False
            case _:
                self._start()

    def _start(self) -> None:
        if not self._serves:
            self._gateway.start()
            self._serves = True

    def _enter(self, *, shot: bool = False) -> None:
        self._entered += 1
        name = f"Soak {self._entered:04d}"
        self.page.evaluate("location.hash = '#/new/customer'")
        # What a shot left half typed stands in the form again, where it was left.
        self.page.locator(".steps li:first-child button").click()
        self.page.get_by_label("Legal name").fill(name)
        self.page.locator(".steps li:last-child button").click()
        button = self.page.locator(".entry-bar button.main")
        if shot:
            self.day.perhaps.add(name)
            button.evaluate("(button) => { button.click(); }")
            self._shoot_browser()
            return
        button.click()
        expect(self.page.locator("article.record h2")).to_have_text(name)
        expect(self.page.locator(".toast")).to_contain_text("Saved on this phone")
        record = str(self.page.evaluate("location.hash")).rpartition("/")[2]
        for operation in self.page.evaluate(OPERATIONS, record):
            self.day.saved[operation] = record

    def _shoot_browser(self) -> None:
        self._phone.kill()
        self._open()

    def _open(self) -> None:
        """The phone again; the app is on it and needs no network."""
        self._page = self._phone.open()
        self._listen()
        self._phone.context.set_offline(self._offline)
        began = time.monotonic()
        self.page.goto(self._phone.url)
        expect(self.page.locator(".pill").first).to_be_visible(timeout=OPEN_S * 1000)
        self.day.longest_open_s = max(self.day.longest_open_s, time.monotonic() - began)

    def _listen(self) -> None:
        def listen(url: str) -> None:
            self.day.requests += "/api/v1/pu" in url

        self._phone.context.on("request", lambda request: listen(request.url))

    def _evening(self) -> None:
        self.day.waited = self.page.evaluate(WAITING)
        self._start()
        self._phone.context.set_offline(False)
        knock(self.page)
        back_after_kill(self.page)
        expect_pill(self.page, "Synced", END_S)

    def _audit(self, flips: int) -> None:
        day = self.day
        day.faults += self._phone.faults
        count = str(self.page.evaluate(STORED))
        self._gateway.stop()
        findings = audit(
            copy_folder(self._gateway.data, self._work / "copy"), Promises(operations=day.saved)
        )
        day.faults += findings.faults
        if flips >= MANY and day.waited > len(day.saved) // 2:
            day.faults.append(f"{day.waited} entries were still waiting in the evening")
        if day.requests > 40 + flips * REQUESTS_PER_FLIP:
            day.faults.append(f"{day.requests} requests for {flips} flips")
        least, most = len(day.saved), len(day.saved) + len(day.perhaps)
        if not least <= int(count) <= most:
            day.faults.append(f"{count} customers of {least} saved and {most - least} perhaps")


def main() -> int:
    """One run; 0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.soak", description=__doc__)
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    work = Path(tempfile.mkdtemp(prefix="waystation-soak-"))
    say(f"--- {asked.flips} flips, seed {seed}")
    with sync_playwright() as playwright:
        day = Soak(playwright, work, seed).run(asked.flips, say)
    say("\n".join(day.lines()))
    if day.faults:
        say(f"--- promises were BROKEN; the folders are kept in {work}")
        return 1
    shutil.rmtree(work)
    say("--- every promise was kept")
    return 0


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

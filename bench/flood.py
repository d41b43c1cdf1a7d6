"""The live screen under 200 events a second: how long its frames take, and what stays in memory.

``python -m bench.flood`` starts a gateway, opens its console in headless Chromium, and lets a till
send scans for a minute. Each frame's length is taken by the page itself; memory is what the page
holds after a collection, at the start and at the end. It ends with an error where a frame took
longer than 100 ms or memory grew, unless told to look only.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect, sync_playwright

from bench.desk import WIDE
from bench.peers.gateway import Gateway
from bench.portal import CHROMIUM, PASSWORD, set_up
from gateway.kernel import ids
from tests.browser.console.cast import kept

NAME: Final = "Ben"
PER_SECOND: Final = 200
BATCHES_PER_SECOND: Final = 10
SECONDS: Final = 60
# Once the list is full and drawn; what is compiled and cached later is not the page's growth.
SETTLE_S: Final = 10
FRAME_MS: Final = 100.0
GROWTH_BYTES: Final = 4 * 1_048_576
ROWS: Final = 200
# What Chromium calls them.
MEMORY, LISTENERS = "JSHeapUsedSize", "JSEventListeners"

# A frame is as long as from one call before a paint to the next.
WATCH: Final = """
() => {
  window.frames = [];
  let last = performance.now();
  const next = (now) => { frames.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}
"""


@dataclass(frozen=True)
class Outcome:
    """Frames in milliseconds, the page's memory in bytes, its listeners, and events sent."""

    frames: list[float]
    memory: tuple[int, int]
    listeners: tuple[int, int]
    rows: int
    sent: int

    def at(self, share: float) -> float:
        """The frame length that this share of frames stays below."""
        ordered = sorted(self.frames)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def misses(self) -> list[str]:
        """What was promised and did not hold."""
        said = []
        if self.at(1) > FRAME_MS:
            said.append(f"the longest frame took {self.at(1):.0f} ms")
        if self.memory[1] - self.memory[0] > GROWTH_BYTES:
            said.append(f"memory went from {self.memory[0]} to {self.memory[1]} bytes")
        if self.listeners[1] > self.listeners[0] * 1.05 + 20:
            said.append(f"listeners went from {self.listeners[0]} to {self.listeners[1]}")
        if self.rows != ROWS:
            said.append(f"the list has {self.rows} rows")
        return said


class Till(threading.Thread):
    """Sends scans at a steady pace until told to stop."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(daemon=True)
        self._gateway = gateway
        self._over = threading.Event()
        self.sent = 0

    def run(self) -> None:
        """Post batches on the beat; a late one is followed at once by the next."""
        began, batch = time.perf_counter(), PER_SECOND // BATCHES_PER_SECOND
        for turn in range(1, 1_000_000):
            self._post([self._event() for _ in range(batch)])
            self.sent += batch
            wait = began + turn / BATCHES_PER_SECOND - time.perf_counter()
            if self._over.wait(max(0.0, wait)):
                return

    def stop(self) -> None:
        """End after the batch under way."""
        self._over.set()
        self.join()

    def _event(self) -> dict[str, Any]:
        now_ms = int(time.time() * 1000)
        return {
            "specversion": "1.0", "id": ids.uuid7(now_ms), "source": "urn:till:flood",
            "type": "scan.captured", "data": {"text": "4006381333931"},
        }  # fmt: skip

    def _post(self, events: list[dict[str, Any]]) -> None:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._gateway.tokens['pos']}",
        }
        request = urllib.request.Request(
            self._gateway.url + "/api/v1/facts", json.dumps(events).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


def measure(gateway: Gateway, page: Page, seconds: int) -> Outcome:
    """Open the live screen as a manager and watch it through a flood."""
    sign_in(gateway, page)
    till = Till(gateway)
    till.start()
    page.wait_for_timeout(SETTLE_S * 1000)
    before = kept(page)
    page.evaluate(WATCH)
    page.wait_for_timeout(seconds * 1000)
    frames = page.evaluate("frames.slice(1)")
    rows = page.locator(".live-row").count()
    after = kept(page)
    till.stop()
    memory, listeners = ((before[name], after[name]) for name in (MEMORY, LISTENERS))
    return Outcome(frames, memory, listeners, rows, till.sent)


def sign_in(gateway: Gateway, page: Page) -> None:
    """A manager at the live screen."""
    url = gateway.url.replace("127.0.0.1", "localhost")
    answer = page.context.request.post(
        f"{url}/api/v1/session",
        data={"name": NAME, "password": PASSWORD},
        headers={"X-Waystation": "1"},
    )
    assert answer.ok, answer.text()
    page.goto(f"{url}/console")
    expect(page.locator(".live-state.live")).to_be_visible(timeout=60_000)


def told(outcome: Outcome, seconds: int) -> str:
    """The figures as lines."""
    rate = outcome.sent / (seconds + SETTLE_S)
    mib = [size / 1_048_576 for size in outcome.memory]
    return "\n".join(
        (
            f"events sent       {outcome.sent} ({rate:.0f} a second)",
            f"frames            {len(outcome.frames)} in {seconds} s",
            f"frame, half       {outcome.at(0.5):.1f} ms",
            f"frame, 99 of 100  {outcome.at(0.99):.1f} ms",
            f"frame, longest    {outcome.at(1):.1f} ms (promised: {FRAME_MS:.0f})",
            f"memory            {mib[0]:.1f} MiB, then {mib[1]:.1f} MiB",
            f"listeners         {outcome.listeners[0]}, then {outcome.listeners[1]}",
            f"rows in the list  {outcome.rows}",
        )
    )


def main() -> None:
    """Measure once and print; exit 1 where a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long to watch")
    parser.add_argument("--look-only", action="store_true", help="miss a promise without an error")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        gateway = Gateway(Path(folder) / "data", ("pos",))
        program = gateway.start()
        set_up(gateway)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            outcome = measure(gateway, browser.new_page(viewport=WIDE), asked.seconds)
        finally:
            browser.close()
            program.stop()
    print(told(outcome, asked.seconds))
    if misses := outcome.misses():
        print("missed: " + "; ".join(misses), file=sys.stderr)
        sys.exit(0 if asked.look_only else 1)


if __name__ == "__main__":
    main()

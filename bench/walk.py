"""The first walk on a phone: from the invitation to the first customer that the gateway has.

``python -m bench.walk`` pairs a phone that has never been here with a typed code, in headless
Chromium at the size of a phone, once as fast as the machine is and once with the page slowed four
times, and enters a customer by name. Hands that need no time do it, so what is measured is the
app's own share of the two minutes that a person has for it; reading, thinking and moving a thumb
come on top. It ends with an error where the share is larger than promised, unless told to look
only.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import APIRequestContext, Page, Playwright, expect, sync_playwright

from bench.peers.gateway import Gateway
from bench.phone import PATIENCE_MS, SLOWED
from bench.portal import CHROMIUM, PASSWORD, set_up

NAME: Final = "Golden Lamp Noodles"
PERSON: Final = "Rita"
# What a first-time user has for all of it.
WALK_S: Final = 120
# A quarter of it: the rest is for reading and thumbs, on a page slowed four times as well.
SHARE_S: Final = 30.0


class Walk:
    """Seconds of each step, in its order."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        began = time.perf_counter()
        yield
        self.steps.append((name, time.perf_counter() - began))

    @property
    def total_s(self) -> float:
        """All of them."""
        return sum(seconds for _, seconds in self.steps)


def invite(api: APIRequestContext) -> str:
    """The code that a manager shows on the desk's screen."""
    people = api.get("/api/v1/phones").json()["people"]
    user = next(one["id"] for one in people if one["name"] == PERSON)
    answer = api.post("/api/v1/pairings", data={"user": user})
    assert answer.ok, answer.text()
    return str(answer.json()["code"])


def walk(page: Page, url: str, code: str) -> Walk:
    """Everything a first-time user does, without pauses."""
    taken = Walk()
    with taken.step("the app stands, from the typed address"):
        page.goto(url)
        page.get_by_role("link", name="Pair with a code").click()
        page.get_by_label("Pairing code").fill(code)
    with taken.step("paired, and asked how the phone opens"):
        page.get_by_role("button", name="Pair this phone").click()
        page.get_by_role("button", name="Not now").click()
    with taken.step("everything is on the phone"):
        expect(page.locator(".pill").first).to_have_text("Synced", timeout=PATIENCE_MS)
    with taken.step("the form for a new customer stands"):
        page.evaluate("location.hash = '#/new/customer'")
        page.get_by_label("Legal name").click()
    with taken.step(f"{len(NAME)} letters, each one kept"):
        page.get_by_label("Legal name").press_sequentially(NAME)
    with taken.step("saved on the phone"):
        page.locator(".steps li:last-child button").click()
        page.locator(".entry-bar button.main").click()
        expect(page.locator(".toast")).to_contain_text("Saved on this phone")
    with taken.step("at the gateway"):
        expect(page.locator(".pill").first).to_have_text("Synced", timeout=PATIENCE_MS)
    return taken


def arrived(api: APIRequestContext) -> bool:
    """Whether the gateway has the customer."""
    found = api.get("/api/v1/records/customer?q=Golden").json()
    return any(one["data"]["legal_name"] == NAME for one in found["records"])


def measure(playwright: Playwright, folder: Path, slowed: int) -> Walk:
    """One walk on a gateway and a phone of its own."""
    gateway = Gateway(folder / "data", roles=())
    program = gateway.start()
    try:
        set_up(gateway)
        url = gateway.url.replace("127.0.0.1", "localhost")
        headers = {"X-Waystation": "1"}
        desk = playwright.request.new_context(base_url=url, extra_http_headers=headers)
        signed_in = desk.post("/api/v1/session", data={"name": "Ben", "password": PASSWORD})
        assert signed_in.ok, signed_in.text()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        taken = walk(page, f"{url}/", invite(desk))
        assert arrived(desk)
        browser.close()
        desk.dispose()
    finally:
        program.stop()
    return taken


def main() -> None:
    """Once as fast as the machine is, once slowed."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--look", action="store_true", help="no error for a missed promise")
    asked = arguments.parse_args()
    walks = []
    with sync_playwright() as playwright:
        for slowed in (1, SLOWED):
            with tempfile.TemporaryDirectory() as name:
                walks.append(measure(playwright, Path(name), slowed))
    quick, slow = walks
    print(f"| step | s | page slowed {SLOWED} times |", "|---|---|---|", sep="\n")
    for (what, plain_s), (_, slowed_s) in zip(quick.steps, slow.steps, strict=True):
        print(f"| {what} | {plain_s:.1f} | {slowed_s:.1f} |")
    print(f"| together, of {WALK_S} s | {quick.total_s:.1f} | {slow.total_s:.1f} |")
    if max(quick.total_s, slow.total_s) > SHARE_S and not asked.look:
        sys.exit(f"the app's share is larger than {SHARE_S:.0f} s")


if __name__ == "__main__":
    main()

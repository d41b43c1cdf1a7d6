"""A device's life on the console: found, confirmed, unplugged, back, renamed, exchanged, gone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from devices.simulated.scanner import SimulatedScanner
from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SOON_MS = 20_000


@pytest.fixture
def plugged(shop: Shop, tmp_path: Path) -> Iterator[tuple[SimulatedScanner, SimulatedScanner]]:
    """The scanner of the counter, plugged in, and a new one still in its box."""
    ports = shop.process.data / "ports"
    made = SimulatedScanner(ports / "old"), SimulatedScanner(ports / "new")
    made[0].plug_in()
    yield made
    for scanner in made:
        scanner.unplug()


def test_a_device_is_confirmed_scans_goes_away_comes_back_is_renamed_exchanged_and_removed(
    ana: Page, shop: Shop, plugged: tuple[SimulatedScanner, SimulatedScanner]
) -> None:
    scanner, other = plugged
    _confirmed(ana, scanner)
    badge = ana.locator("main li.card .badge")
    expect(badge).to_have_text("Online", timeout=SOON_MS)
    scanner.send(b"\r")
    scanner.await_reader()
    scanner.scan("DOCK-7-CODE")
    frames = ana.get_by_role("region", name="Last frames of Counter 7")
    expect(frames).to_contain_text("44 4f 43 4b", timeout=SOON_MS)

    scanner.unplug()
    expect(badge).to_have_text("Offline", timeout=SOON_MS)
    scanner.plug_in()
    expect(badge).to_have_text("Online", timeout=SOON_MS)
    _renamed(ana)
    look(ana, "device")
    ana.reload()
    expect(ana.get_by_role("heading", level=1, name="Dock 7")).to_be_visible()

    scanner.unplug()
    other.plug_in()
    _exchanged(ana, other)
    expect(badge).to_have_text("Online", timeout=SOON_MS)
    expect(history(ana).get_by_role("listitem").first).to_contain_text("Another one in its place")

    _removed(ana)
    stranger = ana.locator("li.proposal").filter(has_text=str(other.link))
    expect(stranger).to_be_visible(timeout=SOON_MS)
    open_screen(ana, "Live")
    expect(
        ana.get_by_role("button").filter(has_text="DOCK-7-CODE").filter(has_text="Dock 7").first
    ).to_be_visible()


def history(page: Page) -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name="Who changed what"))


def _confirmed(ana: Page, scanner: SimulatedScanner) -> None:
    open_screen(ana, "Devices")
    found = ana.locator("li.proposal").filter(has_text=str(scanner.link))
    found.get_by_role("button", name="Use this device").click(timeout=SOON_MS)
    ana.get_by_label("Name", exact=True).fill("Counter 7")
    ana.get_by_role("button", name="Save").click()
    ana.get_by_role("link", name="Counter 7").click()
    expect(ana.get_by_role("heading", level=1, name="Counter 7")).to_be_visible()


def _renamed(ana: Page) -> None:
    ana.get_by_role("button", name="Rename").click()
    ana.get_by_label("Name", exact=True).fill("Dock 7")
    ana.get_by_role("button", name="Save").click()
    expect(ana.get_by_role("heading", level=1, name="Dock 7")).to_be_visible()
    expect(history(ana).get_by_role("listitem").first).to_contain_text("Renamed")
    expect(history(ana)).to_contain_text("Counter 7")


def _exchanged(ana: Page, other: SimulatedScanner) -> None:
    ana.get_by_role("main").get_by_role("link", name="Devices").click()
    old = ana.locator("li.card").filter(has_text="Dock 7")
    expect(old).to_contain_text("Offline", timeout=SOON_MS)
    stranger = ana.locator("li.proposal").filter(has_text=str(other.link))
    stranger.get_by_role("button", name="Takes the place of").click(timeout=SOON_MS)
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Which one").select_option(label="Dock 7")
    look(ana, "replace")
    dialog.get_by_role("button", name="Put it there").click()
    expect(dialog).to_have_count(0)
    ana.get_by_role("link", name="Dock 7").click()


def _removed(ana: Page) -> None:
    ana.get_by_role("button", name="Take it away for good").click()
    look(ana, "remove")
    ana.get_by_role("dialog").get_by_role("button", name="Take it away for good").click()
    expect(ana.get_by_role("heading", level=1, name="Devices")).to_be_visible()
    expect(ana.get_by_role("link", name="Dock 7")).to_have_count(0)


def look(page: Page, name: str) -> None:
    """Nobody is shut out of what is shown, at any size, by day and by night."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=f"{folder}/{name}-{size}-{scheme}.png", full_page=True)
            assert faults(page, f"{name} {size} {scheme}") == []
            assert not page.evaluate(WIDE)
    page.set_viewport_size({"width": 1280, "height": 800})

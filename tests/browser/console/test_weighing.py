"""A scale on the console: what it says now, live, and why there is no weight when there is none."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from devices.simulated.scale import NetworkCable, SimulatedScale
from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def scale() -> Iterator[tuple[SimulatedScale, int]]:
    """A Toledo behind a serial server, and its port."""
    made = SimulatedScale("toledo_8217")
    cable = NetworkCable(made)
    cable.plug_in()
    yield made, cable.port
    cable.unplug()


def test_a_scale_is_added_weighs_and_says_why_it_does_not(
    ana: Page, shop: Shop, scale: tuple[SimulatedScale, int]
) -> None:
    toledo, port = scale
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Add a device").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Kind of device").select_option("Scale on the network")
    dialog.get_by_label("Name", exact=True).fill("Cheese scale")
    dialog.get_by_label("Address", exact=True).fill("127.0.0.1")
    dialog.get_by_label("Port").fill(str(port))
    dialog.get_by_role("button", name="Add it").click()
    card = ana.locator("li.card", has=ana.get_by_role("heading", name="Cheese scale"))
    expect(card.locator(".badge")).to_have_text("Online")

    toledo.put(1234)
    card.get_by_role("button", name="Weigh").click()
    shown = dialog.get_by_role("status")
    expect(shown).to_have_text("1.234 kg")
    look(ana, "weight")
    toledo.fault = "moving"
    expect(shown).to_have_text("moving")
    expect(dialog).to_contain_text("has not come to rest")
    expect(dialog).to_contain_text(re.compile("Last weight at rest: 1.234 kg, "))
    look(ana, "moving")
    toledo.fault = "silent"
    expect(shown).to_have_text("no answer")
    toledo.fault = ""
    dialog.get_by_role("button", name="Tare").click()
    expect(shown).to_have_text("0.000 kg net")
    toledo.put(1734)
    expect(shown).to_have_text("0.500 kg net")
    dialog.get_by_role("button", name="Set to zero").click()
    expect(shown).to_have_text("0.000 kg")
    toledo.put(2000)
    expect(shown).to_have_text("0.266 kg")
    dialog.get_by_role("button", name="Close").click()
    expect(card).to_contain_text("0.266 kg")
    look(ana, "card")
    assert told_and_taken_away(ana, shop) == ["zero", "tare"], "to ask for a weight changes nothing"


def told_and_taken_away(ana: Page, shop: Shop) -> list[str]:
    """What the scale was told, the newest first. The shop is everybody's: it leaves."""
    devices = ana.request.get(f"{shop.url}/api/v1/devices").json()["devices"]
    (here,) = (one["id"] for one in devices if one["name"] == "Cheese scale")
    path = f"{shop.url}/api/v1/devices/{here}"
    history = ana.request.get(f"{path}/history").json()["history"]
    assert ana.request.delete(path, headers={"X-Waystation": "1"}).ok
    return [one["command"] for one in history if one["event"] == "commanded"]


def look(page: Page, name: str) -> None:
    """Nothing wrong with it at any size and in either scheme."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert faults(page, f"{name} {size} {scheme}") == []
            assert not page.evaluate(WIDE)
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=Path(folder) / f"{name}-{size}-{scheme}.png")

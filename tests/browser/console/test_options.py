"""What a device is told: read from its driver, filled in by a person, and in force at once."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_console_looks import SIZES, WIDE, faults
from tests.devices.callers import call, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def scanner(ana: Page, shop: Shop) -> Any:
    """The shop's scanner, confirmed."""
    open_screen(ana, "Devices")
    expect(ana.locator("main li.card").first).to_be_visible()
    if ana.request.get(f"{shop.url}/api/v1/devices").json()["proposals"]:
        ana.get_by_role("button", name="Use this device").click()
        ana.get_by_label("Name", exact=True).fill("Counter")
        ana.get_by_role("button", name="Save").click()
        expect(ana.get_by_role("heading", name="Counter")).to_be_visible()
    return ana.request.get(f"{shop.url}/api/v1/devices").json()["devices"][0]


def test_the_options_of_a_scanner_are_set_and_work_at_once(
    ana: Page, shop: Shop, scanner: Any
) -> None:
    ana.get_by_role("link", name=scanner["name"]).click()
    card = ana.locator("main li.card")
    card.get_by_role("button", name="Options").click()
    dialog = ana.get_by_role("dialog")
    expect(dialog.get_by_label("Speed (baud)")).to_have_value("")
    expect(dialog).to_contain_text("Standard: 9600")
    dialog.get_by_label("Speed (baud)").fill("fast")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Speed (baud)").fill("19200")
    dialog.get_by_label("Answer when a reading is safe (ACK)").fill("\\u0006")
    dialog.get_by_label("Parity").select_option("even")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    told = ana.request.get(f"{shop.url}/api/v1/devices/{scanner['id']}/options").json()["config"]
    assert told == {"baud": 19200, "ack": "\x06", "parity": "E"}
    expect(card.locator(".badge")).to_have_text("Online")
    os.write(shop.near, b"OPTIONS-1\r")
    assert os.read(shop.near, 10) == b"\x06"

    for size, (width, height) in {**SIZES, "narrow": (320, 640)}.items():
        ana.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            ana.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            card.get_by_role("button", name="Options").click()
            expect(dialog.get_by_label("Speed (baud)")).to_have_value("19200")
            dialog.get_by_text("More options").click()
            assert faults(ana, f"options {size} {scheme}") == []
            assert not ana.evaluate(WIDE)
            dialog.get_by_role("button", name="Cancel").click()
            expect(dialog).to_have_count(0)

    card.get_by_role("button", name="Options").click()
    for label in ("Speed (baud)", "Answer when a reading is safe (ACK)"):
        dialog.get_by_label(label).fill("")
    dialog.get_by_label("Parity").select_option("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    told = ana.request.get(f"{shop.url}/api/v1/devices/{scanner['id']}/options").json()["config"]
    assert told == {}


def test_a_scanner_on_the_network_is_added_and_watched(ana: Page, shop: Shop) -> None:
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Add a device").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Kind of device").select_option("tcp_scanner")
    dialog.get_by_label("Name", exact=True).fill("Belt")
    port = free_port()
    dialog.get_by_label("Port", exact=True).fill("none")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Port", exact=True).fill(str(port))
    dialog.get_by_label("Answer when a reading is safe (ACK)").fill("\\u0006")
    look(ana, "add")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog).to_have_count(0)

    card = ana.locator("li.card", has=ana.get_by_role("heading", name="Belt"))
    with call(port) as scanner:
        scanner.sendall(b"4006381333931\r")
        assert scanner.recv(1) == b"\x06"
        expect(card.locator(".badge")).to_have_text("Online")
        expect(card).to_contain_text("Connected")
        card.get_by_role("button", name="Try it out").click()
        expect(dialog).to_contain_text("4006381333931·")
        expect(dialog).to_contain_text(f"127.0.0.1:{scanner.getsockname()[1]}")
        dialog.get_by_role("button", name="Have it sound").click()
        expect(ana.get_by_text("The device has not been told how to sound")).to_be_visible()
        scanner.sendall(b"MORE\r")
        expect(dialog).to_contain_text("MORE·")
        look(ana, "try")
        dialog.get_by_role("button", name="Close").click()


def test_a_cloud_register_is_added_tried_out_and_keeps_its_secret(ana: Page, shop: Shop) -> None:
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Add a device").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Kind of device").select_option("printer_tap")
    expect(dialog.get_by_label("Address of the printer")).to_be_visible()
    look(ana, "tap-add")
    dialog.get_by_label("Kind of device").select_option("webhook")
    dialog.get_by_label("Name", exact=True).fill("Cloud till")
    dialog.get_by_label("How messages are signed").select_option("shopify")
    dialog.get_by_label("Ready mapping").select_option("shopify")
    expect(dialog.get_by_label("Secret of the service")).to_have_attribute("type", "password")
    dialog.get_by_label("Secret of the service").fill("a secret of the shop")
    look(ana, "hook-add")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog).to_have_count(0)

    card = ana.locator("li.card", has=ana.get_by_role("heading", name="Cloud till"))
    expect(card.locator(".badge")).to_have_text("Online")
    try_a_sample(ana, card, dialog)

    card.get_by_role("link", name="Details").click()
    card = ana.locator("main li.card")
    card.get_by_role("button", name="Options").click()
    secret = dialog.get_by_label("Secret of the service")
    expect(secret).to_have_value("")
    expect(dialog).to_contain_text("Set, and never shown")
    look(ana, "hook-options")
    dialog.get_by_role("button", name="Forget it").click()
    expect(dialog).to_contain_text("It is forgotten when you save.")
    dialog.get_by_role("button", name="Keep it").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    devices = ana.request.get(f"{shop.url}/api/v1/devices").json()["devices"]
    (told,) = (one["config"] for one in devices if one["name"] == "Cloud till")
    assert told == {"style": "shopify", "preset": "shopify", "secret": "(set)"}


def try_a_sample(ana: Page, card: Locator, dialog: Locator) -> None:
    """Paste a message of the service and see what becomes of it."""
    card.get_by_role("button", name="Address and samples").click()
    expect(dialog).to_contain_text("/api/v1/hooks/")
    sample = Path("tests/devices/bodies/shopify_orders_create.json").read_text("utf-8")
    dialog.get_by_label("A message as the service sends it").fill(sample)
    dialog.get_by_label("Topic").fill("orders/create")
    dialog.get_by_role("button", name="Show what becomes of it").click()
    expect(dialog.get_by_role("heading", name="Sale")).to_be_visible()
    expect(dialog).to_contain_text('"total": 43294')
    dialog.get_by_label("Topic").fill("carts/update")
    dialog.get_by_role("button", name="Show what becomes of it").click()
    expect(dialog).to_contain_text("No rule of the mapping is for such an event.")
    look(ana, "hook-try")
    dialog.get_by_role("button", name="Close").click()


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

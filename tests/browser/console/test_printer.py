"""A receipt printer on the console: test page, queue, what nobody is sure of, the drawer."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from devices.simulated.printer import NetworkPrinter
from tests.browser.console.cast import SALE, Shop, open_screen
from tests.browser.console.test_options import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def printer(ana: Page, shop: Shop) -> Iterator[NetworkPrinter]:
    """Switched on; the shop, which others share, has it no longer when the test is over."""
    with NetworkPrinter() as made:
        yield made
        devices = ana.request.get(f"{shop.url}/api/v1/devices").json()["devices"]
        for device in devices:
            if device["driver"] == "network_printer":
                path = f"{shop.url}/api/v1/devices/{device['id']}"
                assert ana.request.delete(path, headers={"X-Waystation": "1"}).ok


def row(dialog: Locator, title: str) -> Locator:
    return dialog.locator("li.card", has_text=title)


def test_a_printer_prints_waits_asks_and_opens_its_drawer(
    ana: Page, shop: Shop, printer: NetworkPrinter
) -> None:
    open_screen(ana, "Devices")
    dialog = ana.get_by_role("dialog")
    card = add(ana, dialog, printer)
    card.get_by_role("button", name="Print and drawer").click()
    expect(dialog).to_contain_text("Nothing has been printed here yet")
    dialog.get_by_role("button", name="Print a test page").click()
    expect(row(dialog, "Test page")).to_contain_text("Printed")
    expect(row(dialog, "Test page")).to_contain_text("characters are not in this printer")
    assert "the printer is set up" in " ".join(printer.text.split())
    wait_for_paper(ana, dialog, shop, printer)
    be_unsure(ana, dialog, printer)
    open_drawer(ana, dialog, printer)

    dialog.get_by_role("button", name="Close").click()
    ana.locator("aside select").select_option("zh-CN")
    card.get_by_role("button", name="打印与钱箱").click()
    expect(dialog).to_contain_text("充足")
    expect(row(dialog, "Test page")).to_contain_text("已打印")
    look(ana, "printer-zh")
    ana.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("button", name="关闭").click()
    ana.locator("aside select").select_option("en")


def add(page: Page, dialog: Locator, printer: NetworkPrinter) -> Locator:
    """The card of a new printer."""
    page.get_by_role("button", name="Add a device").click()
    dialog.get_by_label("Kind of device").select_option("network_printer")
    dialog.get_by_label("Name", exact=True).fill("Receipts")
    dialog.get_by_label("Address", exact=True).fill("127.0.0.1")
    dialog.get_by_label("Port", exact=True).fill(str(printer.port))
    dialog.get_by_text("More options").click()
    dialog.get_by_label("A job is given up after (s)").fill("1")
    dialog.get_by_label("Looked at every (s)").fill("1")
    look(page, "printer-add")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog).to_have_count(0)
    card = page.locator("li.card", has=page.get_by_role("heading", name="Receipts"))
    expect(card.locator(".badge")).to_have_text("Online")
    return card


def wait_for_paper(page: Page, dialog: Locator, shop: Shop, printer: NetworkPrinter) -> None:
    printer.paper_end = True
    expect(dialog.locator(".note.warn").first).to_contain_text("The printer is out of paper")
    assert shop.post({**SALE, "id": "printed-1", "data": {**SALE["data"], "receipt": "P-1"}})
    dialog.get_by_role("button", name="Print something").click()
    dialog.get_by_label("Register", exact=True).fill("1")
    dialog.get_by_label("Number of the receipt").fill("P-9")
    dialog.get_by_role("button", name="Print", exact=True).click()
    expect(dialog.get_by_text("This gateway does not have what is to be printed")).to_be_visible()
    dialog.get_by_label("Number of the receipt").fill("P-1")
    look(page, "printer-ask")
    dialog.get_by_role("button", name="Print", exact=True).click()
    expect(row(dialog, "Receipt 1 P-1")).to_contain_text("Waiting")
    expect(row(dialog, "Receipt 1 P-1")).to_contain_text("out of paper")
    look(page, "printer-waiting")


def be_unsure(page: Page, dialog: Locator, printer: NetworkPrinter) -> None:
    printer.confirms = False
    printer.paper_end = False
    receipt = row(dialog, "Receipt 1 P-1")
    expect(receipt).to_contain_text("Look at the paper", timeout=20_000)
    look(page, "printer-uncertain")
    printer.confirms = True
    receipt.get_by_role("button", name="Print it again as a copy").click()
    expect(row(dialog, "Receipt 1 P-1 · COPY")).to_contain_text("Printed", timeout=20_000)
    expect(dialog.locator(".badge", has_text="Look at the paper")).to_have_count(0)
    assert printer.text.count("*** COPY ***") == 1


def open_drawer(page: Page, dialog: Locator, printer: NetworkPrinter) -> None:
    dialog.get_by_role("button", name="Open the drawer …").click()
    opening = dialog.get_by_role("button", name="Open the drawer", exact=True)
    expect(opening).to_be_disabled()
    dialog.get_by_label("Why is it opened?").fill("Change for a taxi")
    look(page, "printer-drawer")
    page.set_viewport_size({"width": 1280, "height": 800})
    opening.click()
    expect(dialog.get_by_role("button", name="Open the drawer …")).to_be_visible()
    assert printer.drawer_opened == 1

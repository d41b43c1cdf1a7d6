"""A folder for a till's files: added, tried out with a sample, watched."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_options import look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HEAD = "Bon;Datum;EAN;Menge;Preis\n"
GOOD = HEAD + "1;22.11.2026 09:00;4006381333931;2;1,25\n"
ODD = GOOD + "2;22.11.2026 09:05;4006381333931;viele;1,25\n"


def test_a_folder_is_added_tried_out_and_watched(ana: Page, shop: Shop) -> None:
    folder = shop.drop / "till"
    folder.mkdir(parents=True)
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Add a device").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Kind of device").select_option(label="Folder for a till's files")
    dialog.get_by_label("Name", exact=True).fill("Old till")
    dialog.get_by_label("Folder", exact=True).fill("/etc")
    dialog.get_by_label("Register", exact=True).fill("K1")
    dialog.get_by_label("Currency", exact=True).fill("EUR")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has to be below")
    dialog.get_by_label("Folder", exact=True).fill("till")
    look(ana, "add-folder")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog).to_have_count(0)

    card = ana.locator("li.card", has=ana.get_by_role("heading", name="Old till"))
    expect(card.locator(".badge").first).to_have_text("Online")
    card.get_by_role("button", name="Files").click()
    expect(dialog).to_contain_text("No file yet")
    sample = {"name": "sample.csv", "mimeType": "text/csv", "buffer": ODD.encode()}
    dialog.locator("input[type=file]").set_input_files([sample])  # type: ignore[list-item]
    expect(dialog).to_contain_text("1 would be stored · 1 would wait in quarantine")
    dialog.get_by_text("Line 3").click()
    expect(dialog).to_contain_text("What stands under Menge is no number")
    (folder / "sales.csv.ready").write_text(ODD, "utf-8")
    expect(dialog).to_contain_text("done/sales.csv.ready", timeout=20_000)
    look(ana, "files")
    dialog.get_by_role("button", name="Close").click()

"""Erasing a customer at the desk: what would go is shown, somebody else says yes: it is gone."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.console.cast import BEN, Shop, sign_in
from tests.browser.console.test_console_looks import WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
API = "/api/v1"


def test_a_customer_is_taken_out_as_a_file_and_erased_by_two_people(
    context: BrowserContext, shop: Shop, playwright: Playwright, tmp_path: Path
) -> None:
    page = sign_in(context, shop, BEN)
    with shop.joined(playwright, "Frieda", "finance") as frieda:
        told = {"data": {"legal_name": "Vergessen GmbH", "email": "weg@example.com"}}
        record = context.request.post(
            f"{shop.url}{API}/records/customer", data=told, headers={"X-Waystation": "1"}
        ).json()["id"]
        page.goto(f"{shop.url}/console#/customers/{record}")
        with page.expect_download() as download:
            page.get_by_role("link", name="Export", exact=True).click()
        download.value.save_as(tmp_path / "held.zip")
        with zipfile.ZipFile(tmp_path / "held.zip") as archive:
            assert b"Vergessen GmbH" in archive.read("index.html")

        page.get_by_role("button", name="Erase").click()
        dialog = page.get_by_role("dialog", name="Erase Vergessen GmbH for good")
        expect(dialog).to_contain_text("1 × version")
        expect(dialog).to_contain_text("Backups made before")
        assert faults(page, "erase") == []
        for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            assert not page.evaluate(WIDE)
        page.set_viewport_size({"width": 1280, "height": 800})
        dialog.get_by_label("For whoever confirms it").fill("By letter.")
        dialog.get_by_role("button", name="Ask for it").click()
        expect(dialog).to_have_count(0)
        page.goto(f"{shop.url}/console#/approvals")
        card = page.get_by_role("listitem").filter(has_text="Vergessen GmbH")
        expect(card).to_contain_text("The person asked for it")
        expect(card).to_contain_text("By letter.")

        (one,) = [
            each
            for each in frieda.get(f"{API}/approvals").json()["approvals"]
            if each["record"] == record
        ]
        decision = {"decision": "approve", "hash": one["hash"]}
        assert frieda.post(f"{API}/approvals/{one['id']}", data=decision).ok
        gone = frieda.get(f"{API}/records/customer/{record}")
        assert gone.status == 404
    page.goto(f"{shop.url}/console#/customers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.get_by_text("Vergessen GmbH")).to_have_count(0)

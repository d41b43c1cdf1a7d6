"""A manager and an administrator at work: devices, products, quarantine, conflicts, sync."""

import json
import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.cast import MILK, SALE, Shop, open_screen, scan

pytestmark = pytest.mark.browser


def test_a_found_scanner_is_confirmed_and_its_scans_are_seen(ana: Page, shop: Shop) -> None:
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Use this device").click()
    ana.get_by_label("Name", exact=True).fill("Goods in")
    ana.get_by_role("button", name="Save").click()
    card = ana.get_by_role("listitem").filter(has_text="Goods in")
    expect(card).to_contain_text("Online", timeout=20_000)

    os.write(shop.near, f"{MILK}\r\n".encode())
    card.get_by_role("link", name="Details").click()
    frames = ana.get_by_role("region", name="Last frames of Goods in")
    expect(frames).to_contain_text("34 30 30 36 33 38 31 33 33 33 39 33 31")

    ana.get_by_role("button", name="Rename").click()
    ana.get_by_label("Name", exact=True).fill("Ramp")
    ana.get_by_role("button", name="Save").click()
    open_screen(ana, "Live")
    row = ana.get_by_role("button").filter(has_text=MILK).filter(has_text="Ramp")
    expect(row).to_be_visible()


def test_a_product_gives_a_scan_its_name(ben: Page, shop: Shop) -> None:
    open_screen(ben, "Products")
    ben.get_by_role("button", name="Add product").click()
    form = ben.get_by_role("dialog")
    form.get_by_label("Net price").fill("1.79")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[aria-invalid=true]").first).to_be_focused()

    form.get_by_label("Name", exact=True).fill("Oat milk 1 l")
    form.get_by_label("Barcodes").fill("96385074")
    form.get_by_role("button", name="Save").click()
    line = ben.get_by_role("row").filter(has_text="Oat milk 1 l")
    expect(line).to_contain_text("€1.79")

    line.get_by_role("button", name="Oat milk 1 l").click()
    form.get_by_label("Net price").fill("1,89")
    form.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("€1.89")

    open_screen(ben, "Live")
    shop.post(scan("0192d1a0-0000-7000-8000-000000000101", "96385074", gtin="00000096385074"))
    # The newest: an earlier scan of the same bare code has learnt its name by now, too.
    row = ben.get_by_role("button").filter(has_text="Oat milk 1 l").filter(has_text="Till 1").first
    expect(row).to_be_visible()
    row.click()
    expect(ben.get_by_label("The whole entry")).to_contain_text('"text": "96385074"')


def test_a_refused_sale_is_mended_and_sent_again(ben: Page, shop: Shop) -> None:
    wrong = {**SALE, "id": "0192d1a0-0000-7000-8000-000000005000"}
    wrong["data"] = {**SALE["data"], "total": 4431}
    assert shop.post(wrong)[0]["status"] == "quarantined"

    open_screen(ben, "Quarantine")
    reason = ben.get_by_role("listitem").filter(has_text="The total is 4431")
    expect(reason.first).to_be_visible()
    body = ben.get_by_label("What was sent")
    right = body.input_value()
    body.fill(right.replace("{", "", 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("This is not valid JSON")).to_be_visible()
    body.fill(right.replace("4431", "4403"))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("Accepted")).to_be_visible()
    expect(reason).to_have_count(0)

    open_screen(ben, "Live")
    expect(ben.get_by_text("€44.03").first).to_be_visible()


def test_two_names_for_one_product_wait_for_a_decision(ben: Page, shop: Shop) -> None:
    api = ben.context.request
    headers = {"X-Waystation": "1"}

    def post(path: str, body: object) -> dict[str, object]:
        answer = api.post(f"{shop.url}{path}", data=json.dumps(body), headers=headers)
        assert answer.ok, answer.text()
        found: dict[str, object] = answer.json()
        return found

    headers["Content-Type"] = "application/json"
    made = post("/api/v1/records/product", {"data": {"name": "Honey"}})
    path = f"/api/v1/records/product/{made['id']}"
    for name in ("Linden honey", "Forest honey"):
        post(path, {"base_version": made["version"], "patch": {"name": name}})

    open_screen(ben, "Conflicts")
    card = ben.get_by_role("listitem").filter(has_text="Linden honey")
    expect(card).to_contain_text("Forest honey")
    expect(card).to_contain_text("Before both: Honey")
    card.get_by_role("button", name="Take this").click()
    expect(ben.get_by_text("No two values are at odds")).to_be_visible()
    open_screen(ben, "Products")
    expect(ben.get_by_role("row").filter(has_text="Forest honey")).to_be_visible()


def test_an_erp_that_pulls_is_followed_down_to_one_entry_and_can_be_paused(
    ben: Page, shop: Shop
) -> None:
    token = shop.process.token("Head office", "erp")
    scans = [scan(f"0192d1a0-0000-7000-8000-{n:012x}", MILK) for n in range(0x8000, 0x8004)]
    shop.post(*scans)
    batch = shop.call("/api/v1/erp/batches/next?consumer=head-office&limit=50", token=token)
    receipts = [{"seq": entry["seq"], "status": "accepted"} for entry in batch["entries"]]
    receipts[0] |= {"status": "rejected", "message": "This article is blocked", "code": "B7"}
    sent = {"sha256": batch["sha256"], "receipts": receipts}
    shop.call(f"/api/v1/erp/batches/{batch['id']}/receipts", sent, token)

    open_screen(ben, "Sync")
    card = ben.get_by_role("listitem").filter(has_text="head-office")
    expect(card).to_contain_text("The ERP pulls when it likes")
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("Paused by Ben")
    card.get_by_role("button", name="Go on").click()
    expect(card.get_by_role("button", name="Pause")).to_be_visible()

    card.get_by_role("link", name="Batches and lag").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("head-office")
    row = ben.get_by_role("row").filter(has_text="1 refused")
    expect(row).to_contain_text(batch["sha256"][:8])
    row.get_by_role("link").click()
    ben.get_by_role("button", name="1 refused").click()
    entry = ben.get_by_role("table").get_by_role("row").filter(has_text="This article is blocked")
    expect(entry).to_contain_text("Waits for a person")
    expect(ben.get_by_role("table").locator("tbody tr")).to_have_count(1)
    entry.get_by_role("button", name="Offer again").click()
    expect(entry.get_by_role("button", name="Offer again")).to_have_count(0)
    expect(entry).to_contain_text("with the next batch")


def test_an_administrator_reads_a_setting_and_what_to_write_to_change_it(
    ana: Page, shop: Shop
) -> None:
    open_screen(ana, "Settings")
    ana.get_by_role("button", name="Only what differs").click()
    port = ana.locator(".setting").filter(has_text="extra_ports")
    expect(port).to_contain_text("site's file")
    ana.get_by_role("button", name="Every one").click()
    ana.get_by_role("searchbox").fill("silent_days")
    line = ana.locator(".setting")
    expect(line).to_have_count(1)
    line.locator("summary").click()
    expect(line).to_contain_text("site.toml")
    expect(line.get_by_label("sync.silent_days", exact=True)).to_have_text(
        "[sync]\nsilent_days = 3", use_inner_text=True
    )
    expect(line).to_contain_text("WAYSTATION_SYNC_SILENT_DAYS")
    ana.get_by_role("button", name="Pair a phone").click()
    expect(ana.get_by_role("dialog")).to_be_visible()

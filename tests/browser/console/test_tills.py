"""Stock and shifts on the console, as a till told of them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import tills
from tests.browser.console.cast import Shop, open_screen

pytestmark = pytest.mark.browser


def test_goods_are_followed_to_the_entries_they_come_from(ben: Page, shop: Shop) -> None:
    assert {one["status"] for one in shop.post(*tills.day())} <= {"stored", "duplicate"}
    open_screen(ben, "Stock")
    ben.get_by_label("Place").select_option("cellar")
    row = ben.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("18")
    ben.get_by_role("searchbox").fill("4006381333932")
    expect(ben.locator(".empty-title")).to_have_text("No stock for “4006381333932”")
    ben.get_by_role("searchbox").fill("4006381333931")
    row.get_by_role("link").click()

    moves = ben.locator("tbody tr")
    expect(moves).to_have_count(2)
    expect(moves.nth(0)).to_contain_text("−6")
    expect(moves.nth(0)).to_contain_text("to Shop floor")
    expect(moves.nth(1)).to_contain_text("D-77")
    expect(moves.nth(1)).to_contain_text("L-2291 · best before Mar 31, 2027")


def test_a_delivery_shows_what_came_and_what_is_missing(ben: Page, shop: Shop) -> None:
    shop.post(*tills.day())
    tills.expect_delivery(shop)
    open_screen(ben, "Stock")
    ben.get_by_role("link", name="Deliveries").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Deliveries")
    ben.get_by_role("searchbox").fill("D-77")
    expected = ben.locator("tbody tr")
    expect(expected).to_have_count(1)
    expect(expected).to_contain_text("Partly here")
    expect(expected).to_contain_text("0 of 2")
    expected.get_by_role("link").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Delivery D-77")
    lines = ben.get_by_role("region", name="Ordered goods").locator("tbody tr")
    expect(lines.nth(0)).to_contain_text("24 l")
    expect(lines.nth(0).locator(".badge")).to_have_text("12 l")
    expect(lines.nth(1).locator(".badge")).to_have_text("12")
    ben.get_by_role("link", name="All deliveries").click()
    ben.get_by_role("searchbox").fill("nothing like it")
    expect(ben.locator(".empty-title")).to_have_text("No delivery for “nothing like it”")


def test_a_drawer_is_followed_to_its_z_and_what_came_after_it(ben: Page, shop: Shop) -> None:
    shop.post(*tills.day())
    open_screen(ben, "Shifts")
    card = ben.locator(".card").filter(has_text="Register 2")
    expect(card).to_contain_text("W1-2-a-4")
    expect(ben.locator("tbody tr").filter(has_text="Open").first).to_contain_text("not counted")
    ben.locator("tbody tr").filter(has_text="Closed with Z").get_by_role("link").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Shift 7")
    drawer = ben.get_by_role("region", name="Expected and counted")
    expect(drawer).to_contain_text("€141.53")
    expect(drawer).to_contain_text("€1.53 too little")
    expect(ben.get_by_role("region", name="Reports")).to_contain_text("X report X3")
    late = ben.get_by_role("region", name="After the Z report")
    expect(late).to_contain_text("Z9/1")
    expect(late).to_contain_text("Cash paid out")
    expect(late).to_contain_text("-€2.50")

    ben.evaluate("location.hash = '#/shifts/2/none'")
    expect(ben.get_by_role("alert")).to_be_visible()
    expect(ben.get_by_role("button", name="Try again")).to_be_visible()

"""Counting and receiving, on the phone of whoever keeps the shelves."""

from pathlib import Path

from playwright.sync_api import Playwright, expect

from docs.gallery.app import Hand
from docs.gallery.camera import LANGUAGES, Camera
from docs.gallery.goods import COFFEE, HONEY, TEA
from docs.gallery.shop import Shop
from tests.browser.phone import Phone, sign_in
from tests.browser.test_scan import Wedge

UNKNOWN = "SHELF-7"
BEGUN = "a[href^='#/goods/count/']"


def take(playwright: Playwright, folder: Path, shop: Shop, camera: Camera) -> None:
    """A count under way and looked over, and a delivery that is partly here."""
    phone = Phone(playwright, folder / "shelves", f"{shop.url}/")
    hand = Hand(phone, phone.open(), camera)
    page = hand.page
    try:
        sign_in(page, phone.url, "clara")
        hand.go("goods")
        page.get_by_role("button", name="Count goods").click()
        page.get_by_role("button", name="Start counting").click()
        wedge = Wedge(phone, page)
        for code in (COFFEE, COFFEE, COFFEE, TEA, TEA, HONEY, UNKNOWN):
            wedge.scan(code)
        expect(page.locator(".goods-line")).to_have_count(4)
        for language in LANGUAGES:
            hand.speak(language)
            hand.shoot("delivery", f"goods/delivery/{shop.delivery}")
            hand.shoot("goods", "goods")
            page.locator(BEGUN).first.click()
            expect(page.locator(".goods-line")).to_have_count(4)
            hand.shoot("count")
        # A count that is looked over stays so, wherever the phone is put away.
        page.locator("button.main").last.click()
        for language in LANGUAGES:
            expect(page.locator(".goods-table")).to_be_visible()
            hand.speak(language)
            hand.go("goods")
            page.locator(BEGUN).first.click()
            expect(page.locator(".goods-table")).to_be_visible()
            hand.shoot("count_review")
    finally:
        phone.close()
    assert phone.faults == [], phone.faults

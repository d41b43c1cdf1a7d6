"""Counting and receiving on a phone with a scanner that types, while the gateway comes and goes.

What is counted is counted by scanner and keyboard alone.
"""

from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from gateway.kernel import ids
from tests.browser.conftest import TIMEOUT_S, Office
from tests.browser.phone import PASSWORD, Phone, expect_pill, leave_and_return, reach, sign_in
from tests.browser.test_looks import LANGUAGES, both_ways, speak
from tests.browser.test_scan import Wedge
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HONEY = "4006381333931"
GTIN = "04006381333931"
SALT = "96385074"
SHELF = "SHELF-7"
# A jar with a tag of its own.
TAG = "urn:epc:id:sgtin:4006381.033393.77"
LOT = f"01{GTIN}1727123110LOT-A7"
EXPECTED = {
    "number": "PO-7",
    "supplier": "Brewery",
    "expected_on": "2026-12-01",
    "lines": {
        "l1": {"gtin": HONEY, "name": "Chestnut honey", "quantity": "3", "unit": "pcs"},
        "l2": {"sku": "ICE", "name": "Ice", "quantity": "2.5", "unit": "kg"},
    },
}


@dataclass
class Shop:
    """The shop's gateway, and its manager at a desk."""

    gateway: GatewayProcess
    mona: Office

    def told(self, type: str, data: dict[str, object]) -> None:
        """A fact that did not come from a phone."""
        event = {"specversion": "1.0", "id": ids.uuid7(1), "source": "desk", "type": type}
        [result] = self.mona.call("POST", "/api/v1/facts", {**event, "data": data})["results"]
        assert result["status"] == "stored", result

    def on_hand(self, gtin: str = HONEY) -> list[str]:
        levels = self.mona.call("GET", f"/api/v1/stock?gtin={gtin}")["levels"]
        return [level["quantity"] for level in levels]

    def came(self) -> dict[str, str]:
        answer = self.mona.call("POST", "/api/v1/stock/receipts", {"documents": ["PO-7"]})
        return {
            one["gtin"] or one["sku"]: one["quantity"] for one in answer["receipts"][0]["lines"]
        }


@pytest.fixture
def shop(gateway: GatewayProcess) -> Shop:
    """Ten jars of honey are on hand, and the ERP expects a delivery."""
    gateway.user("mona", "manager", PASSWORD)
    mona = Office(gateway, "mona")
    honey = {"name": "Chestnut honey", "sku": "HON-250", "barcodes": [HONEY], "net_price": 1850}
    salt = {"name": "Salt", "barcodes": [SALT], "net_price": 90}
    for product in (honey, salt):
        mona.call("POST", "/api/v1/records/product", {"data": {**product, "tax_rate": "0.19"}})
    token = gateway.token("erp", "erp")
    requests.post(
        f"{mona.url}/api/v1/records/delivery",
        json={"data": EXPECTED},
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT_S,
    ).raise_for_status()
    found = Shop(gateway, mona)
    found.told("stock.counted", {"lines": [{"gtin": HONEY, "quantity": "10"}]})
    return found


def show(page: Page, address: str, title: str) -> None:
    page.evaluate(f"location.hash = '#/{address}'")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def press(page: Page, name: str) -> None:
    """Use a button as somebody does who has no mouse."""
    reach(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def line(page: Page, name: str) -> Locator:
    return page.locator(".goods-line", has_text=name).first


def quantity(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Quantity of {name}").first


def row(page: Page, name: str) -> Locator:
    return page.locator(".goods-table tbody tr", has_text=name)


def again(shop: Shop) -> None:
    shop.gateway.start()


def count_without_a_network(page: Page, wedge: Wedge) -> list[str]:
    """Three jars one after the other, one of a lot, one whose tag is read twice, a code that nobody
    knows.
    """
    press(page, "Count goods")
    expect(page.get_by_text("Show while counting what is expected")).to_have_count(0)
    press(page, "Start counting")
    expect(page.get_by_role("heading", level=1)).to_have_text("Count")
    found = both_ways(page, 0)
    for code in (HONEY, HONEY, HONEY, LOT, TAG, TAG, SHELF):
        wedge.scan(code)
    expect(page.locator(".goods-line")).to_have_count(3)
    expect(page.get_by_role("status").filter(has_text=SHELF)).to_contain_text("No product on this")
    expect(page.get_by_text("Expected: 10")).to_have_count(0)  # it is blind
    leave_and_return(page)
    expect(page.locator(".goods-line")).to_have_count(3)
    field = quantity(page, "Chestnut honey")
    expect(page.get_by_label("Quantity of Chestnut honey")).to_have_count(2)
    line(page, "LOT-A7").get_by_role("button", name="One more of Chestnut honey").click()
    field.focus()
    wedge.scan(SALT)  # a scan into a quantity is a scan
    expect(line(page, "Salt")).to_be_visible()
    return found + both_ways(page, 1)


def take_back(page: Page) -> list[str]:
    """The count that was saved, with a reason."""
    show(page, "goods", "Count and receive")
    press(page, "Take back: Count · Shop")
    reach(page, page.get_by_label("Why?"))
    page.keyboard.type("The wrong shelf")
    found = both_ways(page, 0)
    press(page, "Take it back")
    expect(page.locator(".goods-told")).to_contain_text("taken back")
    expect_pill(page, "Synced")
    return found


def look_in_chinese(page: Page, wedge: Wedge) -> list[str]:
    """A count on all its screens, with the words of the third language."""
    speak(page, *LANGUAGES[2])
    show(page, "goods", "盤點與收貨")
    found = both_ways(page, 0)
    press(page, "盤點貨品")
    press(page, "開始盤點")
    wedge.scan(HONEY)
    expect(page.locator(".goods-line")).to_have_count(1)
    found += both_ways(page, 1)
    press(page, "核對")
    expect(page.locator(".goods-table")).to_be_visible()
    return found + both_ways(page, 0)


def test_goods_are_counted_without_a_network_and_a_count_is_taken_back(
    shop: Shop, phone: Phone
) -> None:
    page = phone.open()
    sign_in(page, phone.url, "clara")
    wedge = Wedge(phone, page)
    show(page, "scan", "Scan")
    wedge.scan(HONEY)
    expect(page.locator(".on-hand")).to_contain_text("On hand: 10 (Shop)")
    reach(page, page.get_by_role("link", name="Count and receive"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="PO-7")).to_contain_text("Open")
    found = both_ways(page, 0)
    shop.gateway.stop()
    found += count_without_a_network(page, wedge)

    press(page, "Look it over")
    expect(row(page, "Chestnut honey")).to_contain_text("-4")
    expect(row(page, SHELF)).to_contain_text("unknown code")
    expect(page.get_by_text("What is expected is as of")).to_be_visible()
    found += both_ways(page, 1)
    press(page, "Count Salt again")
    expect(quantity(page, "Salt")).to_have_value("0")
    reach(page, quantity(page, "Salt"))
    page.keyboard.type("12.5", delay=120)  # faster, it would be a scan
    press(page, "Look it over")
    press(page, "Save the count")
    expect(page.locator(".goods-told")).to_contain_text("waits on this phone")
    expect_pill(page, "Offline · 1 waiting")
    show(page, "sync", "Sync")
    expect(page.locator(".queued")).to_contain_text("Count")

    again(shop)
    page.get_by_role("button", name="Sync now").click()
    expect_pill(page, "Synced")
    assert (shop.on_hand(), shop.on_hand(SALT)) == (["6"], ["12.5"])
    found += take_back(page)
    assert (shop.on_hand(), shop.on_hand(SALT)) == (["10"], [])
    show(page, "sync", "Sync")
    expect(page.get_by_text("Taken back").first).to_be_attached()
    found += look_in_chinese(page, wedge)
    assert found == []


def take_in_what_nobody_expected(page: Page, wedge: Wedge) -> list[str]:
    """Two jars of the three, and two articles that are not on the delivery: one is left out."""
    page.get_by_role("button", name="Receive goods").click()
    expect(page.get_by_text("Nothing taken in yet")).to_be_visible()
    for code in (HONEY, HONEY, SALT, SHELF):
        wedge.scan(code)
    expect(line(page, "Chestnut honey")).to_contain_text("Still open: 3 pcs of 3 pcs")
    expect(page.get_by_text("This article is not on the delivery.")).to_have_count(2)
    line(page, SHELF).get_by_role("button", name="Leave it out").click()
    found = both_ways(page, 1)
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_text("1 line still asks something")).to_be_visible()
    page.get_by_role("button", name="Save what came").click()
    line(page, "Salt").get_by_role("button", name="Take it in all the same").click()
    page.get_by_role("button", name="Look it over").click()
    expect(page.locator(".goods-left")).to_have_text("Chestnut honey: 1 pcsIce: 2.5 kg")
    page.get_by_role("button", name="Save what came").click()
    return found


def take_in_too_much(page: Page, wedge: Wedge) -> None:
    """Whoever scans goods at a delivery has begun to take them in; only what is open is kept."""
    for _ in range(3):
        wedge.scan(HONEY)
    expect(page.get_by_role("heading", level=1)).to_have_text("Receive goods")
    expect(page.get_by_text("2 more than is still open.")).to_be_visible()
    leave_and_return(page)
    page.get_by_role("button", name="Only 1").click()
    expect(quantity(page, "Chestnut honey")).to_have_value("1")
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("button", name="Save what came").click()


def test_a_delivery_comes_in_parts_and_what_nobody_expected_is_asked_about(
    shop: Shop, phone: Phone
) -> None:
    page = phone.open()
    sign_in(page, phone.url, "mona")
    wedge = Wedge(phone, page)
    delivery = page.get_by_role("link", name="PO-7")
    show(page, "goods", "Count and receive")
    expect(delivery).to_contain_text("Open")
    wedge.scan("PO-7")
    expect(page.get_by_role("heading", level=1)).to_have_text("PO-7")
    found = both_ways(page, 0)
    found += take_in_what_nobody_expected(page, wedge)
    expect(delivery).to_contain_text("Partly here")
    expect_pill(page, "Synced")
    assert shop.came() == {GTIN: "2", "00000096385074": "1"}

    shop.gateway.stop()
    delivery.click()
    expect(row(page, "Ice")).to_contain_text("2.5 kg")
    take_in_too_much(page, wedge)
    expect_pill(page, "Offline · 1 waiting")
    expect(delivery).to_contain_text("Partly here")

    # Meanwhile somebody else takes in the ice.
    again(shop)
    shop.told("stock.received", {"document": "PO-7", "lines": [{"sku": "ICE", "quantity": "2.5"}]})
    show(page, "sync", "Sync")
    page.get_by_role("button", name="Sync now").click()
    expect_pill(page, "Synced")
    show(page, "goods", "Count and receive")
    expect(delivery).to_contain_text("Complete")
    assert shop.came()[GTIN] == "3"
    page.get_by_role("button", name="Take back: Goods received · PO-7 · Brewery").first.click()
    page.get_by_role("button", name="Take it back").click()
    expect(delivery).to_contain_text("Partly here")
    expect_pill(page, "Synced")
    assert shop.came()[GTIN] == "2"
    assert found == []

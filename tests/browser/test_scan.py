"""Scanning on a phone: scanners that type, the camera, a code typed by hand, and no network."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Office, erp_says
from tests.browser.label import film
from tests.browser.phone import PASSWORD, Phone, sign_in
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HONEY = "4006381333931"
UNKNOWN = "96385074"
EXPIRED = "010400638133393117200131392201250"
SEPARATOR = "\x1d"
SCANNED = """
[fields.customer.licence]
type = "code"
label = "Liquor licence"
step = "basics"
scannable = true

[fields.customer.coolers]
type = "tags"
label = "Coolers lent"
step = "basics"
scannable = true
"""
WITH_LOT = f"01040063813339311727123110LOT-A7{SEPARATOR}3724"
LAMP = {"name": "Chestnut honey", "sku": "HON-250", "barcodes": [HONEY], "net_price": 1850}
# What the ERP says of it.
TOLD = {
    "unit": "jar",
    "stock": {"p5": {"place": "Warehouse", "quantity": "12", "as_of": "2026-11-20T08:30:00Z"}},
    "prices": {"e1": {"list": "Trade", "from_quantity": "10", "net_price": 1500}},
}
READER_IS_HERE = """
async () => {
  for (const name of await caches.keys())
    if (await (await caches.open(name)).match("/static/vendor/zxing_reader.wasm")) return true;
  return false;
}
"""


class Wedge:
    """A scanner that is a keyboard. Each key bears the time at which a scanner of this speed would
    have pressed it, however busy the machine is.
    """

    def __init__(self, phone: Phone, page: Page) -> None:
        self._session = phone.context.new_cdp_session(page)
        self._at = time.time()

    def scan(self, code: str, gap_ms: int = 5) -> None:
        self._at = max(time.time(), self._at + 2)
        for sign in code:
            if sign == SEPARATOR:
                self._press("Control", 0, modifiers=2)
                self._press("]", gap_ms, modifiers=2)
            else:
                self._press(sign, gap_ms, text=sign)
        self._press("Enter", gap_ms, text="\r")

    def _press(self, key: str, gap_ms: int, **more: object) -> None:
        self._at += gap_ms / 1000
        for kind in ("keyDown", "keyUp"):
            if kind == "keyUp":
                more.pop("text", None)
            self._session.send(
                "Input.dispatchKeyEvent", {"type": kind, "key": key, "timestamp": self._at, **more}
            )


@pytest.fixture
def shop(gateway: GatewayProcess) -> Office:
    """Mona, who manages the shop, has entered a product, of whose stock the ERP has told; customers
    have a field for scanners.
    """
    gateway.stop()
    (gateway.data / "site.toml").write_text(SCANNED)
    gateway.start()
    gateway.user("mona", "manager", PASSWORD)
    mona = Office(gateway, "mona")
    made = mona.call("POST", "/api/v1/records/product", {"data": {**LAMP, "tax_rate": "0.19"}})
    erp_says(gateway, "product", made["id"], TOLD)
    return mona


def card(page: Page) -> Locator:
    return page.locator(".scan-card")


def visit(page: Page, address: str) -> None:
    page.evaluate(f"location.hash = '#/{address}'")


def type_a_wrong_one(page: Page) -> None:
    """The field helps, the scan is told from a right one, and the list survives a reload."""
    title = card(page).get_by_role("heading")
    page.get_by_label("Code", exact=True).fill("4006381333932")
    expect(page.get_by_text("The last digit should be 1, not 2.")).to_be_visible()
    page.get_by_role("button", name="Look up").click()
    expect(title).to_have_text("This code is wrong")
    expect(page.locator(".scan-answers .list li")).to_have_count(5)
    page.reload()
    page.locator(".scan-answers .list .row", has_text=UNKNOWN).click()
    expect(title).to_have_text("Not among the products")
    expect(page.get_by_role("link", name="New product")).to_have_count(0)  # a rep may not


def scan_into_a_form(page: Page, wedge: Wedge) -> None:
    """A field that is declared for it takes a scan whole, and the form stays where it is."""
    visit(page, "new/customer")
    page.get_by_label("Legal name").fill("Corner")
    licence = page.get_by_label("Liquor licence")
    licence.fill("typed")
    wedge.scan("LIC-77")
    expect(licence).to_have_value("LIC-77")
    coolers = page.get_by_label("Coolers lent")
    coolers.press_sequentially("half")
    for code in ("COOL-1", "COOL-2", "COOL-1"):
        wedge.scan(code)
    expect(page.locator(".tags .tag")).to_have_text(["COOL-1", "COOL-2"])
    expect(coolers).to_have_value("half")
    expect(page.get_by_label("Legal name")).to_have_value("Corner")


def test_a_scanner_that_types_is_heard_everywhere_and_a_person_is_not(
    shop: Office, phone: Phone, page: Page, gateway: GatewayProcess
) -> None:
    visit(page, "scan")
    expect(page.get_by_text("Nothing scanned yet")).to_be_visible()
    wedge = Wedge(phone, page)
    title = card(page).get_by_role("heading")
    for gap_ms in (5, 40):
        visit(page, "customers")
        expect(page.get_by_role("searchbox")).to_be_visible()
        page.get_by_role("link", name="Sync").last.focus()  # Enter must not follow it
        wedge.scan(UNKNOWN if gap_ms == 5 else HONEY, gap_ms)
        expect(page.get_by_role("heading", level=1)).to_have_text("Scan")
        expect(title).to_have_text("Not among the products" if gap_ms == 5 else "Chestnut honey")
    own = ("€18.50", "€22.02 with tax", "As of ")
    told = ("In the ERP: 12 jar (Warehouse)", "since Nov 20", "Trade, from 10 jar", "€15.00")
    for words in (*own, *told):
        expect(card(page)).to_contain_text(words)

    visit(page, "more")
    expect(page.get_by_role("heading", level=1)).to_have_text("More")
    wedge.scan(UNKNOWN, 120)  # somebody presses keys
    visit(page, "customers")
    search = page.get_by_role("searchbox")
    search.click()
    wedge.scan(UNKNOWN)
    expect(search).to_have_value(UNKNOWN)
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    scan_into_a_form(page, wedge)

    gateway.stop()
    visit(page, "scan")
    expect(title).to_have_text("Chestnut honey")  # neither of them was a scan
    field = page.get_by_label("Code", exact=True)
    field.fill("40")
    wedge.scan(WITH_LOT)
    expect(card(page)).to_contain_text("LOT-A7")
    expect(card(page)).to_contain_text("Dec 31, 2027")
    expect(title).to_have_text("Chestnut honey")
    expect(field).to_have_value("40")
    wedge.scan(EXPIRED)
    expect(card(page)).to_contain_text("Expired: the date on the code is over.")
    expect(card(page)).to_contain_text("Price on the label€12.50")

    type_a_wrong_one(page)


def camera_flags(path: Path) -> tuple[str, ...]:
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


def test_the_camera_reads_a_label_without_a_network_and_says_why_it_cannot(
    phones: Callable[[str], Phone], shop: Office, gateway: GatewayProcess, tmp_path: Path
) -> None:
    phone = phones(f"http://localhost:{gateway.port}/")
    phone.flags = camera_flags(film(tmp_path / "label.y4m", HONEY))
    page = phone.open()
    sign_in(page, phone.url)
    wait_until(lambda: page.evaluate(READER_IS_HERE), 20)
    gateway.stop()
    visit(page, "scan")
    page.get_by_role("button", name="Scan with the camera").click()
    expect(card(page).get_by_role("heading")).to_have_text("Chestnut honey", timeout=30_000)
    expect(page.locator(".scan-reticle")).to_have_attribute("data-hit", "true")
    page.get_by_role("button", name="Close the camera").click()
    expect(page.locator(".scan-view")).to_be_hidden()
    expect(page.locator(".scan-answers .list li")).to_have_count(1)
    phone.leave()

    phone.flags = ()
    page = phone.open()
    page.goto(phone.url + "#/scan")
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("This device has no camera")
    page.get_by_label("Code", exact=True).fill("4006 3813 33931")
    page.get_by_role("button", name="Look up").click()
    expect(card(page).get_by_role("heading")).to_have_text("Chestnut honey")
    phone.leave()

    phone.flags = ("--use-fake-device-for-media-stream",)
    page = phone.open()
    page.goto(phone.url + "#/scan")
    phone.context.new_cdp_session(page).send(
        "Browser.setPermission", {"permission": {"name": "camera"}, "setting": "denied"}
    )
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("The camera is not allowed")
    expect(page.get_by_role("button", name="Try the camera again")).to_be_visible()

"""What was pushed beside what the ERP has: compared, offered again, kept as a file.

The other side is the recorded Odoo, over the network.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.console.cast import BEN, SALE, Shop, set_up_in, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults
from tests.erp.odoo.server import DATABASE, KEY, USER, Server, serving
from tests.torture.gateway import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SOLD = "0192d1a0-0000-7000-8000-00000000c001"
ALL_TAKEN = """fetch("/api/v1/sync").then((answer) => answer.json()).then(({ erp }) =>
  erp.consumers.every(({ last_success_at, moving, waiting, deferred }) =>
    last_success_at && !moving && !waiting && !deferred))"""
DAY = SALE["time"][:10]


@pytest.fixture(scope="module")
def odoo() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def shop(odoo: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    told = {"URL": odoo.url, "DATABASE": DATABASE, "USER": USER, "KEY": KEY}
    environment = {f"WAYSTATION_ODOO_{name}": value for name, value in told.items()}
    environment["WAYSTATION_ERP_CONNECTORS"] = "odoo"
    with set_up_in(tmp_path_factory.mktemp("comparisons"), **environment) as opened:
        (line,) = SALE["data"]["lines"]
        data = {**SALE["data"], "lines": [{**line, "gtin": "2000000000015"}]}
        opened.post({**SALE, "id": SOLD, "data": data})
        yield opened


def push(page: Page) -> None:
    """Push now, and wait until the ERP has everything."""
    page.goto(page.url.split("#")[0] + "#/sync")
    page.get_by_role("button", name="Push now").click()
    wait_until(lambda: page.evaluate(ALL_TAKEN), 30)


def compare(page: Page) -> None:
    """Compare the day of the sale, on the page of comparisons."""
    page.get_by_role("link", name="Comparisons").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparisons")
    for end in ("From", "To"):
        page.get_by_label(end, exact=True).fill(DAY)
    page.get_by_role("button", name="Compare Nov 22 now").click()


def test_a_sale_that_is_gone_there_is_found_and_offered_again(
    context: BrowserContext, shop: Shop, odoo: Server
) -> None:
    page = sign_in(context, shop, BEN)
    push(page)
    compare(page)
    sales = page.get_by_role("row", name="Sale Nov 22")
    expect(sales.get_by_text("The same", exact=True)).to_be_visible()

    (order,) = odoo.books.all("sale.order", client_order_ref=SOLD)
    del odoo.books.rows["sale.order"][order["id"]]
    page.get_by_role("button", name="Compare Nov 22 now").click()
    sales.get_by_role("button", name="1 differs").click()
    row = page.get_by_role("row", name="Missing there").last
    expect(row).to_contain_text("1/1009")
    row.get_by_role("button", name="Offer again").click()
    expect(page.get_by_text("Offered to the ERP once more.")).to_be_visible()
    push(page)
    compare(page)
    expect(sales.get_by_text("The same", exact=True)).to_be_visible()

    with page.expect_download() as file:
        page.get_by_role("link", name="Table (CSV)").click()
    assert "sale.completed" in file.value.path().read_text("utf-8-sig")
    with page.expect_download() as file:
        page.get_by_role("link", name="Report (PDF)").click()
    assert file.value.path().read_bytes().startswith(b"%PDF")


def test_the_page_fits_a_desk_and_a_phone_in_every_language(
    browser: Browser, shop: Shop, odoo: Server
) -> None:
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    page = sign_in(context, shop, BEN)
    push(page)
    odoo.books.rows["sale.order"].clear()
    compare(page)
    page.get_by_role("button", name="1 differs").click()
    found, wide = [], {}
    for language in ("en", "zh-CN", "zh-Hant"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator(".person select").select_option(language)
        expect(page.locator("table td").first).to_be_visible()
        for scheme, size in (("light", "desk"), ("dark", "phone")):
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += faults(page, f"{language} {scheme}")
            wide[f"{language} {size}"] = page.evaluate(WIDE)
    context.close()
    assert found == []
    assert not any(wide.values()), wide

"""What the ERP did not take: seen with its reason, offered again, and readable for everybody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.console.cast import PASSWORD, SALE, Shop, open_screen, set_up_in, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SOLD = "0192d1a0-0000-7000-8000-000000008000"


class PullingErp:
    """An ERP that takes batches under a name of its own."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._token = shop.process.token("Back office", "erp")

    def take(self) -> Any:
        """The next batch."""
        return self._shop.call("/api/v1/erp/batches/next?consumer=back-office", token=self._token)

    def answer(self, batch: Any) -> None:
        """Reject the sale, put customers off, accept the rest."""
        receipts = [{"seq": entry["seq"], **verdict(entry)} for entry in batch["entries"]]
        path = f"/api/v1/erp/batches/{batch['id']}/receipts"
        self._shop.call(path, {"sha256": batch["sha256"], "receipts": receipts}, self._token)

    def take_everything(self) -> None:
        """Answer batches until there is none."""
        while (batch := self.take())["count"]:
            self.answer(batch)


def verdict(entry: Any) -> dict[str, str]:
    """What this ERP makes of an entry."""
    if entry["id"] == SOLD:
        reason = {"code": "closed", "field": "date", "message": "The period is closed."}
        return {"status": "rejected", **reason}
    if entry.get("kind") == "customer":
        return {"status": "deferred", "message": "The customer is being checked."}
    return {"status": "accepted"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop where no other test has left anything outstanding."""
    with set_up_in(tmp_path_factory.mktemp("outstanding")) as opened:
        yield opened


@pytest.fixture(scope="module")
def erp(shop: Shop) -> PullingErp:
    return PullingErp(shop)


@pytest.fixture(scope="module")
def clerk(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    shop.process.user("Clara", "clerk", PASSWORD)
    opened = browser.new_context(extra_http_headers={"X-Waystation": "1"})
    send(opened, f"{shop.url}/api/v1/session", {"name": "Clara", "password": PASSWORD})
    yield opened
    opened.close()


def send(context: BrowserContext, url: str, body: object) -> None:
    headers = {"Content-Type": "application/json"}
    answer = context.request.post(url, data=json.dumps(body), headers=headers)
    assert answer.ok, answer.text()


@pytest.fixture(scope="module")
def refused(erp: PullingErp, clerk: BrowserContext, shop: Shop) -> None:
    """The ERP has taken all but one sale, which it rejected, and one customer, put off."""
    erp.take_everything()
    shop.post({**SALE, "id": SOLD, "data": {**SALE["data"], "receipt": "1010"}})
    customer = {"type": "company", "legal_name": "Bäckerei Sonne GmbH", "country": "DE"}
    send(clerk, f"{shop.url}/api/v1/records/customer", {"data": customer})
    batch = erp.take()
    assert SOLD in [entry["id"] for entry in batch["entries"]]
    assert "customer" in [entry.get("kind") for entry in batch["entries"]]
    erp.answer(batch)
    # Ends at once although two entries are outstanding: neither is offered before its time.
    erp.take_everything()


def test_an_erp_that_took_everything_leaves_nothing_to_show(ben: Page) -> None:
    ben.goto(f"{ben.url.split('#')[0]}#/outstanding")
    expect(ben.get_by_text("Nothing was refused or put off")).to_be_visible()


@pytest.mark.usefixtures("refused")
def test_what_the_erp_did_not_take_is_readable_everywhere(ben: Page) -> None:
    ben.emulate_media(reduced_motion="reduce")
    found, wide = [], {}
    for size, (width, height) in {**SIZES, "narrow": (320, 640)}.items():
        ben.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            ben.emulate_media(color_scheme=scheme)
            for screen, title in (("sync", "Sync"), ("outstanding", "Not taken by the ERP")):
                ben.goto(f"{ben.url.split('#')[0]}#/{screen}")
                expect(ben.get_by_role("heading", level=1)).to_have_text(title)
                expect(ben.locator("main li").first).to_be_visible()
                found += faults(ben, f"{screen} {size} {scheme}")
                wide[f"{screen} {size} {scheme}"] = ben.evaluate(WIDE)
    assert found == []
    assert not any(wide.values()), wide


@pytest.mark.usefixtures("refused")
def test_an_auditor_sees_it_but_offers_nothing_again(context: BrowserContext, shop: Shop) -> None:
    shop.process.user("Ada", "auditor", PASSWORD)
    page = sign_in(context, shop, "Ada")
    page.route("**/api/v1/erp/outstanding", lambda route: route.abort())
    page.goto(f"{shop.url}/console#/outstanding")
    expect(page.get_by_role("alert")).to_contain_text("The gateway does not answer")
    page.unroute("**/api/v1/erp/outstanding")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The period is closed.")).to_be_visible()
    expect(page.get_by_role("button", name="Offer again")).to_have_count(0)


@pytest.mark.usefixtures("refused")
def test_what_the_erp_did_not_take_is_seen_and_offered_again(ben: Page, erp: PullingErp) -> None:
    open_screen(ben, "Sync")
    card = ben.get_by_role("listitem").filter(has_text="back-office")
    card.get_by_role("link", name="1, show").first.click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Not taken by the ERP")
    sync = ben.get_by_role("navigation", name="Console").get_by_role("link", name="Sync")
    expect(sync).to_have_attribute("aria-current", "true")
    expect(sync).to_contain_text("1 waiting for somebody")
    customer = ben.get_by_role("listitem").filter(has_text="Bäckerei Sonne GmbH")
    expect(customer).to_contain_text("Deferred")
    expect(customer).to_contain_text("The customer is being checked.")
    expect(customer).to_contain_text("Next try")
    expect(customer.get_by_role("heading")).to_contain_text("Customer W1-C")
    customer.get_by_role("link", name="Open the record").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Bäckerei Sonne GmbH")
    ben.go_back()
    sale = ben.get_by_role("listitem").filter(has_text="The period is closed.")
    expect(sale).to_contain_text("Refused")
    expect(sale.get_by_role("heading")).to_have_text("Sale, receipt 1010")
    expect(sale).to_contain_text("Register 1, €44.03")

    sale.get_by_role("button", name="Offer again").click()
    expect(sale).to_contain_text("Offered again")
    expect(sale.get_by_role("button")).to_have_count(0)
    expect(sale).to_be_focused()
    assert SOLD in [entry["id"] for entry in erp.take()["entries"]]

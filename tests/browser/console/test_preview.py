"""What an ERP would be told of a real record, looked at by a consultant before anything goes there.

The other side is the recorded Odoo, over the network.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.console.cast import ANA, BEN, Shop, set_up_in, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults
from tests.erp.odoo.server import DATABASE, KEY, USER, Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STREET = "0192d1a0-0000-7000-8000-00000000d001"
CUSTOMER = {
    "legal_name": "Epicerie Lefort", "trade_name": "Chez Lefort", "phone": "+33472000011",
    "territory": "north", "country": "FR", "notes": "Rings twice.",
    "addresses": {STREET: {"purpose": "billing", "street": "Rue de Lyon 4", "city": "Lyon",
                           "country": "FR"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def odoo() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def shop(odoo: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    told = {"URL": odoo.url, "DATABASE": DATABASE, "USER": USER, "KEY": KEY}
    environment = {f"WAYSTATION_ODOO_{name}": value for name, value in told.items()}
    environment["WAYSTATION_ERP_CONNECTORS"] = "odoo"
    with set_up_in(tmp_path_factory.mktemp("preview"), **environment) as opened:
        yield opened


@pytest.fixture(scope="module")
def customer(shop: Shop, browser: Browser) -> str:
    """A customer that nothing was sent of: the administrator has the connector rest first."""
    for person, verb, path, body in (
        (ANA, "put", "/api/v1/schedule/push%20odoo", {"trigger": None, "paused": True}),
        (BEN, "post", "/api/v1/records/customer", {"data": CUSTOMER}),
    ):
        context = browser.new_context()
        page = sign_in(context, shop, person)
        headers = {"X-Waystation": "1"}
        answer = getattr(page.request, verb)(f"{shop.url}{path}", data=body, headers=headers)
        assert answer.ok, answer.text()
        told = answer.json()
        context.close()
    return str(told["id"])


def test_a_consultant_sees_what_would_be_sent_of_a_record_before_going_live(
    context: BrowserContext, shop: Shop, odoo: Server, customer: str
) -> None:
    page = sign_in(context, shop, BEN)
    page.evaluate(f"location.hash = '#/customers/{customer}'")
    page.get_by_role("link", name="What odoo is told").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer: what is sent")
    partner = page.get_by_role("region", name="res.partner", exact=True)
    expect(partner.get_by_role("row", name="name Epicerie Lefort")).to_be_visible()
    expect(page.get_by_role("region", name="What has no place there")).to_contain_text("notes")
    assert not odoo.books.named("res.partner", customer), "nothing is sent from this page"
    page.get_by_role("link", name="Back to the record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chez Lefort")


def test_the_preview_fits_a_desk_and_a_phone_in_every_language(
    browser: Browser, shop: Shop, customer: str
) -> None:
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    page = sign_in(context, shop, BEN)
    page.evaluate(f"location.hash = '#/batches/odoo/record/{customer}'")
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

"""The console in Chromium against a real gateway: a manager and an administrator at work."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gateway.access.policy import find
from tests.browser.console_cast import (
    ANA,
    BEN,
    MILK,
    PASSWORD,
    SALE,
    Shop,
    chromium,
    open_screen,
    scan,
    sign_in,
)
from tests.torture.gateway import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    opened = Shop(tmp_path_factory.mktemp("shop"))
    opened.set_up()
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody's own; a script error on any of its pages fails the test."""
    opened = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    opened.on("weberror", lambda error: errors.append(str(error.error)))
    yield opened
    opened.close()
    assert not errors


@pytest.fixture
def ana(context: BrowserContext, shop: Shop) -> Page:
    return sign_in(context, shop, ANA)


@pytest.fixture
def ben(context: BrowserContext, shop: Shop) -> Page:
    return sign_in(context, shop, BEN)


def test_the_first_visitor_sets_up_the_shop(context: BrowserContext, tmp_path: Path) -> None:
    fresh = Shop(tmp_path)
    try:
        page = context.new_page()
        page.goto(f"{fresh.url}/console")
        expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Waystation")
        page.get_by_label("Shop name").fill("Lindenhof")
        page.get_by_label("Country").select_option("CH")
        expect(page.get_by_label("Currency")).to_have_value("CHF")
        page.get_by_label("Your name").fill(ANA)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("First-run code").fill("wrng-code")
        page.get_by_role("button", name="Set up this gateway").click()
        expect(page.get_by_label("First-run code")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("First-run code")).to_be_focused()

        page.get_by_label("First-run code").fill(fresh.setup_code().lower().replace("-", ""))
        page.get_by_role("button", name="Set up this gateway").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        expect(page.get_by_role("complementary")).to_contain_text("Lindenhof")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
    finally:
        fresh.close()


def test_a_wrong_password_is_told_and_a_right_one_lets_in(
    context: BrowserContext, shop: Shop
) -> None:
    page = context.new_page()
    page.goto(f"{shop.url}/console")
    page.get_by_label("Name", exact=True).fill(ANA)
    page.get_by_label("Password", exact=True).fill("something else")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_found_scanner_is_confirmed_and_its_scans_are_seen(ana: Page, shop: Shop) -> None:
    open_screen(ana, "Devices")
    ana.get_by_role("button", name="Use this device").click()
    ana.get_by_label("Name", exact=True).fill("Goods in")
    ana.get_by_role("button", name="Save").click()
    card = ana.get_by_role("listitem").filter(has_text="Goods in")
    expect(card).to_contain_text("Online", timeout=20_000)

    os.write(shop.near, f"{MILK}\r\n".encode())
    card.get_by_role("button", name="Last frames").click()
    frames = ana.get_by_role("dialog")
    expect(frames).to_contain_text("34 30 30 36 33 38 31 33 33 33 39 33 31")
    ana.keyboard.press("Escape")

    card.get_by_role("button", name="Rename").click()
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
    row = ben.get_by_role("button").filter(has_text="Oat milk 1 l").filter(has_text="Till 1")
    expect(row).to_be_visible()
    row.click()
    expect(ben.get_by_label("The whole entry")).to_contain_text('"text": "96385074"')


def test_the_live_screen_resumes_where_it_broke_and_stays_bounded(ben: Page, shop: Shop) -> None:
    first = [scan(f"0192d1a0-0000-7000-8000-{n:012x}", f"A{n}") for n in range(0x2000, 0x2120)]
    shop.post(*first)
    rows = ben.get_by_role("list", name="Newest events first").get_by_role("listitem")
    expect(rows.first).to_contain_text(f"A{0x211F}")
    expect(rows).to_have_count(200)

    shop.process.stop()
    expect(ben.get_by_text(re.compile("No connection|Connecting"))).to_be_visible()
    shop.process.start()
    shop.post(scan("0192d1a0-0000-7000-8000-000000003000", "AFTER"))
    expect(rows.first).to_contain_text("AFTER", timeout=30_000)
    expect(rows.nth(1)).to_contain_text(f"A{0x211F}")
    expect(rows).to_have_count(200)


def test_a_pause_holds_the_rows_and_a_filter_finds_one(ben: Page, shop: Shop) -> None:
    shop.post(scan("0192d1a0-0000-7000-8000-000000004000", "BEFORE"))
    rows = ben.get_by_role("list", name="Newest events first").get_by_role("listitem")
    expect(rows.first).to_contain_text("BEFORE")
    ben.get_by_role("button", name="Pause").click()
    shop.post(scan("0192d1a0-0000-7000-8000-000000004001", "MEANWHILE"))
    expect(ben.get_by_role("button", name="Go on, 1 new")).to_be_visible()
    expect(rows.first).to_contain_text("BEFORE")
    ben.get_by_role("button", name="Go on").click()
    expect(rows.first).to_contain_text("MEANWHILE")

    ben.get_by_role("searchbox").fill("befor")
    expect(rows).to_have_count(1)
    ben.get_by_role("searchbox").fill("nothing of this kind")
    expect(ben.get_by_text("Nothing matches the filter")).to_be_visible()


def test_a_refused_sale_is_mended_and_sent_again(ben: Page, shop: Shop) -> None:
    wrong = {**SALE, "id": "0192d1a0-0000-7000-8000-000000005000"}
    wrong["data"] = {**SALE["data"], "total": 4430}
    assert shop.post(wrong)[0]["status"] == "quarantined"

    open_screen(ben, "Quarantine")
    expect(ben.get_by_text("The total is 4430")).to_be_visible()
    body = ben.get_by_label("What was sent")
    right = body.input_value()
    body.fill(right.replace("{", "", 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("This is not valid JSON")).to_be_visible()
    body.fill(right.replace("4430", "4403"))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("Nothing is in quarantine")).to_be_visible()

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


def test_an_erp_that_pulls_is_shown_with_its_lag_and_can_be_paused(ben: Page, shop: Shop) -> None:
    token = shop.process.token("Head office", "erp")
    shop.call("/api/v1/erp/batches/next?consumer=head-office&limit=10", token=token)
    open_screen(ben, "Sync")
    card = ben.get_by_role("listitem").filter(has_text="head-office")
    expect(card).to_contain_text("The ERP pulls when it likes")
    expect(card).to_contain_text("waiting")
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("Paused")
    card.get_by_role("button", name="Go on").click()
    expect(card.get_by_role("button", name="Pause")).to_be_visible()


def test_a_token_is_shown_once_works_and_can_be_revoked(ana: Page, shop: Shop) -> None:
    open_screen(ana, "Tokens")
    ana.get_by_role("button", name="Add token").click()
    ana.get_by_label("Name", exact=True).fill("Till 9")
    ana.get_by_role("button", name="Make token").click()
    shown = ana.get_by_role("dialog")
    token = shown.get_by_label("Token", exact=True).input_value()
    ana.keyboard.press("Escape")
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="Copy").click()
    expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    shown.get_by_role("button", name="I have stored it").click()
    event = scan("0192d1a0-0000-7000-8000-000000006000", "TOKEN")
    assert shop.call("/api/v1/facts", [event], token)["results"][0]["status"] == "stored"

    line = ana.get_by_role("row").filter(has_text="Till 9")
    line.get_by_role("button", name="Revoke").click()
    ana.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(line).to_contain_text("Revoked")
    assert token not in ana.content()
    with pytest.raises(OSError, match="401"):
        shop.call("/api/v1/facts", [event], token)


def test_an_added_person_can_sign_in_until_disabled(
    ana: Page, browser: Browser, shop: Shop
) -> None:
    open_screen(ana, "Users")
    ana.get_by_role("button", name="Add user").click()
    ana.get_by_label("Name", exact=True).fill("Chen")
    ana.get_by_label("Role", exact=True).select_option("auditor")
    ana.get_by_label("Password", exact=True).fill("x")
    ana.get_by_role("dialog").get_by_role("button", name="Add user").click()
    expect(ana.get_by_label("Password", exact=True)).to_be_focused()
    ana.get_by_label("Password", exact=True).fill(PASSWORD)
    ana.get_by_role("dialog").get_by_role("button", name="Add user").click()
    line = ana.get_by_role("row").filter(has_text="Chen")
    expect(line).to_contain_text("Auditor")

    other = browser.new_context(locale="en-GB")
    chen = sign_in(other, shop, "Chen")
    open_screen(chen, "Devices")
    expect(chen.get_by_role("button", name="Disable")).to_have_count(0)
    line.get_by_role("button", name="Chen").click()
    ana.get_by_label("May not sign in").check()
    ana.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("Disabled")
    chen.reload()
    expect(chen.get_by_role("button", name="Sign in")).to_be_visible()
    other.close()


def test_the_console_offers_each_role_what_the_policy_allows() -> None:
    table = (ROOT / "static" / "console" / "may.js").read_text("utf-8")
    offered = dict(re.findall(r'^  "(\w+ \w+)": "([\w ]+)",$', table, re.MULTILINE))
    assert len(offered) > 10
    for what, roles in offered.items():
        resource, action = what.split()
        people = ("rep", "clerk", "manager", "finance", "admin", "auditor")
        allowed = [role for role in people if find(role, resource, action)]
        assert sorted(roles.split()) == sorted(allowed), what

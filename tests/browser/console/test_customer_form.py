"""Customers entered and changed at a desk: by keyboard, all faults at once, beside others."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, Playwright, expect

from tests.browser.console.cast import ANA, BEN, PASSWORD, Shop, open_screen, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CUSTOMERS = "/api/v1/records/customer"


@pytest.fixture(scope="module")
def dora(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    """A clerk at another desk, as a program talks to the gateway; Ellen is one in a browser."""
    for name, role in (("Ellen", "clerk"), ("Finn", "finance")):
        shop.process.user(name, role, PASSWORD)
    with shop.joined(playwright, "Dora", "clerk") as dora:
        yield dora


@pytest.fixture
def ellen(context: Any, shop: Shop, dora: APIRequestContext) -> Page:
    return sign_in(context, shop, "Ellen")


def made(api: APIRequestContext, name: str, **data: Any) -> dict[str, Any]:
    answer = api.post(CUSTOMERS, data={"data": {"legal_name": name, "currency": "EUR", **data}})
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def change(api: APIRequestContext, record: str, version: int, patch: dict[str, Any]) -> None:
    body = {"base_version": version, "patch": patch}
    answer = api.post(f"{CUSTOMERS}/{record}", data=body)
    assert answer.ok, answer.text()


def begin(page: Page) -> None:
    open_screen(page, "Customers")
    page.get_by_role("link", name="New customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New customer")


def begin_edit(page: Page, record: str) -> None:
    page.evaluate(f"location.hash = '#/customers/{record}'")
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit customer")


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_clerk_enters_a_customer_with_the_keyboard_alone(ellen: Page) -> None:
    begin(ellen)
    ellen.get_by_label("Legal name").focus()
    ellen.keyboard.type("Meadow Farm")
    ellen.keyboard.press("Enter")
    expect(ellen.get_by_label("Trade name")).to_be_focused()
    ellen.get_by_role("button", name="Add contact").focus()
    ellen.keyboard.press("Enter")
    expect(ellen.get_by_role("group", name="Contact 1").get_by_label("Name")).to_be_focused()
    ellen.keyboard.type("Ada Fontaine")
    ellen.keyboard.press("Control+s")
    expect(ellen.get_by_role("heading", level=1)).to_have_text("Meadow Farm")
    expect(ellen.locator(".record-main")).to_contain_text("Ada Fontaine")
    expect(ellen.get_by_text("Saved as W1-C")).to_be_visible()


def test_every_fault_is_said_at_once_at_its_field_and_leads_there(ellen: Page) -> None:
    begin(ellen)
    ellen.get_by_label("E-mail").first.fill("nonsense")
    ellen.get_by_role("button", name="Add address").click()
    press_save(ellen)
    problems = ellen.get_by_role("region", name="things to mend")
    expect(problems.get_by_role("listitem")).to_have_count(4)
    expect(ellen.get_by_label("Legal name")).to_be_focused()
    expect(ellen.locator("[aria-invalid=true]")).to_have_count(4)
    problems.get_by_role("button", name="E-mail").click()
    expect(ellen.get_by_label("E-mail").first).to_be_focused()
    assert faults(ellen, "problems") == []
    ellen.keyboard.press("Control+a")
    ellen.keyboard.type("ada@example.com")
    expect(problems.get_by_role("listitem")).to_have_count(3)


def test_what_the_gateway_alone_can_judge_stands_at_its_field_too(ellen: Page) -> None:
    begin(ellen)
    ellen.get_by_label("Legal name").fill("Hill House")
    ellen.get_by_label("Tax number").fill("DE123456789")
    press_save(ellen)
    expect(ellen.get_by_label("Tax number")).to_be_focused()
    expect(ellen.get_by_label("Tax number")).to_have_attribute("aria-invalid", "true")
    ellen.get_by_label("Tax number").fill("")
    press_save(ellen)
    expect(ellen.get_by_role("heading", level=1)).to_have_text("Hill House")


def test_what_is_typed_outlives_a_reload_and_goes_when_it_is_thrown_away(ellen: Page) -> None:
    begin(ellen)
    ellen.get_by_label("Legal name").fill("Half a Name")
    ellen.reload()
    expect(ellen.get_by_label("Legal name")).to_have_value("Half a Name")
    expect(ellen.get_by_text("Continued from")).to_be_visible()
    ellen.get_by_role("button", name="Cancel").click()
    ellen.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    expect(ellen.get_by_role("heading", level=1)).to_have_text("Customers")
    assert ellen.evaluate("sessionStorage.length") == 0


def test_signing_out_leaves_nothing_of_a_draft_behind(ellen: Page) -> None:
    begin(ellen)
    ellen.get_by_label("Legal name").fill("Half a Name")
    ellen.get_by_role("button", name="Sign out").click()
    expect(ellen.get_by_role("button", name="Sign in")).to_be_visible()
    assert ellen.evaluate("sessionStorage.length") == 0


def test_a_lookalike_shows_while_typing_and_the_same_number_has_to_be_denied(
    ellen: Page, dora: APIRequestContext
) -> None:
    made(dora, "Brandt Logistics GmbH", tax_id="DE136695976")
    begin(ellen)
    ellen.get_by_label("Legal name").fill("Brandt Logistic")
    ellen.get_by_label("Tax number").fill("DE136695976")
    beside = ellen.get_by_role("region", name="On file already?")
    expect(beside.get_by_role("link", name="Brandt Logistics GmbH")).to_be_visible()
    expect(beside).to_contain_text("Same number")
    press_save(ellen)
    expect(
        ellen.get_by_text("A record with the same tax number is on file already")
    ).to_be_visible()
    beside.get_by_label("This is another customer").check()
    press_save(ellen)
    expect(ellen.get_by_role("heading", level=1)).to_have_text("Brandt Logistic")


def test_two_desks_change_other_fields_and_both_hold(ellen: Page, dora: APIRequestContext) -> None:
    record = made(dora, "Two Desks", phone="030 1234567", email="old@example.com")["id"]
    begin_edit(ellen, record)
    ellen.get_by_label("Phone").first.fill("030 7654321")
    change(dora, record, 1, {"email": "new@example.com"})
    meanwhile = ellen.get_by_role("status", name="Dora changed this customer meanwhile")
    expect(meanwhile).to_contain_text("new@example.com")
    expect(meanwhile).not_to_contain_text("you changed this too")
    press_save(ellen)
    joined = ellen.get_by_role("region", name="Joined with what others changed meanwhile")
    expect(joined.get_by_role("listitem").filter(has_text="yours")).to_contain_text("+49307654321")
    expect(joined.get_by_role("listitem").filter(has_text="of others")).to_contain_text("new@")
    contacts = ellen.locator(".record-main")
    expect(contacts).to_contain_text("+49307654321")
    expect(contacts).to_contain_text("new@example.com")
    assert faults(ellen, "joined") == []


def test_two_desks_change_one_field_and_a_person_decides(
    ellen: Page, dora: APIRequestContext
) -> None:
    record = made(dora, "One Field", phone="030 1234567")["id"]
    begin_edit(ellen, record)
    ellen.get_by_label("Phone").first.fill("030 7654321")
    change(dora, record, 1, {"phone": "030 1111111"})
    expect(ellen.get_by_text("you changed this too")).to_be_visible()
    press_save(ellen)
    contested = ellen.get_by_role("region", name="Two values for one field")
    expect(contested).to_contain_text("+49301111111")
    expect(contested).to_contain_text("+49307654321")
    contested.get_by_role("link", name="Decide").click()
    card = ellen.get_by_role("listitem").filter(has_text="One Field")
    card.get_by_role("button", name="Take this").click()
    expect(card).to_have_count(0)
    ellen.evaluate(f"location.hash = '#/customers/{record}'")
    expect(ellen.locator(".record-main")).to_contain_text("+49307654321")


def test_a_guarded_change_says_before_that_it_waits_and_keeps_the_reason(
    ellen: Page, dora: APIRequestContext, shop: Shop
) -> None:
    record = made(dora, "Large Limit")["id"]
    begin_edit(ellen, record)
    ellen.get_by_label("Credit limit").fill("9000")
    waits = ellen.get_by_role("region", name="Waits for a second person")
    expect(waits).to_contain_text("Credit limit")
    waits.get_by_label("Why is it needed?").fill("A tender.")
    press_save(ellen)
    expect(ellen.get_by_role("heading", level=1)).to_have_text("Large Limit")
    told = ellen.get_by_role("region", name="Waits for a second person")
    expect(told).to_contain_text("Credit limit")
    (found,) = [
        one
        for one in ellen.request.get(f"{shop.url}/api/v1/approvals?limit=500").json()["approvals"]
        if one["record"] == record
    ]
    assert (found["reason"], found["by"]) == ("A tender.", "Ellen")


def test_finance_changes_what_is_theirs_and_reads_the_rest(
    context: Any, shop: Shop, dora: APIRequestContext
) -> None:
    record = made(dora, "Books and Terms", phone="030 1234567")["id"]
    page = context.new_page()
    page.goto(f"{shop.url}/console#/customers/{record}/edit")
    page.get_by_label("Name", exact=True).fill("Finn")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Payment within (days)")).to_be_visible()
    expect(page.get_by_label("Legal name")).to_have_count(0)
    page.get_by_label("Payment within (days)").fill("14")
    press_save(page)
    expect(page.locator(".record-main")).to_contain_text("14")


@pytest.mark.parametrize(("name", "links"), [(ANA, 0), (BEN, 1)])
def test_a_manager_is_offered_the_form_and_an_administrator_is_not(
    context: Any, shop: Shop, dora: APIRequestContext, name: str, links: int
) -> None:
    record = made(dora, f"Not For {name}")["id"]
    page = sign_in(context, shop, name)
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.get_by_role("link", name="New customer")).to_have_count(links)
    page.evaluate(f"location.hash = '#/customers/{record}'")
    expect(page.locator(".moment").first).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(links)


@pytest.mark.parametrize("size", SIZES)
def test_the_form_is_accessible_and_whole_in_both_sizes(
    browser: Browser, shop: Shop, dora: APIRequestContext, size: str
) -> None:
    record = made(dora, f"Shown On A {size}", tags=["vip"], credit_limit=900_000)["id"]
    width, height = SIZES[size]
    context = browser.new_context(
        locale="en-GB", viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = sign_in(context, shop, "Ellen")
    for place in ("customers/new", f"customers/{record}/edit", f"customers/{record}"):
        page.evaluate(f"location.hash = '#/{place}'")
        expect(page.locator(".waiting")).to_have_count(0)
        expect(page.locator("main .panel").first).to_be_visible()
        assert faults(page, place) == []
        assert page.evaluate(WIDE) <= 0, place
    context.close()

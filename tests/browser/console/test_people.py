"""Who comes in, and what each may do: set-up, sign-in, people, tokens."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.access.policy import find
from tests.browser.console.cast import ANA, PASSWORD, Shop, open_screen, scan, sign_in
from tests.browser.console.test_console_looks import both_ways
from tests.torture.gateway import ROOT

pytestmark = pytest.mark.browser


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
        assert both_ways(page, "set-up with a wrong code", 0) == []
        page.set_viewport_size({"width": 1280, "height": 800})

        page.get_by_label("First-run code").fill(fresh.setup_code().lower().replace("-", ""))
        page.get_by_role("button", name="Set up this gateway").click()
        sheet = page.get_by_role("dialog", name="Recovery sheet")
        expect(sheet.get_by_role("listitem")).to_have_count(15)
        sheet.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("complementary")).to_contain_text("Lindenhof")

        # Who puts it off is told on every screen until it is done.
        page.get_by_role("link", name="Live", exact=True).click()
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        page.get_by_role("link", name="Make the recovery sheet").click()
        expect(sheet.get_by_role("listitem")).to_have_count(15)
        words = sheet.get_by_role("listitem").all_inner_texts()
        sheet.get_by_role("button", name="I have them on paper").click()
        sheet.get_by_label("The words", exact=True).fill(" ".join(words))
        sheet.get_by_role("button", name="Compare").click()
        expect(sheet).to_have_count(0)
        page.get_by_role("link", name="Live", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        expect(page.get_by_role("link", name="Make the recovery sheet")).to_have_count(0)
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


def test_a_token_is_shown_once_works_is_replaced_and_revoked(ana: Page, shop: Shop) -> None:
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
    line.get_by_role("button", name="Replace").click()
    ana.get_by_label("The token so far stays good for").select_option("an hour")
    ana.get_by_role("button", name="Make the new token").click()
    another = shown.get_by_label("Token", exact=True).input_value()
    shown.get_by_role("button", name="I have stored it").click()
    expect(line).to_contain_text("the one before is good until")
    for each in (token, another):
        assert shop.call("/api/v1/facts", [event], each)["results"][0]["status"] == "duplicate"

    line.get_by_role("button", name="Revoke").click()
    ana.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(line).to_contain_text("Revoked")
    assert another not in ana.content()
    for each in (token, another):
        with pytest.raises(OSError, match="401"):
            shop.call("/api/v1/facts", [event], each)


def test_the_console_offers_each_role_what_the_policy_allows() -> None:
    table = (ROOT / "static" / "console" / "may.js").read_text("utf-8")
    offered = dict(re.findall(r'^  "(\w+ \w+)": "([\w ]+)",$', table, re.MULTILINE))
    assert len(offered) > 10
    for what, roles in offered.items():
        resource, action = what.split()
        people = ("rep", "clerk", "manager", "finance", "admin", "auditor")
        allowed = [role for role in people if find(role, resource, action)]
        assert sorted(roles.split()) == sorted(allowed), what


def test_a_session_that_ends_keeps_what_is_half_typed(ana: Page, context: BrowserContext) -> None:
    open_screen(ana, "Users")
    ana.get_by_role("button", name="Add user").click()
    ana.get_by_label("Name", exact=True).fill("Half typed")
    context.clear_cookies()
    ana.get_by_label("Password", exact=True).fill(PASSWORD)
    ana.get_by_role("dialog").get_by_role("button", name="Add user").click()
    again = ana.get_by_role("dialog", name="Please sign in again")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_have_count(0)
    expect(ana.get_by_label("Name", exact=True)).to_have_value("Half typed")

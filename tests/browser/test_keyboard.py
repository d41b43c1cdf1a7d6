"""The main journeys of a rep who has no mouse and touches no glass: every step by the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import enter_customer, expect_pill, reach, save

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def clash(page: Page, office: Office, record: str) -> None:
    """Mira and the desk give one customer two names at the same time."""
    page.evaluate(f"location.hash = '#/edit/{record}'")
    page.get_by_label("Legal name").fill("Kornblum Brothers")
    office.edit(record, {"legal_name": "Kornblum Sisters"})
    save(page)
    expect_pill(page, "1 needs you")


def test_a_visit_is_saved_and_a_conflict_decided_with_the_keyboard_alone(
    page: Page, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    expect_pill(page, "Synced")
    record = office.customers()[0]["id"]

    reach(page, page.locator(".reach").get_by_role("link", name="Visit"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Visit")).to_be_visible()
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    reach(page, page.get_by_label("Note"))
    page.keyboard.type("Wants the new list")
    reach(page, page.get_by_role("button", name="Save the visit"))
    page.keyboard.press("Enter")
    expect(page.locator(".moment")).to_contain_text("Wants the new list")
    expect_pill(page, "Synced")

    clash(page, office, record)
    reach(page, page.locator("a.pill"))
    page.keyboard.press("Enter")
    need = page.get_by_role("region", name="1 needs you")
    reach(page, need.get_by_role("button", name="Keep mine"))
    page.keyboard.press("Enter")
    decide = need.get_by_role("button", name=re.compile("^Decide"))
    if decide.count():
        reach(page, decide)
        page.keyboard.press("Enter")
    expect_pill(page, "Synced")
    assert office.customers()[0]["data"]["legal_name"] == "Kornblum Brothers"

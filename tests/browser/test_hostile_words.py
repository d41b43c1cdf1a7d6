"""Text that would be a script somewhere else is text on every screen of the field app."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.hostile import HOSTILE, PER_RECORD, RUN, STRANGE, WATCH, customers
from tests.browser.phone import Phone, expect_pill, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCREENS = ("today", "customers", "tasks", "sync", "more", "new/customer", "scan", "goods")
FORMS = ("new/", "edit/")


def looked_at(page: Page, screen: str) -> None:
    page.evaluate(f"location.hash = '#/{screen}'")
    expect(page.locator("h1").first).to_be_visible()
    if screen.startswith(FORMS):  # it leads on to the draft it begins
        expect(page.locator("main")).to_contain_text("Step 1 of")
    assert page.evaluate("window.found") == [], screen
    assert page.locator(STRANGE).count() == 0, screen


def test_no_text_of_a_customer_runs_on_any_screen_of_the_field_app(
    phone: Phone, office: Office
) -> None:
    records = [
        office.call("POST", "/api/v1/records/customer", {"data": data}) for data in customers()
    ]
    page = phone.open()
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    sign_in(page, phone.url)
    page.add_init_script(WATCH)
    page.reload()
    expect_pill(page, "Synced")
    for screen in SCREENS:
        looked_at(page, screen)
        if screen == "customers":
            expect(page.locator("main")).to_contain_text(RUN)
    for number, record in enumerate(records):
        page.evaluate(f"location.hash = '#/customers/{record['id']}'")
        # It is there, as it was typed.
        expect(page.locator("main")).to_contain_text(HOSTILE[number * PER_RECORD + 1][:12])
        expect(page.locator("main")).to_contain_text(RUN)
        for screen in (f"customers/{record['id']}", f"edit/{record['id']}"):
            looked_at(page, screen)

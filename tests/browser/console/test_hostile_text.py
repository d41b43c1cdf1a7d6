"""Text that would be a script somewhere else is text on every screen that shows it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.browser.console.cast import Shop
from tests.browser.console.test_customers import CUSTOMERS
from tests.browser.hostile import HOSTILE, PER_RECORD, RUN, STRANGE, WATCH, customers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCREENS = ("customers", "worklist", "duplicates", "quarantine", "live", "transfer", "approvals")


@pytest.fixture(scope="module")
def hilda(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    with shop.joined(playwright, "Hilda", "clerk") as hilda:
        yield hilda


def entered(api: APIRequestContext) -> dict[str, str]:
    """The second text of each of the customers that hold all of it, by their ids."""
    kept = {}
    for number, data in enumerate(customers()):
        answer = api.post(CUSTOMERS, data={"data": {"currency": "EUR", **data}})
        assert answer.ok, answer.text()
        kept[str(answer.json()["id"])] = HOSTILE[number * PER_RECORD + 1]
    return kept


def test_no_text_of_a_customer_runs_on_any_screen(ben: Page, hilda: APIRequestContext) -> None:
    assert len(HOSTILE) == 60
    records = entered(hilda)
    ben.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    ben.add_init_script(WATCH)
    ben.reload()
    for screen in (*SCREENS, *(f"customers/{record}" for record in records)):
        ben.evaluate(f"location.hash = '#/{screen}'")
        expect(ben.locator("main h1")).to_be_visible()
        expect(ben.locator(".waiting")).to_have_count(0)
        record = screen.partition("/")[2]
        if record:
            # It is there, as it was typed.
            expect(ben.locator("main h1")).to_contain_text(RUN)
            expect(ben.locator("main")).to_contain_text(records[record][:12])
        assert ben.evaluate("window.found") == [], screen
        assert ben.locator(STRANGE).count() == 0, screen


def test_the_look_for_what_runs_would_see_it(ben: Page) -> None:
    ben.add_init_script(WATCH)
    ben.reload()
    expect(ben.locator("main h1")).to_be_visible()
    # As a page that builds HTML from text would; the policy stops it, and says so.
    told = ben.evaluate("""
        new Promise((seen) => {
          addEventListener("securitypolicyviolation", (event) => seen(event.violatedDirective));
          try {
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=hit()>");
          } catch {
            // Text never becomes part of the page.
          }
        })
    """)
    assert ben.evaluate("window.found") == [told] == ["require-trusted-types-for"]

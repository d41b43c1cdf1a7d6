"""What time does to a phone: left alone it locks, and away for too long it shows no customers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clock import DAY_S, shifted
from tests.browser.conftest import Office
from tests.browser.phone import (
    PASSWORD,
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    open_customer,
    save,
)
from tests.browser.test_lock import PHRASE, type_phrase
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RULES = '[phone]\nunlock = "required"\nlock_after_min = 5\nlease_days = 3\n'


def sign_in_where_a_lock_is_asked_for(page: Page, url: str) -> None:
    """Somebody's first minute: there is no way past the lock."""
    page.goto(url)
    page.get_by_label("Name", exact=True).fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="How this phone opens")).to_be_visible()
    expect(page.get_by_role("button", name="Not now")).to_have_count(0)
    expect(page.get_by_role("radio", name="It opens by itself")).to_have_count(0)
    page.get_by_role("radio", name="A passphrase").check()
    page.get_by_label("New passphrase").fill(PHRASE)
    page.get_by_role("button", name="Use this").click()
    expect_pill(page, "Synced")


def resting(page: Page) -> None:
    """The app does not show its copy, and says so."""
    expect(page.locator(".banner")).to_contain_text("The customers rest until the gateway")
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Harbour")


def left_alone(page: Page) -> None:
    """Four minutes, a key, four minutes: somebody is there. Five more: nobody is."""
    begin_customer(page, "Half typ")
    page.clock.fast_forward("04:00")
    page.get_by_label("Legal name").press_sequentially("ed")
    page.clock.fast_forward("04:00")
    expect(page.get_by_label("Legal name")).to_have_value("Half typed")
    page.clock.fast_forward("05:00")
    expect(page.get_by_role("heading", name="This phone is locked")).to_be_visible()
    for word in ("mira", "Harbour", "Half"):
        expect(page.locator("body")).not_to_contain_text(word)
    type_phrase(page, PHRASE)
    expect(page.get_by_label("Legal name")).to_have_value("Half typed")


def test_a_required_lock_closes_by_itself_and_the_copy_rests_after_too_long_away(
    phone: Phone, gateway: GatewayProcess, office: Office, tmp_path: Path
) -> None:
    gateway.stop()
    (gateway.data / "site.toml").write_text(RULES)
    gateway.start()
    page = phone.open()
    page.clock.install()
    sign_in_where_a_lock_is_asked_for(page, phone.url)
    enter_customer(page, "Harbour Bakery")
    expect_pill(page, "Synced")

    left_alone(page)
    phone.leave()

    # Four days later, and no gateway.
    gateway.kill()
    phone.environment = shifted(tmp_path, 4 * DAY_S)
    page = phone.open()
    page.goto(phone.url)
    type_phrase(page, PHRASE)
    resting(page)
    page.locator(".row", has_text="Half typed").first.click()
    expect(page.get_by_label("Legal name")).to_have_value("Half typed")
    save(page)
    expect_pill(page, "Offline · 1 waiting")
    phone.leave()

    # Setting the clock back helps nobody; a word from the gateway does.
    phone.environment = {}
    page = phone.open()
    page.goto(phone.url)
    type_phrase(page, PHRASE)
    resting(page)
    expect_pill(page, "Offline · 1 waiting")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    expect(page.locator(".banner", has_text="The customers rest")).to_have_count(0)
    open_customer(page, "Harbour Bakery")
    names = sorted(record["data"]["legal_name"] for record in office.customers())
    assert names == ["Half typed", "Harbour Bakery"]

"""A phone whose clock stands in 2019, really: the browser runs on a clock of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clock import DAY_S, shifted
from tests.browser.conftest import Office
from tests.browser.phone import Phone, back_after_kill, enter_customer, expect_pill, knock
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEVEN_YEARS_S = 7 * 365 * DAY_S


def test_a_clock_in_2019_is_said_and_decides_nothing(
    page: Page, phone: Phone, gateway: GatewayProcess, office: Office, tmp_path: Path
) -> None:
    # What failed before waits for a try that now lies seven years ahead.
    gateway.kill()
    enter_customer(page, "Entered in time")
    expect_pill(page, "Offline · 1 waiting")
    phone.leave()

    phone.environment = shifted(tmp_path, -SEVEN_YEARS_S)
    page = phone.open()
    page.goto(phone.url)
    assert page.evaluate("new Date().getFullYear()") <= 2020
    enter_customer(page, "Entered in 2019")
    expect_pill(page, "Offline · 2 waiting")
    gateway.start()
    knock(page)
    back_after_kill(page)
    expect(page.locator(".banner")).to_contain_text("This phone's clock is off")
    page.evaluate("location.hash = '#/sync'")
    today = page.get_by_role("region", name="Sent today: 2")
    expect(today).to_contain_text("Entered in 2019")
    phone.leave()

    # The clock is set right: the copies of seven years ago are not seven years old.
    phone.environment = {}
    page = phone.open()
    page.goto(phone.url + "#/sync")
    back_after_kill(page)
    expect(page.locator(".banner")).to_have_count(0)
    expect(page.locator(".row", has_text="Entered in 2019")).to_be_visible()
    enter_customer(page, "Entered in time again")
    expect_pill(page, "Synced")
    names = sorted(record["data"]["legal_name"] for record in office.customers())
    assert names == ["Entered in 2019", "Entered in time", "Entered in time again"]

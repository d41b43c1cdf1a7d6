"""A customer's quality and history on a phone: there with the gateway, and honest without it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import enter_customer, expect_pill
from tests.browser.test_looks import faults
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_rep_sees_what_is_missing_checks_the_customer_and_reads_its_past(
    page: Page, office: Office, gateway: GatewayProcess
) -> None:
    enter_customer(page, "Fontaine & Filles")
    expect_pill(page, "Synced")
    card = page.locator(".past")
    expect(card).to_contain_text("of 100")
    expect(card).to_contain_text("Nothing stands here yet")
    expect(card).to_contain_text("Not checked by anybody yet")
    card.get_by_role("button", name="I have checked this").click()
    expect(card).to_contain_text("Checked by mira")
    expect(card).to_contain_text("mira found the record right")
    first = card.locator(".made").filter(has_text="Version 1")
    first.locator("summary").click()
    expect(first).to_contain_text("Fontaine & Filles")
    expect(first).to_contain_text("On the road, this phone")
    assert faults(page) == []
    identity = str(page.evaluate("location.hash")).rpartition("/")[2]
    (found,) = office.customers()
    assert found["id"] == identity
    gateway.kill()
    page.evaluate("location.hash = '#/customers'")
    page.evaluate(f"location.hash = '#/customers/{identity}'")
    expect(card).to_contain_text("here when it can be reached")
    expect(card).not_to_contain_text("of 100")

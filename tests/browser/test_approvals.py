"""What takes a second person, seen from phones: proposed by a rep, decided by a manager."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.kinds.registry import KINDS
from tests.browser.conftest import Office
from tests.browser.phone import PASSWORD, Phone, begin_customer, open_customer, save, sign_in
from tests.torture.gateway import GatewayProcess

TERMS = next(s.labels.en for s in KINDS["customer"].steps if "credit_limit" in s.fields)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def propose_a_limit(page: Page, name: str, amount: str) -> None:
    """Enter a customer with a large credit limit; the last look says that it waits."""
    begin_customer(page, name)
    page.locator(".steps").get_by_role("button", name=TERMS).click()
    page.get_by_label("Credit limit").fill(amount)
    page.locator(".steps li:last-child button").click()
    waits = page.get_by_role("region", name="may wait for a second person")
    expect(waits).to_contain_text("Credit limit")
    waits.get_by_label("Why is it needed?").fill("A tender.")
    save(page)


def test_a_rep_sees_that_a_limit_waits_and_takes_it_back(page: Page, office: Office) -> None:
    propose_a_limit(page, "Fontaine & Filles", "9000")
    expect(page.get_by_role("heading", name="Waits for a second person")).to_be_visible()
    field = page.locator(".facts > div").filter(has_text="Credit limit")
    expect(field.get_by_text("Waits for approval")).to_be_visible()
    (found,) = office.customers()
    assert "credit_limit" not in found["data"]

    page.evaluate("location.hash = '#/sync'")
    part = page.get_by_role("region", name="Waits for a second person")
    expect(part).to_contain_text("Fontaine & Filles")
    part.get_by_role("link").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("heading", name="Waits for a second person")).to_have_count(0)
    page.evaluate("location.hash = '#/sync'")
    expect(page.get_by_role("heading", name="Sent today")).to_be_visible()
    expect(part).to_have_count(0)


def test_a_manager_approves_on_a_phone(
    page: Page, gateway: GatewayProcess, phones: Callable[[str], Phone]
) -> None:
    propose_a_limit(page, "Fontaine & Filles", "9000")
    gateway.user("bruno", "manager", PASSWORD)
    other = phones(f"http://localhost:{gateway.port}/")
    managers = other.open()
    sign_in(managers, other.url, "bruno")
    open_customer(managers, "Fontaine & Filles")
    card = managers.get_by_role("group", name="Credit limit")
    expect(card).to_contain_text("€9,000.00")
    expect(card).to_contain_text("A tender.")
    card.get_by_role("button", name="Reject").click()
    expect(managers.get_by_text("Please say why you reject the change")).to_be_visible()
    card.get_by_role("button", name="Approve").click()
    expect(card).to_have_count(0)
    field = managers.locator(".facts > div").filter(has_text="Credit limit").first
    expect(field).to_contain_text("€9,000.00")
    (found,) = Office(gateway, "bruno").customers()
    assert found["data"]["credit_limit"] == 900_000

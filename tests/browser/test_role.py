"""Somebody's role changes while a phone is away: what it no longer may see is gone from it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    PASSWORD,
    Phone,
    expect_pill,
    knock,
    open_customer,
    save,
    sign_in,
    sign_in_again,
)
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LIMIT = 50_000
# Every field that any record of the copy on this phone has, opened by the app's own key.
FIELDS = """
Promise.all([import("/static/app/upkeep.js"), import("/static/app/runtime.js")])
  .then(async ([upkeep, runtime]) => {
    const found = new Set();
    await upkeep.eachRecord(runtime.here().db, ({ data }) => {
      for (const name of Object.keys(data)) found.add(name);
    });
    return [...found];
  })
"""


def test_a_field_that_a_new_role_does_not_see_leaves_the_phone_and_the_unsent_edit_arrives(
    phone: Phone, gateway: GatewayProcess, office: Office
) -> None:
    gateway.user("ana", "admin", PASSWORD)
    gateway.user("boss", "manager", PASSWORD)
    record = {"legal_name": "Kornblum", "credit_limit": LIMIT}
    Office(gateway, "boss").call("POST", "/api/v1/records/customer", {"data": record})
    page = phone.open()
    sign_in(page, phone.url, "boss")
    open_customer(page, "Kornblum")
    expect(page.locator("article.record")).to_contain_text("Credit limit")
    assert "credit_limit" in page.evaluate(FIELDS)
    page.context.set_offline(True)
    page.get_by_role("link", name="Edit").click()
    page.locator(".steps li").nth(4).locator("button").click()
    page.get_by_label("Notes").fill("from the street")
    save(page)
    expect_pill(page, "Offline · 1 waiting")

    ana = Office(gateway, "ana")
    (boss,) = [one for one in ana.call("GET", "/api/v1/users")["users"] if one["name"] == "boss"]
    ana.call("POST", f"/api/v1/users/{boss['id']}", {"role": "clerk"})
    page.context.set_offline(False)
    knock(page)
    expect(page.locator(".pill").first).to_have_text(re.compile("^(Synced|Sign in to send.*)$"))
    if page.locator(".pill").first.inner_text() != "Synced":
        sign_in_again(page)
    open_customer(page, "Kornblum")
    expect(page.locator("article.record")).to_contain_text("from the street")
    expect(page.locator("article.record")).not_to_contain_text("Credit limit")
    assert "credit_limit" not in page.evaluate(FIELDS)
    assert [each["data"]["notes"] for each in office.customers()] == ["from the street"]

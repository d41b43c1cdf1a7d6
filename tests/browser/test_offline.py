"""Whole days without a network: nothing saved or typed is lost, and nothing arrives twice."""

import json

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    Phone,
    back_after_kill,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    open_customer,
    save,
    sign_in_again,
)
from tests.browser.portal import portal
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


# What stands on the phone's disk of forms that were begun, opened by the app's own key.
DRAFTS = """
Promise.all([import("/static/app/drafts.js"), import("/static/app/runtime.js")])
  .then(([drafts, runtime]) => drafts.allDrafts(runtime.here().db))
  .then(JSON.stringify)
"""


def names(office: Office) -> list[str]:
    return sorted(record["data"]["legal_name"] for record in office.customers())


def test_twenty_customers_entered_offline_arrive_once_and_the_half_typed_one_survives_a_kill(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    gateway.kill()
    page.reload()
    wanted = [f"Corner Shop {number:02d}" for number in range(1, 21)]
    for name in wanted:
        enter_customer(page, name)
    expect_pill(page, "Offline · 20 waiting")

    # No blur, no pause, no timer: the letters reach the disk as they are typed.
    begin_customer(page, "Half a customer, typed until the batt")
    wait_until(lambda: "until the batt" in page.evaluate(DRAFTS), 20)
    phone.kill()

    page = phone.open()
    page.goto(phone.url)
    expect_pill(page, "Offline · 20 waiting")
    gateway.start()
    knock(page)
    back_after_kill(page)
    assert names(office) == wanted
    numbers = [record["number"] for record in office.customers()]
    assert len(set(numbers)) == 20
    assert all(number.startswith("W1-C") for number in numbers)

    page.locator(".row", has_text="Half a customer, typed until the batt").click()
    expect(page.get_by_label("Legal name")).to_have_value("Half a customer, typed until the batt")
    expect(page.locator(".continued")).to_contain_text("Continued from")
    save(page)
    expect_pill(page, "Synced")
    assert len(names(office)) == 21


def test_an_entry_killed_right_after_saved_is_on_the_phone_and_arrives_once(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    gateway.kill()
    begin_customer(page, "Saved and shot")
    save(page)
    phone.kill()

    gateway.start()
    page = phone.open()
    page.goto(phone.url)
    back_after_kill(page)
    assert names(office) == ["Saved and shot"]


def test_a_lost_answer_is_no_second_customer(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    # The gateway gets the push, but its answer never reaches the phone.
    page.route("**/api/v1/push", lambda route: (route.fetch(), route.abort()))
    enter_customer(page, "Answered into the void")
    expect_pill(page, "Offline · 1 waiting")
    assert names(office) == ["Answered into the void"]

    page.unroute_all(behavior="wait")
    knock(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Answered into the void"]


def test_two_tabs_make_one_upload_and_both_know(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    other = phone.tab()
    other.goto(f"{phone.url}#/customers")
    expect_pill(other, "Synced")
    sent: list[str] = []

    def listen(response: Response) -> None:
        asked = response.request
        if response.ok and asked.url.endswith("/api/v1/push") and asked.post_data:
            sent.extend(op["id"] for op in json.loads(asked.post_data)["operations"])

    gateway.kill()
    enter_customer(page, "One of two tabs")
    expect_pill(page, "Offline · 1 waiting")
    expect_pill(other, "Offline · 1 waiting")
    phone.context.on("response", listen)
    gateway.start()
    knock(page)
    knock(other)
    expect_pill(page, "Synced")
    expect_pill(other, "Synced")
    assert len(sent) == 1
    assert names(office) == ["One of two tabs"]
    expect(other.locator(".row", has_text="One of two tabs").first).to_contain_text("W1-C")


def test_a_session_that_ended_keeps_the_outbox_and_capture_goes_on(
    phone: Phone, page: Page, office: Office
) -> None:
    phone.context.clear_cookies()
    enter_customer(page, "Before signing in")
    expect_pill(page, "Sign in to send · 1 waiting")
    expect(page.locator(".banner")).to_contain_text("waits safely on this phone")
    enter_customer(page, "Still working")
    expect_pill(page, "Sign in to send · 2 waiting")
    assert names(office) == []

    sign_in_again(page)
    assert names(office) == ["Before signing in", "Still working"]


def test_a_captive_portal_is_neither_success_nor_a_new_app(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Known before")
    expect_pill(page, "Synced")
    gateway.kill()
    with portal(gateway.port):
        page.reload()
        enter_customer(page, "Behind the portal")
        expect_pill(page, "Offline · 1 waiting")
        page.locator(".pill").click()
        expect(page.locator(".verdict")).to_contain_text("Somebody else answers")
        page.get_by_role("button", name="Sync now").click()
        expect_pill(page, "Offline · 1 waiting")
        open_customer(page, "Known before")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Behind the portal", "Known before"]


def test_fifty_flips_of_the_network_lose_and_double_nothing(
    phone: Phone, page: Page, office: Office
) -> None:
    requests: list[str] = []
    phone.context.on("request", lambda request: requests.append(request.url))
    for number in range(5):
        for _ in range(5):
            phone.context.set_offline(True)
            phone.context.set_offline(False)
        enter_customer(page, f"Flip {number}")
    expect_pill(page, "Synced")
    assert names(office) == [f"Flip {number}" for number in range(5)]
    asked = [url for url in requests if "/api/v1/p" in url]
    assert len(asked) < 60, f"{len(asked)} requests"

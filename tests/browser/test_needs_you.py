"""One refused, one contested, one that is well, while the gateway takes its time: each finds its
place, and a withdrawal that was a slip is taken back.
"""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.between import gone, held, standing_between
from tests.browser.conftest import Office
from tests.browser.phone import (
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    save,
)
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def withdraw_by_a_slip(page: Page) -> None:
    """Without a network: entered, withdrawn, taken back, and there after a new start."""
    enter_customer(page, "The fourth")
    page.evaluate("location.hash = '#/sync'")
    waiting = page.get_by_role("region", name="1 waiting to be sent")
    expect(waiting).to_be_visible()
    waiting.locator("summary").click()
    waiting.get_by_role("button", name="Withdraw…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Withdraw").click()
    expect(waiting).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(waiting).to_contain_text("The fourth")
    page.reload()
    expect(waiting).to_contain_text("The fourth")


def test_a_refusal_and_a_conflict_find_their_list_and_a_slow_gateway_holds_up_nobody(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    expect_pill(page, "Synced")
    record = office.customers()[0]["id"]
    with standing_between(gateway) as between:
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Legal name").fill("Kornblum Brothers")
        patience = threading.Event()
        between.fates["/api/v1/push"] = held(patience)
        begun = Office(gateway, "clara")
        begun.edit(record, {"legal_name": "Kornblum Sisters"})
        save(page)
        wait_until(lambda: bool(between.calls("/api/v1/push")), 10)
        # The push hangs. Nobody who enters something notices.
        begin_customer(page, "Tax Free Trading")
        page.get_by_label("Tax number").fill("DE 123 456 789 000")
        save(page)
        enter_customer(page, "The third")
        expect(page.locator(".pill").first).to_contain_text("3 waiting")
        patience.set()
        expect_pill(page, "2 need you")
        wait_until(lambda: "The third" in str(begun.customers()), 10)

        page.evaluate("location.hash = '#/sync'")
        need = page.get_by_role("region", name="2 need you")
        expect(need.get_by_role("group", name="Legal name")).to_contain_text("Kornblum Sisters")
        expect(need.locator(".reasons li")).to_contain_text("Tax number: This tax number")
        expect(need).not_to_contain_text("The third")

        between.fates.clear()
        between.fates["/"] = gone
        withdraw_by_a_slip(page)
        between.fates.clear()
        knock(page)
        expect_pill(page, "2 need you")
        wait_until(lambda: "The fourth" in str(begun.customers()), 20)
        names = sorted(each["data"]["legal_name"] for each in begun.customers())
        assert names == ["Kornblum Sisters", "The fourth", "The third"]

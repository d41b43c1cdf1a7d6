"""A rep's day: what is due stands on the first screen, a tap finishes a task, and nothing of it
needs a network.
"""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import enter_customer, expect_pill, knock, open_customer, save
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

YESTERDAY = (dt.datetime.now(dt.UTC).astimezone() - dt.timedelta(days=1)).date().isoformat()
TASK = "Bring the new price list"
BAKERY = "Offline Bakery"


def go(page: Page, address: str) -> None:
    page.evaluate(f"location.hash = '#/{address}'")


def tasks(office: Office) -> dict[str, dict[str, Any]]:
    """Every task the gateway knows, by its title."""
    found = office.call("GET", "/api/v1/records/task?limit=100")["records"]
    return {record["data"]["title"]: record for record in found}


def statuses(office: Office, record: str) -> list[str]:
    """What a task's status became, version by version."""
    versions = office.call("GET", f"/api/v1/records/task/{record}/history")["versions"]
    changes = [change for one in reversed(versions) for change in one["changes"]]
    return [change["new"] for change in changes if change["field"] == "status"]


def given_a_task(page: Page, office: Office, customer: str) -> None:
    """The desk gives mira a task for a customer of hers, due yesterday; her phone hears of it."""
    data = {"title": TASK, "customer": customer, "due": YESTERDAY, "owner": "mira"}
    office.call("POST", "/api/v1/records/task", {"data": data})
    page.locator("a.pill").click()
    page.get_by_role("button", name="Sync now").click()
    go(page, "today")


def plan(page: Page, title: str) -> None:
    """Name the task in the open form, and save it."""
    page.get_by_label("What is to be done").fill(title)
    save(page)
    expect(page.locator("article.record")).to_contain_text(BAKERY)


def choose(page: Page, label: str, typed: str) -> None:
    """Fill a field that names another record, by its search and the keyboard."""
    field = page.get_by_role("combobox", name=label)
    field.fill(typed)
    expect(page.get_by_role("option").first).to_contain_text(typed)
    field.press("Enter")
    expect(page.locator(".reference-chosen")).to_contain_text(typed)


def plan_for_a_new_customer(page: Page) -> None:
    """Enter a customer and two tasks: from the customer's page, and with the customer looked up."""
    enter_customer(page, BAKERY)
    page.get_by_role("link", name="Task", exact=True).click()
    expect(page.locator(".reference-chosen")).to_contain_text(BAKERY)
    plan(page, "Ring on Monday")
    go(page, "new/task")
    choose(page, "Customer", BAKERY[:-3])
    plan(page, "Send a sample")


def test_a_day_without_a_network_arrives_once_and_in_order(
    page: Page, office: Office, gateway: GatewayProcess
) -> None:
    enter_customer(page, "Fontaine & Filles")
    expect_pill(page, "Synced")
    given_a_task(page, office, office.customers()[0]["id"])
    due = page.locator("section", has=page.get_by_role("heading", name="1 task due"))
    expect(due.locator(".task")).to_contain_text("Fontaine & Filles")
    expect(due.locator(".task")).to_contain_text("Overdue since")

    gateway.kill()
    due.get_by_role("button", name=f"Done: {TASK}").click()
    expect(page.get_by_text("Nothing due.")).to_be_visible()
    expect_pill(page, "Offline · 1 waiting")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(due.locator(".task")).to_contain_text(TASK)
    plan_for_a_new_customer(page)

    page.reload()
    go(page, "today")
    expect(due.locator(".task")).to_contain_text(TASK)
    expect(page.locator(".numbers")).to_contain_text("Entered5")
    open_customer(page, BAKERY)
    card = page.locator(".tasks-card")
    expect(card.get_by_role("heading", name="2 open tasks")).to_be_visible()
    card.get_by_role("button", name="Done: Send a sample").click()
    expect(card.get_by_role("heading", name="1 open task")).to_be_visible()

    gateway.start()
    knock(page)
    expect_pill(page, "Synced", timeout_s=40)
    office = Office(gateway, "clara")
    known = tasks(office)
    bakery = {one["data"]["legal_name"]: one["id"] for one in office.customers()}[BAKERY]
    assert sorted(known) == sorted([TASK, "Ring on Monday", "Send a sample"])
    assert known["Ring on Monday"]["data"].items() >= {"customer": bakery, "owner": "mira"}.items()
    assert statuses(office, known[TASK]["id"]) == ["open", "done", "open"]
    assert statuses(office, known["Send a sample"]["id"]) == ["open", "done"]


def test_lists_are_narrowed_and_what_needs_somebody_is_one_tap_away(
    page: Page, office: Office
) -> None:
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    for name, data in (
        ("Bäckerei Grün", {"status": "prospect", "tags": ["bakery"]}),
        ("Fontaine & Filles", {"tags": ["wine"], "account_manager": "Mira"}),
    ):
        whole = {"type": "company", "legal_name": name, "country": "DE", **data}
        office.call("POST", "/api/v1/records/customer", {"data": whole})
    page.get_by_role("navigation").get_by_role("link", name="More").click()
    page.locator("main").get_by_role("link", name="Sync").click()
    expect(page.locator(".nav.tabs [aria-current]")).to_have_text("More")
    page.get_by_role("button", name="Sync now").click()

    page.get_by_role("navigation").get_by_role("link", name="Customers").click()
    expect(page.get_by_role("heading", name="All 2 customers")).to_be_visible()
    for chip, name in (("Mine 1", "Fontaine & Filles"), ("Prospect 1", "Bäckerei Grün")):
        page.get_by_role("button", name=chip).click()
        expect(page.locator(".pane-list .row")).to_have_count(1)
        expect(page.locator(".pane-list .row")).to_contain_text(name)
        page.get_by_role("button", name=chip).click()
    page.get_by_role("button", name="Mine 1").click()
    page.get_by_role("button", name="bakery 1").click()
    expect(page.get_by_role("heading", name="Nobody fits all of this")).to_be_visible()
    page.get_by_role("button", name="Show everybody").click()
    expect(page.get_by_role("heading", name="All 2 customers")).to_be_visible()

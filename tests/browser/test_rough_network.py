"""Networks that cut, stall, lie and come back: what was saved arrives once, and nobody is told a
story.

docs/phone-scenarios.md lists what the app is tried with, here and in the other files.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.between import (
    Answered,
    Asked,
    Between,
    halved,
    problem,
    standing_between,
    swallowed,
)
from tests.browser.conftest import Office
from tests.browser.phone import (
    PASSWORD,
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    save,
    sign_in,
)
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY = 1_100


@pytest.fixture
def between(page: Page, gateway: GatewayProcess) -> Iterator[Between]:
    """The page's gateway, with a network in front that does what a test says."""
    with standing_between(gateway) as proxy:
        yield proxy


def names(office: Office) -> list[str]:
    return sorted(record["data"]["legal_name"] for record in office.customers())


def centre(page: Page) -> None:
    page.evaluate("location.hash = '#/sync'")
    expect(page.get_by_role("heading", level=1, name="Sync")).to_be_visible()


def test_answers_that_are_lost_or_cut_make_nothing_twice(
    page: Page, between: Between, office: Office
) -> None:
    between.fates["/api/v1/push"] = swallowed
    enter_customer(page, "Answered into the void")
    expect_pill(page, "Offline · 1 waiting")
    between.fates["/api/v1/push"] = halved
    enter_customer(page, "Answered by half")
    expect_pill(page, "Offline · 2 waiting")
    wait_until(lambda: names(office) == ["Answered by half", "Answered into the void"], 30)
    between.fates.clear()
    between.fates["/api/v1/pull"] = halved
    knock(page)
    expect_pill(page, "Offline")
    # Everything is sent, but nobody has proven yet that this phone has everything.
    centre(page)
    expect(page.locator(".verdict")).to_have_attribute("data-state", "failed")
    between.fates.clear()
    page.get_by_role("button", name="Sync now").click()
    expect_pill(page, "Synced")
    expect(page.locator(".verdict")).to_have_attribute("data-state", "well")
    assert names(office) == ["Answered by half", "Answered into the void"]


def test_a_gateway_that_asks_for_time_gets_it_and_one_bad_entry_holds_up_nobody(
    page: Page, between: Between, office: Office
) -> None:
    patience = problem(503, "store_busy", **{"Retry-After": "6"})
    between.fates["/api/v1/push"] = patience
    enter_customer(page, "First")
    centre(page)
    expect(page.locator(".verdict")).to_contain_text("Next try")
    expect(page.locator(".verdict")).to_contain_text("asks for patience")
    before = len(between.calls("/api/v1/push"))
    for _ in range(5):
        page.get_by_role("button", name="Sync now").click()
        knock(page)
    assert len(between.calls("/api/v1/push")) == before

    def poisonous(asked: Asked, gateway: Callable[[], Answered]) -> Answered | None:
        broken = problem(500, "internal_error")
        return broken(asked, gateway) if b"Poison" in asked.body else gateway()

    enter_customer(page, "Poison")
    enter_customer(page, "Third")
    between.fates["/api/v1/push"] = poisonous
    wait_until(lambda: names(office) == ["First", "Third"], 60)
    expect_pill(page, "1 waiting", 30)
    centre(page)
    waiting = page.get_by_role("region", name="1 waiting to be sent").locator("details")
    waiting.locator("summary").click()
    expect(waiting).to_contain_text(re.compile(r"tried [5-9] times"))
    between.fates.clear()
    waiting.get_by_role("button", name="Send now").click()
    expect_pill(page, "Synced")
    assert names(office) == ["First", "Poison", "Third"]


def furnish(office: Office, count: int) -> None:
    """Customers from an earlier life, a hundred at a time."""
    for start in range(0, count, 100):
        operations = [
            {
                "id": f"0190f3c2-1111-7000-8000-{at:012d}",
                "record": f"0190f3c2-2222-7000-8000-{at:012d}",
                "type": "record.create", "kind": "customer", "origin_seq": at + 1,
                "at": "2026-11-22T10:00:00Z", "revision": 0, "depends_on": [],
                "data": {"legal_name": f"Known {at:04d}"},
            }
            for at in range(start, start + 100)
        ]  # fmt: skip
        office.push(operations)


def test_a_first_copy_that_was_cut_goes_on_where_it_stopped_after_the_browser_was_ended(
    gateway: GatewayProcess, phones: Callable[[str], Phone]
) -> None:
    furnish(Office(gateway, "clara"), MANY)
    with standing_between(gateway) as between:
        phone = phones(f"http://localhost:{between.server.server_port}/")
        pages: list[str] = []

        def second_page_is_cut(asked: Asked, whole: Callable[[], Answered]) -> Answered | None:
            (cursor,) = parse_qs(urlsplit(asked.path).query).get("cursor", [""])
            pages.append(cursor)
            return whole() if not cursor else halved(asked, whole)

        between.fates["/api/v1/pull"] = second_page_is_cut
        page = phone.open()
        page.goto(phone.url)
        page.get_by_label("Name", exact=True).fill("clara")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Not now").click()
        expect_pill(page, "Offline")
        page.evaluate("location.hash = '#/customers'")
        expect(page.get_by_role("heading", name="All 500 customers")).to_be_visible()
        phone.leave()

        begun = len(pages)
        between.fates.clear()
        between.asked.clear()
        page = phone.open()
        page.goto(f"{phone.url}#/customers")
        expect_pill(page, "Synced")
        expect(page.get_by_role("heading", name="All 1,100 customers")).to_be_visible()
        assert begun >= 2
        assert between.calls("/api/v1/pull")
        assert not [each for each in between.calls("/api/v1/pull") if "cursor=&" in each.path]


def test_a_phone_whose_data_was_deleted_is_told_what_never_came_and_so_is_the_desk(
    page: Page, phone: Phone, gateway: GatewayProcess, office: Office
) -> None:
    begin_customer(page, "Tax Free Trading")
    page.get_by_label("Tax number").fill("DE 123 456 789 000")
    save(page)
    expect_pill(page, "1 needs you")
    session = phone.context.new_cdp_session(page)
    page.goto("about:blank")
    origin = phone.url.rstrip("/")
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    phone.context.clear_cookies()

    sign_in(page, phone.url)
    banner = page.locator(".banner", has_text="never came from an earlier phone of yours")
    expect(banner).to_contain_text("1 entry")
    banner.get_by_role("link", name="I have a file").click()
    expect(page.get_by_role("button", name="Bring in a file")).to_be_visible()
    banner.get_by_role("button", name="I know").click()
    expect(banner).to_have_count(0)
    page.reload()
    expect_pill(page, "Synced")
    expect(banner).to_have_count(0)

    gateway.user("boss", "manager", PASSWORD)
    desk = Office(gateway, "boss")
    reported = desk.call("GET", "/api/v1/sync")["phones"]
    assert sorted(each["unsent_reported"] for each in reported if each["user"] == "mira") == [0, 1]
    assert len(desk.call("GET", "/api/v1/quarantine")["items"]) == 1


def test_a_customer_that_leaves_the_reps_sight_is_gone_but_the_unsent_edit_is_not(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    enter_customer(page, "Nordwind")
    expect_pill(page, "Synced")
    record = next(each for each in office.customers() if each["data"]["legal_name"] == "Kornblum")
    page.evaluate(f"location.hash = '#/customers/{record['id']}'")
    page.context.set_offline(True)
    page.get_by_role("link", name="Edit").click()
    page.locator(".steps li").nth(4).locator("button").click()
    page.get_by_label("Notes").fill("from the street")
    save(page)
    expect_pill(page, "Offline · 1 waiting")
    office.edit(record["id"], {"territory": "south"})
    page.context.set_offline(False)
    knock(page)
    expect_pill(page, "1 needs you")
    page.evaluate("location.hash = '#/customers'")
    expect(page.locator(".row", has_text="Nordwind").first).to_be_visible()
    centre(page)
    expect(page.get_by_role("region", name="1 needs you")).to_contain_text("Kornblum")
    gateway.user("boss", "manager", PASSWORD)
    held = Office(gateway, "boss").call("GET", "/api/v1/quarantine")["items"]
    assert [item["type"] for item in held] == ["record.edit"]


def test_a_page_that_was_frozen_wakes_and_talks_once(
    page: Page, phone: Phone, between: Between, office: Office
) -> None:
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_role("searchbox")).to_be_visible()
    session = phone.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    office.call("POST", "/api/v1/records/customer", {"data": {"legal_name": "Came by night"}})
    between.asked.clear()
    session.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    knock(page)
    expect(page.locator(".row", has_text="Came by night").first).to_be_visible()
    expect_pill(page, "Synced")
    assert 1 <= len(between.calls("/api/v1/pull")) <= 4


# The page's handle to its storage dies: at once, and again after it was opened anew.
DIES = """
(times) => {
  const own = IDBDatabase.prototype.transaction;
  let left = times;
  IDBDatabase.prototype.transaction = function (...asked) {
    if (left === 0) return own.apply(this, asked);
    left -= 1;
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  };
}
"""


def test_storage_that_does_not_answer_is_opened_again_once_and_then_said(
    page: Page, phone: Phone, office: Office
) -> None:
    begin_customer(page, "Written through")
    page.evaluate(DIES, 1)
    save(page)
    expect_pill(page, "Synced")
    begin_customer(page, "Still on the screen")
    page.locator(".steps li:last-child button").click()
    page.evaluate(DIES, 10_000)
    page.locator(".entry-bar button.main").click()
    expect(page.locator(".entry .banner")).to_contain_text("Your entry is still on the screen")
    expect(page.get_by_role("button", name="Load again")).to_be_visible()
    page.reload()
    expect(page.locator(".entry")).to_be_visible()
    save(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Still on the screen", "Written through"]


VIOLATIONS = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`Content Security Policy: ${violatedDirective} ${blockedURI}`));
"""


def test_nothing_leaves_the_origin_and_no_policy_is_violated(page: Page, phone: Phone) -> None:
    seen: list[str] = []

    def listen(request: Request) -> None:
        seen.append(request.url)

    phone.context.on("request", listen)
    phone.context.add_init_script(VIOLATIONS)
    page.reload()
    enter_customer(page, "Fontaine & Filles")
    expect_pill(page, "Synced")
    for address in ("customers", "sync", "more", "new/customer", "sign-in", "pair"):
        page.evaluate(f"location.hash = '#/{address}'")
        expect(page.locator("h1").first).to_be_visible()
    hosts = {urlsplit(url).netloc for url in seen if urlsplit(url).scheme in ("http", "https")}
    assert hosts == {urlsplit(phone.url).netloc}

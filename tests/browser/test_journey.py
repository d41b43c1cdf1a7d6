"""The whole way at once: a phone without a network, a battery that gives up, the gateway, and a
real Tryton at the end, asked over its own interface.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import Office, staffed
from tests.browser.console.cast import chromium, setup_code
from tests.browser.phone import (
    PASSWORD,
    Phone,
    back_after_kill,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    open_customer,
    save,
    sign_in,
)
from tests.browser.test_offline import DRAFTS
from tests.erp.tryton.install import install
from tests.erp.tryton.server import DATABASE, Server
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.erp, pytest.mark.timeout(600)]

# So long that no test lives to see the schedule's own turn: a person starts every round.
INTERVAL_S = 3600
MARK = "waystation:"
HALF = "Half a customer, typed until the batt"
WANTED = [f"Corner Shop {number:02d}" for number in range(1, 21)]


@pytest.fixture
def tryton(tmp_path: Path) -> Iterator[Server]:
    with Server(install(), tmp_path / "tryton").serving() as serving:
        yield serving


@pytest.fixture
def gateway(tmp_path: Path, tryton: Server) -> Iterator[GatewayProcess]:
    """A gateway that pushes to Tryton, with the rep mira and the administrator ada."""
    settings = tryton.settings(interval_s=INTERVAL_S)
    running = staffed(GatewayProcess(tmp_path / "data", environment=settings))
    running.start()
    set_up(running)
    yield running
    running.stop()


def set_up(gateway: GatewayProcess) -> None:
    """What the first visitor types, sent straight to the gateway; her name is ada."""
    shop = {"shop": "Lindenhof", "country": "DE", "currency": "EUR", "language": "en"}
    typed = {"code": setup_code(gateway), **shop, "name": "ada", "password": PASSWORD}
    post(f"http://localhost:{gateway.port}/api/v1/setup", typed)


@pytest.fixture
def push_now(playwright: Playwright, gateway: GatewayProcess) -> Iterator[Callable[[], None]]:
    """Has the administrator start a round at the console, and see it through."""
    browser = chromium(playwright)
    desk = browser.new_page()
    desk.goto(f"http://localhost:{gateway.port}/console")
    desk.get_by_label("Name", exact=True).fill("ada")
    desk.get_by_label("Password", exact=True).fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("navigation", name="Console").get_by_role("link", name="Sync").click()

    def push() -> None:
        card = desk.locator("li.card", has=desk.get_by_role("button", name="Push now"))
        # The page asks every few seconds; before the round it has to have seen what waits.
        expect(card.locator(".badge")).to_contain_text("waiting", timeout=20_000)
        card.get_by_role("button", name="Push now").click()
        expect(card.locator(".badge")).to_have_text("Up to date", timeout=60_000)

    yield push
    browser.close()


def parties(tryton: Server) -> dict[str, list[tuple[str, str]]]:
    """(number, name) of every party in Tryton that carries an id of ours, by that id."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in search(tryton, [["identifiers.code", "like", f"{MARK}%"]]):
        for identifier in row["identifiers."]:
            if identifier["code"].startswith(MARK):
                record = identifier["code"].removeprefix(MARK)
                found.setdefault(record, []).append((row["code"], row["name"]))
    return found


def search(tryton: Server, domain: list[object]) -> list[dict[str, Any]]:
    """Parties in Tryton, over its own interface."""
    asked = {"domain": domain, "fields_names": ["code", "name", "identifiers.code"]}
    path = f"{tryton.url}/{DATABASE}/rest/model/party.party/search_read"
    found: list[dict[str, Any]] = post(path, asked, f"Bearer {tryton.key}")
    return found


def post(url: str, body: object, authorization: str = "") -> Any:
    """What an address answers."""
    headers = {"Content-Type": "application/json", "Authorization": authorization}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def expect_accepted(page: Page, name: str) -> None:
    """The phone shows that the ERP has accepted this customer."""
    open_customer(page, name)
    step = page.locator(".track li[aria-current=step]")
    expect(step).to_contain_text("Accepted by the ERP", timeout=30_000)


def test_twenty_customers_of_a_phone_that_died_offline_are_each_once_in_the_erp(
    phone: Phone, tryton: Server, gateway: GatewayProcess, push_now: Callable[[], None]
) -> None:
    page = phone.open()
    sign_in(page, phone.url)
    phone.context.set_offline(True)
    for name in WANTED:
        enter_customer(page, name)
    expect_pill(page, "Offline · 20 waiting")
    begin_customer(page, HALF)
    wait_until(lambda: HALF in page.evaluate(DRAFTS), 20)
    phone.kill()

    page = phone.open()
    phone.context.set_offline(True)
    page.goto(phone.url)
    expect_pill(page, "Offline · 20 waiting")
    office = Office(gateway, "clara")
    assert office.customers() == []
    phone.context.set_offline(False)
    knock(page)
    back_after_kill(page)

    kept = {record["id"]: record for record in office.customers()}
    assert sorted(record["data"]["legal_name"] for record in kept.values()) == WANTED
    assert len({record["number"] for record in kept.values()}) == 20
    assert parties(tryton) == {}

    push_now()
    assert parties(tryton) == {
        identity: [(record["number"], record["data"]["legal_name"])]
        for identity, record in kept.items()
    }
    named = search(tryton, [["name", "like", "Corner Shop%"]])
    assert sorted(party["name"] for party in named) == WANTED
    knock(page)
    for name in (WANTED[0], WANTED[-1]):
        expect_accepted(page, name)

    # What was half typed when the battery died is still there, and goes the same way.
    page.evaluate("location.hash = '#/customers'")
    page.get_by_role("searchbox").fill("")
    page.locator(".row", has_text=HALF).first.click()
    expect(page.get_by_label("Legal name")).to_have_value(HALF)
    save(page)
    expect_pill(page, "Synced")
    push_now()
    knock(page)
    assert len(parties(tryton)) == 21
    expect_accepted(page, HALF)

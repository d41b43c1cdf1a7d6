"""Pairing, from the console's dialog to a phone that stays signed in, is retired, and is left."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Office
from tests.browser.console.cast import setup_code
from tests.browser.phone import (
    DESK,
    PASSWORD,
    TAKEN_OVER,
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    open_customer,
    save_unsent,
    sign_in,
)
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STORES = "indexedDB.databases().then((all) => all.map(({ name }) => name).sort())"
# What the phone itself still has a note of.
KEPT = """
new Promise((resolve) => {
  indexedDB.open("waystation").onsuccess = ({ target }) => {
    const reading = target.result.transaction("meta").objectStore("meta").getAllKeys();
    reading.onsuccess = () => {
      target.result.close();
      resolve(reading.result);
    };
  };
})
"""
# The private key as the phone keeps it: usable, and nothing that could be taken along.
KEY = """
new Promise((resolve) => {
  indexedDB.open("waystation").onsuccess = ({ target }) => {
    const reading = target.result.transaction("meta").objectStore("meta").getAll();
    reading.onsuccess = () => {
      target.result.close();
      const { privateKey } = reading.result.find((one) => one?.keys).keys;
      crypto.subtle.exportKey("jwk", privateKey)
        .then(() => resolve("exported"))
        .catch(({ name }) => resolve(`${name} ${privateKey.extractable}`));
    };
  };
})
"""


@pytest.fixture
def desk(gateway: GatewayProcess, phones: Callable[[str], Phone]) -> Page:
    """Ben's console, at the devices."""
    url = f"http://localhost:{gateway.port}"
    shop = {"shop": "Lindenhof", "country": "DE", "currency": "EUR", "language": "en"}
    person = {"code": setup_code(gateway), "name": "ada", "password": PASSWORD}
    requests.post(f"{url}/api/v1/setup", json={**shop, **person}, timeout=30).raise_for_status()
    gateway.user("ben", "manager", PASSWORD)
    page = phones(url).open()
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.goto(f"{url}/console#/devices")
    page.get_by_label("Name", exact=True).fill("ben")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    return page


def invite(desk: Page, name: str) -> dict[str, Any]:
    """What the dialog shows once Ben has asked for somebody's invitation."""
    desk.get_by_role("button", name="Pair a phone").click()
    dialog = desk.get_by_role("dialog", name="Pair a phone")
    dialog.get_by_label("Whose phone is it?").select_option(label=f"{name} · Field rep")
    with desk.expect_response("**/api/v1/pairings") as answer:
        dialog.get_by_role("button", name="Show the code").click()
    made: dict[str, Any] = answer.value.json()
    expect(dialog.get_by_role("img", name="QR code")).to_be_visible()
    expect(dialog).to_contain_text(made["code"])
    expect(dialog.get_by_role("timer")).to_contain_text("9:")
    return made


def pair_by_code(page: Page, url: str, code: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Pair with a code").click()
    page.get_by_label("Pairing code").fill(code)
    page.get_by_label("Name of this phone").fill("Mira's phone")
    page.get_by_role("button", name="Pair this phone").click()
    page.get_by_role("button", name="Not now").click()
    expect_pill(page, "Synced")
    page.evaluate(TAKEN_OVER)


def test_from_the_qr_code_to_a_phone_that_stays_signed_in(
    desk: Page, phone: Phone, gateway: GatewayProcess, office: Office
) -> None:
    customer = {"legal_name": "Harbour Bakery"}
    office.call("POST", "/api/v1/records/customer", {"data": customer})
    made = invite(desk, "mira")

    page = phone.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # An invitation of a gateway with another authority: this one is told nothing.
    page.goto(f"{made['link']}.{'0' * 32}")
    page.get_by_role("button", name="Pair this phone").click()
    expect(page.get_by_role("alert")).to_contain_text("is not the gateway that this invitation is")
    assert not [url for url in asked if url.endswith("/api/v1/phones")]
    page.goto("about:blank")
    asked.clear()
    page.goto(made["link"])
    expect(page.get_by_role("heading", name="Pair this phone")).to_be_visible()
    assert page.url == f"{phone.url}#/pair"
    page.get_by_label("Name of this phone").fill("Mira's phone")
    page.get_by_role("button", name="Pair this phone").click()
    page.get_by_role("button", name="Not now").click()
    expect_pill(page, "Synced")
    page.evaluate(TAKEN_OVER)
    assert page.evaluate(KEY) == "InvalidAccessError false"
    token = made["link"].partition("=")[2]
    assert not [url for url in asked[1:] if token in url]
    assert token not in gateway.log.read_text("utf-8")
    expect(desk.get_by_role("dialog")).to_contain_text("Mira's phone is paired")
    desk.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(desk.get_by_role("row", name="Mira's phone")).to_contain_text("mira")

    # Without the gateway, and after a start from nothing, it is all there.
    gateway.kill()
    page.reload()
    open_customer(page, "Harbour Bakery")
    enter_customer(page, "Quay Street Kiosk")
    expect_pill(page, "Offline · 1 waiting")

    # A session that has ended is renewed with the key, and nobody is asked for anything.
    gateway.start()
    phone.context.clear_cookies()
    page.reload()
    expect_pill(page, "Synced")
    assert len(office.customers()) == 2


def put_out(desk: Page, act: str) -> str:
    """Ben retires Mira's phone, or declares it lost: what the dialog told him first."""
    row = desk.get_by_role("row", name="Mira's phone").filter(
        has=desk.get_by_role("button", name=act)
    )
    row.get_by_role("button", name=act).click()
    dialog = desk.get_by_role("dialog")
    told = dialog.inner_text()
    dialog.get_by_role("button", name=act, exact=True).click()
    expect(dialog).to_have_count(0)
    return told


def test_a_retired_phone_hands_everything_over_and_empties_itself_and_a_lost_one_at_once(
    desk: Page, phone: Phone, office: Office, gateway: GatewayProcess
) -> None:
    page = phone.open()
    pair_by_code(page, phone.url, f" {invite(desk, 'mira')['code'].lower().replace('-', ' ')}")
    desk.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(desk.get_by_role("row", name="Mira's phone")).to_be_visible()

    # Ten entries without a network; meanwhile the desk retires the phone.
    phone.context.set_offline(True)
    for number in range(10):
        enter_customer(page, f"Quay Street {number}")
    expect_pill(page, "Offline · 10 waiting")
    assert "everything on it was sent" in put_out(desk, "Retire")
    row = desk.get_by_role("row", name="Mira's phone")
    expect(row).to_contain_text("Retired: 0 left to hand over")
    assert office.customers() == []

    # Whoever merely answers in the gateway's place has nothing removed.
    def impostor(route: Route) -> None:
        said = {"code": "phone_lost", "params": {"word": "0" * 64, "wipe": True}}
        route.fulfill(status=401, content_type="application/problem+json", json=said)

    page.route("**/api/v1/p*", impostor)
    phone.context.set_offline(False)
    page.evaluate("location.hash = '#/sync'")
    expect_pill(page, "Sign in to send · 10 waiting")
    assert page.evaluate(STORES) == ["waystation", "waystation mira"]
    page.unroute("**/api/v1/p*")

    page.reload()
    expect(page.get_by_role("heading", name="This phone is empty")).to_be_visible()
    assert page.evaluate(STORES) == ["waystation"]
    assert len(office.customers()) == 10
    expect(row).to_contain_text("Emptied")

    # The same phone comes back, holds one more entry, and is lost with it.
    page.goto("about:blank")
    pair_by_code(page, phone.url, invite(desk, "mira")["code"])
    desk.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    phone.context.set_offline(True)
    enter_customer(page, "Never sent")
    assert "a thief may hold it" in put_out(desk, "Lost")
    expect(row.first).to_contain_text("Lost, not heard of since")
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", name="This phone was reported lost")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 entry that was not sent went with it")
    assert page.evaluate(STORES) == ["waystation"]
    assert page.evaluate(KEPT) == ["emptied"]
    assert len(office.customers()) == 10
    expect(row.first).to_contain_text("Lost, emptied")
    expect(row.first).to_contain_text("1 entry went with it")


def test_a_phone_is_left_only_when_nothing_would_be_lost(
    desk: Page, phone: Phone, gateway: GatewayProcess
) -> None:
    page = phone.open()
    sign_in(page, phone.url, "clara")  # somebody else's work stays on this phone
    page.evaluate("location.hash = '#/more'")
    page.get_by_role("button", name="Sign out").click()
    pair_by_code(page, phone.url, invite(desk, "mira")["code"])
    assert page.evaluate(STORES) == ["waystation", "waystation clara", "waystation mira"]

    gateway.kill()
    begin_customer(page, "Half a name")
    enter_customer(page, "Quay Street Kiosk")
    page.evaluate("location.hash = '#/more'")
    card = page.locator("main")
    expect(card).to_contain_text("Mira's phone")
    card.get_by_role("button", name="Unpair this phone").click()
    expect(card).to_contain_text("2 entries or drafts were not sent")
    expect(card.get_by_role("button", name="Remove my data and unpair")).to_have_count(0)
    save_unsent(page)
    card.get_by_role("button", name="Remove my data and unpair").click()
    card.get_by_role("button", name="Cancel").click()

    gateway.start()
    card.get_by_role("button", name="Unpair this phone").click()
    card.get_by_role("button", name="Remove my data and unpair").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(STORES) == ["waystation", "waystation clara"]
    desk.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(desk.get_by_role("row", name="Mira's phone")).to_contain_text("Retired")

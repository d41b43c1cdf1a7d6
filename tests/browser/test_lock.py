"""What a locked phone tells: nothing. And what it takes to open it, with and without a network."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import PASSWORD, enter_customer, expect_pill, open_customer
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHRASE = "harbour lamp amber"
# Everything that lies on the phone, as somebody reads it who has its files.
DUMP = """
async () => {
  const ended = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const text = (_, value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer
    ? new TextDecoder("latin1").decode(value) : value;
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await ended(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const rows = db.transaction(store).objectStore(store);
      const all = [store, await ended(rows.getAllKeys()), await ended(rows.getAll())];
      found.push(JSON.stringify(all, text));
    }
    db.close();
  }
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  return [...found, JSON.stringify([{ ...localStorage }, { ...sessionStorage }])].join();
}
"""


def choose_phrase(page: Page, phrase: str = PHRASE) -> None:
    """Have the phone open by a passphrase, under More."""
    page.evaluate("location.hash = '#/opening'")
    page.get_by_role("radio", name="A passphrase").check()
    page.get_by_label("New passphrase").fill(phrase)
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()


def type_phrase(page: Page, phrase: str) -> None:
    page.get_by_label("Passphrase", exact=True).fill(phrase)
    page.get_by_role("button", name="Open", exact=True).click()


def test_five_wrong_tries_and_a_forgotten_passphrase_lose_nothing(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Harbour Bakery")
    expect_pill(page, "Synced")
    choose_phrase(page)

    gateway.kill()
    enter_customer(page, "Quay Street Kiosk")
    expect_pill(page, "Offline · 1 waiting")
    page.evaluate("location.hash = '#/more'")
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", name="This phone is locked")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 entry waits here")
    for word in ("mira", "Harbour", "Quay"):
        expect(page.locator("body")).not_to_contain_text(word)
    found = page.evaluate(DUMP)
    for word in ("Harbour", "harbour", "Quay", "quay", PHRASE, PASSWORD):
        assert word not in found, word

    # The passphrase opens it without a network; then it is locked again, and guessed at.
    type_phrase(page, PHRASE)
    open_customer(page, "Harbour Bakery")
    page.reload()
    page.clock.install()
    for left in (4, 3, 2, 1):
        type_phrase(page, f"not it {left}")
        expect(page.get_by_role("alert")).to_contain_text(f"After {left} more wrong")
        page.clock.fast_forward(60_000)
    type_phrase(page, "not it at all")
    expect(page.get_by_role("alert")).to_contain_text("What you entered is still here, sealed")

    # Forgotten for good: the password opens it, and what was entered goes out.
    page.get_by_role("button", name="I have forgotten it").click()
    page.get_by_label("Name", exact=True).fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in and open").click()
    expect(page.get_by_role("alert")).to_contain_text("What is on this phone stays there, sealed")
    gateway.start()
    page.get_by_role("button", name="Sign in and open").click()
    page.get_by_label("New passphrase").fill("another one of mine")
    page.get_by_role("button", name="Use this").click()
    expect_pill(page, "Synced")
    names = sorted(record["data"]["legal_name"] for record in office.customers())
    assert names == ["Harbour Bakery", "Quay Street Kiosk"]
    open_customer(page, "Harbour Bakery")
    page.reload()
    type_phrase(page, PHRASE)
    expect(page.get_by_role("alert")).to_contain_text("That was not the passphrase")


def with_screen_lock(page: Page) -> Callable[[], None]:
    """A phone whose screen lock can seal; what is returned makes it forget everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    which = {"authenticatorId": made["authenticatorId"]}

    def forget() -> None:
        session.send("WebAuthn.clearCredentials", which)

    return forget


def test_a_finger_opens_the_phone_offline_and_a_lost_passkey_loses_nothing(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    forget = with_screen_lock(page)
    enter_customer(page, "Harbour Bakery")
    expect_pill(page, "Synced")
    page.evaluate("location.hash = '#/opening'")
    page.get_by_role("radio", name="The phone's screen lock").check()
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()

    gateway.kill()
    page.reload()
    assert "Harbour" not in page.evaluate(DUMP)
    page.get_by_role("button", name="Open with the screen lock").click()
    expect_pill(page, "Offline")
    open_customer(page, "Harbour Bakery")
    enter_customer(page, "Quay Street Kiosk")
    expect_pill(page, "Offline · 1 waiting")

    gateway.start()
    forget()
    page.reload()
    page.get_by_role("button", name="Open with the screen lock").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    page.get_by_role("button", name="It does not work").click()
    page.get_by_label("Name", exact=True).fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in and open").click()
    page.get_by_role("radio", name="It opens by itself").check()
    page.get_by_role("button", name="Use this").click()
    expect_pill(page, "Synced")
    assert len(office.customers()) == 2
    page.reload()
    expect_pill(page, "Synced")

"""The own account: passkeys, and where one is signed in."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.console.cast import BEN, PASSWORD, Shop, sign_in
from tests.browser.console.test_console_looks import both_ways

pytestmark = pytest.mark.browser


def test_people_end_the_session_they_left_open_at_another_desk(
    ben: Page, browser: Browser, shop: Shop
) -> None:
    left = browser.new_context(locale="en-GB")
    other = sign_in(left, shop, BEN)
    ben.get_by_role("link", name="Your account").click()
    here = ben.get_by_role("row").filter(has_text="This browser")
    expect(here).to_have_count(1)
    expect(here).to_contain_text("Chrome, Linux")
    assert both_ways(ben, "the own account", 0) == []
    ben.set_viewport_size({"width": 1280, "height": 800})
    ben.get_by_role("button", name="End all others").click()
    expect(ben.get_by_role("row")).to_have_count(2)
    other.reload()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    left.close()


def with_a_key(page: Page) -> None:
    """Plug a security key of software into a page's browser; it knows its holder's finger."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable", {"enableUI": False})
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def test_a_passkey_is_added_lets_its_person_in_and_is_removed(
    context: BrowserContext, ben: Page, shop: Shop
) -> None:
    with_a_key(ben)
    ben.get_by_role("link", name="Your account").click()
    ben.get_by_role("button", name="Add passkey").click()
    dialog = ben.get_by_role("dialog")
    dialog.get_by_label("Name of the passkey").fill("Office computer")
    dialog.get_by_role("button", name="Add passkey").click()
    row = ben.get_by_role("row").filter(has_text="Office computer")
    expect(row).to_be_visible()

    # The same key is not added twice.
    ben.get_by_role("button", name="Add passkey").click()
    dialog.get_by_label("Name of the passkey").fill("Once more")
    dialog.get_by_role("button", name="Add passkey").click()
    expect(dialog.get_by_role("alert")).to_contain_text("holds a passkey of yours already")
    ben.keyboard.press("Escape")

    ben.get_by_role("button", name="Sign out").click()
    ben.get_by_role("button", name="Use a passkey").click()
    expect(ben.locator(".person")).to_contain_text(BEN)

    row.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    ben.get_by_role("button", name="Sign out").click()
    ben.get_by_role("button", name="Use a passkey").click()
    expect(ben.get_by_role("alert")).to_contain_text("This passkey was not accepted")
    ben.get_by_label("Name", exact=True).fill(BEN)
    ben.get_by_label("Password", exact=True).fill(PASSWORD)
    ben.get_by_role("button", name="Sign in", exact=True).click(timeout=60_000)
    expect(ben.locator(".person")).to_contain_text(BEN)


def test_where_the_console_is_opened_by_an_address_it_says_where_passkeys_are(
    context: BrowserContext, shop: Shop
) -> None:
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{shop.process.port}/console#/account")
    page.get_by_label("Name", exact=True).fill(BEN)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click(timeout=60_000)
    expect(page.get_by_text(f"Passkeys can be added at {shop.url} only")).to_be_visible()
    expect(page.get_by_role("button", name="Add passkey")).to_have_count(0)

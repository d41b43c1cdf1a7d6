"""A certificate of the company's own: trusted, the app is whole; not trusted, it says what is
missing and loses nothing.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.certificates import Authority, found_authority, trust
from tests.browser.phone import PASSWORD, TAKEN_OVER, Phone, enter_customer, expect_pill
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SERVES_ITSELF = "navigator.serviceWorker.controller !== null"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return found_authority(tmp_path / "authority")


@pytest.fixture
def gateway(tmp_path: Path, furnished: Path, authority: Authority) -> Iterator[GatewayProcess]:
    running = GatewayProcess(tmp_path / "data", trusts=authority.context())
    shutil.copytree(furnished, running.data)
    (running.data / "site.toml").write_text(authority.settings())
    running.start()
    yield running
    running.stop()


def go_on_regardless(page: Page, url: str) -> None:
    """What a person does whom a browser warns: past it."""
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(url)
    page.locator("#details-button").click()
    page.locator("#proceed-link").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()


def warning(page: Page) -> Locator:
    return page.locator(".banner", has_text="does not trust the gateway's certificate")


def test_a_certificate_that_nobody_trusts_is_said_and_one_of_the_company_s_own_carries_the_app(
    phones: Callable[[str], Phone], gateway: GatewayProcess, authority: Authority, tmp_path: Path
) -> None:
    url = f"https://localhost:{gateway.port}/"
    home = tmp_path / "home"
    home.mkdir()
    stranger = phones(url)
    stranger.environment = {"HOME": str(home)}
    page = stranger.open()
    go_on_regardless(page, url)
    page.get_by_label("Name", exact=True).fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Not now").click()
    expect(warning(page)).to_contain_text("does not open without a network")
    enter_customer(page, "Entered regardless")
    expect_pill(page, "Synced")
    assert not page.evaluate(SERVES_ITSELF)
    stranger.leave()

    trust(home, authority.ca)
    page = stranger.open()
    page.goto(url)
    expect_pill(page, "Synced")
    page.evaluate(TAKEN_OVER)
    expect(warning(page)).to_have_count(0)
    gateway.kill()
    page.reload()
    enter_customer(page, "Entered without a network")
    expect_pill(page, "Offline · 1 waiting")
    gateway.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_pill(page, "Synced")

"""One gateway for all tests of the console, and a desk for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.console.cast import ANA, BEN, Shop, chromium, set_up_in, sign_in


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = chromium(playwright)
    yield started
    started.close()


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with set_up_in(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody's own; a script error on any of its pages fails the test."""
    opened = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    opened.on("weberror", lambda error: errors.append(str(error.error)))
    yield opened
    opened.close()
    assert not errors


@pytest.fixture
def ana(context: BrowserContext, shop: Shop) -> Page:
    """The administrator's page."""
    return sign_in(context, shop, ANA)


@pytest.fixture
def ben(context: BrowserContext, shop: Shop) -> Page:
    """The manager's page."""
    return sign_in(context, shop, BEN)

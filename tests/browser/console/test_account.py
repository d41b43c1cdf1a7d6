"""The own account: where one is signed in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console.cast import BEN, Shop, sign_in
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

"""The main decisions of a manager who has no mouse: every step by the keyboard."""

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.console.cast import Shop, open_screen
from tests.browser.phone import reach

pytestmark = pytest.mark.browser
HEADERS = {"X-Waystation": "1"}


def contested(ben: Page, shop: Shop) -> None:
    """A product that two people have named."""
    api, path = ben.context.request, f"{shop.url}/api/v1/records/product"
    made = api.post(path, data={"data": {"name": "Plum jam"}}, headers=HEADERS).json()
    for name in ("Damson jam", "Mirabelle jam"):
        patch = {"base_version": made["version"], "patch": {"name": name}}
        answer = api.post(f"{path}/{made['id']}", data=patch, headers=HEADERS)
        assert answer.ok, answer.text()


def test_a_change_is_approved_and_a_conflict_decided_with_the_keyboard_alone(
    ben: Page, shop: Shop, playwright: Playwright
) -> None:
    with shop.joined(playwright, "Tilda", "rep") as tilda:
        body = {"data": {"legal_name": "Keys and Co", "currency": "EUR", "credit_limit": 900_000}}
        answer = tilda.post("/api/v1/records/customer", data=body)
        assert answer.ok, answer.text()
    contested(ben, shop)

    navigation = ben.get_by_role("navigation", name="Console")
    reach(ben, navigation.get_by_role("link", name="Approvals"))
    ben.keyboard.press("Enter")
    change = ben.get_by_role("listitem").filter(has_text="Keys and Co")
    reach(ben, change.get_by_role("button", name="Approve"))
    ben.keyboard.press("Enter")
    expect(change).to_have_count(0)
    expect(ben.get_by_role("heading", level=1)).to_be_focused()

    open_screen(ben, "Conflicts")
    clash = ben.get_by_role("listitem").filter(has_text="Mirabelle jam")
    reach(ben, clash.get_by_role("button", name="Take this"))
    ben.keyboard.press("Enter")
    expect(clash).to_have_count(0)

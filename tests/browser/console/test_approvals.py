"""A manager decides what takes two people, with the mouse, the keyboard, and on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.browser.console.cast import Shop, open_screen

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rita(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    """A rep, as her app talks to the gateway."""
    with shop.joined(playwright, "Rita", "rep") as rita:
        yield rita


def propose(rita: APIRequestContext, name: str, reason: str, **data: Any) -> dict[str, Any]:
    body = {"data": {"legal_name": name, "currency": "EUR", **data}, "reason": reason}
    answer = rita.post("/api/v1/records/customer", data=body)
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def test_a_limit_is_approved_and_stands_in_the_record(
    ben: Page, rita: APIRequestContext, shop: Shop
) -> None:
    made = propose(rita, "Linden Bakery", "A tender of 9,000.", credit_limit=900_000)
    open_screen(ben, "Approvals")
    card = ben.get_by_role("listitem").filter(has_text="Linden Bakery")
    expect(card).to_contain_text("Credit limit")
    expect(card).to_contain_text("€9,000.00")
    expect(card).to_contain_text("empty")
    expect(card).to_contain_text("A tender of 9,000.")
    expect(card).to_contain_text("Rita, on the road")
    waiting = ben.get_by_role("link", name="Approvals").locator(".count")
    decidable = ben.get_by_role("button", name="Approve").count()  # other tests leave some
    expect(waiting).to_contain_text(str(decidable))
    card.get_by_role("button", name="Approve").click()
    expect(ben.get_by_text("Credit limit has the new value now")).to_be_visible()
    expect(card).to_have_count(0)
    expect(ben.get_by_role("heading", level=1)).to_be_focused()
    record = ben.context.request.get(f"{shop.url}/api/v1/records/customer/{made['id']}").json()
    assert record["data"]["credit_limit"] == 900_000
    ben.get_by_label("Show").select_option(label="Approved")
    expect(card).to_contain_text("By Ben")


def test_a_rejection_by_keyboard_needs_a_reason_and_keeps_it(
    ben: Page, rita: APIRequestContext
) -> None:
    propose(rita, "Linden Garage", "", credit_limit=800_000)
    open_screen(ben, "Approvals")
    card = ben.get_by_role("listitem").filter(has_text="Linden Garage")
    card.get_by_role("button", name="Reject").focus()
    ben.keyboard.press("Enter")
    answer = card.get_by_label("What you tell Rita")
    expect(answer).to_be_focused()
    expect(card).to_contain_text("Please say why you reject the change")
    answer.fill("Two invoices are overdue.")
    ben.keyboard.press("Tab")
    ben.keyboard.press("Tab")
    ben.keyboard.press("Enter")
    expect(card).to_have_count(0)
    ben.get_by_label("Show").select_option(label="Rejected")
    expect(card).to_contain_text("Two invoices are overdue.")


def test_an_account_is_shown_hidden_to_the_manager_on_a_phone(
    ben: Page, rita: APIRequestContext
) -> None:
    account = {"b1": {"iban": "DE89370400440532013000", "holder": "Linden"}}
    propose(rita, "Linden Florist", "New account by letter.", bank_accounts=account)
    ben.set_viewport_size({"width": 360, "height": 740})
    ben.get_by_role("button", name="Menu").click()
    open_screen(ben, "Approvals")
    card = ben.get_by_role("listitem").filter(has_text="Linden Florist")
    expect(card).to_contain_text("Your role sees a part of this hidden")
    assert "37040044" not in ben.content()
    wide = ben.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing sticks out of a small screen"
    card.get_by_role("button", name="Approve").click()
    expect(card).to_have_count(0)

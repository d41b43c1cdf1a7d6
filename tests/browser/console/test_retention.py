"""What personal data is over its time, as a manager sees it: counts and dates, no names."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.console.cast import BEN, Shop, sign_in
from tests.browser.console.test_console_looks import WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TOLD = {
    "carries_out": False,
    "terms": {"customers": 36, "visits": 24, "photos": 0},
    "told_at": "2026-11-22T02:00:00.000Z",
    "done_at": "",
    "sorts": [
        {
            "sort": "customers", "months": 36, "before": "2023-11-22T02:00:00.000Z", "due": 3,
            "held": {"balance": 1, "task": 2}, "examples": ["W1-C-000007", "W1-C-000009"],
            "next_at": "2027-01-04T00:00:00.000Z", "taken": 0,
        },
        {
            "sort": "visits", "months": 24, "before": "2024-11-22T02:00:00.000Z", "due": 0,
            "held": {}, "examples": [], "next_at": "", "taken": 0,
        },
    ],
}  # fmt: skip


def test_a_manager_sees_what_is_due_and_what_holds_it_back(
    context: BrowserContext, shop: Shop
) -> None:
    page = sign_in(context, shop, BEN)
    page.goto(f"{shop.url}/console#/retention")
    expect(page.get_by_role("heading", level=1)).to_have_text("Retention")
    expect(page.get_by_text("No term is set, or no run yet")).to_be_visible()

    def answer(route: Route) -> None:
        route.fulfill(json=TOLD)

    page.route("**/api/v1/retention", answer)
    page.reload()
    card = page.get_by_role("listitem").filter(has_text="Customers nothing happens with")
    expect(card).to_contain_text("3 due")
    expect(card).to_contain_text("W1-C-000007")
    expect(card).to_contain_text("2 × has an open task")
    expect(card).to_contain_text("Nov 22, 2023")
    expect(page.get_by_text("Nothing is let go: this is a dry run.")).to_be_visible()
    assert faults(page, "retention") == []
    for language in ("en", "zh-CN", "zh-Hant"):
        page.locator(".person select").select_option(language)
        for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            assert not page.evaluate(WIDE)
            if shots := os.environ.get("SHOTS"):
                page.screenshot(path=Path(shots, f"{language}-{size['width']}.png"), full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})

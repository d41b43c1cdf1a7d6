"""The live screen: it resumes where it broke, stays bounded, pauses and filters."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.cast import Shop, scan

pytestmark = pytest.mark.browser


def test_the_live_screen_resumes_where_it_broke_and_stays_bounded(ben: Page, shop: Shop) -> None:
    # A stream that begins later shows the newest few only.
    expect(ben.locator(".live-state.live")).to_be_visible()
    first = [scan(f"0192d1a0-0000-7000-8000-{n:012x}", f"A{n}") for n in range(0x2000, 0x2120)]
    shop.post(*first)
    rows = ben.get_by_role("list", name="Newest events first").get_by_role("listitem")
    expect(rows.filter(has_text=f"A{0x211F}")).to_have_count(1)
    expect(rows).to_have_count(200)

    shop.process.stop()
    expect(ben.get_by_text(re.compile("No connection|Connecting"))).to_be_visible()
    shop.process.start()
    shop.post(scan("0192d1a0-0000-7000-8000-000000003000", "AFTER"))
    expect(rows.filter(has_text="AFTER")).to_have_count(1, timeout=40_000)
    expect(rows.filter(has_text=f"A{0x211F}")).to_have_count(1)
    expect(rows).to_have_count(200)


def test_a_pause_holds_the_rows_and_a_filter_finds_one(ben: Page, shop: Shop) -> None:
    shop.post(scan("0192d1a0-0000-7000-8000-000000004000", "BEFORE"))
    rows = ben.get_by_role("list", name="Newest events first").get_by_role("listitem")
    expect(rows.first).to_contain_text("BEFORE")
    ben.get_by_role("button", name="Pause").click()
    shop.post(scan("0192d1a0-0000-7000-8000-000000004001", "MEANWHILE"))
    expect(ben.get_by_role("button", name="Go on, 1 new")).to_be_visible()
    expect(rows.first).to_contain_text("BEFORE")
    ben.get_by_role("button", name="Go on").click()
    expect(rows.first).to_contain_text("MEANWHILE")

    ben.get_by_role("searchbox").fill("befor")
    expect(rows).to_have_count(1)
    ben.get_by_role("searchbox").fill("nothing of this kind")
    expect(ben.get_by_text("Nothing matches the filter")).to_be_visible()

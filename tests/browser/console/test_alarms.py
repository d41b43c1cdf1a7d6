"""What is told on every screen of the console: here, a database that was found damaged."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.console.cast import ANA, BEN, open_screen, set_up_in, sign_in
from tests.store.test_rescue import pages_of, spoil

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_damaged_database_is_told_on_every_screen_until_somebody_knows_what_is_lost(
    context: BrowserContext, tmp_path: Path
) -> None:
    with set_up_in(tmp_path) as shop:
        process = shop.process
        process.stop()
        spoil(process.data, pages_of(process.data, "journal")[-1])
        process.start()
        for name in (ANA, BEN):
            page = sign_in(context, shop, name)
            told = page.get_by_text("The database was damaged")
            for screen in ("Live", "Devices"):
                open_screen(page, screen)
                expect(told).to_be_visible()
        page.get_by_role("link", name="What is lost").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Damage")
        expect(page.locator(".card")).to_contain_text("Nobody knows yet")
        expect(page.get_by_role("button", name="I know what is lost")).to_have_count(0)  # Ben's

        page = sign_in(context, shop, ANA)
        page.goto(f"{shop.url}/console#/damage")
        (damaged,) = process.data.glob("damaged/*")
        expect(page.locator(".card")).to_contain_text(damaged.name)
        page.get_by_role("button", name="I know what is lost").click()
        page.get_by_role("dialog").get_by_role("button", name="I know what is lost").click()
        expect(page.locator(".card")).to_contain_text(f"Confirmed by {ANA}")
        open_screen(page, "Devices")
        expect(page.get_by_text("The database was damaged")).to_have_count(0)

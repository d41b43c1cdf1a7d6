"""Backups at the desk: the sheet typed back, one made and checked, and how the page looks."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.console.cast import ANA, BEN, Shop, open_screen, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_an_administrator_makes_the_sheet_and_the_first_backup(
    context: BrowserContext, shop: Shop
) -> None:
    page = sign_in(context, shop, ANA)
    open_screen(page, "Backups")
    expect(page.get_by_text("Nothing is backed up until there is a recovery sheet")).to_be_visible()
    page.get_by_role("button", name="Make the recovery sheet").click()
    dialog = page.get_by_role("dialog", name="Recovery sheet")
    expect(dialog.get_by_role("listitem")).to_have_count(15)
    words = dialog.get_by_role("listitem").all_inner_texts()
    dialog.get_by_role("button", name="I have them on paper").click()
    typed = dialog.get_by_label("The words", exact=True)
    typed.fill(" ".join([words[1], words[0], *words[2:]]))
    dialog.get_by_role("button", name="Compare").click()
    expect(dialog).to_contain_text("Word 1 is not as on the recovery sheet")
    typed.fill(" ".join(words))
    dialog.get_by_role("button", name="Compare").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Make a backup now").click()
    card = page.get_by_role("main").get_by_role("listitem")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Not checked yet")
    card.get_by_role("button", name="Check now").click()
    expect(card.get_by_text("Good", exact=True)).to_be_visible()
    expect(card).to_contain_text(re.compile(r"waystation-\d{8}T\d{6}Z\.backup"))


def test_nobody_else_is_offered_the_page(context: BrowserContext, shop: Shop) -> None:
    page = sign_in(context, shop, BEN)
    expect(page.get_by_role("link", name="Sync")).to_be_visible()
    expect(page.get_by_role("link", name="Backups")).to_have_count(0)


def test_the_page_and_the_sheet_fit_a_desk_and_a_phone_in_every_language(
    browser: Browser, shop: Shop
) -> None:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = sign_in(context, shop, ANA)
    found, wide = [], {}
    for language in ("en", "zh-CN", "zh-Hant"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator(".person select").select_option(language)
        page.goto(f"{shop.url}/console#/backups")
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator(".waiting")).to_have_count(0)
        page.locator("main .actions").first.get_by_role("button").last.click()
        bad = page.locator("dialog footer button.bad")
        for opened in (False, True):
            if opened:
                if bad.count():
                    bad.click()
                expect(page.locator(".recovery-sheet li")).to_have_count(15)
            for scheme, size in (("light", "desk"), ("dark", "phone")):
                width, height = SIZES[size]
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found += faults(page, f"{language} {opened} {scheme}")
                wide[f"{language} {opened} {size}"] = page.evaluate(WIDE)
        page.locator("dialog footer button").first.click()
    context.close()
    assert found == []
    assert not any(wide.values()), wide

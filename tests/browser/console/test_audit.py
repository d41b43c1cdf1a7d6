"""Audit at the desk: who did what, and a checkpoint that is kept and checked."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.console.cast import ANA, BEN, Shop, open_screen, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_an_administrator_reads_what_was_done_keeps_a_checkpoint_and_checks_it(
    context: BrowserContext, shop: Shop, tmp_path: Path
) -> None:
    page = sign_in(context, shop, ANA)
    open_screen(page, "Audit")
    expect(page.get_by_role("row", name="Signed in").first).to_contain_text(ANA)
    page.get_by_label("What", exact=True).select_option("Records")
    expect(page.get_by_role("row", name="Signed in")).to_have_count(0)
    page.get_by_label("What", exact=True).select_option("Access and export")
    page.get_by_label("Who", exact=True).select_option(ANA)
    expect(page.get_by_role("row", name="Signed in").first).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Save a checkpoint").click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    check = page.get_by_label("Check one that was kept").and_(page.locator("input"))
    check.set_input_files(kept)
    expect(page.get_by_text("the journal is still what it was then")).to_be_visible()
    told = json.loads(kept.read_text("utf-8"))
    kept.write_text(json.dumps({**told, "seq": told["seq"] + 1}))
    check.set_input_files(kept)
    expect(page.get_by_role("alert")).to_contain_text("was not signed by this gateway")
    kept.write_text("a letter")
    check.set_input_files(kept)
    expect(page.get_by_role("alert")).to_contain_text("This file holds no checkpoint")


def test_a_manager_is_not_offered_the_page(context: BrowserContext, shop: Shop) -> None:
    page = sign_in(context, shop, BEN)
    expect(page.get_by_role("link", name="Sync")).to_be_visible()
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)

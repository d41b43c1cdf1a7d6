"""The schedule of a shop whose ERP nobody reaches: seen, rested, set, run now, and its history."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.console.cast import ANA, SALE, Shop, open_screen, set_up_in, sign_in
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Nobody listens there.
ERP = {
    "WAYSTATION_ERP_CONNECTORS": "tryton",
    "WAYSTATION_ERP_INTERVAL_S": "3600",
    "WAYSTATION_TRYTON_URL": "http://127.0.0.1:9",
    "WAYSTATION_TRYTON_DATABASE": "shop",
    "WAYSTATION_TRYTON_KEY": "k3y",
    "WAYSTATION_GATEWAY_TIME_ZONE": "Europe/Paris",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with set_up_in(tmp_path_factory.mktemp("schedule"), **ERP) as opened:
        opened.post({**SALE, "id": "0192d1a0-0000-7000-8000-000000009000"})
        yield opened


def test_an_administrator_rests_sets_and_runs_a_job_and_reads_what_came_of_it(
    context: BrowserContext, shop: Shop
) -> None:
    page = sign_in(context, shop, ANA)
    open_screen(page, "Sync")
    page.get_by_role("link", name="Schedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schedule")
    push = page.get_by_role("listitem").filter(has_text="Push to tryton")
    expect(push).to_contain_text("every 1 hour")
    expect(push).to_contain_text("cannot be reached")

    push.get_by_role("button", name="Pause").click()
    expect(push.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    expect(push).to_contain_text("Paused")
    push.get_by_role("button", name="Pause").click()
    expect(push.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "false")

    push.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="Push to tryton")
    dialog.get_by_label("Every", exact=True).fill("1")
    dialog.get_by_label("Unit").select_option("second")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("Every", exact=True)).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("When").select_option("days")
    dialog.get_by_label("Time").fill("02:30")
    dialog.get_by_label("On", exact=True).select_option("1-5")
    expect(dialog).to_contain_text("Europe/Paris")
    dialog.get_by_role("button", name="Save").click()
    expect(push).to_contain_text("at 02:30, Monday to Friday")
    expect(push).to_contain_text(f"Set by {ANA}")

    shop.process.stop()
    shop.process.start()
    page.reload()
    expect(push).to_contain_text("at 02:30, Monday to Friday")
    push.get_by_role("button", name="Run now").click()
    push.get_by_role("link", name="Push to tryton").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Push to tryton")
    row = page.get_by_role("row").filter(has_text=ANA)
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("cannot be reached")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="As delivered: every 1 hour").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("every 1 hour")


def test_a_manager_reads_it_everywhere_and_a_line_that_rests_says_so(
    browser: Browser, shop: Shop
) -> None:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = sign_in(context, shop, "Ben")
    open_screen(page, "Sync")
    push = page.get_by_role("button", name="Push now")
    erp = page.get_by_role("listitem").filter(has=push)
    for _ in range(4):
        push.click()
        expect(push).to_be_enabled()
    expect(erp).to_contain_text("the line is left alone until")
    found, wide = [], {}
    for language in ("en", "zh-CN"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator(".person select").select_option(language)
        for screen in ("sync", "schedule", "schedule/push%20tryton"):
            page.goto(f"{shop.url}/console#/{screen}")
            expect(page.locator("main li").first).to_be_visible()
            expect(page.locator(".waiting")).to_have_count(0)
            expect(page.get_by_role("button", name="Change")).to_have_count(0)
            for scheme, size in (("light", "desk"), ("dark", "phone")):
                width, height = SIZES[size]
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found += faults(page, f"{language} {screen} {scheme}")
                wide[f"{language} {screen} {size}"] = page.evaluate(WIDE)
            page.set_viewport_size({"width": 1280, "height": 800})
    context.close()
    assert found == []
    assert not any(wide.values()), wide

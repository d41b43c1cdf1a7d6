"""Every screen of the console: accessible (axe, WCAG 2.2 AA) in both schemes and languages, and
whole on a narrow phone with large text.
"""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console.cast import ANA, BEN, PASSWORD, SALE, Shop, scan, sign_in
from tests.torture.gateway import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = Path(ROOT, "node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
(tags) => axe.run(document, { runOnly: { type: "tag", values: tags } }).then(({ violations }) =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`))
"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCREENS = {
    BEN: ("live", "devices", "sync", "quarantine", "conflicts", "duplicates", "products"),
    ANA: ("devices", "quarantine", "users", "tokens", "settings"),
}
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module", autouse=True)
def goods(shop: Shop) -> None:
    """Something on every screen that can be filled from outside."""
    wrong = {**SALE, "id": "0192d1a0-0000-7000-8000-000000007000"}
    wrong["data"] = {**SALE["data"], "total": 4430}
    shop.post(scan("0192d1a0-0000-7000-8000-000000007001", "96385074"), wrong)


def show(page: Page, screen: str) -> None:
    page.evaluate(f"location.hash = '#/{screen}'")
    expect(page.locator("nav [aria-current]")).to_have_attribute("href", f"#/{screen}")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator("main li, main tbody tr, main .empty").first).to_be_visible()


def faults(page: Page, where: str) -> list[str]:
    page.evaluate(AXE.read_text())
    return [f"{where}: {fault}" for fault in page.evaluate(RUN, TAGS)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_of_the_console_is_accessible(
    browser: Browser, shop: Shop, scheme: Literal["light", "dark"], size: str
) -> None:
    width, height = SIZES[size]
    found = []
    for person, screens in SCREENS.items():
        context = browser.new_context(
            locale="en-GB",
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        page = sign_in(context, shop, person)
        for screen in screens:
            show(page, screen)
            found += faults(page, screen)
        context.close()
    assert found == []


def test_the_door_and_every_form_are_accessible(ana: Page) -> None:
    ana.emulate_media(reduced_motion="reduce")
    found = []
    for screen in ("users", "tokens"):
        show(ana, screen)
        ana.locator(".head button").click()
        expect(ana.get_by_role("dialog")).to_be_visible()
        found += faults(ana, f"{screen} form")
        ana.keyboard.press("Escape")
    ana.get_by_role("button", name="Sign out").click()
    expect(ana.get_by_role("button", name="Sign in")).to_be_visible()
    found += faults(ana, "sign in")
    assert found == []


def test_the_console_speaks_chinese_everywhere(ben: Page) -> None:
    ben.get_by_label("Language").select_option("zh-CN")
    expect(ben.locator("html")).to_have_attribute("lang", "zh-CN")
    titles = []
    for screen in SCREENS[BEN]:
        show(ben, screen)
        titles.append(ben.get_by_role("heading", level=1).inner_text())
    assert titles == ["实时", "设备", "同步", "隔离区", "冲突", "重复客户", "商品"]
    assert faults(ben, "products") == []


@pytest.mark.parametrize("size", SIZES)
def test_the_console_speaks_traditional_chinese_everywhere(
    browser: Browser, shop: Shop, size: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(locale="zh-TW", viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{shop.url}/console")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.get_by_role("button", name="繁體中文")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("名稱").fill(BEN)
    page.get_by_label("密碼").fill(PASSWORD)
    page.get_by_role("button", name="登入", exact=True).click()
    expect(page.locator("#side")).to_be_attached()
    # What is known of a person counts once they are in, until they choose for themselves.
    if size == "phone":
        page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language").select_option(label="繁體中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    titles, found = [], []
    for screen in SCREENS[BEN]:
        show(page, screen)
        titles.append(page.get_by_role("heading", level=1).inner_text())
        found += faults(page, screen)
    assert titles == ["即時", "裝置", "同步", "隔離區", "衝突", "重複客戶", "商品"]
    assert found == []
    show(page, "quarantine")
    expect(page.locator("main")).to_contain_text("總額為 4430")
    context.close()


def test_nothing_of_the_console_is_cut_off_on_a_narrow_phone_with_large_text(ben: Page) -> None:
    ben.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for text in ("100%", "200%"):
        ben.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        for screen in SCREENS[BEN]:
            show(ben, screen)
            if (excess := ben.evaluate(WIDE)) > 0:
                wide[f"{screen} at {text}"] = excess
    assert wide == {}


def test_the_menu_opens_and_leads_on_with_the_keyboard_alone(ben: Page) -> None:
    ben.set_viewport_size({"width": 390, "height": 844})
    menu = ben.get_by_role("button", name="Menu")
    menu.focus()
    ben.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    ben.get_by_role("link", name="Products").focus()
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("heading", level=1)).to_have_text("Products")
    expect(menu).to_have_attribute("aria-expanded", "false")
    ben.get_by_role("link", name="Skip to the content").focus()
    ben.keyboard.press("Enter")
    expect(ben.locator("main")).to_be_focused()

"""Every screen of the console: accessible (axe, WCAG 2.2 AA) in both schemes and every language,
and whole on a narrow phone with large text.

What a scheme changes is colours, and what a size changes is places. So each screen is looked at in
every language twice: with all rules in one scheme and size, and in the other scheme and size with
those that can come out differently there. From one language to the next the two change roles.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console import tills
from tests.browser.console.cast import ANA, BEN, PASSWORD, SALE, Shop, scan, sign_in
from tests.torture.gateway import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = Path(ROOT, "node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another scheme or size can break.
SHOWN = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
RUN = """
([type, values]) => axe.run(document, { runOnly: { type, values } }).then(({ violations }) =>
  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`))
"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONSUMER = "regional-office"
SCREENS = {
    BEN: (
        *("live", "devices", "sync", "quarantine", "conflicts", "duplicates", "products"),
        *("stock", "shifts"),
    ),
    ANA: ("devices", "quarantine", "users", "tokens", "retention", "audit", "settings"),
}
# Those that lie behind them, and those with tests of their own for narrow phones.
DEEPER = {
    BEN: (
        *(
            "approvals",
            "customers",
            "customers/new",
            "worklist",
            "transfer",
            "outstanding",
            "schedule",
        ),
        *(f"batches/{CONSUMER}", "stock/cellar/gtin/04006381333931", "shifts/2/7"),
        "deliveries",
    ),
    ANA: (),
}
# Screens without a place in the navigation, and the one that leads to them.
UNDER = {"outstanding": "sync", "batches": "sync", "schedule": "sync", "deliveries": "stock"}
LANGUAGES = ("en", "zh-CN", "zh-Hant")
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module", autouse=True)
def goods(shop: Shop) -> None:
    """Something on every screen that can be filled from outside."""
    wrong = {**SALE, "id": "0192d1a0-0000-7000-8000-000000007000"}
    wrong["data"] = {**SALE["data"], "total": 4430}
    shop.post(scan("0192d1a0-0000-7000-8000-000000007001", "96385074"), wrong)
    shop.post(*tills.day())
    tills.expect_delivery(shop)
    token = shop.process.token("Regional office", "erp")
    shop.call(f"/api/v1/erp/batches/next?consumer={CONSUMER}&limit=5", token=token)


def show(page: Page, screen: str) -> None:
    page.evaluate(f"location.hash = '#/{screen}'")
    first = UNDER.get(screen.split("/")[0], screen.split("/")[0])
    expect(page.locator("nav [aria-current]")).to_have_attribute("href", f"#/{first}")
    expect(page.locator(".waiting")).to_have_count(0)
    some = "main li, main tbody tr, main .empty, main form, main .stack"
    expect(page.locator(some).first).to_be_visible()


def faults(page: Page, where: str, rules: list[str] | None = None) -> list[str]:
    """What axe says; only these ``rules``, or all that have to do with WCAG 2.2 AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    asked = ["rule", rules] if rules else ["tag", TAGS]
    return [f"{where}: {fault}" for fault in page.evaluate(RUN, asked)]


def both_ways(page: Page, where: str, at: int) -> list[str]:
    """What is wrong with the screen in light at a desk and in dark on a phone; ``at`` says which of
    them all rules are for.
    """
    found = []
    ways = [("light", "desk"), ("dark", "phone")][:: -1 if at % 2 else 1]
    for rules, (scheme, size) in zip((None, SHOWN), ways, strict=True):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += faults(page, f"{where} {scheme} {size}", rules)
        found += [f"{where} {size}: too wide"] * (page.evaluate(WIDE) > 0)
    return found


@pytest.mark.parametrize("person", SCREENS)
def test_every_screen_of_the_console_is_accessible(
    browser: Browser, shop: Shop, person: str
) -> None:
    context = browser.new_context(locale="en-GB")
    page = sign_in(context, shop, person)
    found = []
    for at, language in enumerate(LANGUAGES):
        page.set_viewport_size({"width": SIZES["desk"][0], "height": SIZES["desk"][1]})
        page.locator(".person select").select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for screen in (*SCREENS[person], *DEEPER[person]):
            show(page, screen)
            found += both_ways(page, f"{language} {screen}", at)
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
    show(ana, "settings")
    ana.locator(".setting summary").first.click()
    expect(ana.locator(".setting-change").first).to_be_visible()
    found += both_ways(ana, "an open setting", 0)
    ana.set_viewport_size({"width": SIZES["desk"][0], "height": SIZES["desk"][1]})
    ana.get_by_role("button", name="Sign out").click()
    expect(ana.get_by_role("button", name="Sign in")).to_be_visible()
    found += faults(ana, "sign in")
    ana.get_by_label("Name", exact=True).fill("Nobody")
    ana.get_by_label("Password", exact=True).fill("not the right one")
    ana.get_by_role("button", name="Sign in").click()
    expect(ana.get_by_role("alert")).to_be_visible()
    found += both_ways(ana, "sign in, refused", 1)
    assert found == []


def test_the_console_speaks_chinese_everywhere(ben: Page) -> None:
    ben.get_by_label("Language").select_option("zh-CN")
    expect(ben.locator("html")).to_have_attribute("lang", "zh-CN")
    titles = []
    for screen in SCREENS[BEN]:
        show(ben, screen)
        titles.append(ben.get_by_role("heading", level=1).inner_text())
    assert titles == [
        "实时",
        "设备",
        "同步",
        "隔离区",
        "冲突",
        "重复客户",
        "商品",
        *("库存", "班次"),
    ]


def test_the_console_speaks_traditional_chinese_everywhere(browser: Browser, shop: Shop) -> None:
    width, height = SIZES["phone"]
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
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language").select_option(label="繁體中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    titles = []
    for screen in SCREENS[BEN]:
        show(page, screen)
        titles.append(page.get_by_role("heading", level=1).inner_text())
    assert titles == [
        "即時",
        "裝置",
        "同步",
        "隔離區",
        "衝突",
        "重複客戶",
        "商品",
        *("庫存", "班次"),
    ]
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

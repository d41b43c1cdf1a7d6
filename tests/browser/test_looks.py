"""Every screen: accessible (axe, WCAG 2.2 AA) in both schemes and every language, and whole on a
narrow phone with large text.

What a scheme changes is colours, and what a size changes is places. So each screen is looked at in
every language twice: with all rules in one scheme and size, and in the other scheme and size with
those that can come out differently there. From one language to the next the two change roles.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    DESK,
    PASSWORD,
    PHONE,
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
)
from tests.browser.test_lock import choose_phrase, type_phrase
from tests.browser.test_scan import EXPIRED, HONEY, LAMP, UNKNOWN
from tests.torture.gateway import ROOT, GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = Path(ROOT, "node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another scheme or size can break.
SHOWN = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
RUN = """
([type, values]) => axe.run(document, { runOnly: { type, values } }).then(({ violations }) =>
  violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`))
"""
# What is narrower than the norm of this house asks for: 48 px, or 24 px for a link within text.
SMALL = """
[...document.querySelectorAll("a, button, input, select, textarea")]
  .filter((each) => each.checkVisibility() && !each.matches(".skip, dd a, h3 a, .twin-quiet a"))
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 47.5 || box.width < 24))
  .map(([each, box]) => `${each.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`)
"""
# How much of what was drawn has moved by itself since, as the browser counts it; the norm is 0.1.
MOVED = """
(() => {
  const seen = new PerformanceObserver(() => undefined);
  seen.observe({ type: "layout-shift", buffered: true });
  return seen.takeRecords().reduce((sum, { value }) => sum + value, 0);
})()
"""
STEADY = 0.1
LANGUAGES = (("English", "en"), ("简体中文", "zh-CN"), ("繁體中文", "zh-Hant"))
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# The bundles of words this page has loaded.
SPOKEN = """
performance.getEntriesByType("resource").map(({ name }) => name)
  .filter((name) => name.includes("/locales/")).map((name) => name.split("/").pop())
"""


def screens(page: Page, record: str) -> list[str]:
    """Addresses of every screen, the form with its steps and its findings among them."""
    lists = ["today", "tasks", "customers", f"customers/{record}", f"new/task/{record}"]
    return [*lists, "new/customer", "scan", "sync", "more", "opening", "sign-in"]


def show(page: Page, address: str) -> None:
    page.evaluate(f"location.hash = '#/{address}'")
    expect(page.locator("h1")).to_be_visible()
    expect(
        page.locator(".card, .list, .door-card, .empty").locator("visible=true").first
    ).to_be_visible()


def faults(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe and the size of targets say about the screen as it stands; only these ``rules``, or
    all that have to do with WCAG 2.2 AA.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    asked = ["rule", rules] if rules else ["tag", TAGS]
    return [*page.evaluate(RUN, asked), *page.evaluate(SMALL)]


def both_ways(page: Page, at: int) -> list[str]:
    """What is wrong with the screen in light on a phone and in dark at a desk; ``at`` says which of
    them all rules are for.
    """
    found = []
    ways = [("light", PHONE), ("dark", DESK)]
    for rules, (scheme, (width, height)) in zip(
        (None, SHOWN), ways[:: -1 if at % 2 else 1], strict=True
    ):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{scheme} {width}: {fault}" for fault in faults(page, rules=rules)]
        found += [f"{width}: too wide"] * (page.evaluate(WIDE) > 0)
    return found


def wrong_form(page: Page) -> None:
    """The form with a mistake, on its last step."""
    page.locator(".steps li:nth-child(2) button").click()
    page.locator("input[type=email]").first.fill("nobody")
    page.locator(".steps li:last-child button").click()
    expect(page.locator("#findings")).to_be_visible()


@pytest.fixture
def record(page: Page, gateway: GatewayProcess) -> str:
    """A customer that is at the gateway, and one that waits because the gateway is gone."""
    enter_customer(page, "Fontaine & Filles")
    expect_pill(page, "Synced")
    identity = str(page.evaluate("location.hash")).rpartition("/")[2]
    gateway.kill()
    enter_customer(page, "Unsent")
    expect_pill(page, "Offline · 1 waiting")
    begin_customer(page, "Half typed")
    show(page, "customers")
    return identity


def speak(page: Page, name: str, tag: str) -> None:
    """Choose a language under "More"."""
    show(page, "more")
    page.get_by_role("radio", name=name).check()
    expect(page.locator("html")).to_have_attribute("lang", tag)


def test_every_screen_is_accessible(page: Page, record: str) -> None:
    found = []
    for at, (name, tag) in enumerate(LANGUAGES):
        speak(page, name, tag)
        for address in [*screens(page, record), f"visit/{record}"]:
            show(page, address)
            found += [f"{tag} {address}: {fault}" for fault in both_ways(page, at)]
            if address == "new/customer":
                wrong_form(page)
                found += [f"{tag} check: {fault}" for fault in both_ways(page, at)]
    assert found == []


def test_the_door_keeps_the_name_and_is_accessible_where_nobody_is_signed_in(
    phone: Phone, gateway: GatewayProcess
) -> None:
    page = phone.open()
    page.goto(phone.url)
    name = page.get_by_label("Name", exact=True)
    name.fill("mira")
    page.get_by_label("Password", exact=True).fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(name).to_have_value("mira")
    found = both_ways(page, 0)
    page.get_by_role("link", name="Pair with a code").click()
    expect(page.get_by_label("Pairing code")).to_be_visible()
    found += both_ways(page, 1)
    assert found == []


def test_scan_answers_a_question_and_a_locked_phone_are_accessible(
    page: Page, gateway: GatewayProcess
) -> None:
    gateway.user("mona", "manager", PASSWORD)
    product = {"data": {**LAMP, "tax_rate": "0.19"}}
    Office(gateway, "mona").call("POST", "/api/v1/records/product", product)
    enter_customer(page, "Fontaine & Filles")
    expect_pill(page, "Synced")
    choose_phrase(page)
    gateway.kill()
    enter_customer(page, "Unsent")
    found: list[str] = []

    def look(where: str, at: int) -> None:
        found.extend(f"{where}: {fault}" for fault in both_ways(page, at))

    show(page, "scan")
    for at, (code, told) in enumerate(
        (
            (HONEY, "Chestnut honey"),
            (UNKNOWN, "Not among the products"),
            (EXPIRED, "Chestnut honey"),
            ("4006381333932", "This code is wrong"),
        )
    ):
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name="Look up").click()
        expect(page.locator(".scan-card").get_by_role("heading")).to_have_text(told)
        look(f"scan {code}", at)
    show(page, "sync")
    page.locator(".queued summary").first.click()
    page.get_by_role("button", name="Withdraw…").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    look("withdraw", 1)
    show(page, "more")
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", name="This phone is locked")).to_be_visible()
    look("locked", 0)
    type_phrase(page, "not the right one")
    expect(page.get_by_role("alert")).to_be_visible()
    look("locked, wrong", 1)
    page.get_by_role("button", name="I have forgotten it").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    look("forgotten", 0)
    assert found == []


def test_the_app_speaks_chinese_and_keeps_what_is_typed(page: Page, record: str) -> None:
    speak(page, *LANGUAGES[1])
    expect(page.get_by_role("heading", name="更多")).to_be_visible()
    show(page, "new/customer")
    expect(page.get_by_label("法定名称")).to_have_value("Half typed")
    page.reload()
    expect(page.get_by_label("法定名称")).to_have_value("Half typed")


def test_the_app_speaks_traditional_chinese_and_loads_no_other_words(
    page: Page, record: str
) -> None:
    speak(page, *LANGUAGES[2])
    for address, words in (("customers", "客戶"), ("sync", "同步"), ("more", "更多")):
        show(page, address)
        expect(page.locator("h1")).to_contain_text(words)
    show(page, "new/customer")
    expect(page.get_by_label("法定名稱")).to_have_value("Half typed")
    page.reload()
    expect(page.get_by_label("法定名稱")).to_have_value("Half typed")
    assert page.evaluate(SPOKEN) == ["zh-Hant.json"]
    wrong_form(page)
    expect(page.locator("#findings")).to_contain_text("電子郵件")


def test_nothing_is_cut_off_on_a_narrow_phone_with_large_text(page: Page, record: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for text in ("100%", "200%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        for address in [*screens(page, record), f"visit/{record}"]:
            show(page, address)
            if (excess := page.evaluate(WIDE)) > 0:
                wide[f"{address} at {text}"] = excess
    assert wide == {}


def test_the_form_can_be_filled_with_the_keyboard_alone(page: Page) -> None:
    begin_customer(page, "By keyboard")
    page.keyboard.press("Enter")
    expect(page.locator(".entry-form h2")).to_be_focused()
    expect(page.locator(".steps-now")).to_contain_text("Step 2")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Phone", exact=True)).to_be_focused()
    for _ in range(5):
        page.locator(".entry-bar button.main").press("Enter")
    expect(page.locator(".toast")).to_contain_text("Saved on this phone")


def test_the_focus_goes_to_the_name_of_a_new_screen(phone: Phone, page: Page) -> None:
    page.get_by_role("link", name="More").click()
    expect(page.get_by_role("heading", level=1, name="More")).to_be_focused()


def test_a_warm_start_asks_for_no_part_of_the_shell_and_moves_nothing_about(
    phone: Phone, page: Page
) -> None:
    page.reload()
    expect(page.locator(".pill")).to_be_visible()
    expect(page.locator(".starting")).to_have_count(0)
    moved = page.evaluate(MOVED)
    assert moved < STEADY
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').filter((each) => each.name.includes('/static/')"
        " && each.transferSize > 0).map((each) => each.name)"
    )
    assert fetched == []


def test_the_app_can_be_installed(phone: Phone, page: Page) -> None:
    session = phone.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []

"""The console, from the first visit to the last dialog."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from docs.gallery.camera import LANGUAGES, Camera
from docs.gallery.goods import FILE
from docs.gallery.shop import ADMIN, HEAD_OFFICE, Shop
from tests.browser.phone import DESK, PASSWORD

KEPT = "waystation.console.language"
# As people of that country have it.
LOCALES = {"en": "en-GB", "zh-CN": "zh-CN", "zh-Hant": "zh-TW"}
OVERVIEWS = {
    "bruno": (
        *("live", "devices", "sync", "quarantine", "approvals", "conflicts"),
        *("customers", "worklist", "duplicates", "products", "transfer"),
        *("stock", "deliveries", "shifts", "schedule", "comparisons"),
    ),
    ADMIN: ("users", "tokens", "backups", "certificate", "audit", "settings"),
}


class Desk:
    """One browser window at the console, in one language."""

    def __init__(self, browser: Browser, shop: Shop, camera: Camera, language: str) -> None:
        self.url = f"{shop.url}/console"
        self.camera = camera
        self.language = language
        self.context = browser.new_context(
            locale=LOCALES[language], viewport={"width": DESK[0], "height": DESK[1]}
        )
        self.page = self.context.new_page()

    def come_in(self, name: str) -> None:
        """Sign in; the language stays, whatever this person is known to speak."""
        answer = self.context.request.post(
            self.url.replace("/console", "/api/v1/session"),
            data={"name": name, "password": PASSWORD},
            headers={"X-Waystation": "1"},
        )
        assert answer.ok, answer.text()
        self.page.goto(self.url)
        self.page.evaluate(f"localStorage.setItem('{KEPT}', '{self.language}')")
        self.page.reload()
        expect(self.page.locator("#side")).to_be_attached()

    def go(self, address: str) -> None:
        """To a screen, until it has what it shows."""
        self.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        self.page.evaluate(f"location.hash = '#/{address}'")
        expect(self.page.locator("main h1")).to_be_visible()
        expect(self.page.locator(".waiting")).to_have_count(0)
        some = (
            "main li, main tbody tr, main .empty, main .note, main fieldset, main form, main .stack"
        )
        expect(self.page.locator(some).first).to_be_visible()

    def shoot(self, name: str, address: str | None = None) -> None:
        """Go there, and take it."""
        if address is not None:
            self.go(address)
        self.camera.take(self.page, f"console/{name}", self.language)

    def dialog(self, name: str, opener: str) -> None:
        """What opens over this screen; then close it."""
        self.page.locator(opener).first.click()
        expect(self.page.locator("dialog")).to_be_visible()
        self.camera.take(self.page, f"console/{name}", self.language)
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog")).to_have_count(0)


def each_language(
    browser: Browser, shop: Shop, camera: Camera, walk: Callable[[Desk], None]
) -> None:
    """Walk with a desk of its own in every language."""
    for language in LANGUAGES:
        desk = Desk(browser, shop, camera, language)
        walk(desk)
        desk.context.close()


def first_visit(desk: Desk) -> None:
    """A gateway that nobody has set up yet."""
    desk.page.goto(desk.url)
    expect(desk.page.locator("fieldset.step").first).to_be_visible()
    desk.shoot("set_up")
    for field in desk.page.locator("form input").all():
        field.fill("AAAA-AAAA")
    desk.page.locator("button[type=submit]").click()
    expect(desk.page.locator("[aria-invalid=true]").first).to_be_visible()
    desk.shoot("set_up_wrong")


def empty(desk: Desk) -> None:
    """Every screen with nothing on it."""
    for name, screens in OVERVIEWS.items():
        desk.come_in(name)
        for screen in screens:
            desk.shoot(f"empty/{screen}", screen)


def door(desk: Desk) -> None:
    """Before somebody is in, and when the name or password is wrong."""
    desk.page.goto(desk.url)
    expect(desk.page.locator("input[type=password]")).to_be_visible()
    desk.shoot("sign_in")
    desk.page.locator("input").first.fill("nobody")
    desk.page.locator("input[type=password]").fill("not the right one")
    desk.page.locator("button[type=submit]").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    desk.shoot("sign_in_wrong")
    desk.come_in("mira")
    desk.shoot("not_for_you")


def of_the_manager(desk: Desk, made: list[str], twins: tuple[str, str]) -> None:
    """What Bruno sees of a busy shop."""
    desk.come_in("bruno")
    page = desk.page
    for screen in OVERVIEWS["bruno"]:
        desk.shoot(screen, screen)
        if screen == "quarantine":
            page.locator("main li button").nth(1).click()
            desk.shoot("quarantine_other")
    desk.go("devices")
    desk.dialog("pair_phone", "section[aria-labelledby=paired-phones] .section-head button")
    desk.dialog("frames", ".card .actions button")
    page.locator(".card h3 a").first.click()
    expect(page.locator("dl.figures").first).to_be_visible()
    desk.shoot("device")
    desk.shoot("batches", f"batches/{HEAD_OFFICE}")
    page.locator("a.range").first.click()
    expect(page.locator("table tbody tr").first).to_be_visible()
    desk.shoot("batch")
    desk.shoot("outstanding", "outstanding")
    for number in (0, 1, 5):
        desk.shoot(f"customer_{number}", f"customers/{made[number]}")
    desk.shoot("customer_edit", f"customers/{made[0]}/edit")
    desk.shoot("customer_new", "customers/new")
    page.locator("button[type=submit]").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    desk.shoot("customer_wrong")
    desk.shoot("merge", f"duplicates/{twins[0]}/{twins[1]}")
    desk.go("products")
    desk.dialog("product", ".head button")
    page.route("**/api/v1/records/customer?*", lambda route: route.abort())
    desk.shoot("no_answer", "customers")
    page.unroute("**/api/v1/records/customer?*")


def of_the_administrator(desk: Desk) -> None:
    """What only Ada sees."""
    desk.come_in(ADMIN)
    for screen in OVERVIEWS[ADMIN]:
        desk.shoot(screen, screen)
    desk.page.locator(".setting summary").first.click()
    desk.shoot("setting")
    for screen in ("users", "tokens"):
        desk.go(screen)
        desk.dialog(f"{screen}_form", ".head button")
    desk.go("users")
    desk.dialog("user", "main td button.link")


def of_the_clerk(desk: Desk, folder: Path) -> None:
    """A file that Clara brings in: mapped, checked, imported and undone."""
    path = folder / "kunden.csv"
    path.write_text(FILE, "utf-8")
    desk.come_in("clara")
    desk.go("transfer")
    page = desk.page
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("h1")).to_have_text(path.name)
    expect(page.locator("main tbody tr").first).to_be_visible()
    desk.shoot("import_mapped")
    page.locator(".actions button.main, button.main").first.click()
    expect(page.locator("dl.figures").first).to_be_visible(timeout=30_000)
    desk.shoot("import_checked")

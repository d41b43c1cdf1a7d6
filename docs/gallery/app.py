"""The phone app, from the door to a locked phone."""

from playwright.sync_api import Page, expect

from docs.gallery.camera import Camera
from docs.gallery.goods import COFFEE
from tests.browser.phone import PASSWORD, Phone, expect_pill

SPEAK = 'import("/static/app/session.js").then((them) => them.chooseLanguage("{}"))'
WIDTH, HEIGHT = 390, 844
# A shelf with tins, as a rep photographs it.
SHELF = """
async () => {
  const canvas = new OffscreenCanvas(1200, 900);
  const pen = canvas.getContext("2d");
  const wall = pen.createLinearGradient(0, 0, 0, 900);
  wall.addColorStop(0, "#d9cfc0");
  wall.addColorStop(1, "#8c7b66");
  pen.fillStyle = wall;
  pen.fillRect(0, 0, 1200, 900);
  const colours = ["#7a2e23", "#29524a", "#c58b2b", "#33415c", "#e8dfd0", "#5b3a29"];
  for (const [row, top] of [40, 340, 640].entries()) {
    for (let at = 0; at < 13; at += 1) {
      const height = 170 + ((at * 7 + row * 5) % 4) * 14;
      pen.fillStyle = colours[(at * 5 + row * 2) % colours.length];
      pen.fillRect(30 + at * 88, top + 230 - height, 74, height);
      pen.fillStyle = "rgb(255 255 255 / 0.75)";
      pen.fillRect(38 + at * 88, top + 230 - height * 0.6, 58, height * 0.28);
    }
    pen.fillStyle = "#5a4632";
    pen.fillRect(0, top + 230, 1200, 22);
  }
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  return [...new Uint8Array(await blob.arrayBuffer())];
}
"""


class Hand:
    """Mira's phone in a hand, showing one language."""

    def __init__(self, phone: Phone, page: Page, camera: Camera) -> None:
        self.phone = phone
        self.page = page
        self.camera = camera
        self.language = "en"

    def speak(self, language: str) -> None:
        """From here on in this language, as after a choice under "More" and a new start."""
        self.language = language
        self.page.evaluate(SPEAK.format(language))
        self.page.reload()
        expect(self.page.locator("h1").first).to_be_visible()

    def go(self, address: str) -> None:
        """To a screen, until it stands."""
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.page.evaluate(f"location.hash = '#/{address}'")
        expect(self.page.locator("h1").first).to_be_visible()
        some = ".card, .list, .door-card, .empty"
        expect(self.page.locator(some).locator("visible=true").first).to_be_visible()

    def shoot(self, name: str, address: str | None = None) -> None:
        """Go there, and take it."""
        if address is not None:
            self.go(address)
        self.camera.take(self.page, f"app/{name}", self.language)


def door(hand: Hand) -> None:
    """Nobody is signed in."""
    hand.shoot("sign_in", "sign-in")
    hand.shoot("pair", "pair")
    hand.go("sign-in")
    hand.page.locator("#name").fill("mira")
    hand.page.locator("#password").fill("not the right one")
    hand.page.locator("button[type=submit]").click()
    expect(hand.page.get_by_role("alert")).to_be_visible()
    hand.shoot("sign_in_wrong")


def sign_in(hand: Hand) -> None:
    """The first time; how the phone opens is asked."""
    hand.page.reload()
    hand.go("sign-in")
    hand.page.locator("#name").fill("mira")
    hand.page.locator("#password").fill(PASSWORD)
    hand.page.locator("button[type=submit]").click()
    expect(hand.page.locator("input[type=radio]").first).to_be_visible()
    hand.shoot("opening")
    hand.page.get_by_role("button", name="Not now").click()
    expect_pill(hand.page, "Synced")


def empty(hand: Hand) -> None:
    """A shop that has nothing yet."""
    for screen in ("today", "customers", "tasks", "scan", "sync"):
        hand.shoot(f"empty/{screen}", screen)


def a_morning(hand: Hand, made: list[str]) -> None:
    """Mira has visited two customers, scanned, and begun a form."""
    page = hand.page
    hand.phone.context.grant_permissions(["geolocation"], origin=hand.phone.url)
    hand.go("sync")
    page.get_by_role("button", name="Sync now").click()
    hand.go("customers")
    expect(page.locator(".pane-list .row").first).to_be_visible()
    where = {"latitude": 53.5503, "longitude": 9.992, "accuracy": 11.5}
    hand.phone.context.set_geolocation(where)  # type: ignore[arg-type]
    picture = bytes(page.evaluate(SHELF))
    for record, outcome, note in (
        (made[1], 0, "样品已收到，下周确认数量。"),
        (made[0], 1, "Wants the new list; the coffee sells well, the tea does not."),
    ):
        hand.go(f"visit/{record}")
        page.get_by_role("radio").nth(outcome).check()
        page.locator("input[type=file]").last.set_input_files(
            {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
        )
        expect(page.locator(".photo")).to_have_count(1)
        page.get_by_label("Note").fill(note)
        page.locator(".entry-bar button.main").click()
        expect(page.locator("article.record h2")).to_be_visible()
    for code in (COFFEE, "4006381333932", "96385074", "4006381333931"):
        hand.go("scan")
        page.locator("#scan-code").fill(code)
        page.locator(".scan-typed button[type=submit]").click()
        expect(page.locator(".scan-card")).to_be_visible()
    hand.go("new/customer")
    page.get_by_label("Legal name").press_sequentially("Teehaus am Markt")
    hand.go("today")
    expect_pill(page, "Synced")


def whole(hand: Hand, made: list[str]) -> None:
    """Every screen of a phone that is synced."""
    page = hand.page
    for screen in ("today", "customers", "tasks", "scan", "sync", "more", "opening"):
        hand.shoot(screen, screen)
    hand.go("customers")
    page.get_by_role("searchbox").fill("nobody of that name")
    expect(page.locator(".empty").locator("visible=true").first).to_be_visible()
    hand.shoot("customers_none")
    page.get_by_role("searchbox").fill("")
    for number in (0, 1, 7):
        hand.shoot(f"customer_{number}", f"customers/{made[number]}")
    hand.shoot("visit", f"visit/{made[2]}")
    hand.shoot("task", f"new/task/{made[2]}")
    form(hand)


def form(hand: Hand) -> None:
    """The form for a new customer, step by step, with a mistake and a likeness."""
    page = hand.page
    hand.go("new/customer")
    steps = page.locator(".steps li")
    for at in range(steps.count()):
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        steps.nth(at).locator("button").click()
        if at == 1:
            page.locator("input[type=tel]").first.fill("+49 40 30901820")
            page.locator("input[type=email]").first.fill("nobody")
            page.keyboard.press("Tab")
        hand.shoot(f"entry_{at + 1}")
    steps.nth(1).locator("button").click()
    page.locator("input[type=email]").first.fill("")
    page.locator("input[type=tel]").first.fill("")
    hand.go("today")

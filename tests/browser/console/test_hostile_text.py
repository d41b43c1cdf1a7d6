"""Text that would be a script somewhere else is text on every screen that shows it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.browser.console.cast import Shop
from tests.browser.console.test_customers import CUSTOMERS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUN = "hit()"
SHAPES = (
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", '"><script>{}</script>',
    "'><img src=x onerror={}>", "javascript:{}", "<iframe srcdoc='<script>{}</script>'>",
    "<a href='javascript:{}'>x</a>", "</title><script>{}</script>", "<body onload={}>",
    "<details open ontoggle={}>", "<math><mi xlink:href='javascript:{}'>", "${{{}}}", "{{{{{}}}}}",
    "<input autofocus onfocus={}>", "<style>@import'x'</style><img/src/onerror={}>",
    "<marquee onstart={}>", "<object data='javascript:{}'>", "<embed src='javascript:{}'>",
    "-->\u200b<script>{}</script>",
)  # fmt: skip
# Each as it is, in capitals, and in full-width brackets, which some places fold.
HOSTILE = [
    turned(shape.format(RUN))
    for shape in SHAPES
    for turned in (
        str,
        lambda text: text.upper().replace("HIT", "hit"),
        lambda text: f"＜b＞{text}",
    )
]
PER_RECORD = 10
SCREENS = ("customers", "worklist", "duplicates", "quarantine", "live", "transfer", "approvals")
WATCH = """
window.found = [];
window.hit = () => window.found.push("ran");
addEventListener("securitypolicyviolation", (event) => window.found.push(event.violatedDirective));
"""
# What none of our screens is built from.
STRANGE = "main :is(script, iframe, object, embed, marquee, math, [onerror], [onload], [onfocus])"


@pytest.fixture(scope="module")
def hilda(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    with shop.joined(playwright, "Hilda", "clerk") as hilda:
        yield hilda


def entered(api: APIRequestContext) -> dict[str, list[str]]:
    """Customers that hold all of it, by their ids: in the name, the notes, and the contacts."""
    kept = {}
    for first in range(0, len(HOSTILE), PER_RECORD):
        texts = HOSTILE[first : first + PER_RECORD]
        contacts = {f"c{place}": {"name": text} for place, text in enumerate(texts)}
        data = {"legal_name": texts[0], "notes": " ".join(texts), "contacts": contacts}
        answer = api.post(CUSTOMERS, data={"data": {"currency": "EUR", **data}})
        assert answer.ok, answer.text()
        kept[str(answer.json()["id"])] = texts
    return kept


def test_no_text_of_a_customer_runs_on_any_screen(ben: Page, hilda: APIRequestContext) -> None:
    assert len(HOSTILE) == 60
    records = entered(hilda)
    ben.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    ben.add_init_script(WATCH)
    ben.reload()
    for screen in (*SCREENS, *(f"customers/{record}" for record in records)):
        ben.evaluate(f"location.hash = '#/{screen}'")
        expect(ben.locator("main h1")).to_be_visible()
        expect(ben.locator(".waiting")).to_have_count(0)
        record = screen.partition("/")[2]
        if record:
            # It is there, as it was typed.
            expect(ben.locator("main h1")).to_contain_text(RUN)
            expect(ben.locator("main")).to_contain_text(records[record][1][:12])
        assert ben.evaluate("window.found") == [], screen
        assert ben.locator(STRANGE).count() == 0, screen


def test_the_look_for_what_runs_would_see_it(ben: Page) -> None:
    ben.add_init_script(WATCH)
    ben.reload()
    expect(ben.locator("main h1")).to_be_visible()
    # As a page that builds HTML from text would; the policy stops it, and says so.
    told = ben.evaluate("""
        new Promise((seen) => {
          addEventListener("securitypolicyviolation", (event) => seen(event.violatedDirective));
          try {
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=hit()>");
          } catch {
            // Text never becomes part of the page.
          }
        })
    """)
    assert ben.evaluate("window.found") == [told] == ["require-trusted-types-for"]

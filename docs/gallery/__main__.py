"""Takes every screen of the app and the console into build/gallery, and those of docs/gallery.md
into docs/pictures: ``python -m docs.gallery`` (all of it), ``--only app`` or ``--only console``,
``--brief`` without those that the page does not show.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright, expect, sync_playwright

from docs.gallery import app, console, shelves, trouble
from docs.gallery.camera import LANGUAGES, Camera
from docs.gallery.chosen import CHOSEN, write_page
from docs.gallery.shop import Shop
from tests.browser.console.cast import chromium
from tests.browser.phone import Phone

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 30_000  # the machine may have other work as well


def in_every_language(hand: app.Hand, walk: object, *arguments: object) -> None:
    """The same walk with the phone in each language; it speaks English in the end."""
    for language in LANGUAGES:
        hand.speak(language)
        walk(hand, *arguments)  # type: ignore[operator]
    hand.speak("en")


def take_app(hand: app.Hand, shop: Shop, made: list[str]) -> None:
    """The phone from its first visit to a busy shop on."""
    app.a_morning(hand, made)
    in_every_language(hand, app.whole, made)
    trouble.leave_the_network(hand, made[3])
    in_every_language(hand, trouble.out_of_reach, made[3])
    trouble.come_back(hand, shop.at_desk("clara"), made[3])
    in_every_language(hand, trouble.needs_somebody, made[3])
    trouble.lock(hand)
    in_every_language(hand, trouble.locked)


def take_all(playwright: Playwright, folder: Path, camera: Camera, only: str) -> None:
    """From a gateway that nobody has opened yet to one after a busy morning."""
    shop = Shop(folder / "shop")
    browser = chromium(playwright)
    phone = Phone(playwright, folder / "phone", f"{shop.url}/")
    hand = app.Hand(phone, phone.open(), camera)
    try:
        if only != "app":
            console.each_language(browser, shop, camera, console.first_visit)
        shop.open()
        if only != "console":
            hand.page.goto(phone.url)
            in_every_language(hand, app.door)
            app.sign_in(hand)
            in_every_language(hand, app.empty)
        if only != "app":
            console.each_language(browser, shop, camera, console.empty)
        made = shop.furnish()
        if only != "console":
            take_app(hand, shop, made)
            shelves.take(playwright, folder, shop, camera)
        if only != "app":
            take_console(browser, shop, camera, made, folder)
    finally:
        phone.close()
        browser.close()
        shop.close()
    assert phone.faults == [], phone.faults


def take_console(
    browser: console.Browser, shop: Shop, camera: Camera, made: list[str], folder: Path
) -> None:
    """The console of a busy shop."""
    each = console.each_language
    twins = shop.twins
    each(browser, shop, camera, console.door)
    shop.await_worklist()
    each(browser, shop, camera, lambda desk: console.of_the_manager(desk, made, twins))
    each(browser, shop, camera, console.of_the_administrator)
    each(browser, shop, camera, lambda desk: console.of_the_clerk(desk, folder))


def main() -> None:
    """Start everything, take everything, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("app", "console"), default="")
    parser.add_argument("--brief", action="store_true")
    asked = parser.parse_args()
    only = asked.only
    expect.set_options(timeout=PATIENCE_MS)
    build, pictures = ROOT / "build" / "gallery", ROOT / "docs" / "pictures"
    for part in (only,) if only else ("app", "console"):
        shutil.rmtree(build / part, ignore_errors=True)
    pictures.mkdir(exist_ok=True)
    camera = Camera(build, pictures, CHOSEN, asked.brief)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        take_all(playwright, Path(folder), camera, only)
    write_page(ROOT / "docs" / "gallery.md")
    print(f"{camera.taken} pictures in {build}")


if __name__ == "__main__":
    main()

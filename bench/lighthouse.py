"""What Lighthouse says of the app and the console: performance, accessibility, best practices.

``python -m bench.lighthouse [--runs N] [--write]`` (or ``make bench-lighthouse``) starts a shop,
signs in with a real browser, and has Lighthouse look at the door and behind it: the app as on a
slow phone (four times slower, 1.6 Mbit/s, 150 ms), the console as at a desk. Of several runs the
median counts. It ends with an error where a score is below its budget. Lighthouse itself is fetched
into bench/.data when it is missing; the project does not need it.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from bench import report
from docs.gallery.shop import Shop
from tests.browser.phone import PASSWORD, Phone, sign_in

FOLDER: Final = Path(__file__).parent / ".data" / "lighthouse"
PACKAGE: Final = "lighthouse@12.8.2"
BUDGETS: Final = {"performance": 95, "accessibility": 100, "best-practices": 100}
FIGURES: Final = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
}
BEGIN, END = "<!-- results of `make bench-lighthouse` begin -->", "<!-- results end -->"
PATIENCE_S: Final = 180
TRIES: Final = 3


@dataclass(frozen=True)
class Look:
    """A page as Lighthouse saw it: scores of 100 by category, times in ms by audit."""

    name: str
    scores: dict[str, int]
    times: dict[str, float]
    faults: tuple[str, ...]


def program() -> Path:
    """The command, which is fetched when it is missing."""
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install: list[str | Path] = [
            "npm",
            "install",
            "--prefix",
            FOLDER,
            "--no-audit",
            "--no-fund",
        ]
        subprocess.run([*install, "--ignore-scripts", PACKAGE], check=True)
    return command


def look(name: str, url: str, profile: Path, *, desk: bool, first: bool) -> Look:
    """Have it look at ``url`` in the browser with this profile: on a ``first`` visit with nothing
    kept from another, else as who is signed in there.
    """
    port = (profile / "DevToolsActivePort").read_text().split()[0]
    asked: list[str | Path] = [f"--port={port}", "--output=json", "--quiet"]
    asked += [] if first else ["--disable-storage-reset"]
    asked += [f"--only-categories={','.join(BUDGETS)}", *(["--preset=desktop"] if desk else [])]
    told = json.loads(_said([program(), url, *asked]))
    categories = told["categories"]
    faults = [
        f"{one['id']}: {told['audits'][one['id']]['title']}"
        for category in categories.values()
        for one in category["auditRefs"]
        if one["weight"]
        and (told["audits"][one["id"]]["score"] or 0) < BUDGETS["performance"] / 100
        and told["audits"][one["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual"}
    ]
    scores = {key: round(100 * (categories[key]["score"] or 0)) for key in BUDGETS}
    times = {key: float(told["audits"][key]["numericValue"]) for key in FIGURES}
    return Look(name, scores, times, tuple(faults))


def _said(command: list[str | Path]) -> str:
    """What it says; once more where it missed the beginning of the page, as it does under load."""
    why = ""
    for _ in range(TRIES):
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
        if done.returncode == 0:
            return done.stdout
        why = done.stderr
    raise SystemExit(why)


def median(looks: list[Look]) -> Look:
    """Of several looks at one page, score by score."""
    scores = {key: int(statistics.median(one.scores[key] for one in looks)) for key in BUDGETS}
    times = {key: statistics.median(one.times[key] for one in looks) for key in FIGURES}
    faults = tuple(sorted({fault for one in looks for fault in one.faults}))
    return Look(looks[0].name, scores, times, faults)


def of_the_app(playwright: Playwright, shop: Shop, folder: Path, runs: int) -> Iterator[Look]:
    """The door of the app as a first visitor sees it, and the app with everything on the phone."""
    phone = Phone(playwright, folder / "phone", f"{shop.url}/")
    yield from _before_and_behind(phone, "app", ("today", "customers"), sign_in, runs)


def of_the_console(playwright: Playwright, shop: Shop, folder: Path, runs: int) -> Iterator[Look]:
    """The console's door, and behind it its first screen and the list of customers."""
    desk = Phone(playwright, folder / "desk", f"{shop.url}/console")
    yield from _before_and_behind(desk, "console", ("live", "customers"), _enter, runs)


def _before_and_behind(
    browser: Phone,
    name: str,
    screens: tuple[str, ...],
    enter: Callable[[Page, str], None],
    runs: int,
) -> Iterator[Look]:
    def seen(screen: str, url: str, *, first: bool = False) -> Look:
        desk, title = name == "console", f"{name}, {screen}"
        looks = [look(title, url, browser.profile, desk=desk, first=first) for _ in range(runs)]
        return median(looks)

    page = browser.open()
    browser.look_away()  # Lighthouse opens and closes pages of its own
    try:
        yield seen("the door", browser.url, first=name == "app")  # a console keeps nothing
        enter(page, browser.url)
        for screen in screens:
            yield seen(screen, f"{browser.url}#/{screen}")
    finally:
        browser.close()


def _enter(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Name", exact=True).fill("bruno")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")


def table(looks: list[Look]) -> str:
    """One line a page."""
    heads = ["page", *(key.replace("-", " ") for key in BUDGETS), *FIGURES.values()]
    rows = [
        [
            one.name,
            *(str(one.scores[key]) for key in BUDGETS),
            *(f"{one.times[key] / 1000:.2f} s" for key in FIGURES),
        ]
        for one in looks
    ]
    return report.table(heads, rows)


def write(told: str) -> None:
    """Put the table into docs/performance.md."""
    before, _, rest = report.PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before}{BEGIN}\n\n{report.machine()}\n\n{told}\n\n{END}{after}"
    report.PAGE.write_text(text, "utf-8")


def main() -> None:
    """Look at every page, tell what was seen, and fail where it is below its budget."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--write", action="store_true")
    asked = arguments.parse_args()
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        shop = Shop(Path(name) / "shop")
        try:
            shop.open()
            shop.furnish()
            looks = [
                *of_the_app(playwright, shop, Path(name), asked.runs),
                *of_the_console(playwright, shop, Path(name), asked.runs),
            ]
        finally:
            shop.close()
    print(table(looks))
    low = [one for one in looks if any(one.scores[key] < BUDGETS[key] for key in BUDGETS)]
    for one in low:
        print(f"{one.name}: {'; '.join(one.faults)}")
    if asked.write:
        write(table(looks))
    if low:
        raise SystemExit(f"Below its budget: {', '.join(one.name for one in low)}")


if __name__ == "__main__":
    main()

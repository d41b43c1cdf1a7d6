"""The acceptance of import and export: a person brings 100,000 customers in a real browser.

``python -m bench.portal [--write]`` (or ``make bench-portal``) starts a gateway, opens its console
in Chromium, and does what a person does: uploads a file in GB 18030 with a broken row in its
middle, gives unknown values a meaning once on its first rows, corrects the mapping, checks,
imports, takes the rows that were left out, searches, looks at duplicates, exports in every format,
and undoes a second, small import. All the while a till scans and a phone brings customers. What
does not come out as it must ends it with an error, after the table of what was done up to there.
``--write`` puts the table of a run that came to its end into docs/performance.md.
"""

import argparse
import json
import re
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from bench import brought, bystanders
from bench import report as page_of
from bench.desk import PATIENCE_MS, WIDE, Desk, Report
from bench.peers.gateway import Gateway

CHROMIUM: Final = "/usr/bin/chromium"
PASSWORD: Final = "four quite long words"
BEGIN, END = "<!-- results of `make bench-portal` begin -->", "<!-- results end -->"
# Below so many rows a pass is over before anybody has looked at it.
SEEN_ROWS: Final = 1_000
# A machine with other work may take its time for a page.
PAGE_MS: Final = 180_000
FOUND_MS: Final = 300_000
# So many invented companies have some among them that are alike.
PAIRED_ROWS: Final = 20_000


@dataclass(frozen=True)
class Scale:
    """How many rows are brought, checked first alone, and undone; how long nobody imports."""

    rows: int = 100_000
    first: int = 2_000
    undone: int = 2_000
    quiet_ms: int = 20_000


def bring(desk: Desk, path: Path) -> None:
    """Upload a file and look at its mapping."""
    desk.open("Import and export")
    desk.page.locator("input[type=file]").set_input_files(path)
    title = desk.page.get_by_role("heading", level=1)
    expect(title).to_have_text(path.name, timeout=PATIENCE_MS)


def start_check(desk: Desk) -> None:
    """Press the button, whatever stands on it by now."""
    desk.page.get_by_role("button", name=re.compile("^Check")).click()


def start_run(desk: Desk) -> None:
    """Press the button with how many rows it takes."""
    desk.page.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows")).click()


def sample(desk: Desk, path: Path, rows: int) -> None:
    """The first rows alone, as a careful person does: what is said of them is remembered."""
    page = desk.page
    bring(desk, path)
    for head, to in (("客户类别", "type"), ("旧系统编号", "@key"), ("账期", "payment_terms")):
        page.get_by_label(f"Where {head} goes").select_option(to)
    expect(page.get_by_label("Where 公司名称 goes")).to_have_value("legal_name")
    expect(page.get_by_label("Where 统一社会信用代码 goes")).to_have_value("tax_id")
    with desk.report.step(f"check of the first {rows:,} rows", rows):
        start_check(desk)
        desk.wait("What the import would do")
    desk.shoot("1-values")
    expect(page.get_by_role("heading", name="What these values mean")).to_be_visible()
    page.get_by_label("What 集团客户 means").select_option("company")
    # Guessed from the one number in it.
    expect(page.get_by_label("What 月结45天 means")).to_have_value("45")
    start_check(desk)
    expect(page.get_by_role("heading", name="What the import would do")).to_be_visible()
    expect(page.get_by_text("mean nothing to us")).to_have_count(0, timeout=PATIENCE_MS)


def take_in(desk: Desk, path: Path, rows: int) -> None:
    """The whole way of a file, from the upload to its end."""
    page, report, seen = desk.page, desk.report, rows >= SEEN_ROWS
    with report.step(f"upload of {rows:,} rows, looked at and counted"):
        bring(desk, path)
    expect(page.get_by_label("Where 客户类别 goes")).to_have_value("type")
    page.get_by_label("Where 标签 goes").select_option("marketing_topics")
    desk.shoot("2-mapping")
    with report.step("check", rows):
        start_check(desk)
        desk.wait("What the import would do", "Checking; nothing" if seen else "", "3-checking")
    desk.shoot("4-checked")
    found = desk.figures()
    assert found["With problems"] == 1, found
    assert found["Would be new"] > 0.97 * rows - 5, found
    with report.step("run", rows):
        start_run(desk)
        desk.wait("What the import did", "Importing; you may leave" if seen else "", "5-running")
    assert desk.figures()["New"] == found["Would be new"], (found, desk.figures())
    desk.shoot("6-done")
    left = page.get_by_role("link", name="Download the rows left out")
    with report.step("rows left out, as a file"):
        told = desk.saved(left.click)
    lines = list(brought.rows_of(told.read_bytes()))
    broken = next(line for line in lines if line[0] == "K-broken")
    assert "call me" in broken, broken
    assert int(broken[-2]) == rows // 2 + 1, broken


def look_up(desk: Desk, name: str, rows: int) -> None:
    """Find one of them again by the whole name, and those that may be one."""
    page, report = desk.page, desk.report
    desk.open("Customers")
    with report.step("search, from the key to the list"):
        page.get_by_role("searchbox").fill(name)
        first = page.locator("main table a[href*='#/customers/']").first
        expect(first).to_have_text(name, timeout=60_000)
    desk.shoot("7-search")
    with report.step("duplicates, from the click to the list"):
        desk.open("Duplicates")
        if rows < PAIRED_ROWS:
            return
        pairs = page.get_by_role("link", name="Compare", exact=True)
        # What rows of one file have in common with each other is found within minutes.
        expect(pairs.first).to_be_visible(timeout=FOUND_MS)
    desk.shoot("8-duplicates")
    with report.step("two of them side by side"):
        pairs.first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One customer or two?")
        expect(page.get_by_role("button", name="Not the same")).to_be_visible()


def take_out(desk: Desk, rows: int) -> None:
    """Every customer, in every format."""
    for form in ("csv", "xlsx", "jsonl"):
        desk.open("Import and export")
        desk.page.get_by_label("Format").select_option(form)
        link = desk.page.get_by_role("link", name="Export", exact=True)
        with desk.report.step(f"export as {form}", rows) as told:
            path = desk.saved(link.click)
            told["bytes"] = path.stat().st_size
        assert path.stat().st_size > 100 * rows * (0.2 if form == "xlsx" else 1), path
    desk.shoot("9-export")


def take_back(desk: Desk, folder: Path, rows: int) -> None:
    """A second file, brought and undone."""
    page, report = desk.page, desk.report
    path = folder / "second.csv"
    lines = [f"Shop Undo {n},Z{n}" for n in range(rows)]
    path.write_text("Customer,Old number\n" + "\n".join(lines), "utf-8")
    bring(desk, path)
    start_check(desk)
    desk.wait("What the import would do")
    start_run(desk)
    desk.wait("What the import did")
    page.get_by_role("button", name="Undo this import").click()
    desk.shoot("10-undo")
    with report.step(f"undoing of {rows:,} rows", rows):
        page.get_by_role("dialog").get_by_role("button", name="Undo this import").click()
        desk.wait("What was undone")
    assert desk.figures() == {"New ones closed": rows}, desk.figures()
    desk.shoot("11-undone")


def set_up(gateway: Gateway) -> None:
    """A shop in China with a manager who imports and a rep with a phone."""
    log = gateway.data.parent / f"{gateway.data.name}.log"
    code = re.search(r"enter the code (\S+)", log.read_text("utf-8"))
    assert code, "a gateway prints a code when nobody has set it up"
    shop = {"shop": "Lindenhof", "country": "CN", "currency": "CNY", "language": "en"}
    body = {"code": code[1], **shop, "name": "Ana", "password": PASSWORD}
    request = urllib.request.Request(
        f"{gateway.url}/api/v1/setup",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=60).read()
    for name, role in (("Ben", "manager"), ("Rita", "rep")):
        gateway.command("user", "add", name, "--role", role, "--password-stdin", stdin=PASSWORD)


def sign_in(page: Page, url: str) -> None:
    """As the manager."""
    page.goto(f"{url}/console")
    page.get_by_label("Name", exact=True).fill("Ben")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")


def accept(playwright: Playwright, scale: Scale, folder: Path, pictures: Path) -> Report:
    """Everything, once; AssertionError where something does not come out as it must.

    The table is printed in any case.
    """
    path, first = folder / "customers.csv", folder / "first.csv"
    brought.write(path, scale.rows)
    lines = path.read_bytes().splitlines(keepends=True)
    first.write_bytes(b"".join(lines[: scale.first + 1]))
    gateway = Gateway(folder / "gateway")
    program = gateway.start()
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    report = Report(gateway)
    try:
        set_up(gateway)
        page = browser.new_page(locale="en-GB", viewport=WIDE)
        page.set_default_timeout(PAGE_MS)
        sign_in(page, gateway.url)
        report.watched = {
            "scans": bystanders.captures(gateway.port, gateway.tokens["pos"]),
            "pushes": bystanders.pushes(gateway.port, "Rita", PASSWORD),
        }
        desk = Desk(page, pictures, report)
        with report.step("nobody imports, to compare with"):
            page.wait_for_timeout(scale.quiet_ms)
        sample(desk, first, scale.first)
        take_in(desk, path, scale.rows)
        look_up(desk, lines[1].decode("gb18030").split(",")[2], scale.rows)
        take_out(desk, scale.rows)
        take_back(desk, folder, scale.undone)
        failed = {who: one.failed for who, one in report.watched.items() if one.failed}
        assert not failed, failed
    finally:
        for one in report.watched.values():
            one.end()
        browser.close()
        program.stop()
        print(report.table(), flush=True)
    return report


def write(rows: int, table: str) -> None:
    """Put a table into the page of figures, in place of the last one."""
    text = page_of.PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    told = f"{BEGIN}\n\nWith {rows:,} rows. {page_of.machine()}\n\n{table}\n\n{END}"
    page_of.PAGE.write_text(before + told + after, "utf-8")


def main() -> None:
    """At the scale of the acceptance, or another one."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=Scale.rows)
    arguments.add_argument("--pictures", type=Path, default=Path(tempfile.gettempdir()) / "portal")
    arguments.add_argument("--write", action="store_true", help="put the table into the page")
    asked = arguments.parse_args()
    asked.pictures.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PAGE_MS)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        found = accept(playwright, Scale(asked.rows), Path(name), asked.pictures)
    if asked.write:
        write(asked.rows, found.table())


if __name__ == "__main__":
    main()

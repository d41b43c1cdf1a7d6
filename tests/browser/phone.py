"""A phone with the app on it: a real Chromium with a profile on disk, shot whenever one likes."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
)

from tests.torture.gateway import wait_until

# The suggestions of an address bar that nobody sees are a page of their own, as dear as ours.
NO_SUGGESTIONS = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
FLAGS = (
    NO_SUGGESTIONS,
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
START_S = 30
TABS_MAX = 80
PHONE = (390, 844)
DESK = (1280, 800)
# Resolves when the app is whole on the phone and serves itself.
TAKEN_OVER = """
new Promise((resolve) => navigator.serviceWorker.controller
  ? resolve()
  : navigator.serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true }))
"""
PASSWORD = "harbour-lamp-7-amber"


def chromium() -> str:
    """Where Debian's Chromium is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError(
            "These tests drive Chromium. Install it (apt install chromium), or leave them out"
            " with -m 'not browser'."
        )
    return found


class Phone:
    """One profile. ``faults`` collects what must never happen: script errors and refusals of the
    content security policy. ``environment`` is added to the browser's; ``flags`` are more of its
    flags, such as a camera.
    """

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self.playwright = playwright
        self.profile = profile
        self.url = url
        self.faults: list[str] = []
        self.environment: dict[str, str] = {}
        self.flags: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Browser | None = None

    def open(self) -> Page:
        """Start the browser on its profile; its first page, empty."""
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [chromium(), *FLAGS, *self.flags, f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **self.environment},
        )
        wait_until(
            lambda: port_file.exists() and port_file.read_text().count("\n") > 0,
            START_S,
            lambda: "Chromium did not open its port",
        )
        port = port_file.read_text().split()[0]
        self._browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        page = self.context.pages[0]
        self._watch(page)
        self.context.on("page", self._watch)
        return page

    @property
    def context(self) -> BrowserContext:
        assert self._browser is not None
        return self._browser.contexts[0]

    def tab(self) -> Page:
        """One more tab of the same browser."""
        return self.context.new_page()

    def kill(self) -> None:
        """SIGKILL, as a battery that gives up."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(START_S)
        self._process = None

    def leave(self) -> None:
        """End the browser as a person does: what it has in memory gets to disk, cookies too."""
        assert self._process is not None
        assert self._browser is not None
        self._browser.new_browser_cdp_session().send("Browser.close")
        self._process.wait(START_S)
        self._process = None

    def close(self) -> None:
        """End the browser if it still runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
            self._process = None

    def look_away(self) -> None:
        """Leave pages alone that another program opens from now on."""
        self.context.remove_listener("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)


def sign_in(page: Page, url: str, name: str = "mira") -> None:
    """Sign in for the first time and wait until everything is on the phone."""
    page.goto(url)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Not now").click()
    expect_pill(page, "Synced")
    page.evaluate(TAKEN_OVER)


def sign_in_again(page: Page) -> None:
    """Sign in where a session has ended; the form knows the name."""
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect_pill(page, "Synced")


def back_after_kill(page: Page) -> None:
    """Everything is sent. Chromium writes cookies to disk every 30 s only: a shot browser may have
    to sign in again.
    """
    expect(page.locator(".pill").first).to_have_text(
        re.compile("Synced|Sign in to send"), timeout=30_000
    )
    if page.locator(".pill").first.inner_text() != "Synced":
        sign_in_again(page)


def expect_pill(page: Page, text: str, timeout_s: float = 20) -> None:
    """The sync pill says exactly this."""
    expect(page.locator(".pill").first).to_have_text(text, timeout=timeout_s * 1000)


def begin_customer(page: Page, name: str) -> None:
    """Open the form for a new customer and type the name, letter by letter."""
    page.evaluate("location.hash = '#/new/customer'")
    field = page.get_by_label("Legal name")
    field.click()
    field.press_sequentially(name)


def save(page: Page) -> None:
    """Go to the last step of the open form and save."""
    page.locator(".steps li:last-child button").click()
    page.locator(".entry-bar button.main").click()
    expect(page.locator(".entry")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("Saved on this phone")


def enter_customer(page: Page, name: str) -> None:
    """Enter a whole customer."""
    begin_customer(page, name)
    save(page)
    expect(page.locator("article.record h2")).to_have_text(name)


def open_customer(page: Page, name: str) -> None:
    """Find a customer in the list and open it."""
    page.evaluate("location.hash = '#/customers'")
    page.get_by_role("searchbox").fill(name)
    page.locator(".row", has_text=name).first.click()
    expect(page.locator("article.record h2")).to_have_text(name)


SETTLED = "import('/static/app/drafts.js').then((drafts) => drafts.settled()).then(() => true)"


def leave_and_return(page: Page) -> None:
    """Load the page anew, no sooner than a person could: what was typed is on its disk by then."""
    assert page.evaluate(SETTLED)
    page.reload()


def knock(page: Page) -> None:
    """The network is back, says the operating system."""
    page.evaluate("dispatchEvent(new Event('online'))")


def reach(page: Page, target: Locator) -> None:
    """Go there with the Tab key alone, as somebody does who has no mouse."""
    expect(target).to_be_visible()
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached with the Tab key")


WORDS = "amber lamp at the harbour"


def save_unsent(page: Page, words: str = WORDS) -> Path:
    """Save unsent work to a file, sealed with these words; where the browser has put it."""
    page.get_by_role("button", name="Save unsent work to a file").click()
    page.get_by_label("Passphrase").fill(words)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file").click()
    assert saved.value.suggested_filename.startswith("waystation-unsent-")
    return saved.value.path()

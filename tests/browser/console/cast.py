"""A real gateway for the console's tests: its people, a till, and one pseudo-terminal scanner."""

import json
import os
import re
import tty
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
)

from tests.browser.phone import NO_SUGGESTIONS
from tests.torture.gateway import GatewayProcess

CHROMIUM = "/usr/bin/chromium"
PASSWORD = "four quite long words"
ANA, BEN = "Ana", "Ben"  # the administrator and the manager
MILK = "4006381333931"

SALE: dict[str, Any] = {
    "specversion": "1.0",
    "source": "urn:till:1",
    "type": "sale.completed",
    "time": "2026-11-22T10:00:00.000Z",
    "data": {
        "register": "1",
        "receipt": "1009",
        "currency": "EUR",
        "lines": [
            {
                "gtin": MILK,
                "quantity": "2",
                "unit_price": 1850,
                "discount": 0,
                "tax_rate": "0.19",
                "tax": 703,
                "amount": 3700,
            }
        ],
        "tenders": [{"type": "cash", "amount": 4403, "change": 0}],
        "net": 3700,
        "tax": 703,
        "total": 4403,
    },
}


def setup_code(gateway: GatewayProcess) -> str:
    """The code that a gateway printed for its first visitor."""
    found = re.search(r"enter the code (\S+)", gateway.log.read_text("utf-8"))
    assert found, "the gateway prints a code when nobody has set it up"
    return found[1]


def scan(identity: str, code: str, **more: str) -> dict[str, Any]:
    """A scan as a till sends it."""
    return {
        "specversion": "1.0",
        "id": identity,
        "source": "urn:till:1",
        "type": "scan.captured",
        "time": "2026-11-22T10:00:00.000Z",
        "data": {"text": code, **more},
    }


class Shop:
    """A gateway process and what is plugged into it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.near, self._far = os.openpty()
        tty.setraw(self._far)
        data = folder / "data"
        data.mkdir()
        port = json.dumps([os.ttyname(self._far), str(data / "ports" / "*")])
        self.drop = folder / "drop"
        roots = json.dumps([str(self.drop)])
        (data / "site.toml").write_text(
            f"[devices]\nextra_ports = {port}\ndrop_roots = {roots}\npoll_s = 1\n"
        )
        self.process = GatewayProcess(data, environment=environment)
        self.till = self.process.token("Till 1", "pos")
        self.process.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.process.port}"

    def setup_code(self) -> str:
        """The code that the gateway printed for its first visitor."""
        return setup_code(self.process)

    def call(self, path: str, body: object = None, token: str = "") -> Any:
        """One request of a program."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        raw = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, raw, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def post(self, *events: object) -> list[dict[str, Any]]:
        """Facts from the till; what became of each."""
        results: list[dict[str, Any]] = self.call("/api/v1/facts", list(events), self.till)[
            "results"
        ]
        return results

    def set_up(self) -> None:
        """What the first visitor types, sent straight to the gateway; then the manager is added."""
        shop = {"shop": "Lindenhof", "country": "DE", "currency": "EUR", "language": "en"}
        person = {"name": ANA, "password": PASSWORD}
        self.call("/api/v1/setup", {"code": self.setup_code(), **shop, **person})
        self.process.user(BEN, "manager", PASSWORD)

    @contextmanager
    def joined(self, playwright: Playwright, name: str, role: str) -> Iterator[APIRequestContext]:
        """Somebody new in the shop, as a program that talks to the gateway for them."""
        self.process.user(name, role, PASSWORD)
        headers = {"X-Waystation": "1"}
        api = playwright.request.new_context(base_url=self.url, extra_http_headers=headers)
        answer = api.post("/api/v1/session", data={"name": name, "password": PASSWORD})
        assert answer.ok, answer.text()
        yield api
        api.dispose()

    def close(self) -> None:
        self.process.stop()
        os.close(self.near)
        os.close(self._far)


@contextmanager
def set_up_in(folder: Path, **environment: str) -> Iterator[Shop]:
    """A shop with its administrator and its manager, until the end of the block."""
    opened = Shop(folder, **environment)
    opened.set_up()
    try:
        yield opened
    finally:
        opened.close()


def chromium(playwright: Playwright) -> Browser:
    flags = ["--no-sandbox", NO_SUGGESTIONS]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


def sign_in(context: BrowserContext, shop: Shop, name: str) -> Page:
    """A page of the console with somebody who signed in earlier in this browser."""
    answer = context.request.post(
        f"{shop.url}/api/v1/session",
        data={"name": name, "password": PASSWORD},
        headers={"X-Waystation": "1"},
    )
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto(f"{shop.url}/console")
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")
    return page


def kept(page: Page) -> dict[str, int]:
    """What a page holds after a collection, by the names of Chromium's Performance domain."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    found = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return {metric["name"]: int(metric["value"]) for metric in found}


def open_screen(page: Page, name: str) -> None:
    """Go there as a person does, by its name in the navigation."""
    page.get_by_role("navigation", name="Console").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

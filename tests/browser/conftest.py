"""A real gateway, people who work with it, and phones."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.phone import PASSWORD, Phone, expect_pill, sign_in
from tests.torture.gateway import GatewayProcess

# The machine that runs the tests may have other work as well.
TIMEOUT_S = 30
expect.set_options(timeout=20_000)
DESK_PHONE = "0190f3c2-0000-7000-8000-00000000de54"


class Office:
    """What a person at a desk sees of the gateway, over its own interface."""

    def __init__(self, gateway: GatewayProcess, name: str, password: str = PASSWORD) -> None:
        self.url = f"http://localhost:{gateway.port}"
        self._session = requests.Session()
        self._session.headers["X-Waystation"] = "1"
        self.call("POST", "/api/v1/session", {"name": name, "password": password})

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer's document."""
        answer = self._session.request(method, self.url + path, json=body, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def content(self, path: str) -> bytes:
        """What lies there, as it is."""
        answer = self._session.get(self.url + path, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.content

    def customers(self) -> list[dict[str, Any]]:
        """Every customer the gateway knows."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.call("GET", f"/api/v1/records/customer?limit=100&after={after}")
            found += page["records"]
            after = page["next"]
            if not after:
                return found

    def push(self, operations: list[dict[str, object]]) -> Any:
        """Enter something as a phone at the desk would."""
        self._session.headers["X-Waystation-Device"] = DESK_PHONE
        return self.call("POST", "/api/v1/push", {"origin_epoch": "desk", "operations": operations})

    def edit(self, record: str, patch: dict[str, object]) -> Any:
        """Change a customer as it stands now."""
        path = f"/api/v1/records/customer/{record}"
        version = self.call("GET", path)["version"]
        return self.call("POST", path, {"base_version": version, "patch": patch})


def erp_says(gateway: GatewayProcess, kind: str, record: str, patch: dict[str, object]) -> None:
    """Change a record as the ERP does, over its own interface."""
    url = f"http://localhost:{gateway.port}/api/v1/records/{kind}/{record}"
    token = {"Authorization": f"Bearer {gateway.token('Head office', 'erp')}"}
    version = requests.get(url, headers=token, timeout=TIMEOUT_S).json()["version"]
    told = {"base_version": version, "patch": patch}
    requests.post(url, json=told, headers=token, timeout=TIMEOUT_S).raise_for_status()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def staffed(gateway: GatewayProcess) -> GatewayProcess:
    for name, role in (("mira", "rep"), ("clara", "clerk")):
        gateway.user(name, role, PASSWORD)
    return gateway


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the rep mira and the clerk clara, to begin with a copy of."""
    return staffed(GatewayProcess(tmp_path_factory.mktemp("furnished") / "data")).data


@dataclass(frozen=True)
class Yesterday:
    """A shop and mira's phone as they were left: she is signed in, and everything is on the phone.

    What is on a phone belongs to the gateway's address, so its ``port`` is the same today.
    """

    data: Path
    profile: Path
    port: int


@pytest.fixture(scope="session")
def yesterday(
    playwright: Playwright, furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Yesterday:
    folder = tmp_path_factory.mktemp("yesterday")
    gateway = GatewayProcess(shutil.copytree(furnished, folder / "data"))
    gateway.start()
    phone = Phone(playwright, folder / "phone", f"http://localhost:{gateway.port}/")
    sign_in(phone.open(), phone.url)
    phone.leave()
    gateway.stop()
    assert phone.faults == []
    return Yesterday(gateway.data, phone.profile, gateway.port)


@pytest.fixture
def gateway(
    request: pytest.FixtureRequest, tmp_path: Path, furnished: Path
) -> Iterator[GatewayProcess]:
    """A running gateway with the rep mira and the clerk clara; who asks for mira's ``page`` gets
    the one that she worked with yesterday.
    """
    running = GatewayProcess(tmp_path / "data")
    if "page" in request.fixturenames:
        left: Yesterday = request.getfixturevalue("yesterday")
        shutil.copytree(left.data, running.data)
        running.port = left.port
    else:
        shutil.copytree(furnished, running.data)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def office(gateway: GatewayProcess) -> Office:
    return Office(gateway, "clara")


@pytest.fixture
def phones(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[str], Phone]]:
    """Makes phones; at the end none of them may have met a script error or a policy refusal."""
    made: list[Phone] = []

    def make(url: str) -> Phone:
        made.append(Phone(playwright, tmp_path / f"phone-{len(made)}", url))
        return made[-1]

    yield make
    for phone in made:
        phone.close()
    assert [fault for phone in made for fault in phone.faults] == []


@pytest.fixture
def phone(gateway: GatewayProcess, phones: Callable[[str], Phone]) -> Phone:
    return phones(f"http://localhost:{gateway.port}/")


@pytest.fixture
def page(phone: Phone, gateway: GatewayProcess, yesterday: Yesterday) -> Page:
    """The app on mira's phone, signed in and synced, the gateway in reach."""
    if gateway.port != yesterday.port:  # another shop, where she has not been before
        first = phone.open()
        sign_in(first, phone.url)
        return first
    shutil.copytree(yesterday.profile, phone.profile, ignore=shutil.ignore_patterns("Singleton*"))
    first = phone.open()
    first.goto(phone.url)
    expect_pill(first, "Synced")
    return first

"""The page that leads a device to trust the gateway says no, until the device does."""

import json
import shutil
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config.schema import TlsSettings
from gateway.kernel.clock import SystemClock
from gateway.web.door.certificate import Certificate
from tests.browser.certificates import trust
from tests.browser.phone import Phone
from tests.torture.gateway import GatewayProcess, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Browsers take every name below localhost for this machine.
NAME = "gateway.localhost"


@pytest.fixture
def help_port() -> int:
    return free_port()


@pytest.fixture
def gateway(tmp_path: Path, furnished: Path, help_port: int) -> Iterator[GatewayProcess]:
    data = shutil.copytree(furnished, tmp_path / "data")
    (data / "site.toml").write_text(
        f'[tls]\nnames = ["{NAME}"]\nhelp_listen = "127.0.0.1:{help_port}"\n'
    )
    certificate = Certificate(data, TlsSettings(names=(NAME,)), SystemClock())
    certificate.renew()
    root = certificate.authority()
    assert root is not None
    running = GatewayProcess(data, trusts=ssl.create_default_context(cadata=root.decode()))
    running.start()
    yield running
    running.stop()


def try_out(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Test now").click()


def test_a_device_is_told_whether_it_trusts_the_gateway_and_led_to_the_app(
    phones: Callable[[str], Phone], gateway: GatewayProcess, help_port: int, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{help_port}/"
    home = tmp_path / "home"
    home.mkdir()
    device = phones(url)
    device.environment = {"HOME": str(home)}
    page = device.open()
    try_out(page, url)
    expect(page.get_by_text("Not yet.")).to_contain_text(f"https://{NAME}:{gateway.port}")
    expect(page.locator("details[open] summary")).to_have_text("2. Linux")
    shown = page.locator(".fingerprint").inner_text()
    device.leave()

    trust(home, gateway.data / "tls/authority.pem")
    page = device.open()
    try_out(page, url)
    expect(page.get_by_text("It works")).to_be_visible()
    page.get_by_role("link", name=f"Open https://{NAME}").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    told = json.loads(page.evaluate("fetch('/api/v1/trust').then((answer) => answer.text())"))
    assert told["fingerprint"] == shown

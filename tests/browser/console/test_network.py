"""What is on the network: a broker that announces itself becomes a device; its tags are facts."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from zeroconf import IPVersion, ServiceInfo, Zeroconf

from devices.discovery.addresses import addresses_here
from devices.simulated.rfid_reader import SimulatedReader
from tests.browser.console.cast import Shop, open_screen, set_up_in
from tests.browser.console.test_options import look
from tests.devices.mosquitto import Mosquitto, mosquitto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EPC = "3034257BF7194E4000001A85"
# Whoever else runs this on this network has other names.
BROKER, PRINTER, DEPOT = (
    f"{name} {os.getpid()}" for name in ("Stockroom", "EPSON TM-T88", "Depot")
)
SEEN_MS = 30_000
DESK: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """One of its own: what was confirmed here is no other test's concern."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with set_up_in(folder, WAYSTATION_DISCOVERY_ON="true") as opened:
        yield opened


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """Running, and announced on the network with a printer and a gateway beside it."""
    # The browser has a loop in this thread, which the library would take for its own.
    with mosquitto(tmp_path / "broker") as started, ThreadPoolExecutor(1) as elsewhere:
        zeroconf = elsewhere.submit(announce, started.port).result()
        yield started
        elsewhere.submit(zeroconf.close).result()


def announce(port: int) -> Zeroconf:
    here = addresses_here()
    assert here, "this machine has no network to announce anything on"
    zeroconf = Zeroconf(interfaces=list(here), ip_version=IPVersion.V4Only)
    for type, name, at in (
        ("_mqtt._tcp", BROKER, port),
        ("_ipp._tcp", PRINTER, 631),
        ("_waystation._tcp", DEPOT, 8443),
    ):
        info = ServiceInfo(
            f"{type}.local.",
            f"{name}.{type}.local.",
            port=at,
            server=f"stockroom-{os.getpid()}.local.",
            addresses=[socket.inet_aton("127.0.0.1")],
        )
        zeroconf.register_service(info)
    return zeroconf


def test_a_broker_that_announces_itself_is_confirmed_and_its_tags_are_facts(
    ana: Page, shop: Shop, broker: Mosquitto
) -> None:
    open_screen(ana, "Devices")
    network = ana.locator("section[aria-labelledby=network]")
    for name in (PRINTER, DEPOT, BROKER):
        expect(network.get_by_role("row", name=name)).to_be_visible(timeout=SEEN_MS)
    expect(network).to_contain_text("serves this machine alone")
    expect(network.get_by_role("row", name=BROKER)).to_contain_text("New", timeout=SEEN_MS)
    card = ana.locator("li.card", has=ana.get_by_role("heading", name=BROKER))
    expect(card).to_be_visible(timeout=SEEN_MS)
    look(ana, "network")
    ana.set_viewport_size(DESK)
    ana.get_by_label("Language").select_option("zh-CN")
    expect(ana.get_by_role("heading", name="网络上")).to_be_visible()
    look(ana, "network-zh")
    ana.set_viewport_size(DESK)
    ana.locator(".person select").select_option("en")

    card.get_by_role("button", name="Use this device").click()
    dialog = ana.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Door")
    expect(dialog.get_by_label("Topics, with blanks between")).to_be_visible()
    look(ana, "network-confirm")
    dialog.get_by_label("Topics, with blanks between").fill("shop/#/door")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is no topic")
    dialog.get_by_label("Topics, with blanks between").fill("shop/#")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    door = ana.locator("li.card", has=ana.get_by_role("heading", name="Door"))
    expect(door.locator(".badge")).to_have_text("Online", timeout=SEEN_MS)
    row = network.get_by_role("row", name=BROKER)
    expect(row).to_contain_text("In use as Door", timeout=SEEN_MS)
    with SimulatedReader(broker.port, "shop/door", Random(3)) as reader:
        reader.see(EPC, times=5)
        reader.send(b"{bad")
        reader.settle()
    look(ana, "network-used")
    door.get_by_role("link", name="Door").click()
    frames = ana.get_by_role("region", name="Last frames of Door")
    expect(frames).to_contain_text("{bad", timeout=SEEN_MS)
    ana.set_viewport_size(DESK)
    open_screen(ana, "Live")
    expect(ana.get_by_text("RFID tag").first).to_be_visible(timeout=SEEN_MS)

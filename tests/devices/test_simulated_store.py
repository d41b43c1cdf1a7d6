"""A whole simulated store at a real gateway: none lost, none doubled, whatever goes wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from devices.simulated.faults import Faults
from devices.simulated.hands import LocalHands, TillHands
from devices.simulated.store import Plan, SimulatedStore, Told
from devices.simulated.tcp_scanner import SimulatedTcpScanner
from gateway.kernel.clock import SystemClock
from gateway.web.commands import local
from tests.devices.callers import free_port
from tests.devices.mosquitto import mosquitto
from tests.devices.waiting import until
from tests.torture.gateway import GatewayProcess

FAULTS = Faults(unplug=0.02, garbage=0.05, split=0.1, double=0.1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    made = GatewayProcess(
        tmp_path_factory.mktemp("gateway") / "data", environment={"WAYSTATION_DEVICES_POLL_S": "1"}
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def hands(gateway: GatewayProcess) -> LocalHands:
    url = f"http://127.0.0.1:{gateway.port}"
    return LocalHands(lambda command, **told: local.ask(gateway.data, command, told), url)


def worked(hands: LocalHands, plan: Plan, folder: Path, frames: int) -> list[Told]:
    """A store after at least so many frames and facts were answered."""
    shop = SimulatedStore(hands, plan, folder / "ports", SystemClock(), journal=hands)
    try:
        shop.open()
        shop.start()
        until(
            lambda: sum(t.figures.get("acked", 0) for t in shop.report(compare=False)) > frames, 60
        )
        shop.stop()
        return shop.report(compare=True)
    finally:
        shop.close()


def faults_of(told: list[Told]) -> list[str]:
    return [fault for one in told if one.finding for fault in one.finding.faults]


def test_scanners_and_tills_that_fail_all_the_time_lose_and_double_nothing(
    hands: LocalHands, gateway: GatewayProcess, tmp_path: Path
) -> None:
    plan = Plan(scanners=3, tcp_scanners=3, tills=2, rate=20, till_rate=10, seed=7, faults=FAULTS)
    told = worked(hands, plan, tmp_path, 400)
    assert faults_of(told) == []
    figures = [one.figures for one in told]
    assert sum(one.get("unplugged", 0) for one in figures) > 0
    assert sum(one.get("garbage", 0) for one in figures) > 0
    assert [one.name for one in told][-2:] == ["Simulated till 1", "Simulated till 2"]
    # Nothing of it stays at the gateway but what it sent.
    assert local.ask(gateway.data, "plugged.list", {}) == []
    assert not list((tmp_path / "ports").iterdir())


def test_every_sale_is_on_paper_once_and_every_weight_is_the_one_that_lay_there(
    hands: LocalHands, tmp_path: Path
) -> None:
    plan = Plan(scanners=0, tills=1, printers=1, scales=1, till_rate=8, faults=Faults(double=0.3))
    told = worked(hands, plan, tmp_path, 30)
    assert faults_of(told) == []
    _, printer, scale = told
    assert printer.figures["printed"] > 5
    assert scale.figures["answered"] > 0


def test_every_sighting_of_a_tag_is_counted_once(hands: LocalHands, tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        plan = Plan(scanners=0, tills=0, readers=1, broker=("127.0.0.1", broker.port), rate=60,
                    faults=Faults(garbage=0.1))  # fmt: skip
        told = worked(hands, plan, tmp_path, 100)
    assert faults_of(told) == []
    assert told[0].finding
    assert told[0].finding.held["rfid.observed"] > 10
    assert told[0].figures["garbage"] > 0


def test_sixty_four_network_scanners_at_once_are_one_device(
    hands: LocalHands, tmp_path: Path
) -> None:
    told = worked(hands, Plan(scanners=0, tcp_scanners=64, tills=0, rate=2), tmp_path, 256)
    assert faults_of(told) == []
    (device,) = told
    assert device.finding
    assert device.finding.held["scan.captured"] == device.figures["sent"]


def test_a_line_that_is_mostly_rubbish_costs_no_good_scan(
    hands: LocalHands, tmp_path: Path
) -> None:
    noisy = Faults(garbage=0.9, split=0.5)
    told = worked(hands, Plan(scanners=1, tcp_scanners=2, tills=1, rate=30, faults=noisy),
                  tmp_path, 300)  # fmt: skip
    assert faults_of(told) == []
    assert sum(one.figures.get("garbage", 0) for one in told) > 50


def test_a_flood_on_one_line_is_one_fact_and_the_next_good_scan_is_another(
    hands: LocalHands, tmp_path: Path
) -> None:
    port = free_port()
    device = hands.add("tcp_scanner", "Broken", {"port": port, "host": "127.0.0.1"})
    before = hands.head()
    broken = SimulatedTcpScanner("127.0.0.1", port, lambda _: None)
    broken.plug_in()
    flood = Thread(target=broken.send, args=(b"\xff" * 2_000_000,))
    flood.start()
    try:
        # Meanwhile everybody else works.
        told = worked(hands, Plan(scanners=1, tcp_scanners=1, tills=1, rate=20), tmp_path, 60)
        assert faults_of(told) == []
        flood.join(60)
        broken.send(b"\rGOOD\r")
        until(lambda: [fact for whose, fact in hands.facts(before)
                       if whose == device and fact.data.get("text") == "GOOD"], 60)  # fmt: skip
    finally:
        broken.end()
    types = [fact.type for whose, fact in hands.facts(before) if whose == device]
    assert [type for type in types if type.startswith(("scan", "device.over"))] == [
        "device.overflow",
        "scan.captured",
    ]
    hands.leave([device], [])


def test_a_till_alone_needs_no_more_than_an_address_and_a_token(
    hands: LocalHands, gateway: GatewayProcess, tmp_path: Path
) -> None:
    before = hands.head()
    hand = TillHands(hands.url, gateway.token("elsewhere", "pos"), "EUR")
    shop = SimulatedStore(hand, Plan(scanners=0, tills=1, till_rate=20), tmp_path, SystemClock())
    shop.open()
    shop.start()
    until(lambda: shop.report(compare=False)[0].figures["acked"] > 3)
    shop.stop()
    shop.close()
    (told,) = shop.report(compare=False)
    assert hands.head() - before >= told.figures["acked"]
    with pytest.raises(ValueError, match="journal"):
        shop.report(compare=True)
    with pytest.raises(ValueError, match="data folder"):
        SimulatedStore(hand, Plan(scanners=1), tmp_path, SystemClock()).open()


def test_the_command_line_plays_a_store_and_checks_it(gateway: GatewayProcess) -> None:
    url = f"http://127.0.0.1:{gateway.port}"
    said = gateway.command(
        "simulate", "store", "--url", url, "--seconds", "1", "--rate", "600/min", "--tcp-scanners",
        "1", "--fault", "double=0.2", "--check", "--json",
    )  # fmt: skip
    devices = json.loads(said)["devices"]
    assert [one["faults"] for one in devices] == [[], [], []]
    assert devices[0]["held"]["scan.captured"] > 0
    with pytest.raises(RuntimeError, match="no rate"):
        gateway.command("simulate", "store", "--rate", "fast")


def test_a_store_needs_a_gateway_that_runs(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    quiet = GatewayProcess(tmp_path / "data")
    with pytest.raises(RuntimeError, match="Start it first"):
        quiet.command("simulate", "store")

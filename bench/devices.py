"""Many devices at once, and what goes wrong with them: is anything lost, doubled or held up?

The simulated store at a gateway of its own: scanners on pseudo-terminals that are unplugged in the
middle of a frame, sixty-four scanners on the network, and one that floods its line with rubbish.
"""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import machine
from bench.disk import FAST_US, disk
from bench.peers.gateway import FACTS, Gateway
from bench.program import free_port
from devices.simulated.faults import Faults, rubbish
from devices.simulated.hands import LocalHands
from devices.simulated.scanner import SimulatedScanner
from devices.simulated.scanning import ACK
from devices.simulated.store import HERE, Plan, SimulatedStore, Told
from devices.simulated.tcp_scanner import SimulatedTcpScanner
from gateway.kernel.clock import SystemClock
from gateway.web.commands import local

SHOPS = {
    "10 scanners, 50 a second each, unplugged": Plan(
        scanners=10, tills=0, rate=50, seed=7, faults=Faults(unplug=0.0005)
    ),
    "64 scanners on the network, 5 a second each": Plan(
        scanners=0, tcp_scanners=64, tills=0, rate=5, seed=7
    ),
}
FLOOD_S = 30.0
ASK_EVERY_S = 0.05
ACK_S = 5.0


@dataclass(frozen=True)
class Shop:
    """What came of one store: frames, faults found, and how long answers took in milliseconds."""

    name: str
    seconds: float
    sent: int
    acked: int
    unplugged: int
    lost: int
    doubled: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    stolen: float


@dataclass(frozen=True)
class Flood:
    """What others waited for, without and beside a line full of rubbish, in milliseconds."""

    flooded_mb: float
    quiet_p95_ms: float
    beside_p95_ms: float
    next_scan_ms: float


def run(*, quick: bool, minutes: float = 10.0) -> tuple[list[Shop], Flood]:
    """Each of the stores, and the flood; ``minutes`` is how long scanners are unplugged."""
    lengths = [10.0, 10.0] if quick else [minutes * 60, 60.0]
    shops = [
        _shop(name, plan, seconds)
        for (name, plan), seconds in zip(SHOPS.items(), lengths, strict=True)
    ]
    return shops, _flood(5.0 if quick else FLOOD_S)


@contextmanager
def _gateway() -> Iterator[tuple[Gateway, LocalHands, Path]]:
    """One that looks for devices every second, on a fast disk."""
    with disk(FAST_US) as where:
        gateway = Gateway(where.folder / "gateway", roles=("pos",))
        (gateway.data / "site.toml").write_text("[devices]\npoll_s = 1\n")
        program = gateway.start(where.renew_counter("gateway"))
        try:
            hands = LocalHands(
                lambda command, **told: local.ask(gateway.data, command, told), gateway.url
            )
            yield gateway, hands, where.folder
        finally:
            program.stop()


def _shop(name: str, plan: Plan, seconds: float) -> Shop:
    with _gateway() as (_, hands, folder):
        shop = SimulatedStore(hands, plan, folder / "ports", SystemClock(), journal=hands)
        try:
            shop.open()
            before = machine.moment()
            shop.start()
            threading.Event().wait(seconds)
            shop.stop()
            _, stolen = machine.moment().since(before)
            return _judged(name, seconds, shop, stolen)
        finally:
            shop.close(leave=False)


def _judged(name: str, seconds: float, shop: SimulatedStore, stolen: float) -> Shop:
    told = shop.report(compare=True)
    faults = [fault for one in told if one.finding for fault in one.finding.faults]
    took = [us / 1000 for us in shop.latencies_us()]
    sent, acked, unplugged = (_sum(told, word) for word in ("sent", "acked", "unplugged"))
    lost, doubled = (sum(word in fault for fault in faults) for word in ("LOST", "DOUBLED"))
    other = len(faults) - lost - doubled
    assert not other, faults[:5]
    return Shop(
        name, seconds, sent, acked, unplugged, lost, doubled,
        median(took), took[int(len(took) * 0.99)], took[-1], stolen,
    )  # fmt: skip


def _sum(told: Sequence[Told], word: str) -> int:
    return sum(one.figures[word] for one in told)


def _flood(seconds: float) -> Flood:
    """Facts over HTTP without and beside a flooded line, and a scan on another line behind it."""
    with _gateway() as (gateway, hands, folder):
        port = free_port()
        hands.add("tcp_scanner", "Broken", {"port": port, "host": HERE})
        heard = threading.Event()
        good = SimulatedScanner(folder / "good", hears=lambda _: heard.set())
        good.plug_in()
        hands.adopt(str(good.link), "Good", {"ack": ACK.decode()})
        good.send(b"\r")
        good.await_reader()
        try:
            quiet = _asked(gateway, seconds)
            with _flooding(port) as sent:
                beside = _asked(gateway, seconds)
                began = time.monotonic()
                good.scan("4006381333931")
                assert heard.wait(ACK_S), "the next good scan was not recorded"
                next_ms = (time.monotonic() - began) * 1000
            return Flood(sum(sent) / 1e6, _p95(quiet), _p95(beside), next_ms)
        finally:
            good.unplug()


@contextmanager
def _flooding(port: int) -> Iterator[list[int]]:
    """A scanner that sends nothing but rubbish, as fast as it is taken; how many bytes it sent."""
    chance, stop, sent = random.Random(7), threading.Event(), [0]
    block = b"".join(rubbish(chance) for _ in range(2000))
    line = SimulatedTcpScanner(HERE, port, lambda _: None)
    line.plug_in()

    def pour() -> None:
        while not stop.is_set() and not line.gone:
            line.send(block)
            sent[0] += len(block)

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        stop.set()
        line.unplug(rudely=True)
        thread.join()


def _asked(gateway: Gateway, seconds: float) -> list[float]:
    """How long a till waits for each of its facts, twenty of them a second, in milliseconds."""
    until, took = time.monotonic() + seconds, []
    connection = http.client.HTTPConnection(HERE, gateway.port, timeout=30)
    token = gateway.tokens["pos"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    while time.monotonic() < until:
        event = {
            "specversion": "1.0", "id": str(uuid.uuid4()), "source": "till",
            "type": "scan.captured", "data": {"text": "4006381333931"},
        }  # fmt: skip
        began = time.monotonic()
        connection.request("POST", FACTS, json.dumps(event), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        took.append((time.monotonic() - began) * 1000)
        time.sleep(ASK_EVERY_S)
    connection.close()
    return took


def _p95(took: Sequence[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]

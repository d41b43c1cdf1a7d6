"""From the last byte of a scan to its journal row.

Ten scanners on pseudo-terminals, each answered by a byte that the gateway sends only after the
commit.
"""

import http.cookiejar
import json
import os
import select
import time
import tty
import urllib.request
from collections import deque
from dataclasses import dataclass

from bench import machine
from bench.disk import FAST_US, SLOW_US, disk
from bench.peers.gateway import Gateway

SCANNERS = 10
SCANS_PER_S = 20
ACK = b"\x06"
PASSWORD = "only for this measurement"
LATE_S = 5.0


@dataclass(frozen=True)
class Scans:
    """What the scanners waited for."""

    disk: str
    scans: int
    unanswered: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    cpu_share: float
    stolen: float


def run(*, quick: bool) -> list[Scans]:
    """On a fast disk and on a memory card."""
    seconds = 5.0 if quick else 30.0
    return [_measure("fast", FAST_US, seconds), _measure("10 ms per fsync", SLOW_US, seconds)]


def _measure(name: str, fsync_us: int, seconds: float) -> Scans:
    lines = [os.openpty() for _ in range(SCANNERS)]
    try:
        with disk(fsync_us) as where:
            for _, far in lines:
                tty.setraw(far)
            gateway = Gateway(where.folder / "gateway", roles=())
            ports = [os.ttyname(far) for _, far in lines]
            site = f"[devices]\nextra_ports = {json.dumps(ports)}\npoll_s = 1\n"
            gateway.data.mkdir(exist_ok=True)
            (gateway.data / "site.toml").write_text(site)
            who = ("user", "add", "bench", "--role", "admin", "--password-stdin")
            gateway.command(*who, stdin=f"{PASSWORD}\n")
            program = gateway.start(where.renew_counter("gateway"))
            try:
                _confirm(gateway)
                return _scan(name, program.pid, [near for near, _ in lines], seconds)
            finally:
                program.stop()
    finally:
        for near, far in lines:
            os.close(near)
            os.close(far)


def _confirm(gateway: Gateway) -> None:
    """As a person does on the console: sign in, and give every found device a name."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar)

    def call(path: str, body: object = None) -> dict[str, list[dict[str, object]]]:
        headers = {"Content-Type": "application/json", "X-Waystation": "1"}
        raw = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(gateway.url + path, raw, headers)
        with opener.open(request, timeout=30) as answer:
            found: dict[str, list[dict[str, object]]] = json.load(answer)
            return found

    call("/api/v1/session", {"name": "bench", "password": PASSWORD})
    deadline = time.monotonic() + 30
    confirmed: set[object] = set()
    while True:
        plugged = call("/api/v1/devices")
        for proposal in plugged["proposals"]:
            if proposal["id"] not in confirmed:
                confirmed.add(proposal["id"])
                config = {"baud": 115200, "ack": ACK.decode()}
                body = {"action": "confirm", "name": f"Scanner {len(confirmed)}", "config": config}
                call(f"/api/v1/devices/proposals/{proposal['id']}", body)
        online = sum(device["state"] == "online" for device in plugged["devices"])
        if online == SCANNERS:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"only {online} of {SCANNERS} scanners are online: {plugged}")
        time.sleep(0.1)


def _scan(name: str, root: int, near: list[int], seconds: float) -> Scans:
    """Send on schedule whatever the answers do, so that a stall is seen as long as it was."""
    total = round(SCANNERS * SCANS_PER_S * seconds)
    step = 1 / (SCANNERS * SCANS_PER_S)
    waiting: dict[int, deque[float]] = {line: deque() for line in near}
    times: list[float] = []
    cpu, before, began = machine.cpu_s(root), machine.moment(), time.monotonic()
    sent = 0
    while len(times) < total:
        now = time.monotonic()
        if sent < total and now >= began + sent * step:
            line = near[sent % SCANNERS]
            waiting[line].append(time.monotonic())
            os.write(line, f"{_code(sent)}\r\n".encode())
            sent += 1
            continue
        due = began + sent * step if sent < total else now + 0.1
        if sent == total and now > began + total * step + LATE_S:
            break
        readable, _, _ = select.select(near, [], [], max(0.0, due - now))
        seen = time.monotonic()
        for line in readable:
            heard = os.read(line, 4096).count(ACK)
            times += [(seen - waiting[line].popleft()) * 1000 for _ in range(heard)]
    took = time.monotonic() - began
    _, stolen = machine.moment().since(before)
    times.sort()
    share = (machine.cpu_s(root) - cpu) / took
    middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Scans(name, total, total - len(times), middle, late, times[-1], share, stolen)


def _code(number: int) -> str:
    """An EAN-13 that differs from the one before, so that none is taken for a repeat."""
    body = f"400638{number % 1_000_000:06d}"
    weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return body + str(-weighted % 10)

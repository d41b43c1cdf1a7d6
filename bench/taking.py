"""A backlog that an ERP takes in batches, answer by answer, to its end."""

import http.client
import json
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.peers.gateway import Gateway
from bench.positions import build

NEXT = "/api/v1/erp/batches/next?consumer=bench&limit=1000"
HEADROOM = "[erp]\nbatch_entries_max = 1000\n"


@dataclass(frozen=True)
class Taken:
    """One backlog taken by one consumer. Memory is of the gateway, in MiB, before and after."""

    entries: int
    entries_per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    memory_before_mib: float
    memory_after_mib: float


def run(*, quick: bool) -> Taken:
    """One connection asks for a batch and answers it with one word, until there is none."""
    total = 100_000 if quick else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        gateway = Gateway(folder / "gateway")
        build(gateway.data, total)
        (gateway.data / "site.toml").write_text(HEADROOM)
        program = gateway.start()
        try:
            return _take(gateway, program.pid, total)
        finally:
            program.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take(gateway: Gateway, process: int, total: int) -> Taken:
    ours = {"Authorization": f"Bearer {gateway.tokens['erp']}"}
    asking = {**ours, "Accept": "application/x-ndjson"}
    answering = {**ours, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    taken, times = 0, []
    before, cpu, began = machine.memory_mib(process), machine.cpu_s(process), time.monotonic()
    while True:
        asked = time.monotonic()
        connection.request("GET", NEXT, headers=asking)
        # The head of a batch is its first line: parsing the entries would measure this client.
        head = json.loads(connection.getresponse().read().split(b"\n", 1)[0])
        if head["id"] is None:
            break
        answer = json.dumps({"sha256": head["sha256"], "rest": "accepted"})
        path = f"/api/v1/erp/batches/{head['id']}/receipts"
        connection.request("POST", path, answer, answering)
        if json.loads(connection.getresponse().read())["state"] != "done":
            raise AssertionError("a batch that was answered whole is still open")
        taken += head["count"]
        times.append((time.monotonic() - asked) * 1000)
    took, used = time.monotonic() - began, machine.cpu_s(process) - cpu
    if taken < total:
        raise AssertionError(f"{taken} of {total} entries were offered")
    return Taken(
        entries=taken,
        entries_per_s=taken / took,
        cpu_us=used / taken * 1e6,
        p50_ms=statistics.median(times),
        p99_ms=statistics.quantiles(times, n=100)[98],
        memory_before_mib=before,
        memory_after_mib=machine.memory_mib(process),
    )

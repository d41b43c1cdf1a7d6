"""What a page costs near the beginning and near the end of a very large journal."""

import http.client
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.peers.gateway import Gateway
from bench.peers.postgres import EVENT
from config.load import load
from gateway.kernel import ids
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.transaction import Tx

PAGE = 1000
SLICE = 10_000
ASKED = 21


@dataclass(frozen=True)
class Position:
    """A page of a thousand entries after so many."""

    entries: int
    after: int
    p50_ms: float


def run(*, quick: bool) -> list[Position]:
    """The journal is built straight through the store, on the real disk; one connection reads."""
    total = 200_000 if quick else 10_000_000
    folder = Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        gateway = Gateway(folder / "gateway")
        epoch = build(gateway.data, total)
        program = gateway.start()
        try:
            return [_ask(gateway, epoch, total, after) for after in (10_000, total - 10_000)]
        finally:
            program.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build(data: Path, total: int) -> str:
    """A journal of at least so many scans, in a data folder; the store's epoch."""
    clock = SystemClock()
    store = Store(data, load(data).store, clock)
    body = EVENT.encode()

    def fill(tx: Tx) -> None:
        made = [
            Entry(ids.uuid7(tx.now_ms), "scan.captured", body, device="bench") for _ in range(SLICE)
        ]
        tx.append_all([(entry, ids.to_bytes(entry.id), None) for entry in made])

    try:
        while store.head < total:
            store.write(fill)
        return store.epoch
    finally:
        store.close()


def _ask(gateway: Gateway, epoch: str, total: int, after: int) -> Position:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    headers = {"Authorization": f"Bearer {gateway.tokens['erp']}"}
    times = []
    for number in range(ASKED):
        # Another page every time, as a reader goes on; the first ones warm the file's pages.
        cursor = f"{epoch}.{after + number * PAGE if after < total // 2 else after - number * PAGE}"
        began = time.monotonic()
        connection.request("GET", f"/api/v1/journal?limit={PAGE}&after={cursor}", headers=headers)
        connection.getresponse().read()
        times.append((time.monotonic() - began) * 1000)
    return Position(total, after, statistics.median(times[1:]))

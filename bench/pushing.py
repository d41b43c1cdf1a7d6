"""Customers and sales pushed to a real Tryton: how much of the time is ours, and not Tryton's.

Tryton runs in a process of its own. *Waiting* is the time by the clock inside a request, less the
processor time that packing and reading it took here; everything else is ours: batches cut, mapped
and looked up, receipts synced to the disk, and whatever kept this process off a core.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import machine
from config.schema import StoreSettings, TrytonSettings
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store
from sync.erp.connectors.wire import Answer, Wire
from tests.erp.shop import HOME, Shop, line
from tests.erp.tryton.connecting import connected
from tests.erp.tryton.install import install
from tests.erp.tryton.server import DATABASE, WALK_IN, WITH_ADDON, Server

CUSTOMERS, SALES, QUICK = 100, 300, 10
TIMEOUT_S = 120.0
ADDRESS = {HOME: {"purpose": "billing", "street": "Rue de Lyon 4", "city": "Lyon",
                  "postal_code": "69001", "country": "FR"}}  # fmt: skip


@dataclass(frozen=True)
class Pushed:
    """One backlog pushed to one database of Tryton; seconds. ``cpu_s`` is all of this process."""

    name: str
    customers: int
    sales: int
    took_s: float
    waiting_s: float
    cpu_s: float
    requests: int
    stolen: float

    @property
    def share(self) -> float:
        """How much of the time was ours."""
        return 1 - self.waiting_s / self.took_s


@dataclass
class _Watch:
    """What requests took."""

    waiting_s: float = 0.0
    requests: int = 0


def run(*, quick: bool) -> list[Pushed]:
    """The same backlog with our module in Tryton and without; all of it must arrive."""
    customers, sales = (CUSTOMERS // QUICK, SALES // QUICK) if quick else (CUSTOMERS, SALES)
    folder = Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        found = []
        with Server(install(), folder / "tryton").serving() as server:
            for name, database in (("as it comes", DATABASE), ("with our module", WITH_ADDON)):
                store = Store(folder / database, StoreSettings(), SystemClock())
                try:
                    found.append(_pushed(name, store, server, database, customers, sales))
                finally:
                    store.close()
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pushed(
    name: str, store: Store, server: Server, database: str, customers: int, sales: int
) -> Pushed:
    shop = Shop(store)
    known = [shop.customer(f"Epicerie {number}", addresses=ADDRESS, phone=f"+3347200{number:04d}")
             for number in range(customers)]  # fmt: skip
    for number in range(sales):
        lines = (line(), line("2000000000022", unit_price=100 + number))
        shop.sale(*lines, **({"customer": known[number % customers]} if number % 3 else {}))
    settings = TrytonSettings(
        url=server.url, database=database, key=server.key, walk_in_party=WALK_IN
    )
    erp = shop.erp(connected(settings, TIMEOUT_S))
    with _watched() as watch:
        before, began, cpu = machine.moment(), time.monotonic(), time.process_time()
        problem = erp.round()
        took_s, cpu_s = time.monotonic() - began, time.process_time() - cpu
    _, stolen = machine.moment().since(before)
    with store.read() as rows:
        left = rows.value("SELECT count(*) FROM erp_outstanding")
        taken = rows.value("SELECT count(*) FROM erp_receipts WHERE status = 'accepted'")
    if problem or left or taken != customers + sales:
        raise AssertionError(f"{taken} taken, {left} left: {problem}")
    return Pushed(name, customers, sales, took_s, watch.waiting_s, cpu_s, watch.requests, stolen)


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch, send = _Watch(), Wire.send

    def timed(
        wire: Wire,
        verb: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        began, own = time.monotonic(), time.thread_time()
        try:
            return send(wire, verb, path, body, headers, query)
        finally:
            watch.waiting_s += time.monotonic() - began - (time.thread_time() - own)
            watch.requests += 1

    changed: Any = Wire
    changed.send = timed
    try:
        yield watch
    finally:
        changed.send = send

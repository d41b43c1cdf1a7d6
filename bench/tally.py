"""A store's day compared with its ERP: what it takes of our own time, whatever the ERP takes.

The ERP is the recorded Odoo of the tests, asked over HTTP on loopback. It finds orders by a key
here and copies nothing, so that it answers at once. What is ours is the processor time of the
thread that compares: questions packed, answers read, entries decrypted, both sides hashed.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import machine
from bench.positions import build
from config.schema import OdooSettings, StoreSettings
from gateway.facts.accept import Captured
from gateway.kernel import ids
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp.connectors.odoo.client import Client
from sync.erp.mapping import reading
from sync.erp.tallying.tallying import Side, Tallying
from tests.erp import loopback
from tests.erp.odoo.books import Books, Values
from tests.erp.odoo.server import DATABASE, KEY, USER, Handler, State
from tests.erp.shop import TILL, Shop, line, receipt

SALES, BEFORE = 20_000, 500_000
QUICK = 20
PORTION = 500
LINES = 4
TIMEOUT_S = 60.0
MAPPING = reading.load("odoo").only(("sale.completed",))


@dataclass(frozen=True)
class Tallied:
    """One day compared: our processor time, and the time by the clock with the ERP's in it."""

    sales: int
    entries: int
    own_s: float
    took_s: float
    snapshot_s: float
    questions: int
    differing: int
    stolen: float


class _Keyed(Books):
    """Books that find orders by our ids without looking at all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Values] = {}

    def put(self, identity: str, total: float, untaxed: float) -> None:
        self.orders[identity] = {
            "id": 1_000_000 + len(self.orders), "client_order_ref": identity, "state": "sale",
            "amount_total": total, "amount_untaxed": untaxed,
        }  # fmt: skip

    def _found(self, model: str, given: Values, context: Values) -> list[Values]:
        if model != "sale.order":
            return super()._found(model, given, context)
        ((field, operator, names),) = given["domain"]
        assert (field, operator) == ("client_order_ref", "in")
        return [self.orders[name] for name in names if name in self.orders]


class _Quick(State):
    """Reads are carried out as they are: nothing is kept to go back to."""

    def carry_out(
        self, model: str, method: str, ids: list[int] | None, arguments: dict[str, Any]
    ) -> Any:
        self.calls.append((model, method))
        return self.books.call(model, method, ids, arguments)


class _Watched(Store):
    """A store that says how long its longest snapshot was held."""

    longest_s = 0.0

    @contextmanager
    def read(self) -> Iterator[Rows]:
        began = time.monotonic()
        with super().read() as rows:
            yield rows
        self.longest_s = max(self.longest_s, time.monotonic() - began)


def run(*, quick: bool) -> Tallied:
    """A journal with older entries, a day of sales, and all but two of them alike at the ERP."""
    sales, before = (SALES // QUICK, BEFORE // QUICK) if quick else (SALES, BEFORE)
    folder = Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        build(folder, before)
        store = _Watched(folder, StoreSettings(), SystemClock())
        try:
            return _compared(store, sales)
        finally:
            store.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compared(store: _Watched, count: int) -> Tallied:
    shop, books = Shop(store), _Keyed()
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0) - timedelta(days=1)
    for portion in _portions(count, round(noon.timestamp() * 1000)):
        for result in shop.facts.capture_all(portion, actor=TILL, source="till"):
            assert result.status == "stored", result.problem
        for one in portion:
            total, net = (int(str(one.data[name])) / 100 for name in ("total", "net"))
            books.put(one.id, total, net)
    lost, changed = list(books.orders)[:2]
    del books.orders[lost]
    books.orders[changed]["amount_total"] += 1
    restraint = shop.restraint("odoo")
    store.write(lambda tx: tx.execute("UPDATE erp_consumers SET cursor_seq = ?", (store.head,)))
    server = loopback.Server(_Quick(books), Handler)
    try:
        settings = OdooSettings(url=server.url, database=DATABASE, user=USER, key=KEY)
        line = Client(settings, TIMEOUT_S)
        side = Side(line, MAPPING, lambda: "EUR", restraint)
        tallying = Tallying(store, shop.book, {"odoo": side})
        before, began, own = machine.moment(), time.monotonic(), time.thread_time()
        (kept,) = tallying.day("odoo", noon.date())
        own_s, took_s = time.thread_time() - own, time.monotonic() - began
    finally:
        server.stop()
    assert (kept.ours, kept.theirs, kept.differing) == (count, count - 1, 2)
    _, stolen = machine.moment().since(before)
    asked = len(server.state.calls)
    return Tallied(count, store.head, own_s, took_s, store.longest_s, asked, 2, stolen)


def _portions(count: int, first: int) -> Iterator[Sequence[Captured]]:
    """Sales of some lines, one a second from the first instant (Unix ms)."""
    for start in range(0, count, PORTION):
        yield [
            Captured("sale.completed", _sale(number), ids.uuid7(at), at)
            for number in range(start, min(count, start + PORTION))
            for at in [first + number * 1000]
        ]


def _sale(number: int) -> dict[str, object]:
    lines = [line(unit_price=100 + (number + each) % 5000) for each in range(LINES)]
    return receipt(*lines, receipt=f"{number:06d}")

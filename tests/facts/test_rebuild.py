"""Projections made anew from the archive and the journal are what they were."""

import random
from typing import Any

import pytest

from config.schema import StoreSettings
from gateway.facts import rebuild
from gateway.facts.accept import Facts
from gateway.facts.rebuild import Progress
from gateway.kernel import clock, ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import archive, archiver
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.transaction import Tx
from tests.erp.shop import line, receipt

TILL = Actor(id="till", name="Till 1", role="pos", device="till-1")
ANA = Actor(id="ana", name="Ana", role="rep", device="phone-1")
AT = {"register": "R1", "shift": "S1", "currency": "EUR"}
CHAIN = {"previous": "", "hash": "0" * 64}
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "shift": ("shift.opened", {**AT, "float": 500, "chain": CHAIN}),
    "cash": ("cash.drop", {**AT, "amount": 100, "reason": "Safe"}),
    "stock": (
        "stock.transferred",
        {"from": "shop", "to": "cellar", "lines": [{"sku": "A", "quantity": "1.5"}]},
    ),
    "delivery": (
        "stock.received", {"document": "LS-1", "lines": [{"sku": "A", "quantity": "1.5"}]},
    ),
    "reversal": (
        "stock.reversed",
        {"corrects": ids.uuid7(1), "reason": "x", "lines": [{"sku": "A", "quantity": "1.5"}]},
    ),
}  # fmt: skip
TRADES = (
    "scan",
    "sale",
    "sale",
    "visit",
    "token",
    "shift",
    "cash",
    "stock",
    "delivery",
    "reversal",
)
SMALL = StoreSettings(segment_entries=40)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiver, "PAUSE_S", 0)
    monkeypatch.setattr(archive, "PAGE", 30)
    monkeypatch.setattr(rebuild, "SLICE", 7)
    monkeypatch.setattr(rebuild, "TAIL", 5)


@pytest.fixture
def facts(store: Store, clock: ManualClock) -> Facts:
    """A shop of 120 entries, two thirds of them archived: scans, sales, and who got which token."""
    facts = Facts(store)
    chance = random.Random(7)
    for number in range(120):
        if number == 80:
            clock.advance(31 * DAY_MS)
        trade(
            facts,
            chance.choice(TRADES),
            number,
        )
    Archiver(store, SMALL, []).run()
    assert archive_end(store) == 80
    return facts


def trade(facts: Facts, what: str, number: int) -> None:
    if what == "sale":
        more: dict[str, Any] = {"shift": "S1", "number": f"W1-R1-a-{number + 1}"}
        numbered = more if number % 2 else {}
        lines = line(unit_price=100 + number)
        body = receipt(lines, receipt=f"R{number}", customer=f"C{number}", **numbered)
        result = facts.capture(
            "sale.completed", body, actor=TILL, source="till", occurred_at=number
        )
        assert result.status == "stored", result.problem
    elif what in OTHERS:
        type, data = OTHERS[what]
        result = facts.capture(type, data, actor=TILL, source="till", occurred_at=number)
        assert result.status == "stored", result.problem
    elif what == "visit":
        body = {
            "customer": ids.uuid7(number), "check_in": clock.to_iso(number),
            "check_out": clock.to_iso(number), "outcome": "order", "position_missing": "denied",
        }  # fmt: skip
        result = facts.capture("visit.completed", body, actor=ANA, source="phone")
        assert result.status == "stored", result.problem
    elif what == "scan":
        facts.capture("scan.captured", {"text": str(number)}, actor=TILL, source="till")
    else:
        entry = Entry(ids.uuid7(number), "access.token", {"name": "x"})
        facts._store.write(lambda tx: tx.append(entry))


def archive_end(store: Store) -> int:
    with store.read() as rows:
        return store.cursor_state(rows)[1]


def projections(store: Store) -> tuple[list[tuple[Any, ...]], ...]:
    with store.read() as rows:
        return (
            rows.tuples("SELECT * FROM sales ORDER BY seq"),
            rows.tuples("SELECT * FROM counters ORDER BY name"),
            rows.tuples("SELECT * FROM visits ORDER BY seq"),
            rows.tuples("SELECT * FROM till_entries ORDER BY seq"),
            rows.tuples("SELECT * FROM stock_moves ORDER BY seq, location, line"),
            rows.tuples("SELECT * FROM stock_reversals ORDER BY seq"),
            rows.tuples("SELECT * FROM stock_receipts ORDER BY seq, line"),
        )


def whole(store: Store) -> None:
    progress = Progress()
    for _ in range(200):
        progress = rebuild.step(store, progress)
        if progress.done:
            return
    raise AssertionError("a rebuild never ends")


HARMS = {
    "nothing": "SELECT 1",
    "no sales at all": "DELETE FROM sales",
    "no visits at all": "DELETE FROM visits",
    "other visits": "UPDATE visits SET at = at + 1, data = '{}'",
    "no shifts and no stock": "DELETE FROM till_entries WHERE seq < 1000",
    "other stock": "UPDATE stock_moves SET quantity = quantity + 1, at = at + 1",
    "stock that never was": "INSERT INTO stock_moves SELECT 'x' || location, scheme, item, at, id,"
    " line, -seq, type, counted, quantity FROM stock_moves",
    "no reversals": "DELETE FROM stock_reversals",
    "other deliveries": "UPDATE stock_receipts SET document = 'x', quantity = quantity + 1",
    "no counters": "DELETE FROM counters",
    "other totals": "UPDATE sales SET total = total + 1, customer = 'x'",
    "sales in the wrong places": "UPDATE sales SET seq = seq + 100000",
    "sales that never were": "INSERT INTO sales SELECT randomblob(16), -seq, register, receipt,"
    " currency, customer, net, tax, total, occurred_at FROM sales",
    "counts of nothing": "INSERT INTO counters VALUES ('facts.what', 3)",
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_happened_to_them_they_are_as_they_were(
    store: Store, facts: Facts, harm: str
) -> None:
    before = projections(store)
    store.write(lambda tx: tx.execute(HARMS[harm]))
    whole(store)
    assert projections(store) == before


def test_other_counters_are_left_alone(store: Store, facts: Facts) -> None:
    store.write(lambda tx: tx.execute("INSERT INTO counters VALUES ('other', 3)"))
    before = projections(store)
    whole(store)
    assert projections(store) == before


def test_sales_go_on_meanwhile_and_are_counted_once(store: Store, facts: Facts) -> None:
    store.write(lambda tx: tx.execute("DELETE FROM sales WHERE seq < 100"))
    store.write(lambda tx: tx.execute("UPDATE counters SET value = 0"))
    progress, number = Progress(), 1000
    while not progress.done:
        for _ in range(4):
            trade(facts, "sale", number)
            number += 1
        progress = rebuild.step(store, progress)
    sales, counters, *_ = projections(store)
    entries = [row for row in archive.history(store) if row.type == "sale.completed"]
    assert [row[1] for row in sales] == [row.seq for row in entries]
    assert dict(counters)["facts.sale.completed"] == len(entries)
    trade(facts, "sale", number)
    assert dict(projections(store)[1])["facts.sale.completed"] == len(entries) + 1


def test_entries_that_are_archived_meanwhile_are_neither_missed_nor_doubled(
    store: Store, facts: Facts, clock: ManualClock
) -> None:
    before = projections(store)
    store.write(lambda tx: tx.execute("DELETE FROM sales"))
    progress = rebuild.step(store, rebuild.step(store, Progress()))
    clock.advance(31 * DAY_MS)
    Archiver(store, SMALL, []).run()
    assert archive_end(store) == 119
    while not progress.done:
        progress = rebuild.step(store, progress)
    assert projections(store) == before


def test_the_row_beside_an_erased_body_stays(store: Store, facts: Facts) -> None:
    before = projections(store)
    last = before[0][-1][1]
    store.write(lambda tx: tx.execute("UPDATE journal SET body = NULL WHERE seq = ?", (last,)))
    whole(store)
    assert projections(store) == before


def test_without_a_file_of_the_archive_what_is_there_stays(store: Store, facts: Facts) -> None:
    before = projections(store)
    (store.folder / "archive/000000000041.segment").unlink()
    with pytest.raises(Problem, match="segment_missing"):
        whole(store)
    assert projections(store) == before


def test_an_empty_journal_has_nothing_to_project(store: Store) -> None:
    def stray(tx: Tx) -> None:
        tx.execute("INSERT INTO counters VALUES ('facts.scan.captured', 3)")

    store.write(stray)
    whole(store)
    assert projections(store) == ([],) * 7

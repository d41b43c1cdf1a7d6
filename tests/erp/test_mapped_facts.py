"""What else Odoo and ERPNext are pushed: returns, payments, visits and what moves goods."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.store.database import Store
from sync.erp.pushing.engine import Engine
from sync.erp.tallying.tallying import Side, Tallying
from tests.erp.erpnext.bench import ErpNextBench
from tests.erp.erpnext.server import serving as serving_erpnext
from tests.erp.odoo.bench import OdooBench
from tests.erp.odoo.server import serving as serving_odoo
from tests.erp.shop import ANA, BEN, TILL, Shop, line, receipt

PAID = {"register": "R1", "shift": "S1", "currency": "EUR", "type": "cash", "amount": 5000}
VISIT = {
    "check_in": "2027-01-15T08:00:00Z", "check_out": "2027-01-15T08:30:00Z", "outcome": "order",
    "note": "Wants more beans", "position_missing": "denied",
}  # fmt: skip

GOODS = {"lines": [{"gtin": "02000000000015", "quantity": "3"}]}


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store)


@pytest.fixture
def odoo(store: Store) -> Iterator[OdooBench]:
    with serving_odoo() as server:
        yield OdooBench(server, store)


@pytest.fixture
def erpnext(store: Store) -> Iterator[ErpNextBench]:
    with serving_erpnext() as server:
        yield ErpNextBench(server, store)


def captured(shop: Shop, type: str, data: Mapping[str, Any], actor: Actor = TILL) -> str:
    identity = ids.uuid7(shop.store.clock.now_ms())
    result = shop.facts.capture(type, data, actor=actor, source="test", id=identity)
    assert result.status == "stored", result.problem
    return identity


def told(shop: Shop, bench: OdooBench | ErpNextBench) -> dict[str, str]:
    """A customer with a return, a payment and a visit, all of them pushed; their ids."""
    customer = shop.customer()
    back = receipt(line(quantity="-1"), receipt="000777", customer=customer)
    made = {
        "customer": customer,
        "return": captured(shop, "sale.returned", {**back, "unverified": True}),
        "payment": captured(shop, "payment.captured", {**PAID, "customer": customer}),
        "visit": captured(shop, "visit.completed", {**VISIT, "customer": customer}, ANA),
    }
    push = shop.erp(bench.connector())
    assert push.round() is None
    assert [held.problem.detail() for held in push.held()] == []
    return made


def test_odoo_has_returns_payments_and_visits(odoo: OdooBench, shop: Shop) -> None:
    made = told(shop, odoo)
    books = odoo.server.books
    (partner,) = books.named("res.partner", made["customer"])
    (order,) = books.all("sale.order", client_order_ref=made["return"])
    assert (order["state"], order["amount_total"]) == ("sale", -22.02)
    (payment,) = books.all("account.payment", ref=made["payment"])
    (cash,) = books.all("account.journal", code="CSH1")
    assert (payment["state"], payment["amount"]) == ("posted", 50.0)
    assert (payment["partner_id"], payment["journal_id"]) == (partner["id"], cash["id"])
    (event,) = books.named("calendar.event", made["visit"])
    assert (event["start"], event["stop"]) == ("2027-01-15 08:00:00", "2027-01-15 08:30:00")
    assert event["partner_ids"] == [partner["id"]]
    assert event["name"] == "Visit: order"


def test_erpnext_has_returns_payments_and_visits(erpnext: ErpNextBench, shop: Shop) -> None:
    made = told(shop, erpnext)
    site = erpnext.server.site
    (customer,) = site.all("Customer", waystation_id=made["customer"])
    (note,) = site.all("Sales Invoice", waystation_id=made["return"])
    assert (note["docstatus"], note["grand_total"], note["is_return"]) == (1, -22.02, 1)
    (payment,) = site.all("Payment Entry", waystation_id=made["payment"])
    assert (payment["docstatus"], payment["paid_amount"]) == (1, 50.0)
    assert payment["party"] == customer["name"]
    (visit,) = site.all("ToDo", waystation_id=made["visit"])
    assert (visit["reference_name"], visit["status"]) == (customer["name"], "Closed")
    assert visit["description"] == "Visit: order Wants more beans"


def test_odoo_has_goods_that_came_in_or_went_to_another_place(odoo: OdooBench, shop: Shop) -> None:
    came = captured(shop, "stock.received", {**GOODS, "document": "D-7"}, BEN)
    went = captured(shop, "stock.transferred", {**GOODS, "from": "WH/Stock", "to": "back"}, BEN)
    push = shop.erp(odoo.connector())
    assert push.round() is None
    assert [held.problem.detail() for held in push.held()] == []
    books = odoo.server.books
    for fact, source, target in ((came, "Vendors", "WH/Stock"), (went, "WH/Stock", "back")):
        (picking,) = books.all("stock.picking", origin=fact)
        assert picking["state"] == "done"
        (move,) = books.all("stock.move", picking_id=picking["id"])
        places = [books.rows["stock.location"][move[each]]["complete_name"]
                  for each in ("location_id", "location_dest_id")]  # fmt: skip
        assert places == [source, target]
        assert move["product_uom_qty"] == 3


def test_erpnext_has_goods_that_came_in_went_or_were_counted(
    erpnext: ErpNextBench, shop: Shop
) -> None:
    came = captured(shop, "stock.received", GOODS, BEN)
    went = captured(shop, "stock.transferred", {**GOODS, "from": "shop", "to": "back"}, BEN)
    count = captured(shop, "stock.counted", GOODS, BEN)
    push = shop.erp(erpnext.connector())
    assert push.round() is None
    assert [held.problem.detail() for held in push.held()] == []
    site = erpnext.server.site
    names = {one["name"]: one["warehouse_name"] for one in site.all("Warehouse")} | {None: None}
    for fact, source, target in ((came, None, "Stores"), (went, "shop", "back")):
        (entry,) = site.all("Stock Entry", waystation_id=fact)
        (row,) = entry["items"]
        assert entry["docstatus"] == 1
        assert (names[row.get("s_warehouse")], names[row["t_warehouse"]]) == (source, target)
    (counted,) = site.all("Stock Reconciliation", waystation_id=count)
    assert counted["docstatus"] == 1
    assert (counted["items"][0]["item_code"], counted["items"][0]["qty"]) == ("SKU-0001", 3)


def taken_there(shop: Shop, engine: Engine) -> list[tuple[int, int, int]]:
    """How a comparison of the shifts of the day ends: ours, theirs, what differs."""
    side = Side(engine.line, engine.mapping, lambda: "EUR", shop.restraint(engine.name), "UTC")
    tallying = Tallying(shop.store, shop.book, {engine.name: side})
    day = date.fromisoformat(to_iso(shop.store.clock.now_ms())[:10])
    return [
        (one.ours, one.theirs, one.differing)
        for one in tallying.day(engine.name, day)
        if one.source == "report.z"
    ]


def test_what_a_shift_took_is_compared_and_missed(
    odoo: OdooBench, erpnext: ErpNextBench, shop: Shop
) -> None:
    shop.z(cash=5_030, card=9_250)
    shop.z(card=9_250)
    engines = [odoo.connector(), erpnext.connector()]
    for engine in engines:
        assert isinstance(engine, Engine)
        assert shop.erp(engine).round() is None
        assert taken_there(shop, engine) == [(1, 1, 0)]
    erpnext.server.site.documents["Payment Entry"].clear()
    assert taken_there(shop, engines[1]) == [(1, 0, 1)]

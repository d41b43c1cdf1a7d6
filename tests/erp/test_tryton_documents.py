"""What goes to a real Tryton by its mapping: each thing arrives whole, and once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from config.schema import TrytonSettings
from gateway.facts.types import DATA_TYPES
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from sync.erp.connector import Refusal
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.connector import Tryton
from sync.erp.connectors.tryton.line import TrytonLine
from sync.erp.line import Plain, Where
from sync.erp.mapping import ours, reading
from sync.erp.pushing.check import Check
from sync.erp.tallying.tallying import Side, Tallying
from tests.erp import line as lines
from tests.erp.line import Line
from tests.erp.shop import ANA, TILL, Shop, line, receipt
from tests.erp.tryton.connecting import connected
from tests.erp.tryton.server import DATABASE, WALK_IN, WITH_ADDON, Server

pytestmark = [pytest.mark.erp, pytest.mark.timeout(900)]

HOUR_MS = 3_600_000
THEN_MS = 1_768_471_200_000  # 2026-01-15 10:00 UTC: Tryton moves no goods in the future
GOODS = ({"gtin": "2000000000015", "quantity": "3"}, {"sku": "SKU-0002", "quantity": "5"})
TAKES = ("customer", "sale.completed", *sorted(DATA_TYPES.keys() & {
    "sale.returned", "stock.received", "stock.transferred", "stock.counted", "payment.captured",
    "visit.completed", "report.z", "shift.closed",
}))  # fmt: skip
MOVES = ("product.code", "quantity", "from_location.code", "to_location.code", "state")


@dataclass
class Bench:
    """A Tryton with the module, behind a line with faults, and a straight line for looking."""

    server: Server
    faulty: Line
    look: TrytonLine = field(init=False)

    def __post_init__(self) -> None:
        self.look = self.line(self.server.url)

    def settings(self, url: str, database: str) -> TrytonSettings:
        return TrytonSettings(url, database, self.server.key, WALK_IN, TAKES)

    def line(self, url: str, timeout_s: float = 60, database: str = WITH_ADDON) -> TrytonLine:
        return TrytonLine(Client(self.settings(url, database), timeout_s))

    def connector(self, timeout_s: float = 60, database: str = WITH_ADDON) -> Tryton:
        return connected(self.settings(self.faulty.url, database), timeout_s)

    def found(self, model: str, id: str, value: str, *fields: str) -> list[list[Plain]]:
        rows = self.look.find(model, [Where(id, "=", value)], fields)
        return [[row[name] for name in fields] for row in rows]

    def moves(self, model: str, reference: str) -> list[list[Plain]]:
        """The moves of a shipment, in the order of their products."""
        (row,) = self.look.find(model, [Where("reference", "=", reference)], [])
        where = [Where("shipment", "=", f"{model},{row['id']}")]
        found = self.look.find("stock.move", where, MOVES, order=("from_location", "product", "id"))
        return [[row[name] for name in MOVES] for row in found]


@pytest.fixture
def bench(tryton: Server) -> Iterator[Bench]:
    with lines.to(tryton.port) as faulty:
        yield Bench(tryton, faulty)


def told(shop: Shop, type: str, data: Mapping[str, object]) -> str:
    """A fact; its id."""
    identity = ids.uuid7(shop.store.clock.now_ms())
    actor = ANA if type.startswith("visit") else TILL
    result = shop.facts.capture(
        type, data, actor=actor, source="till", id=identity, occurred_at=THEN_MS
    )
    assert result.status == "stored", result.problem
    return identity


def pushed(bench: Bench, shop: Shop, clock: ManualClock, path: bytes) -> None:
    """One round whose answer to a creation is lost, and the next one after a rest."""
    bench.faulty.lose_answer_to(path)
    problem = shop.erp(bench.connector(timeout_s=4)).round()
    assert problem is not None
    assert problem.code == "erp_silent"
    clock.advance(HOUR_MS)
    push = shop.erp(bench.connector())
    assert push.round() is None
    assert [(held.status, held.problem.detail()) for held in push.held()] == []


APPLY = b"waystation.receipt/apply"


def test_the_mapping_fits_a_tryton_with_all_its_modules(bench: Bench) -> None:
    shapes = ours.shapes(KINDS, DATA_TYPES)
    found = [problem.detail() for problem in Check(bench.look).all(reading.load("tryton"), shapes)]
    assert found == []


def test_the_check_says_what_needs_our_module(bench: Bench) -> None:
    plain = bench.line(bench.server.url, database=DATABASE)
    shapes = ours.shapes(KINDS, DATA_TYPES)
    found = [(p.code, p.params["model"]) for p in Check(plain).all(reading.load("tryton"), shapes)]
    assert found == [
        ("mapping_field_unknown", "stock.inventory"),
        ("mapping_field_unknown", "ir.note"),
        ("mapping_model_unknown", "waystation.report"),
        ("mapping_model_unknown", "waystation.report"),
    ]


def test_a_return_is_the_sale_mirrored_with_the_same_sums(
    bench: Bench, shop: Shop, clock: ManualClock
) -> None:
    customer = shop.customer()
    back = line(quantity="-2", discount=0)
    data = receipt(back, line("2000000000039", quantity="-1", unit_price=540), customer=customer,
                   receipt="R-77", original={"register": "R1", "receipt": "R-70"})  # fmt: skip
    returned = told(shop, "sale.returned", data)
    pushed(bench, shop, clock, APPLY)
    fields = ("state", "total_amount", "untaxed_amount", "party.code", "description")
    ((state, total, untaxed, party, title),) = bench.found(
        "sale.sale", "reference", returned, *fields
    )
    assert state == "processing"
    assert (total, untaxed) == (Decimal(str(data["total"])) / 100, Decimal(str(data["net"])) / 100)
    assert party == shop.record(customer)["number"]
    assert title == "R1, receipt R-77"


def test_a_transfer_moves_goods_once(bench: Bench, shop: Shop, clock: ManualClock) -> None:
    data = {"from": "shop", "to": "van", "lines": list(GOODS)}
    moved = told(shop, "stock.transferred", data)
    pushed(bench, shop, clock, b"stock.shipment.internal/create")
    assert bench.found("stock.shipment.internal", "reference", moved, "state") == [["done"]]
    assert bench.moves("stock.shipment.internal", moved) == [
        ["SKU-0001", Decimal(3), "shop", "van", "done"],
        ["SKU-0002", Decimal(5), "shop", "van", "done"],
    ]


def test_a_delivery_comes_in_once(bench: Bench, shop: Shop, clock: ManualClock) -> None:
    came = told(shop, "stock.received", {"lines": list(GOODS), "document": "LS-1"})
    pushed(bench, shop, clock, b"stock.shipment.in/create")
    fields = ("state", "supplier.code")
    assert bench.found("stock.shipment.in", "reference", came, *fields) == [["done", WALK_IN]]
    moves = bench.moves("stock.shipment.in", came)
    assert {(product, quantity, state) for product, quantity, _, _, state in moves} == {
        ("SKU-0001", Decimal(3), "done"),
        ("SKU-0002", Decimal(5), "done"),
    }
    assert {(source, target) for _, _, source, target, _ in moves} == {("SUP", "IN"), ("IN", "STO")}


def test_a_count_says_what_there_is_once(bench: Bench, shop: Shop, clock: ManualClock) -> None:
    data = {"location": "van", "lines": [{"sku": "SKU-0004", "quantity": "7"}]}
    counted = told(shop, "stock.counted", data)
    pushed(bench, shop, clock, APPLY)
    fields = ("state", "location.code", "lines.product.code", "lines.quantity")
    assert bench.found("stock.inventory", "waystation", counted, *fields) == [
        ["done", "van", "SKU-0004", Decimal(7)]
    ]
    (row,) = bench.look.find("stock.inventory", [Where("waystation", "=", counted)], [])
    where = [Where("location.code", "=", "van"), Where("id", ">=", row["id"])]
    assert len(bench.look.find("stock.inventory", where, [])) == 1


def test_a_payment_on_account_waits_for_its_invoice_once(
    bench: Bench, shop: Shop, clock: ManualClock
) -> None:
    customer = shop.customer()
    data = {"register": "R1", "currency": "EUR", "type": "cash", "amount": 12_050}
    paid = told(shop, "payment.captured", {**data, "customer": customer})
    pushed(bench, shop, clock, b"account.payment/create")
    fields = ("state", "kind", "amount", "party.code", "journal.name")
    number = shop.record(customer)["number"]
    assert bench.found("account.payment", "reference", paid, *fields) == [
        ["submitted", "receivable", Decimal("120.5"), number, "Till"]
    ]


def test_a_visit_is_a_note_on_its_party_once(bench: Bench, shop: Shop, clock: ManualClock) -> None:
    customer = shop.customer()
    data = {
        "customer": customer, "check_in": "2026-11-22T09:00:00.000Z", "note": "Wants more tea",
        "check_out": "2026-11-22T09:20:00.000Z", "outcome": "order",
        "position_missing": "denied",
    }  # fmt: skip
    visit = told(shop, "visit.completed", data)
    pushed(bench, shop, clock, APPLY)
    where = [Where("identifiers.code", "=", f"waystation:{customer}")]
    (party,) = bench.look.find("party.party", where, [])
    on_party = Where("resource", "=", f"party.party,{party['id']}")
    (note,) = bench.look.find("ir.note", [on_party], ["message"])
    assert str(note["message"]).endswith("order\nWants more tea")
    made = bench.look.find("ir.note", [Where("waystation", "=", visit)], [])
    assert [row["id"] for row in made] == [note["id"]]


def test_a_z_and_a_counted_drawer_are_reports_to_read_once(
    bench: Bench, shop: Shop, clock: ManualClock
) -> None:
    own = {"register": "till-4", "shift": "S9", "currency": "EUR"}
    tenders = [{"type": "cash", "amount": 10_050}, {"type": "card", "amount": 4_399}]
    sums = {"net": 12_142, "tax": 2_307, "total": 14_449, "tenders": tenders}
    z = told(shop, "report.z", {**own, "report": "77", **sums})
    count = told(shop, "shift.closed", {**own, "counted": tenders[:1], "note": "A coin short"})
    pushed(bench, shop, clock, APPLY)
    fields = ("type", "register", "shift", "number", "total", "note")
    assert bench.found("waystation.report", "waystation", z, *fields) == [
        ["z", "till-4", "S9", "77", Decimal("144.49"), None]
    ]
    assert bench.found("waystation.report", "waystation", count, *fields) == [
        ["count", "till-4", "S9", None, None, "A coin short"]
    ]
    (report,) = bench.look.find("waystation.report", [Where("waystation", "=", z)], ["time"])
    assert str(report["time"]).startswith("2026-01-15T10:00:00")
    of = Where("report", "=", report["id"])
    found = bench.look.find("waystation.report.amount", [of], ["payment", "amount"])
    assert [(row["payment"], row["amount"]) for row in found] == [
        ("cash", Decimal("100.50")),
        ("card", Decimal("43.99")),
    ]
    with pytest.raises(Refusal):
        bench.look.update("waystation.report", str(report["id"]), {"total": Decimal(1)})


def test_both_sides_agree_on_what_was_pushed(bench: Bench, shop: Shop) -> None:
    customer = shop.customer(language="de")
    told(shop, "sale.completed", receipt(line(), receipt="A1", customer=customer))
    original = {"register": "R1", "receipt": "A1"}
    told(shop, "sale.returned", receipt(line(quantity="-1"), receipt="A2", original=original))
    told(shop, "stock.transferred", {"from": "shop", "to": "van", "lines": list(GOODS)})
    connector = bench.connector()
    assert shop.erp(connector).round() is None
    restraint = shop.restraint("tryton")
    side = Side(connector.line, connector.mapping, lambda: "EUR", restraint, "Europe/Berlin")
    tallying = Tallying(shop.store, shop.book, {"tryton": side})
    found = {
        one.source: (one.ours, one.theirs, one.differing)
        for one in [*tallying.day("tryton", date(2026, 1, 15)), *tallying.kinds("tryton")]
    }
    compared = ("customer", "sale.completed", "sale.returned", "stock.transferred")
    assert {name: found[name] for name in compared} == dict.fromkeys(compared, (1, 1, 0))

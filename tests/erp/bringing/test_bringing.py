"""What an ERP says, taken into the records: merged, contested, refused, forgotten by nobody."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from gateway.kinds.registry import KINDS
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin, Proposal
from gateway.store.database import Store
from sync.erp import forgetting
from sync.erp.bringing import reading as bringing_reading
from sync.erp.bringing.plan import sources
from sync.erp.bringing.result import Counts
from sync.erp.bringing.rounds import Bring
from sync.erp.mapping import reading
from tests.erp.bringing.far import MAPPING, Far, FarLine
from tests.erp.shop import BEN, FAY, Shop

HOUR_MS = bringing_reading.HOUR_MS
PLAN = sources(reading.parse("far", MAPPING), KINDS)


class Desk:
    """A shop, an ERP far away, and rounds between them."""

    def __init__(self, store: Store) -> None:
        self.far = Far()
        self.shop = Shop(store)
        engine, restraint = lambda: self.shop.records.engine, self.shop.restraint("far")
        self.bring = Bring(store, engine, FarLine(self.far), restraint, PLAN)

    def round(self, *, full: bool = False) -> Mapping[str, Counts]:
        result = self.bring.some(full=full)
        assert result is not None
        assert result.problem is None, result.problem
        assert result.ended_at is not None
        return result.kinds

    def products(self) -> list[dict[str, Any]]:
        return self.shop.records.page(BEN, "product")[0]

    def customers(self) -> list[dict[str, Any]]:
        return self.shop.records.page(BEN, "customer")[0]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_product_comes_with_barcodes_price_lists_and_stock_by_place(desk: Desk) -> None:
    shelf = desk.far.add("location", name="Shelf", type="storage")
    desk.far.add("location", name="Customers", type="customer")
    item = desk.far.item("Coffee", "4.505", sku="SKU-1")
    for text in ("4006381333931", "2000000000015"):
        desk.far.add("code", item=item, type="ean", text=text)
    desk.far.add("code", item=item, type="brand", text="nonsense")
    desk.far.add("price", item=item, list="Trade", price=Decimal("3.99"), least=Decimal("10.0"))
    desk.far.move(item, shelf, "12.5")
    assert desk.round()["product"] == Counts(read=1, new=1)
    (product,) = desk.products()
    data = product["data"]
    assert data["name"] == "Coffee"
    assert data["net_price"] == 451
    assert data["barcodes"] == ["02000000000015", "04006381333931"]
    (price,) = data["prices"].values()
    assert price == {"list": "Trade", "net_price": 399, "from_quantity": "10"}
    (level,) = data["stock"].values()
    assert (level["place"], level["quantity"]) == ("Shelf", "12.5")
    assert level["as_of"].startswith("20")
    assert desk.round()["product"].new == 0
    assert desk.products() == [product]


def test_a_change_of_what_hangs_on_a_row_leads_to_reading_it_again(desk: Desk) -> None:
    shelf = desk.far.add("location", name="Shelf", type="storage")
    item = desk.far.item("Coffee", sku="SKU-1")
    desk.far.item("Tea", sku="SKU-2")
    desk.round()
    desk.far.change("template", desk.far.rows["item"][item]["template"], price=Decimal("5.10"))
    assert desk.round()["product"].changed == 1
    desk.far.move(item, shelf, "3")
    assert desk.round()["product"].changed == 1
    code = desk.far.add("code", item=item, type="ean", text="4006381333931")
    assert desk.round()["product"].changed == 1
    coffee = next(one for one in desk.products() if one["data"]["name"] == "Coffee")["data"]
    assert (coffee["net_price"], coffee["barcodes"]) == (510, ["04006381333931"])
    assert [one["quantity"] for one in coffee["stock"].values()] == ["3"]
    desk.far.change("code", code, text="2000000000015")
    desk.round()
    coffee = next(one for one in desk.products() if one["data"]["name"] == "Coffee")["data"]
    assert coffee["barcodes"] == ["02000000000015"]


def test_a_row_is_known_by_its_article_number_at_first_sight(desk: Desk) -> None:
    made = desk.shop.records.create(Origin(BEN), "product", {"name": "Cofee", "sku": "SKU-1"})
    desk.far.item("Coffee", sku="SKU-1")
    desk.far.item("Another one of that number", sku="SKU-1")
    counts = desk.round()["product"]
    assert (counts.changed, counts.new) == (1, 1)
    names = {one["id"]: one["data"]["name"] for one in desk.products()}
    assert names[made.record["id"]] == "Coffee"
    history = desk.shop.records.history(BEN, "product", made.record["id"])
    assert history[0]["channel"] == "erp"


def test_changes_of_different_fields_merge_and_of_the_same_field_wait_for_a_person(
    desk: Desk,
) -> None:
    party = desk.far.party("Lefort", vat=None, owed=Decimal("10.00"))
    phone = desk.far.add("mechanism", party=party, type="phone", value="+33 1 42 68 53 00")
    assert desk.round()["customer"].new == 1
    (customer,) = desk.customers()
    assert (customer["data"]["phone"], customer["data"]["balance"]) == ("+33142685300", 1000)
    identity, version = customer["id"], customer["version"]
    desk.far.change("mechanism", phone, value="+33 1 42 68 53 01")
    patch = {"notes": "Rings twice", "legal_name": "Lefort SARL"}
    desk.shop.records.edit(Origin(BEN), "customer", identity, Proposal(patch, version))
    assert desk.round()["customer"].conflicts == 0
    (customer,) = desk.customers()
    assert customer["data"]["phone"] == "+33142685301"
    assert customer["data"]["notes"] == "Rings twice"
    assert customer["data"]["legal_name"] == "Lefort SARL"
    desk.far.change("party", party, name="Lefort et fils")
    assert desk.round()["customer"].conflicts == 1
    (customer,) = desk.customers()
    assert customer["data"]["legal_name"] == "Lefort SARL"
    (conflict,) = desk.shop.records.conflicts(BEN)
    assert conflict["proposed"] == "Lefort et fils"
    desk.far.change("party", party, owed=Decimal("12.00"))
    assert desk.round()["customer"].changed == 1
    (customer,) = desk.customers()
    assert (customer["data"]["balance"], customer["conflicts"]) == (1200, 1)


def test_a_block_and_a_balance_are_the_erps_and_dated(desk: Desk) -> None:
    party = desk.far.party("Lefort", owed=Decimal("10.00"), blocked=False)
    desk.round()
    before = desk.customers()[0]["data"]["erp_as_of"]
    desk.shop.store.clock.advance(60_000)
    desk.far.change("party", party, blocked=True)
    desk.round()
    (customer,) = desk.customers()
    assert customer["data"]["erp_block"] is True
    assert customer["data"]["erp_as_of"] > before


def test_our_id_is_written_to_a_row_and_goes_before_everything_else(desk: Desk) -> None:
    party = desk.far.party("Lefort")
    desk.round()
    (customer,) = desk.customers()
    (mark,) = desk.far.rows["mark"].values()
    assert (mark["party"], mark["text"]) == (party, f"waystation:{customer['id']}")
    other = desk.shop.customer("Somebody else")
    desk.far.party("Else", code="X-1")
    mine = desk.far.party("The same")
    desk.far.add("mark", party=mine, text=f"waystation:{other}")
    desk.round()
    assert len(desk.far.rows["mark"]) == 3
    assert desk.shop.record(other)["data"]["legal_name"] == "The same"
    assert len(desk.customers()) == 3


def test_a_refused_row_waits_with_its_reason_and_holds_up_nobody(desk: Desk) -> None:
    bad = desk.far.party("Wrong number", vat="DE1")
    desk.far.party("Lefort")
    counts = desk.round()["customer"]
    assert (counts.new, counts.refused) == (1, 1)
    (refused,) = desk.bring.refused()
    assert (refused.title, refused.ref) == ("Wrong number", bad)
    assert refused.problem.code == "record_invalid"
    assert desk.round()["customer"].new == 0
    assert len(desk.bring.refused()) == 1
    desk.far.change("party", bad, vat="DE136695976")
    assert desk.round()["customer"].new == 1
    assert desk.bring.refused() == []


def test_archiving_deleting_and_coming_back_are_seen(desk: Desk) -> None:
    one, two = desk.far.item("Coffee", sku="1"), desk.far.item("Tea", sku="2")
    party = desk.far.party("Lefort")
    desk.round()
    desk.far.change("item", one, active=False)
    desk.far.change("party", party, active=False)
    gone = desk.far.rows["item"].pop(two)
    desk.shop.store.clock.advance(24 * HOUR_MS)
    counts = desk.round()
    assert (counts["product"].changed, counts["product"].gone) == (2, 1)
    assert {p["data"]["name"]: p["data"]["active"] for p in desk.products()} == {
        "Coffee": False,
        "Tea": False,
    }
    assert desk.customers()[0]["data"]["status"] == "closed"
    desk.far.rows["item"][two] = gone
    desk.far.change("party", party, active=True)
    desk.shop.store.clock.advance(24 * HOUR_MS)
    desk.round()
    active = {p["data"]["name"]: p["data"]["active"] for p in desk.products()}
    assert active == {"Coffee": False, "Tea": True}
    assert desk.customers()[0]["data"]["status"] == "active"


def test_rows_that_vanish_in_numbers_are_not_believed(desk: Desk) -> None:
    for number in range(12):
        desk.far.item(f"Item {number}", sku=str(number))
    desk.round()
    kept, desk.far.rows["item"] = desk.far.rows["item"], {}
    desk.shop.store.clock.advance(24 * HOUR_MS)
    result = desk.bring.round()
    assert result is not None
    assert result.problem is not None
    assert result.problem.code == "erp_rows_vanished"
    assert all(one["data"]["active"] for one in desk.products())
    told = desk.bring.some(full=True, may_vanish=True)
    assert told is not None
    assert told.total.gone == len(kept) == 12


def test_a_full_reading_that_is_killed_at_any_page_goes_on_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_reading, "PAGE", 3)
    for number in range(10):
        desk.far.item(f"Item {number}", sku=str(number))
    asked = 0

    def cut(model: str) -> None:
        nonlocal asked
        asked += model == "item"
        desk.far.is_down = model == "item" and asked % 3 == 0

    desk.far.before = cut
    rounds = 0
    while len(desk.products()) < 10:
        desk.bring.round()
        desk.shop.store.clock.advance(HOUR_MS)  # the line rests after a while
        rounds += 1
        assert rounds < 30
    desk.far.before = lambda _: None
    desk.far.is_down = False
    counts = desk.round()["product"]
    assert counts.new == 0
    assert len(desk.products()) == 10
    assert all(one["version"] == 1 for one in desk.products())


def test_what_was_entered_here_since_and_is_under_way_is_no_word_of_the_erp(desk: Desk) -> None:
    party = desk.far.party("Lefort")
    desk.round()
    (customer,) = desk.customers()
    edit = desk.shop.records.edit
    for name in ("Lefort SARL", "Lefort SAS"):
        (now,) = desk.customers()
        edit(
            Origin(BEN), "customer", customer["id"], Proposal({"legal_name": name}, now["version"])
        )
    desk.far.change("party", party, name="Lefort SARL")  # the push of it; its receipt is lost
    counts = desk.round()["customer"]
    assert (counts.conflicts, counts.changed) == (0, 0)
    assert desk.customers()[0]["data"]["legal_name"] == "Lefort SAS"


def test_a_customer_that_was_erased_does_not_come_back_from_the_erp(desk: Desk) -> None:
    party, records = desk.far.party("Zqlefort"), desk.shop.records
    desk.round()
    (customer,) = desk.customers()
    records.forgetting.also(forgetting.forget)
    proposal = records.forgetting.ask(Origin(BEN), "customer", customer["id"], "asked")
    verdict = Verdict("approve", records.inbox.get(FAY, proposal)["hash"])
    records.inbox.decide(Origin(FAY), proposal, verdict)
    desk.far.change("party", party, name="Zqlefort et fils")
    assert desk.round()["customer"].new == 0
    assert desk.round(full=True)["customer"].new == 0
    assert desk.customers() == []
    with desk.shop.store.read() as rows:
        titles = rows.tuples("SELECT title, problem FROM erp_rows WHERE kind = 'customer'")
    assert titles == [("", None)]

"""What comes in by the shipped mappings of Odoo and ERPNext, from recorded ones."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import ErpNextSettings, OdooSettings
from gateway.kinds.registry import KINDS
from gateway.store.database import Store
from sync.erp.bringing.check import unfit
from sync.erp.bringing.plan import sources
from sync.erp.bringing.result import Counts
from sync.erp.bringing.rounds import Bring
from sync.erp.connectors.erpnext.client import Client as ErpNext
from sync.erp.connectors.odoo.client import Client as Odoo
from sync.erp.line import Line
from sync.erp.mapping import reading
from sync.erp.mapping.model import ErpMapping
from sync.erp.wing import Erp
from tests.erp.contract import Bench
from tests.erp.erpnext.bench import ErpNextBench
from tests.erp.erpnext.server import KEY as NEXT_KEY
from tests.erp.erpnext.server import SECRET
from tests.erp.erpnext.server import serving as serving_erpnext
from tests.erp.odoo.bench import OdooBench
from tests.erp.odoo.server import DATABASE, KEY, USER
from tests.erp.odoo.server import serving as serving_odoo
from tests.erp.shop import BEN, Shop

COFFEE, DAY_MS = "SKU-0001", 86_400_000


class There(ABC):
    """What people do in an ERP; articles are named by their number."""

    name: str
    bench: Bench
    line: Line
    place: str

    @abstractmethod
    def article(self, number: str, **told: Any) -> None:
        """Change an article: ``name``, ``price``, ``on_sale``."""

    @abstractmethod
    def come(self, number: str, quantity: float) -> None:
        """Goods come to the place."""

    @abstractmethod
    def delete(self, number: str) -> None:
        """Delete an article."""

    @abstractmethod
    def customer(self, ours: str, **told: Any) -> None:
        """Change a customer that we pushed: ``name``, ``tax_id``, ``active``."""

    @abstractmethod
    def address(self, ours: str, city: str, **told: Any) -> None:
        """Change the address of a customer in a city, or make one: ``street``, ``active``."""

    @abstractmethod
    def delete_address(self, city: str) -> None:
        """Delete the only address in a city."""

    @abstractmethod
    def stranger(self, name: str, tax_id: str = "") -> None:
        """A customer that was never pushed."""


class InOdoo(There):
    name, place = "odoo", "WH/Stock"

    def __init__(self, server: Any, store: Store) -> None:
        self.books, self.bench = server.books, OdooBench(server, store)
        settings = OdooSettings(url=server.url, database=DATABASE, user=USER, key=KEY)
        self.line = Odoo(settings, 10)

    def article(self, number: str, **told: Any) -> None:
        row = self._article(number)
        self._later()
        template = {"name": told.get("name"), "list_price": told.get("price")}
        template = {name: value for name, value in template.items() if value is not None}
        if template:
            self.books._write("product.template", row["product_tmpl_id"], template)
        if "on_sale" in told:
            self.books._write("product.product", row["id"], {"active": told["on_sale"]})

    def come(self, number: str, quantity: float) -> None:
        self._later()
        (inside,) = self.books.all("stock.location", name="Shelf 1")
        self.books.move(self._article(number)["id"], inside["id"], quantity)

    def delete(self, number: str) -> None:
        del self.books.rows["product.product"][self._article(number)["id"]]

    def customer(self, ours: str, **told: Any) -> None:
        self._later()
        (row,) = self.books.named("res.partner", ours)
        names = {"name": "name", "tax_id": "vat", "active": "active", "phone": "phone"}
        values = {names[name]: value for name, value in told.items()}
        self.books._write("res.partner", row["id"], values)

    def address(self, ours: str, city: str, **told: Any) -> None:
        self._later()
        (row,) = self.books.named("res.partner", ours)
        if found := self.books.all("res.partner", parent_id=row["id"], city=city):
            self.books._write("res.partner", found[0]["id"], told)
        else:
            self.books.add("res.partner", parent_id=row["id"], type="delivery", city=city, **told)

    def delete_address(self, city: str) -> None:
        (row,) = self.books.all("res.partner", city=city)
        del self.books.rows["res.partner"][row["id"]]

    def stranger(self, name: str, tax_id: str = "") -> None:
        self._later()
        (germany,) = self.books.all("res.country", code="DE")
        self.books.add("res.partner", name=name, vat=tax_id, country_id=germany["id"])

    def _article(self, number: str) -> Any:
        (row,) = self.books.all("product.product", default_code=number)
        return row

    def _later(self) -> None:
        hour, minute = self.books.now[11:16].split(":")
        self.books.now = f"{self.books.now[:11]}{hour}:{int(minute) + 1:02}:00"


class InErpNext(There):
    name, place = "erpnext", "Stores"

    def __init__(self, server: Any, store: Store) -> None:
        self.site, self.bench = server.site, ErpNextBench(server, store)
        (self.place,) = (one["name"] for one in self.site.all("Warehouse", warehouse_name="Stores"))
        settings = ErpNextSettings(url=server.url, key=NEXT_KEY, secret=SECRET)
        self.line = ErpNext(settings, 10)
        for item in self.site.all("Item"):
            given = {"item_name": item["item_code"], "stock_uom": "Nos"}
            self.site.change("Item", item["name"], given)
            for prices, rate in (("Standard Buying", 9.0), ("Standard Selling", 18.5)):
                told = {"price_list": prices, "price_list_rate": rate, "currency": "EUR"}
                self.site.insert("Item Price", {"item_code": item["name"], **told})

    def article(self, number: str, **told: Any) -> None:
        self._later()
        if "price" in told:
            (price,) = self.site.all("Item Price", item_code=number, price_list="Standard Selling")
            self.site.change("Item Price", price["name"], {"price_list_rate": told["price"]})
        if "name" in told:
            self.site.change("Item", number, {"item_name": told["name"]})
        if "on_sale" in told:
            self.site.change("Item", number, {"disabled": int(not told["on_sale"])})

    def come(self, number: str, quantity: float) -> None:
        self._later()
        told = {"item_code": number, "warehouse": self.place, "actual_qty": quantity}
        self.site.insert("Bin", told)

    def delete(self, number: str) -> None:
        del self.site.documents["Item"][number]

    def customer(self, ours: str, **told: Any) -> None:
        self._later()
        (row,) = self.site.all("Customer", waystation_id=ours)
        names = {"name": "customer_name", "tax_id": "tax_id", "blocked": "is_frozen"}
        values = {names[name]: value for name, value in told.items() if name != "active"}
        values |= {"disabled": int(not told["active"])} if "active" in told else {}
        self.site.change("Customer", row["name"], values)

    def address(self, ours: str, city: str, **told: Any) -> None:
        self._later()
        (row,) = self.site.all("Customer", waystation_id=ours)
        names = {"street": "address_line1"}
        values = {names.get(name, name): value for name, value in told.items() if name != "active"}
        values |= {"disabled": int(not told["active"])} if "active" in told else {}
        found = [
            one
            for one in self.site.all("Address", city=city)
            if any(link["link_name"] == row["name"] for link in one["links"])
        ]
        if found:
            self.site.change("Address", found[0]["name"], values)
            return
        link = {"link_doctype": "Customer", "link_name": row["name"]}
        new = {"address_title": city, "address_type": "Shipping", "city": city, "links": [link]}
        new["country"] = "France"
        self.site.insert("Address", {**new, **values})

    def delete_address(self, city: str) -> None:
        (row,) = self.site.all("Address", city=city)
        del self.site.documents["Address"][row["name"]]

    def stranger(self, name: str, tax_id: str = "") -> None:
        self._later()
        self.site.insert("Customer", {"customer_name": name, "tax_id": tax_id})

    def _later(self) -> None:
        hour, minute = self.site.now[11:16].split(":")
        self.site.now = f"{self.site.now[:11]}{hour}:{int(minute) + 1:02}:00"


class Desk:
    """A shop before one of them: pushes, rounds of bringing, what came of them."""

    def __init__(self, there: There, shop: Shop, mapping: ErpMapping | None = None) -> None:
        self.there, self.shop = there, shop
        self.erp: Erp = shop.erp(there.bench.connector())
        plan = sources(mapping or reading.load(there.name), KINDS)
        restraint = self.erp.runs[there.name].restraint
        self.bring = Bring(shop.store, lambda: shop.records.engine, there.line, restraint, plan)

    def round(self) -> dict[str, Counts]:
        result = self.bring.round()
        assert result is not None
        assert result.problem is None, result.problem
        return result.kinds

    def product(self, number: str = COFFEE) -> dict[str, Any]:
        told = [one["data"] for one in self.shop.records.page(BEN, "product")[0]]
        (found,) = (one for one in told if one["sku"] == number)
        return found

    def pushed(self, name: str = "Lefort", **data: object) -> str:
        customer = self.shop.customer(name, **data)
        assert self.erp.round() is None
        return customer


@pytest.fixture(params=["odoo", "erpnext"])
def desk(request: pytest.FixtureRequest, store: Store, shop: Shop) -> Iterator[Desk]:
    if request.param == "odoo":
        with serving_odoo() as server:
            yield Desk(InOdoo(server, store), shop)
    else:
        with serving_erpnext() as site:
            yield Desk(InErpNext(site, store), shop)


def test_an_article_comes_with_number_barcode_price_and_unit(desk: Desk) -> None:
    assert desk.round()["product"].new == 3
    product = desk.product()
    assert (product["name"], product["net_price"]) == (COFFEE, 1850)
    assert product["barcodes"] == ["02000000000015"]
    assert product["unit"] in ("Units", "Nos")
    assert desk.bring.refused() == []
    assert desk.round()["product"].new == 0


def test_a_change_of_name_or_price_is_taken_in(desk: Desk) -> None:
    desk.round()
    desk.there.article(COFFEE, name="Coffee", price=19.95)
    assert desk.round()["product"].changed == 1
    product = desk.product()
    assert (product["name"], product["net_price"]) == ("Coffee", 1995)


def test_stock_is_told_by_place_and_follows_each_movement(desk: Desk) -> None:
    desk.there.come(COFFEE, 12)
    desk.round()
    levels = {one["place"]: one["quantity"] for one in desk.product()["stock"].values()}
    assert levels[desk.there.place] == "12"
    desk.there.come("SKU-0002", 3)
    assert desk.round()["product"].changed == 1
    levels = {one["place"]: one["quantity"] for one in desk.product("SKU-0002")["stock"].values()}
    assert levels[desk.there.place] == "3"


def test_what_is_out_of_use_or_deleted_there_is_off_sale_here(desk: Desk) -> None:
    desk.round()
    desk.there.article("SKU-0002", on_sale=False)
    desk.round()
    assert (desk.product()["active"], desk.product("SKU-0002")["active"]) == (True, False)
    desk.there.delete(COFFEE)
    desk.shop.store.clock.advance(DAY_MS)
    assert desk.round()["product"].gone == 1
    assert not desk.product()["active"]


def test_a_customer_comes_back_as_changed_there_and_is_no_news_as_pushed(desk: Desk) -> None:
    customer = desk.pushed("Nordwind", country="DE", tax_id="DE136695976")
    desk.round()
    desk.shop.edit(customer, {"legal_name": "Lefort"})
    assert desk.erp.round() is None
    before = desk.shop.record(customer)["version"]
    assert desk.round()["customer"].changed == 0
    assert desk.shop.record(customer)["version"] == before
    desk.there.customer(customer, name="Lefort et fils")
    assert desk.round()["customer"].changed == 1
    assert desk.shop.record(customer)["data"]["legal_name"] == "Lefort et fils"
    desk.there.customer(customer, active=False)
    desk.round()
    assert desk.shop.record(customer)["data"]["status"] == "closed"


def test_both_sides_changing_one_field_wait_for_a_person(desk: Desk) -> None:
    customer = desk.pushed("Lefort")
    desk.round()
    desk.there.customer(customer, name="Lefort et fils")
    desk.shop.edit(customer, {"legal_name": "Lefort SAS"})
    assert desk.round()["customer"].conflicts == 1
    (conflict,) = desk.shop.records.conflicts(BEN)
    assert {conflict["current"], conflict["proposed"]} == {"Lefort SAS", "Lefort et fils"}


HOME = {"purpose": "billing", "street": "Rue de la Paix 2", "district": "Opera", "city": "Paris"}
SHOP = {"purpose": "registered", "city": "Lyon", "postal_code": "69002"}
PLACES = {"a1": {**HOME, "country": "FR"}, "a2": {**SHOP, "country": "FR"}}


def test_addresses_come_back_as_changed_there_and_are_no_news_as_pushed(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES)
    desk.round()
    assert desk.shop.record(customer)["data"]["addresses"] == PLACES
    before = desk.shop.record(customer)["version"]
    desk.shop.edit(customer, {"addresses": {"a2": {"street": "Quai 1"}}})
    assert desk.erp.round() is None
    assert desk.round()["customer"].changed == 0
    assert desk.shop.record(customer)["version"] == before + 1
    desk.there.address(customer, "Paris", street="Rue de la Paix 4")
    assert desk.round()["customer"].changed == 1
    places = desk.shop.record(customer)["data"]["addresses"]
    assert places["a1"] == {**PLACES["a1"], "street": "Rue de la Paix 4"}
    assert places["a2"]["street"] == "Quai 1"


def test_an_address_that_is_added_there_is_new_here_and_stays_one(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES)
    desk.round()
    desk.there.address(customer, "Lille", street="Grand Place 1")
    assert desk.round()["customer"].changed == 1
    places = desk.shop.record(customer)["data"]["addresses"]
    (key,) = places.keys() - PLACES.keys()
    told = {"purpose": "shipping", "country": "FR", "city": "Lille", "street": "Grand Place 1"}
    assert places[key] == told
    desk.shop.edit(customer, {"addresses": {key: {"street": "Grand Place 3"}}})
    assert desk.erp.round() is None
    assert desk.round()["customer"].changed == 0
    desk.there.address(customer, "Lille", street="Grand Place 5")
    desk.round()
    assert desk.shop.record(customer)["data"]["addresses"][key]["street"] == "Grand Place 5"
    assert len(desk.shop.record(customer)["data"]["addresses"]) == 3


def test_an_address_that_is_out_of_use_there_is_gone_here(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES)
    desk.round()
    desk.there.address(customer, "Lyon", active=False)
    assert desk.round()["customer"].changed == 1
    assert desk.shop.record(customer)["data"]["addresses"].keys() == {"a1"}
    desk.there.delete_address("Paris")
    desk.shop.store.clock.advance(DAY_MS)
    assert desk.round()["customer"].changed == 1
    assert "addresses" not in desk.shop.record(customer)["data"]


def test_two_addresses_merge_and_one_that_both_sides_change_waits_for_a_person(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES)
    desk.round()
    desk.there.address(customer, "Paris", street="Rue de la Paix 4")
    desk.shop.edit(customer, {"addresses": {"a2": {"postal_code": "69003"}}})
    assert desk.round()["customer"].conflicts == 0
    places = desk.shop.record(customer)["data"]["addresses"]
    assert places["a1"]["street"] == "Rue de la Paix 4"
    assert places["a2"]["postal_code"] == "69003"
    desk.there.address(customer, "Paris", street="Rue de la Paix 6")
    desk.shop.edit(customer, {"addresses": {"a1": {"street": "Rue de la Paix 8"}}})
    assert desk.round()["customer"].conflicts == 1
    (conflict,) = desk.shop.records.conflicts(BEN)
    assert conflict["proposed"]["street"] == "Rue de la Paix 6"


def test_a_stranger_is_left_alone_unless_the_tax_number_is_known_here(desk: Desk) -> None:
    customer = desk.shop.customer("Nordwind", country="DE", tax_id="DE136695976")
    desk.there.stranger("Nobody here")
    desk.there.stranger("Nordwind GmbH", tax_id="DE136695976")
    counts = desk.round()["customer"]
    assert (counts.new, counts.left, counts.refused) == (0, 2, 0)  # the walk-in customer as well
    assert len(desk.shop.records.page(BEN, "customer")[0]) == 1
    assert desk.shop.record(customer)["data"]["legal_name"] == "Nordwind GmbH"


def test_a_block_there_is_seen_here(store: Store, shop: Shop) -> None:
    with serving_erpnext() as site:
        desk = Desk(InErpNext(site, store), shop)
        customer = desk.pushed("Lefort")
        desk.there.customer(customer, blocked=1)
        desk.round()
    data = desk.shop.record(customer)["data"]
    assert data["erp_block"] is True
    assert data["erp_as_of"]


def test_a_phone_that_was_changed_there_is_changed_here(store: Store, shop: Shop) -> None:
    with serving_odoo(version="19.0", json2=True) as server:
        server.books.rename()
        desk = Desk(InOdoo(server, store), shop)
        customer = desk.pushed("Lefort", phone="+33142685300")
        desk.round()
        desk.there.customer(customer, phone="+33 1 42 68 53 01")
        desk.round()
    assert desk.shop.record(customer)["data"]["phone"] == "+33142685301"


def test_what_is_read_fits_the_erp(desk: Desk) -> None:
    plan = sources(reading.load(desk.there.name), KINDS)
    assert [one.detail() for source in plan for one in unfit(desk.there.line, source)] == []


def test_a_model_or_field_that_is_read_and_not_there_is_told_before_going_live(
    store: Store,
) -> None:
    with serving_odoo() as server:
        there = InOdoo(server, store)
        del server.books.models["stock.move"], server.books.models["stock.location"]["usage"]
        (_, product) = sources(reading.load("odoo"), KINDS)
        told = [(one.code, one.params["model"]) for one in unfit(there.line, product)]
    assert told == [
        ("mapping_model_unknown", "stock.move"),
        ("mapping_field_unknown", "stock.location"),
        ("mapping_field_unknown", "stock.location"),
    ]


def test_a_field_that_the_erp_has_not_holds_up_no_push(store: Store, shop: Shop) -> None:
    with serving_odoo() as server:
        del server.books.models["stock.move"], server.books.rows["stock.move"]
        desk = Desk(InOdoo(server, store), shop)
        for _ in range(4):
            result = desk.bring.round()
            assert result is not None
            assert result.problem is not None
            assert (result.problem.code, result.held) == ("erp_not_there", False)
        sale = shop.sale()
        assert desk.erp.round() is None
        assert desk.there.bench.orders(sale)


def test_a_site_that_maps_territories_hears_who_moved(
    store: Store, shop: Shop, tmp_path: Path
) -> None:
    own = tmp_path / "mappings" / "erpnext.toml"
    own.parent.mkdir()
    told = '{ from = "territory", link = "Territory", by = "name", direction = "in" }'
    own.write_text(f"[customer.fields]\nterritory = {told}\n")
    with serving_erpnext() as server:
        desk = Desk(InErpNext(server, store), shop, reading.load("erpnext", tmp_path))
        customer = desk.pushed("Lefort")
        (row,) = server.site.all("Customer", waystation_id=customer)
        server.site.change("Customer", row["name"], {"territory": "South"})
        desk.round()
    assert desk.shop.record(customer)["data"]["territory"] == "South"

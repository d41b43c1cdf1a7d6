"""What comes in from a real Tryton, as far as a phone's pull."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from config.schema import TrytonSettings
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import feed
from gateway.store.database import Store
from sync.erp.bringing import reading as pages
from sync.erp.bringing import rounds
from sync.erp.bringing.check import unfit
from sync.erp.bringing.plan import sources
from sync.erp.bringing.result import Result
from sync.erp.bringing.rounds import Bring
from sync.erp.connector import Entry
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.line import TrytonLine
from sync.erp.line import Link, Where
from sync.erp.mapping import reading
from sync.erp.rounds.listening import Listening
from sync.erp.wing import Erp
from tests.erp import line
from tests.erp.line import Line
from tests.erp.shop import ANA, BEN, Shop
from tests.erp.tryton.connecting import connected
from tests.erp.tryton.install import install
from tests.erp.tryton.server import DATABASE, WALK_IN, Server

pytestmark = [pytest.mark.erp, pytest.mark.timeout(900)]

MAPPING = reading.load("tryton")
PRODUCTS = 10  # of the seed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Tryton whose key also opens what people there change: articles and goods."""
    made = Server(install(), tmp_path_factory.mktemp("tryton"))
    made.reset()
    with closing(sqlite3.connect(made.database)) as books:
        books.execute(
            'INSERT INTO "res_user-res_group" ("user", "group") SELECT u.id, g.id FROM res_user u,'
            " res_group g WHERE u.login = 'gateway' AND g.name IN ('Product Administration',"
            " 'Stock', 'Stock Administration', 'Stock Force Assignment')"
        )
        books.commit()
    with made.serving() as serving:
        yield serving


class Desk:
    """A shop before a real Tryton; ``there`` is a straight line to it."""

    def __init__(self, server: Server, faulty: Line, store: Store) -> None:
        self.shop = Shop(store)
        self._server = server
        self.there = self._line(server.url, server.key)
        settings = self._settings(faulty.url, server.key)
        connector = Listening(connected(settings, 60), self.hear)
        self.push: Erp = self.shop.erp(connector)
        self.far = self._line(faulty.url, server.key)
        self.bring = self.bringing()

    def hear(self, entries: Sequence[Entry]) -> Mapping[int, Problem]:
        return self.bring.hear(entries)

    def bringing(self) -> Bring:
        """As after a start of the gateway."""
        plan, restraint = sources(MAPPING, KINDS), self.push.runs["tryton"].restraint
        return Bring(self.shop.store, lambda: self.shop.records.engine, self.far, restraint, plan)

    def round(self) -> Result:
        result = self.bring.round()
        assert result is not None
        assert result.problem is None, result.problem
        return result

    def sweep(self) -> Result:
        """A round on the next day."""
        self.shop.store.clock.advance(24 * pages.HOUR_MS)
        return self.round()

    def product(self, sku: str) -> dict[str, Any]:
        return next(p for p in self.shop.records.page(BEN, "product")[0] if p["data"]["sku"] == sku)

    def find(self, model: str, *fields: str, **asked: str) -> Any:
        where = [Where(name, "=", value) for name, value in asked.items()]
        (row,) = self.there.find(model, where, fields)
        return row

    def delete(self, model: str, identity: str) -> None:
        """What no connector ever does."""
        url = f"{self._server.url}/{DATABASE}/rest/model/{model}/{identity}"
        key = {"Authorization": f"Bearer {self._server.key}"}
        answer = requests.delete(url, headers=key, timeout=60)
        assert answer.status_code == HTTPStatus.NO_CONTENT, answer.text

    @classmethod
    def _line(cls, url: str, key: str) -> TrytonLine:
        return TrytonLine(Client(cls._settings(url, key), 60))

    @staticmethod
    def _settings(url: str, key: str) -> TrytonSettings:
        return TrytonSettings(url=url, database=DATABASE, key=key, walk_in_party=WALK_IN)


@pytest.fixture
def desk(server: Server, store: Store) -> Iterator[Desk]:
    with line.to(server.port) as faulty:
        yield Desk(server, faulty, store)


def test_products_come_whole_and_a_price_that_changes_there_reaches_a_phone(desk: Desk) -> None:
    assert desk.round().kinds["product"].new == PRODUCTS
    tea = desk.product("SKU-0003")
    assert tea["data"]["name"] == "Green tea 100 g"
    assert (tea["data"]["net_price"], tea["data"]["unit"]) == (540, "u")
    assert tea["data"]["barcodes"] == ["02000000000039"]
    again = desk.round().kinds["product"]
    assert (again.new, again.changed) == (0, 0)
    heard = desk.shop.store.head
    template = desk.find("product.product", "template", code="SKU-0003")["template"]
    desk.there.update("product.template", template, {"list_price": Decimal("5.95")})
    assert desk.round().kinds["product"].changed == 1
    with desk.shop.store.read() as rows:
        (pulled,) = feed.changed(rows, desk.shop.records.engine, ANA, heard, 50)
    assert (pulled.id, pulled.data["net_price"]) == (tea["id"], 595)
    told = desk.shop.records.history(BEN, "product", tea["id"])[0]
    assert (told["channel"], told["actor"]) == ("erp", "ERP")
    desk.there.update("product.template", template, {"list_price": Decimal("5.40")})


def test_the_rights_that_pushing_takes_are_enough_to_bring(store: Store, tmp_path: Path) -> None:
    with Server(install(), tmp_path / "plain").serving() as plain, line.to(plain.port) as faulty:
        desk = Desk(plain, faulty, store)
        identity = desk.shop.customer("Chez Ada")
        desk.push.round()
        counts = desk.round().kinds
        assert counts["product"].new == PRODUCTS
        assert desk.shop.record(identity)["data"]["balance"] == 0
        assert len(desk.product("SKU-0001")["data"]["stock"]) == 1
        assert desk.sweep().problem is None


def test_stock_is_asked_for_by_place_and_a_move_leads_to_it(desk: Desk) -> None:
    desk.round()
    (level,) = desk.product("SKU-0001")["data"]["stock"].values()
    assert level["place"] == "Warehouse"
    before = Decimal(level["quantity"])
    product = desk.find("product.product", "template.default_uom", code="SKU-0001")
    desk.there.create(
        "stock.move",
        [
            {
                "product": Link("product.product", product["id"]),
                "unit": Link("product.uom", product["template.default_uom"]),
                "quantity": Decimal(12),
                "from_location": Link("stock.location", _place(desk, "lost_found")),
                "to_location": Link("stock.location", _place(desk, "storage", "STO")),
                "company": Link("company.company", "1"),
            }
        ],
    )
    (move,) = desk.there.find("stock.move", [Where("state", "=", "draft")], [])
    desk.there.press("stock.move", move["id"], "do")
    (bare,) = desk.there.find("product.product", [Where("code", "=", "SKU-0001")], ["quantity"])
    assert bare["quantity"] == 0  # as ever without a place
    assert desk.round().kinds["product"].changed == 1
    (level,) = desk.product("SKU-0001")["data"]["stock"].values()
    assert Decimal(level["quantity"]) == before + 12


def _place(desk: Desk, type: str, code: str = "") -> str:
    where = [Where("type", "=", type), *([Where("code", "=", code)] if code else [])]
    return str(desk.there.find("stock.location", where, [])[0]["id"])


def test_a_product_that_is_archived_or_deleted_there_goes_off_sale(desk: Desk) -> None:
    unit = Link("product.uom", desk.find("product.uom", symbol="u")["id"])
    values = {"name": "Straws", "code": "SKU-9", "type": "goods", "default_uom": unit}
    (template,) = desk.there.create("product.template", [values])
    (product,) = desk.there.create(
        "product.product", [{"template": Link("product.template", template)}]
    )
    desk.round()
    desk.there.update("product.product", product, {"active": False})
    desk.round()
    assert desk.product("SKU-9")["data"]["active"] is False
    desk.there.update("product.product", product, {"active": True})
    desk.round()
    assert desk.product("SKU-9")["data"]["active"] is True
    desk.delete("product.product", product)
    desk.delete("product.template", template)
    assert desk.sweep().kinds["product"].gone == 1
    assert desk.product("SKU-9")["data"]["active"] is False


def test_a_customer_who_is_changed_on_both_sides(desk: Desk) -> None:
    identity = desk.shop.customer("Epicerie Lefort", phone="+33 1 42 68 53 00")
    number = desk.shop.record(identity)["number"]
    assert desk.push.round() is None
    first = desk.round().kinds["customer"]
    assert (first.changed, first.conflicts, first.refused) == (1, 0, 0)  # the balance is new
    assert desk.shop.record(identity)["data"]["balance"] == 0
    party = desk.find("party.party", code=number)["id"]
    phone = desk.find("party.contact_mechanism", party=party, type="phone")["id"]
    desk.there.update("party.contact_mechanism", phone, {"value": "+33142685311"})
    desk.shop.edit(identity, {"legal_name": "Epicerie Lefort SARL"})
    assert desk.round().kinds["customer"].changed == 1
    data = desk.shop.record(identity)["data"]
    assert (data["phone"], data["legal_name"]) == ("+33142685311", "Epicerie Lefort SARL")
    assert desk.push.round() is None
    assert desk.find("party.party", "name", code=number)["name"] == "Epicerie Lefort SARL"
    assert desk.round().kinds["customer"].changed == 0  # what was pushed is no word of Tryton's
    desk.there.update("party.party", party, {"name": "Lefort et fils"})
    desk.shop.edit(identity, {"legal_name": "Lefort SAS"})
    assert desk.round().kinds["customer"].conflicts == 1
    (conflict,) = desk.shop.records.conflicts(BEN)
    assert {conflict["current"], conflict["proposed"]} == {"Lefort SAS", "Lefort et fils"}


def test_what_is_changed_there_right_before_a_push_is_not_written_over(desk: Desk) -> None:
    identity = desk.shop.customer("Boulangerie Noir", phone="+33 1 42 68 53 00")
    number = desk.shop.record(identity)["number"]
    assert desk.push.round() is None
    party = desk.find("party.party", code=number)["id"]
    desk.there.update("party.party", party, {"name": "Boulangerie Blanc"})
    desk.shop.edit(identity, {"phone": "+33142685311"})
    desk.push.round()
    assert desk.find("party.party", "name", code=number)["name"] == "Boulangerie Blanc"
    desk.shop.store.clock.advance(pages.HOUR_MS)
    assert desk.push.round() is None
    assert desk.find("party.party", "name", code=number)["name"] == "Boulangerie Blanc"
    phone = desk.find("party.contact_mechanism", "value", party=party, type="phone")
    assert phone["value"].replace(" ", "") == "+33142685311"
    assert desk.shop.record(identity)["data"]["legal_name"] == "Boulangerie Blanc"


def test_addresses_come_back_and_one_that_is_added_there_is_new_here(desk: Desk) -> None:
    paris = {"purpose": "billing", "street": "Rue de la Paix 2", "district": "Opera",
             "region": "Ile-de-France", "city": "Paris", "postal_code": "75002"}  # fmt: skip
    lyon = {"purpose": "registered", "city": "Lyon", "postal_code": "69002"}
    places = {"a1": {**paris, "country": "FR"}, "a2": {**lyon, "country": "FR"}}
    identity = desk.shop.customer("Maison Lefort", addresses=places)
    assert desk.push.round() is None
    desk.round()
    assert desk.shop.record(identity)["data"]["addresses"] == places
    party = desk.find("party.party", "id", name="Maison Lefort")["id"]
    home = desk.find("party.address", "street", party=party, city="Paris")
    street = home["street"].replace("Paix 2", "Paix 4")
    assert street != home["street"]
    desk.there.update("party.address", home["id"], {"street": street})
    new = {"party": Link("party.party", party), "street": "Grand Place 1", "city": "Lille"}
    (added,) = desk.there.create("party.address", [{**new, "delivery": True}])
    assert desk.round().kinds["customer"].changed == 1
    found = desk.shop.record(identity)["data"]["addresses"]
    assert found["a1"] == {**places["a1"], "street": "Rue de la Paix 4"}
    (key,) = found.keys() - places.keys()
    told = {"purpose": "shipping", "country": "FR", "city": "Lille", "street": "Grand Place 1"}
    assert found[key] == told
    desk.shop.edit(identity, {"addresses": {key: {"street": "Grand Place 3"}}})
    assert desk.push.round() is None
    assert desk.find("party.address", "street", id=added)["street"] == "Grand Place 3"
    desk.there.update("party.address", home["id"], {"active": False})
    assert desk.round().kinds["customer"].changed == 1
    assert desk.shop.record(identity)["data"]["addresses"].keys() == {"a2", key}


def test_what_is_read_fits_tryton(desk: Desk) -> None:
    found = [one.detail() for plan in sources(MAPPING, KINDS) for one in unfit(desk.there, plan)]
    assert found == []


def test_a_deletion_is_found_by_the_sweep(desk: Desk) -> None:
    identity = desk.shop.customer("Chez Ada")
    desk.push.round()
    desk.round()
    party = desk.find("party.party", code=desk.shop.record(identity)["number"])["id"]
    desk.delete("party.party", party)
    desk.round()
    assert desk.shop.record(identity)["data"]["status"] == "active"
    assert desk.sweep().kinds["customer"].gone == 1
    assert desk.shop.record(identity)["data"]["status"] == "closed"


def test_a_full_reading_that_is_cut_off_goes_on_at_its_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)
    monkeypatch.setattr(rounds, "STEP_MS", 0)
    while len(desk.shop.records.page(BEN, "product")[0]) < 6:
        desk.bring.some()
    taken = len(desk.shop.records.page(BEN, "product")[0])
    # Whatever was under way is lost with the process.
    desk.bring = desk.bringing()
    assert desk.round().kinds["product"].new == PRODUCTS - taken
    assert all(p["version"] == 1 for p in desk.shop.records.page(BEN, "product")[0])

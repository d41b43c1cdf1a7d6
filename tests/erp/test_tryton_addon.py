"""Our module of Tryton, in a real one: what is asked for under one key is made once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests

from config.schema import TrytonSettings
from sync.erp import connector as erp
from sync.erp.batch import Caps
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.addon import Addon, Answer, Operation
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.connector import Tryton
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from tests.erp import line
from tests.erp.line import Line
from tests.erp.shop import Shop
from tests.erp.tryton.connecting import connected
from tests.erp.tryton.server import DATABASE, WALK_IN, WITH_ADDON, Server

pytestmark = [pytest.mark.erp, pytest.mark.timeout(900)]

APPLY = b"waystation.receipt/apply"


@dataclass
class Bench:
    """A Tryton with the module, behind a line with faults."""

    server: Server
    line: Line
    look: Client = field(init=False)

    def __post_init__(self) -> None:
        self.look = Client(self.settings(self.server.url), 60)
        self.look.use_company(1)

    def settings(self, url: str, database: str = WITH_ADDON) -> TrytonSettings:
        key = self.server.key
        return TrytonSettings(url=url, database=database, key=key, walk_in_party=WALK_IN)

    def connector(self, timeout_s: float = 60) -> Tryton:
        settings = self.settings(self.line.url)
        return connected(settings, timeout_s)

    def orders(self, sale: str) -> list[str]:
        domain = [["reference", "=", sale]]
        return [row["state"] for row in self.look.find("sale.sale", domain, ["state"])]

    def delete(self, model: str, identity: int) -> None:
        url = f"{self.server.url}/{WITH_ADDON}/rest/model/{model}/{identity}"
        key = {"Authorization": f"Bearer {self.server.key}"}
        assert requests.delete(url, headers=key, timeout=60).status_code == 204


@pytest.fixture
def bench(tryton: Server) -> Iterator[Bench]:
    with line.to(tryton.port) as faulty:
        yield Bench(tryton, faulty)


@pytest.fixture
def addon(bench: Bench) -> Addon:
    return Addon(bench.look)


def category(key: str, **values: object) -> Operation:
    return Operation(f"test:{key}", "party.category", {"name": f"Category {key}", **values})


def named(bench: Bench, key: str) -> int:
    domain = [["name", "=", f"Category {key}"]]
    return len(bench.look.find("party.category", domain, []))


def test_it_is_ready_where_it_is_and_only_there(bench: Bench, addon: Addon) -> None:
    assert addon.is_ready()
    plain = Client(bench.settings(bench.server.url, DATABASE), 60)
    plain.use_company(1)
    assert not Addon(plain).is_ready()


def test_what_was_made_is_not_made_again(bench: Bench, addon: Addon) -> None:
    first = addon.apply([category("A"), category("B")])
    again = addon.apply([category("B"), category("C"), category("A")])
    assert [one.is_new for one in first] == [True, True]
    assert [one.is_new for one in again] == [False, True, False]
    assert (again[2].id, again[0].id) == (first[0].id, first[1].id)
    assert [named(bench, key) for key in "ABC"] == [1, 1, 1]


def test_five_at_once_with_one_key_make_one_record(bench: Bench, addon: Addon) -> None:
    def ask(_: int) -> Answer:
        while True:
            try:
                return addon.apply([category("five")])[0]
            except Refusal as refusal:
                if refusal.outcome != Outcome.CONFLICT:
                    raise

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(ask, range(5)))
    assert len({one.id for one in answers}) == 1
    assert sum(one.is_new for one in answers) == 1
    assert named(bench, "five") == 1


def test_one_that_is_refused_takes_all_of_its_call_with_it(bench: Bench, addon: Addon) -> None:
    with pytest.raises(Refusal) as refused:
        addon.apply([category("good"), category("bad", parent=999_999), category("fine")])
    assert refused.value.outcome == Outcome.NEEDS_PERSON
    assert named(bench, "good") == 0
    assert addon.apply([category("good")])[0].is_new


def test_what_somebody_deleted_is_not_made_again(bench: Bench, addon: Addon) -> None:
    (made,) = addon.apply([category("gone")])
    bench.delete("party.category", made.id)
    (again,) = addon.apply([category("gone")])
    assert again == Answer(None, is_new=False, fields=None)


def test_only_buttons_are_pressed(addon: Addon) -> None:
    sale = Operation("test:button", "sale.sale", {"party": 1}, steps={"draft": ["delete"]})
    with pytest.raises(Refusal, match='has no button "delete"'):
        addon.apply([sale])
    with pytest.raises(Refusal, match="Nobody may create"):
        addon.apply([Operation("test:rpc", "waystation.receipt", {"key": "forged"})])


def test_sales_are_made_and_confirmed_in_one_call(bench: Bench, shop: Shop) -> None:
    sales = [shop.sale() for _ in range(6)]
    assert shop.erp(bench.connector()).round() is None
    assert [bench.orders(sale) for sale in sales] == [["processing"]] * 6
    asked = [line.partition(b"model/")[2].partition(b" ")[0] for line in bench.line.asked]
    assert asked.count(b"waystation.receipt/apply") == 1
    assert {one for one in asked if one.startswith(b"sale.sale/")} == {b"sale.sale/search_read"}


def test_a_sale_without_an_answer_goes_on_at_once(bench: Bench, shop: Shop) -> None:
    sale = shop.sale()
    bench.line.lose_answer_to(APPLY)
    problem = shop.erp(bench.connector(timeout_s=5)).round()
    assert problem is not None
    assert problem.code == "erp_silent"
    push = shop.erp(bench.connector())
    assert push.held() == []
    assert push.round() is None
    assert bench.orders(sale) == ["processing"]


def test_a_call_that_arrives_after_it_was_made_again_makes_nothing(
    bench: Bench, shop: Shop
) -> None:
    sale = shop.sale()
    bench.line.hold_back(APPLY)
    assert shop.erp(bench.connector(timeout_s=2)).round() is not None
    push = shop.erp(bench.connector())
    assert push.round() is None
    bench.line.let_through()
    assert bench.orders(sale) == ["processing"]
    assert push.round() is None


def test_two_gateways_with_the_same_sale_make_it_once(bench: Bench, shop: Shop) -> None:
    sale = shop.sale()
    batch = Offers(shop.store, shop.book, Caps(50, 1_000_000)).next(
        Consumer("tryton", takes=bench.connector().takes)
    )
    assert batch is not None
    entries = erp.read(batch.body, {})
    with ThreadPoolExecutor(2) as pool:
        pushed = [pool.submit(lambda: list(bench.connector().push(entries))) for _ in range(2)]
    statuses = {receipt.status for each in pushed for receipt in each.result()}
    assert statuses <= {"accepted", "deferred", "duplicate"}
    assert bench.orders(sale) == ["processing"]
    assert [one.status for one in bench.connector().push(entries)] == ["duplicate"]


def test_one_sale_that_is_refused_stays_a_draft_and_stops_no_other(
    bench: Bench, shop: Shop
) -> None:
    customer = shop.customer()
    push = shop.erp(bench.connector())
    push.round()
    domain = [["identifiers.code", "=", f"waystation:{customer}"]]
    (row,) = bench.look.find("party.party", domain, [])
    bench.look.update("party.party", row["id"], {"credit_limit_amount": "5"})
    sales = [shop.sale(), shop.sale(customer=customer), shop.sale()]
    push.round()
    (held,) = push.held()
    assert (held.status, held.problem.code) == ("rejected", "erp_rejected")
    assert [bench.orders(sale) for sale in sales] == [["processing"], ["quotation"], ["processing"]]

"""What every connector keeps, whatever it pushes to.

Inherit from ConnectorContract for an ERP in which things can be looked up; from LineContract for
what takes entries over a line and tells a repeat by its id; from DeliveryContract for what only
takes them. Inherit from TillContract as well for an ERP that hears what a shift took.

A bench is an ERP, as real as can be had, the line to it with its faults, and a view of what the ERP
holds in the end. Nothing here knows which ERP it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.records.engine import Origin
from gateway.store.database import Store
from sync.erp import connector as erp
from sync.erp.batch import Caps
from sync.erp.connector import Connector, Entry
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from tests.erp.shop import BEN, HOME, Shop, line

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Party:
    """A customer as the ERP holds it."""

    number: str
    name: str
    phones: frozenset[str]
    cities: frozenset[str]


@dataclass(frozen=True)
class Order:
    """A sale as the ERP holds it; ``is_final`` once it went through to its end."""

    total: Decimal
    party: str
    is_final: bool


@dataclass(frozen=True)
class Takings:
    """What a shift took in cash, as the ERP holds it; ``told`` is what an accountant reads."""

    cash: Decimal
    title: str
    told: str


class Far(ABC):
    """Whoever takes entries, and the line to them."""

    @abstractmethod
    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        """A new connector over the line, with the right key or another."""

    @abstractmethod
    def count(self, thing: str, identity: str) -> int:
        """How often a ``customer`` (one state of it counts once) or a ``sale`` is there for good.

        By the record's id, or the fact's.
        """

    @abstractmethod
    def go_down(self) -> None:
        """From now on nothing answers."""

    @abstractmethod
    def come_back(self) -> None:
        """It answers again."""

    def lose_answer_to_new(self, thing: str) -> None:
        """The next creation of a ``customer`` or ``sale`` is carried out, its answer lost."""
        raise NotImplementedError


class Bench(Far):
    """An ERP and the line to it."""

    def count(self, thing: str, identity: str) -> int:
        if thing == "customer":
            return len(self.parties(identity))
        orders = self.orders(identity)
        assert all(order.is_final for order in orders)
        return len(orders)

    @abstractmethod
    def parties(self, customer: str) -> list[Party]:
        """Every party that stands for a customer record."""

    @abstractmethod
    def orders(self, sale: str) -> list[Order]:
        """Every order that stands for a sale."""

    @abstractmethod
    def occupy(self, number: str) -> None:
        """Give a customer number to somebody else, at the ERP."""

    @abstractmethod
    def link(self, number: str, customer: str) -> None:
        """Say, at the ERP, that whoever has this number is a customer record of ours."""

    @abstractmethod
    def limit(self, customer: str, amount: str) -> None:
        """Set a customer's credit limit at the ERP."""

    @abstractmethod
    def rename(self, customer: str, name: str, city: str) -> None:
        """Somebody at the ERP changes a customer's name and the city of its address."""

    @abstractmethod
    def hold_back_new(self, thing: str) -> None:
        """The next creation of a ``customer`` or ``sale`` is carried out only when let through."""

    @abstractmethod
    def let_through(self) -> None:
        """What was held back is carried out now, though nobody waits for it any more."""


class TillBench(Bench):
    """An ERP that hears what a shift took; its creation is that of a ``shift``."""

    @abstractmethod
    def takings(self) -> list[Takings]:
        """The takings of all shifts."""


def customer_entry(number: str, seq: int, **data: object) -> Entry:
    """A customer as a batch holds it."""
    identity = ids.uuid7(seq)
    filled = {"legal_name": f"Shop {number}", "country": "DE", **data}
    return Entry(
        seq=seq, id=identity, type="record.created", time="2027-01-15T08:00:00.000Z", op="upsert",
        kind="customer", subject=identity, number=number, data=filled,
    )  # fmt: skip


def by_seq(receipts: Iterable[Receipt]) -> dict[int, str]:
    return {receipt.seq: receipt.status for receipt in receipts}


class DeliveryContract:
    """Give it a ``bench`` fixture."""

    @pytest.fixture
    def shop(self, store: Store) -> Shop:
        return Shop(store)

    def test_it_says_what_answers(self, bench: Far) -> None:
        assert bench.connector().probe()

    def test_everything_arrives_once_and_is_settled(self, bench: Far, shop: Shop) -> None:
        customer = shop.customer("Boulangerie Lefort")
        sales = [shop.sale(customer=customer) for _ in range(3)]
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert push.held() == []
        assert [bench.count("sale", sale) for sale in sales] == [1, 1, 1]
        assert bench.count("customer", customer) == 1
        assert shop.record(customer)["stage"] == "accepted"

    def test_a_batch_pushed_again_makes_nothing_twice(self, bench: Far, shop: Shop) -> None:
        """The ERP committed and the gateway lost power before it wrote a single receipt."""
        customer = shop.customer(phone="+33472000011")
        sale = shop.sale(customer=customer)
        connector = bench.connector()
        push = shop.erp(connector)
        offers = Offers(shop.store, shop.book, Caps(50, 1_000_000))
        batch = offers.next(Consumer(connector.name, takes=connector.takes))
        assert batch is not None
        entries = erp.read(batch.body, {})
        assert set(by_seq(connector.push(entries)).values()) == {"accepted"}
        assert set(by_seq(connector.push(entries)).values()) == {"duplicate"}
        push.round()
        assert (bench.count("customer", customer), bench.count("sale", sale)) == (1, 1)
        assert push.standings()[0].waiting == 0

    def test_nothing_is_lost_while_it_is_down(self, bench: Far, shop: Shop) -> None:
        sales = [shop.sale() for _ in range(3)]
        bench.go_down()
        push = shop.erp(bench.connector())
        problem = push.round()
        assert problem is not None
        assert problem.retryable
        (standing,) = push.standings()
        assert standing.problem is not None
        assert standing.last_success_at is None
        bench.come_back()
        assert push.round() is None
        assert [bench.count("sale", sale) for sale in sales] == [1, 1, 1]
        (standing,) = push.standings()
        assert (standing.problem, standing.waiting) == (None, 0)


class LineContract(DeliveryContract):
    """For what is reached over a line, with a key."""

    @pytest.mark.parametrize("thing", ["customer", "sale"])
    def test_an_answer_that_never_came_makes_nothing_twice(
        self, bench: Far, shop: Shop, thing: str, clock: ManualClock
    ) -> None:
        customer = shop.customer()
        sale = shop.sale(customer=customer)
        bench.lose_answer_to_new(thing)
        problem = shop.erp(bench.connector(timeout_s=2)).round()
        assert problem is not None
        assert problem.code == "erp_silent"
        clock.advance(HOUR_MS)
        assert shop.erp(bench.connector()).round() is None
        assert (bench.count("customer", customer), bench.count("sale", sale)) == (1, 1)

    def test_a_wrong_key_stops_the_line_and_loses_nothing(self, bench: Far, shop: Shop) -> None:
        sale = shop.sale()
        problem = shop.erp(bench.connector(key="lost")).round()
        assert problem is not None
        assert (problem.code, problem.retryable) == ("erp_key_refused", False)
        push = shop.erp(bench.connector())
        assert push.standings()[0].waiting == 1
        assert push.round() is None
        assert bench.count("sale", sale) == 1


class ConnectorContract(LineContract):
    """For an ERP that can be asked what it has."""

    def test_a_customer_and_a_sale_arrive_whole(self, bench: Bench, shop: Shop) -> None:
        customer = shop.customer(
            "Boulangerie Lefort",
            phone="+33472000011",
            addresses={HOME: {"purpose": "billing", "city": "Lyon", "country": "FR"}},
        )
        sale = shop.sale(customer=customer)
        assert shop.erp(bench.connector()).round() is None
        number = shop.record(customer)["number"]
        phones, cities = frozenset({"+33472000011"}), frozenset({"Lyon"})
        assert bench.parties(customer) == [Party(number, "Boulangerie Lefort", phones, cities)]
        assert bench.orders(sale) == [Order(Decimal("44.03"), number, is_final=True)]
        assert shop.record(customer)["stage"] == "accepted"

    def test_sums_are_those_of_the_receipts(self, bench: Bench, shop: Shop) -> None:
        reduced = {"tax_rate": "0.07"}
        shop.sale(line(discount=100), line("2000000000022", quantity="3", unit_price=790))
        shop.sale(line(**reduced), line("", sku="SKU-0002", tax_rate="0"))
        shop.sale(line(quantity="-1"))
        shop.sale(line(inclusive=True, unit_price=999), prices_include_tax=True)
        shop.sale(line(quantity="3", unit_price=199, **reduced), rounding=1)
        shop.sale(*[line(quantity="1", unit_price=150, **reduced)] * 5)
        shop.sale(line(quantity="7", unit_price=333, discount=1))
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert push.held() == []
        for sale, total in shop.totals.items():
            (order,) = bench.orders(sale)
            assert (order.total, order.is_final) == (Decimal(total).scaleb(-2), True)

    def test_an_edit_changes_the_same_customer(self, bench: Bench, shop: Shop) -> None:
        addresses = {HOME: {"purpose": "billing", "city": "Lyon", "country": "FR"}}
        customer = shop.customer(phone="+33472000011", addresses=addresses)
        push = shop.erp(bench.connector())
        push.round()
        change = {HOME: {"purpose": "billing", "city": "Paris", "country": "FR"}}
        shop.edit(customer, {"legal_name": "Lefort SARL", "phone": None, "addresses": change})
        push.round()
        (party,) = bench.parties(customer)
        assert (party.name, party.phones, party.cities) == ("Lefort SARL", set(), {"Paris"})

    def test_a_push_leaves_alone_what_was_changed_only_at_the_erp(
        self, bench: Bench, shop: Shop
    ) -> None:
        address = {"purpose": "billing", "street": "1 Quai", "city": "Lyon", "country": "FR"}
        customer = shop.customer("Lefort", phone="+33472000011", addresses={HOME: address})
        push = shop.erp(bench.connector())
        push.round()
        bench.rename(customer, "Lefort et fils", "Nantes")
        moved = {HOME: {**address, "street": "2 Quai"}}
        shop.edit(customer, {"phone": "+33472000022", "addresses": moved})
        assert push.round() is None
        (party,) = bench.parties(customer)
        assert (party.name, party.cities) == ("Lefort et fils", {"Nantes"})
        assert party.phones == {"+33472000022"}
        shop.edit(customer, {"legal_name": "Chez Lefort", "phone": None})
        assert push.round() is None
        (party,) = bench.parties(customer)
        assert (party.name, party.phones) == ("Chez Lefort", frozenset())
        assert push.held() == []

    def test_merged_customers_are_one_and_two_again_after_the_undoing(
        self, bench: Bench, shop: Shop
    ) -> None:
        one, two = shop.customer("Lefort"), shop.customer("Lefort SARL", phone="+33472000011")
        numbers = [shop.record(each)["number"] for each in (one, two)]
        push = shop.erp(bench.connector())
        push.round()
        merged = shop.merge(one, two)
        sale = shop.sale(customer=two)
        push.round()
        (party,) = bench.parties(two)
        assert (party.number, party.name) == (numbers[0], "Lefort SARL")
        assert [order.party for order in bench.orders(sale)] == [numbers[0]]
        shop.records.merges.undo(Origin(BEN), merged, not_same=False)
        push.round()
        assert [party.number for party in bench.parties(two)] == [numbers[1]], bench.parties(two)
        assert [party.name for party in bench.parties(one)] == ["Lefort"]

    def test_customers_merged_before_the_erp_hears_of_them_make_one_party(
        self, bench: Bench, shop: Shop
    ) -> None:
        one, two = shop.customer("Lefort"), shop.customer("Lefort SARL")
        shop.merge(one, two)
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert [party.number for party in bench.parties(two)] == [shop.record(one)["number"]]
        shop.edit(one, {"legal_name": "Chez Lefort"})
        push.round()
        assert [party.name for party in bench.parties(two)] == ["Chez Lefort"]

    def test_a_sale_without_an_answer_rests_while_the_erp_may_be_at_work_on_it(
        self, bench: Bench, shop: Shop, clock: ManualClock
    ) -> None:
        sale = shop.sale()
        bench.hold_back_new("sale")
        assert shop.erp(bench.connector(timeout_s=2)).round() is not None
        other = shop.sale()
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert bench.orders(other)[0].is_final
        assert bench.orders(sale) == []
        (held,) = push.held()
        assert (held.status, held.problem.code) == ("deferred", "erp_sale_unsure")
        bench.let_through()
        clock.advance(HOUR_MS)
        assert push.round() is None
        assert [order.is_final for order in bench.orders(sale)] == [True]
        assert push.held() == []

    @pytest.mark.parametrize("thing", ["customer", "sale"])
    def test_a_creation_that_ends_long_after_it_was_made_again_makes_nothing_twice(
        self, bench: Bench, shop: Shop, thing: str, clock: ManualClock
    ) -> None:
        """The worst that can happen: the ERP is at work for longer than anybody thought."""
        customer = shop.customer()
        sale = shop.sale(customer=customer)
        bench.hold_back_new(thing)
        assert shop.erp(bench.connector(timeout_s=2)).round() is not None
        clock.advance(HOUR_MS)
        push = shop.erp(bench.connector())
        assert push.round() is None
        bench.let_through()
        assert sum(order.is_final for order in bench.orders(sale)) == 1
        assert push.round() is None
        assert [order.is_final for order in bench.orders(sale)] == [True]
        assert len(bench.parties(customer)) == 1
        shop.edit(customer, {"legal_name": "Lefort SARL"})
        assert push.round() is None
        assert [party.name for party in bench.parties(customer)] == ["Lefort SARL"]

    def test_one_bad_record_stops_no_other(self, bench: Bench) -> None:
        entries = [customer_entry(ids.uuid7(n)[-8:], n) for n in range(1, 8)]
        entries[4] = replace(entries[4], data={**entries[4].data, "tax_id": "123"})
        receipts = list(bench.connector().push(entries))
        statuses = by_seq(receipts)
        assert statuses.pop(5) == "rejected"
        assert set(statuses.values()) == {"accepted"}
        (refused,) = [receipt for receipt in receipts if receipt.seq == 5]
        assert refused.problem is not None
        assert refused.problem.code == "erp_rejected"

    def test_a_foreign_customer_with_our_number_is_left_alone(
        self, bench: Bench, shop: Shop
    ) -> None:
        customer = shop.customer("Ours")
        number = shop.record(customer)["number"]
        bench.occupy(number)
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert bench.parties(customer) == []
        (held,) = push.held()
        assert (held.status, held.problem.code) == ("rejected", "erp_number_taken")
        assert shop.record(customer)["stage"] == "rejected"
        assert number in shop.record(customer)["stage_detail"]

    def test_a_sale_waits_for_its_customer(
        self, bench: Bench, shop: Shop, clock: ManualClock
    ) -> None:
        """A person says at the ERP that both customers are the same; the sale follows by itself."""
        customer = shop.customer()
        sale = shop.sale(customer=customer)
        bench.occupy(shop.record(customer)["number"])
        other = shop.sale()
        push = shop.erp(bench.connector())
        push.round()
        assert bench.orders(other)[0].is_final
        assert {held.problem.code: held.status for held in push.held()} == {
            "erp_number_taken": "rejected",
            "erp_customer_missing": "deferred",
        }
        bench.link(shop.record(customer)["number"], customer)
        push.offer_again(*next((h.consumer, h.seq) for h in push.held() if h.status == "rejected"))
        push.round()
        clock.advance(HOUR_MS)
        push.round()
        assert bench.orders(sale)[0].is_final
        assert push.held() == []

    def test_a_refused_sale_goes_on_once_the_reason_is_mended(
        self, bench: Bench, shop: Shop
    ) -> None:
        customer = shop.customer()
        push = shop.erp(bench.connector())
        push.round()
        bench.limit(customer, "5")
        sale = shop.sale(customer=customer)
        push.round()
        (held,) = push.held()
        assert (held.status, held.problem.code) == ("rejected", "erp_rejected")
        assert not bench.orders(sale)[0].is_final
        bench.limit(customer, "1000")
        push.offer_again(held.consumer, held.seq)
        push.round()
        assert [order.is_final for order in bench.orders(sale)] == [True]
        assert push.held() == []


class TillContract:
    """What a Z becomes, beside what every connector keeps. Give it a ``bench`` fixture."""

    def test_what_a_shift_took_arrives_once_although_the_answer_is_lost(
        self, bench: TillBench, shop: Shop, clock: ManualClock
    ) -> None:
        shop.z(cash=5_030, card=9_250)
        bench.lose_answer_to_new("shift")
        problem = shop.erp(bench.connector(timeout_s=2)).round()
        assert problem is not None
        assert problem.code == "erp_silent"
        clock.advance(HOUR_MS)
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert push.held() == []
        told = "EUR: net 142.80, tax 0.00, total 142.80, cash 50.30, card 92.50"
        assert bench.takings() == [Takings(Decimal("50.3"), "R1, shift S1, Z 17", told)]

    def test_a_shift_without_cash_is_told_to_nobody(self, bench: TillBench, shop: Shop) -> None:
        shop.z(cash=0, card=9_250)
        shop.z(card=9_250)
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert (push.held(), bench.takings()) == ([], [])

    def test_cash_in_a_currency_that_the_erp_keeps_none_in_waits(
        self, bench: TillBench, shop: Shop
    ) -> None:
        shop.z(currency="CNY", cash=5_030)
        push = shop.erp(bench.connector())
        assert push.round() is None
        (held,) = push.held()
        assert (held.type, held.problem.code) == ("report.z", "erp_value_unknown")
        assert "CNY" in held.problem.detail()
        assert bench.takings() == []

"""An ERP on paper: everything in memory, with the rules that matter and the faults that happen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.canonical import Customer, Sale, customer, sale
from sync.erp.connector import Connector, Entry, Outcome, Refusal, Trouble
from sync.erp.receipt import Receipt
from tests.erp.contract import Bench, Order, Party

KEY = "paper"


@dataclass
class Books:
    """What the ERP holds: customers by number, sales by our id."""

    customers: dict[str, Customer] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    final: set[str] = field(default_factory=set)
    limits: dict[str, Decimal] = field(default_factory=dict)
    is_down: bool = False
    doomed: str = ""
    slow: str = ""
    late: list[Customer | Sale] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)  # sales that came late and are there already

    aliases: dict[str, str] = field(default_factory=dict)  # what was merged, into what

    def named(self, identity: str) -> list[Customer]:
        identity = self.aliases.get(identity, identity)
        return [one for one in self.customers.values() if one.id == identity]


class PaperConnector:
    """The line to the books."""

    name = "paper"
    takes = ("customer", "sale.completed")

    def __init__(self, books: Books, key: str) -> None:
        self._books = books
        self._key = key

    def probe(self) -> str:
        self._reach()
        return "Paper"

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in sorted(entries, key=lambda entry: entry.kind != "customer"):
            self._reach()
            try:
                is_new = self._take(entry)
            except Refusal as refusal:
                yield refusal.receipt(entry.seq)
            except Trouble as trouble:
                if trouble.is_unsure and entry.kind != "customer":
                    problem = Problem("erp_sale_unsure", minutes=10)
                    yield Receipt(entry.seq, "deferred", problem, rest_s=600)
                raise
            else:
                yield Receipt(entry.seq, "accepted" if is_new else "duplicate")

    def _reach(self) -> None:
        if self._books.is_down:
            raise Trouble(Problem("erp_unreachable", reason="the paper is in the drawer"))
        if self._key != KEY:
            raise Trouble(Problem("erp_key_refused", status=401))

    def _take(self, entry: Entry) -> bool:
        if entry.op == "merge":
            self._books.customers.pop(entry.number, None)
            return True
        if entry.kind == "customer":
            self._books.aliases.pop(entry.subject, None)
            self._books.aliases |= dict.fromkeys(entry.aliases, entry.subject)
            was = customer(replace(entry, data=entry.before)) if entry.before is not None else None
            return self._take_customer(customer(entry), was)
        return self._take_sale(sale(entry))

    def _take_customer(self, one: Customer, was: Customer | None) -> bool:
        if one.tax_id == "123":
            raise _refused("That is no tax number.")
        number = next((held.number for held in self._books.named(one.id)), one.number)
        before = self._books.customers.get(number)
        if before is not None and before.id != one.id:
            problem = Problem("erp_number_taken", number=number, identifier=one.id)
            raise Refusal(Outcome.NEEDS_PERSON, problem)
        if before is None:
            self._delay("customer", one)
        else:
            one = _revised(before, one, was)
        self._books.customers[number] = one
        if before is None:
            self._answer("customer")
        return before != one

    def _take_sale(self, one: Sale) -> bool:
        if one.reference in self._books.final:
            return False
        if one.customer and not self._books.named(one.customer):
            raise Refusal(Outcome.RETRY, Problem("erp_customer_missing"))
        if one.reference not in self._books.sales:
            self._delay("sale", one)
            self._books.sales[one.reference] = one
            self._answer("sale")
        if one.total > self._books.limits.get(one.customer, one.total):
            raise _refused("That exceeds the credit limit.")
        self._books.final.add(one.reference)
        return True

    def tidy(self) -> None:
        self._reach()
        self._books.drafts.clear()

    def _answer(self, thing: str) -> None:
        if self._books.doomed == thing:
            self._books.doomed = ""
            raise Trouble(Problem("erp_silent"), is_unsure=True)

    def _delay(self, thing: str, one: Customer | Sale) -> None:
        if self._books.slow == thing:
            self._books.slow = ""
            self._books.late.append(one)
            raise Trouble(Problem("erp_silent"), is_unsure=True)


class PaperBench(Bench):
    def __init__(self) -> None:
        self.books = Books()

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        return PaperConnector(self.books, key or KEY)

    def parties(self, customer: str) -> list[Party]:
        return [
            Party(
                one.number,
                one.name,
                frozenset(reach.value for reach in one.reaches.values() if reach.type == "phone"),
                frozenset(address.city for address in one.addresses.values()),
            )
            for one in self.books.named(customer)
        ]

    def orders(self, sale: str) -> list[Order]:
        one = self.books.sales.get(sale)
        if one is None:
            return []
        parties = self.books.named(one.customer)
        number = parties[0].number if parties else ""
        twins = [Order(one.total, number, is_final=False)] * self.books.drafts.count(sale)
        return [Order(one.total, number, sale in self.books.final), *twins]

    def occupy(self, number: str) -> None:
        self.books.customers[number] = _somebody("", number)

    def link(self, number: str, customer: str) -> None:
        self.books.customers[number] = _somebody(customer, number)

    def limit(self, customer: str, amount: str) -> None:
        self.books.limits[customer] = Decimal(amount)

    def rename(self, customer: str, name: str, city: str) -> None:
        (one,) = self.books.named(customer)
        moved = {key: replace(each, city=city) for key, each in one.addresses.items()}
        self.books.customers[one.number] = replace(one, name=name, addresses=moved)

    def go_down(self) -> None:
        self.books.is_down = True

    def come_back(self) -> None:
        self.books.is_down = False

    def lose_answer_to_new(self, thing: str) -> None:
        self.books.doomed = thing

    def hold_back_new(self, thing: str) -> None:
        self.books.slow = thing

    def let_through(self) -> None:
        """Numbers are given once here, references of sales are not."""
        for one in self.books.late:
            if isinstance(one, Customer):
                self.books.customers.setdefault(one.number, one)
            elif self.books.sales.setdefault(one.reference, one) is not one:
                self.books.drafts.append(one.reference)
        self.books.late.clear()


def _revised(there: Any, now: Any, was: Any) -> Any:
    """What was changed here since it was there last, and the rest as it stands there."""
    if was is None or there is None:
        return now
    told = {one.name: getattr(now, one.name) for one in fields(now)}
    kept = {
        name: getattr(there, name)
        for name, value in told.items()
        if value == getattr(was, name) and name != "is_active"
    }
    if "addresses" in told:
        kept["addresses"] = {
            key: _revised(there.addresses.get(key), one, was.addresses.get(key))
            for key, one in now.addresses.items()
        }
    return replace(now, **kept)


def _refused(message: str) -> Refusal:
    return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))


def _somebody(identity: str, number: str) -> Customer:
    return Customer(
        identity, number, "Somebody else", "en", "DE", "", None, None,
        is_active=True, addresses={}, reaches={},
    )  # fmt: skip

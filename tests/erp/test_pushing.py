"""The contract of connectors, kept by the engine over a mapping and an ERP in memory."""

from decimal import Decimal
from pathlib import Path

import pytest

from gateway.store.database import Store
from sync.erp.connector import Connector, Refusal
from sync.erp.mapping import reading
from sync.erp.names import RecordNames
from sync.erp.pushing.engine import Engine, Terms
from tests.erp.contract import Bench, ConnectorContract, Order, Party
from tests.erp.memory import KEY, Ledger, MemoryLine

MAPPING = reading.parse("memory", Path(__file__).with_name("memory.toml").read_text("utf-8"))
MODELS = {"customer": "partner", "sale": "order"}


class MemoryBench(Bench):
    def __init__(self, store: Store) -> None:
        self.ledger = Ledger()
        self._names = RecordNames(store)

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        return Engine(MemoryLine(self.ledger, key or KEY), MAPPING, Terms(names=self._names))

    def parties(self, customer: str) -> list[Party]:
        return [
            Party(
                row["ref"],
                row["name"],
                frozenset({row["phone"]} - {None}),
                frozenset(
                    address["city"]
                    for address in self.ledger.all("address", partner=row["id"], active=True)
                ),
            )
            for row in self._named(customer)
        ]

    def orders(self, sale: str) -> list[Order]:
        return [
            Order(
                row["total"],
                self.ledger.rows["partner"][row["partner"]]["ref"],
                row["state"] == "done",
            )
            for row in self.ledger.all("order", x_id=sale)
            if row["state"] != "cancel"
        ]

    def occupy(self, number: str) -> None:
        self.ledger.add("partner", name="Somebody else", ref=number)

    def link(self, number: str, customer: str) -> None:
        (row,) = self.ledger.all("partner", ref=number)
        row["x_id"] = customer

    def limit(self, customer: str, amount: str) -> None:
        (row,) = self.ledger.all("partner", x_id=customer)
        row["credit_limit"] = Decimal(amount)

    def rename(self, customer: str, name: str, city: str) -> None:
        (row,) = self.ledger.all("partner", x_id=customer)
        row["name"] = name
        for address in self.ledger.all("address", partner=row["id"]):
            address["city"] = city

    def go_down(self) -> None:
        self.ledger.is_down = True

    def come_back(self) -> None:
        self.ledger.is_down = False

    def lose_answer_to_new(self, thing: str) -> None:
        self.ledger.doomed = MODELS[thing]

    def hold_back_new(self, thing: str) -> None:
        self.ledger.slow = MODELS[thing]

    def let_through(self) -> None:
        for model, values in self.ledger.late:
            try:
                MemoryLine(self.ledger).carry_out(model, values)
            except Refusal:
                continue  # the number is there already
        self.ledger.late.clear()

    def _named(self, customer: str) -> list[dict[str, object]]:
        marked = [row["partner"] for row in self.ledger.all("mark", text=customer, active=True)]
        partners = self.ledger.all("partner", active=True)
        return [row for row in partners if row["x_id"] == customer or row["id"] in marked]


@pytest.fixture
def bench(store: Store) -> MemoryBench:
    return MemoryBench(store)


class TestMemory(ConnectorContract):
    pass

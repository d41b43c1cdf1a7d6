"""A recorded Odoo as a bench: the connector pushes to it over the network, tests look inside."""

from dataclasses import replace
from decimal import Decimal

from config.schema import OdooSettings
from gateway.store.database import Store
from sync.erp.connector import Connector
from sync.erp.connectors.odoo.client import Client
from sync.erp.mapping import reading
from sync.erp.names import RecordNames
from sync.erp.pushing.engine import Engine, Terms
from tests.erp.contract import Order, Party, Takings, TillBench
from tests.erp.odoo.server import DATABASE, KEY, USER, Fault, Server

MAPPING = reading.load("odoo")
CREATIONS = {
    "customer": ("res.partner", ("load", "create")),
    "sale": ("sale.order", ("load", "create")),
    "shift": ("account.bank.statement.line", ("load", "create")),
}


class OdooBench(TillBench):
    def __init__(self, server: Server, store: Store) -> None:
        self.server = server
        self._names = RecordNames(store)

    @property
    def settings(self) -> OdooSettings:
        return OdooSettings(url=self.server.url, database=DATABASE, user=USER, key=KEY)

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        settings = replace(self.settings, key=key or KEY)
        return Engine(Client(settings, timeout_s), MAPPING, Terms(names=self._names))

    def parties(self, customer: str) -> list[Party]:
        """Who became whom is told by the gateway, which names the partner that stands."""
        named = self._names("customer", [customer])[customer]
        books = self.server.books
        return [
            Party(
                row["ref"],
                row["name"],
                frozenset({row.get("phone") or None} - {None}),
                frozenset(
                    child["city"]
                    for child in books.all("res.partner", parent_id=row["id"], active=True)
                ),
            )
            for row in books.named("res.partner", named.id)
            if row["active"]
        ]

    def orders(self, sale: str) -> list[Order]:
        books = self.server.books
        return [
            Order(
                Decimal(str(row["amount_total"])),
                books.rows["res.partner"][row["partner_id"]]["ref"],
                row["state"] == "sale",
            )
            for row in books.all("sale.order", client_order_ref=sale)
            if row["state"] != "cancel"
        ]

    def takings(self) -> list[Takings]:
        books = self.server.books
        journals = {row["id"]: row["code"] for row in books.all("account.journal")}
        rows = books.all("account.bank.statement.line", state="posted")
        assert {journals[row["journal_id"]] for row in rows} <= {"CSH1"}
        return [
            Takings(Decimal(str(row["amount"])), row["payment_ref"], row["narration"])
            for row in rows
        ]

    def occupy(self, number: str) -> None:
        self.server.books.add("res.partner", name="Somebody else", ref=number)

    def link(self, number: str, customer: str) -> None:
        books = self.server.books
        (row,) = books.all("res.partner", ref=number)
        books.add(
            "ir.model.data", module="waystation", name=customer, model="res.partner",
            res_id=row["id"],
        )  # fmt: skip

    def limit(self, customer: str, amount: str) -> None:
        (row,) = self.server.books.named("res.partner", customer)
        row["credit_limit"] = float(amount)

    def rename(self, customer: str, name: str, city: str) -> None:
        books = self.server.books
        (row,) = books.named("res.partner", customer)
        row["name"] = name
        for child in books.all("res.partner", parent_id=row["id"]):
            child["city"] = city

    def go_down(self) -> None:
        self.server.stop()

    def come_back(self) -> None:
        self.server.start()

    def lose_answer_to_new(self, thing: str) -> None:
        self.server.state.fault = Fault("lost", *CREATIONS[thing])

    def hold_back_new(self, thing: str) -> None:
        self.server.state.fault = Fault("held", *CREATIONS[thing])

    def let_through(self) -> None:
        self.server.state.let_through()

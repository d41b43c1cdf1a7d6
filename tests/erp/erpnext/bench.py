"""A recorded ERPNext as a bench: the connector pushes to it over the network, tests look inside."""

from dataclasses import replace
from decimal import Decimal

from config.schema import ErpNextSettings
from gateway.store.database import Store
from sync.erp.connector import Connector
from sync.erp.connectors.erpnext.client import Client
from sync.erp.connectors.erpnext.preparing import prepared
from sync.erp.mapping import reading
from sync.erp.names import RecordNames
from sync.erp.pushing.engine import Engine, Terms
from tests.erp.contract import Order, Party, Takings, TillBench
from tests.erp.erpnext.server import KEY, SECRET, Server

MAPPING = reading.load("erpnext")
CREATIONS = {"customer": "Customer", "sale": "Sales Order", "shift": "Payment Entry"}


class ErpNextBench(TillBench):
    def __init__(self, server: Server, store: Store) -> None:
        self.server = server
        self._names = RecordNames(store)
        list(prepared(Client(self.settings, 10), MAPPING))

    @property
    def settings(self) -> ErpNextSettings:
        return ErpNextSettings(url=self.server.url, key=KEY, secret=SECRET)

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        settings = replace(self.settings, key=key or KEY)
        return Engine(Client(settings, timeout_s), MAPPING, Terms(names=self._names))

    def parties(self, customer: str) -> list[Party]:
        """Who became whom is told by the gateway, which names the customer that stands."""
        named = self._names("customer", [customer])[customer]
        site = self.server.site
        return [
            Party(
                row["waystation_number"],
                row["customer_name"],
                frozenset(one["phone"] for one in site.linked("Contact", row["name"])) - {None},
                frozenset(
                    one["city"]
                    for one in site.linked("Address", row["name"])
                    if not one["disabled"]
                ),
            )
            for row in site.all("Customer", waystation_id=named.id)
            if not row["disabled"]
        ]

    def orders(self, sale: str) -> list[Order]:
        site = self.server.site
        return [
            Order(
                Decimal(str(row["grand_total"])),
                str(site.documents["Customer"][row["customer"]].get("waystation_number") or ""),
                row["docstatus"] == 1,
            )
            for row in site.all("Sales Order", waystation_id=sale)
        ]

    def takings(self) -> list[Takings]:
        """Drafts: nothing is booked by them."""
        site = self.server.site
        rows = site.all("Payment Entry", docstatus=0)
        assert {site.get("Account", row["paid_to"])["account_name"] for row in rows} <= {"Cash"}
        assert {site.get("Customer", row["party"])["customer_name"] for row in rows} <= {"Walk-in"}
        return [
            Takings(Decimal(str(row["paid_amount"])), row["reference_no"], row["remarks"])
            for row in rows
        ]

    def occupy(self, number: str) -> None:
        given = {"customer_name": "Somebody else", "waystation_number": number}
        self.server.site.insert("Customer", given)

    def link(self, number: str, customer: str) -> None:
        site = self.server.site
        (row,) = site.all("Customer", waystation_number=number)
        site.change("Customer", row["name"], {"waystation_id": customer})

    def limit(self, customer: str, amount: str) -> None:
        (row,) = self.server.site.all("Customer", waystation_id=customer)
        row["credit_limit"] = float(amount)

    def rename(self, customer: str, name: str, city: str) -> None:
        site = self.server.site
        (row,) = site.all("Customer", waystation_id=customer)
        row["customer_name"] = name
        for address in site.linked("Address", row["name"]):
            address["city"] = city

    def go_down(self) -> None:
        self.server.stop()

    def come_back(self) -> None:
        self.server.start()

    def lose_answer_to_new(self, thing: str) -> None:
        self.server.state.fault = ("lost", CREATIONS[thing])

    def hold_back_new(self, thing: str) -> None:
        self.server.state.fault = ("held", CREATIONS[thing])

    def let_through(self) -> None:
        self.server.state.let_through()

"""The contract of connectors, kept against a real Tryton."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from config.schema import TrytonSettings
from sync.erp.connector import Connector
from sync.erp.connectors.tryton.client import Client
from tests.erp import line
from tests.erp.contract import Bench, ConnectorContract, Order, Party
from tests.erp.line import Line
from tests.erp.shop import Shop
from tests.erp.tryton.connecting import connected
from tests.erp.tryton.server import DATABASE, WALK_IN, Server

pytestmark = [pytest.mark.erp, pytest.mark.timeout(900)]

RULE = "Not to be changed"
CREATIONS = {"customer": b"party.party/create", "sale": b"sale.sale/create"}


class TrytonBench(Bench):
    """A real Tryton behind a line with faults, and a straight line for looking."""

    def __init__(self, server: Server, faulty: Line) -> None:
        self._server = server
        self._line = faulty
        self._look = Client(self._settings(server.url, server.key), 60)
        self._look.use_company(1)

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        settings = self._settings(self._line.url, key or self._server.key)
        return connected(settings, timeout_s)

    def parties(self, customer: str) -> list[Party]:
        domain = [["identifiers.code", "=", f"waystation:{customer}"]]
        lists = ("contact_mechanisms.type", "contact_mechanisms.value_compact", "addresses.city")
        return [
            Party(
                number=row["code"],
                name=row["name"],
                phones=frozenset(
                    one["value_compact"]
                    for one in row["contact_mechanisms."]
                    if one["type"] == "phone"
                ),
                cities=frozenset(one["city"] for one in row["addresses."] if one["city"]),
            )
            for row in self._look.find("party.party", domain, ["code", "name", *lists])
        ]

    def orders(self, sale: str) -> list[Order]:
        domain = [["reference", "=", sale], ["state", "!=", "cancelled"]]
        fields = ["total_amount", "party.code", "state"]
        return [
            Order(row["total_amount"], row["party."]["code"], row["state"] == "processing")
            for row in self._look.find("sale.sale", domain, fields)
        ]

    def occupy(self, number: str) -> None:
        self._look.create("party.party", [{"code": number, "name": "Somebody else"}])

    def link(self, number: str, customer: str) -> None:
        (row,) = self._look.find("party.party", [["code", "=", number]], [])
        mark = {"code": f"waystation:{customer}"}
        self._look.update("party.party", row["id"], {"identifiers": [["create", [mark]]]})

    def limit(self, customer: str, amount: str) -> None:
        domain = [["identifiers.code", "=", f"waystation:{customer}"]]
        (row,) = self._look.find("party.party", domain, [])
        self._look.update("party.party", row["id"], {"credit_limit_amount": amount})

    def rename(self, customer: str, name: str, city: str) -> None:
        domain = [["identifiers.code", "=", f"waystation:{customer}"]]
        (row,) = self._look.find("party.party", domain, ["addresses.city"])
        addresses = [["write", [one["id"]], {"city": city}] for one in row["addresses."]]
        self._look.update("party.party", row["id"], {"name": name, "addresses": addresses})

    def go_down(self) -> None:
        self._server.stop()

    def come_back(self) -> None:
        self._server.start()

    def lose_answer_to_new(self, thing: str) -> None:
        self._line.lose_answer_to(CREATIONS[thing])

    def hold_back_new(self, thing: str) -> None:
        self._line.hold_back(CREATIONS[thing])

    def let_through(self) -> None:
        self._line.let_through()

    def confirm_only(self, sale: str) -> None:
        """Leave a sale as Tryton does when it ends between confirming and processing."""
        with self._books() as books:
            books.execute("UPDATE sale_sale SET state = 'confirmed' WHERE reference = ?", [sale])

    def protect(self, number: str) -> None:
        """A rule of the house: nobody changes the party with this code."""
        now = "2026-11-22 00:00:00"
        domain = json.dumps([["code", "!=", number]])
        with self._books() as books:
            made = books.execute(
                "INSERT INTO ir_rule_group (create_date, create_uid, default_p, global_p, model,"
                " name, perm_create, perm_delete, perm_read, perm_write)"
                " VALUES (?, 0, 0, 1, 'party.party', ?, 0, 0, 0, 1)",
                (now, RULE),
            )
            books.execute(
                "INSERT INTO ir_rule (create_date, create_uid, domain, rule_group)"
                " VALUES (?, 0, ?, ?)",
                (now, domain, made.lastrowid),
            )

    def unprotect(self) -> None:
        with self._books() as books:
            named = "SELECT id FROM ir_rule_group WHERE name = ?"
            books.execute(f"DELETE FROM ir_rule WHERE rule_group IN ({named})", [RULE])
            books.execute("DELETE FROM ir_rule_group WHERE name = ?", [RULE])

    def is_active(self, number: str) -> bool:
        domain = [["code", "=", number], ["active", "in", [True, False]]]
        (row,) = self._look.find("party.party", domain, ["active"])
        return bool(row["active"])

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """Tryton's database while Tryton is down."""
        self._server.stop()
        with closing(sqlite3.connect(self._server.database)) as books:
            yield books
            books.commit()
        self._server.start()

    @staticmethod
    def _settings(url: str, key: str) -> TrytonSettings:
        return TrytonSettings(url=url, database=DATABASE, key=key, walk_in_party=WALK_IN)


@pytest.fixture
def bench(tryton: Server) -> Iterator[TrytonBench]:
    with line.to(tryton.port) as faulty:
        yield TrytonBench(tryton, faulty)


class TestTryton(ConnectorContract):
    def test_a_sale_that_tryton_confirmed_and_never_processed_goes_on(
        self, bench: TrytonBench, shop: Shop
    ) -> None:
        sale = shop.sale()
        push = shop.erp(bench.connector())
        push.round()
        bench.confirm_only(sale)
        assert not bench.orders(sale)[0].is_final
        push.rewind("tryton", 0)
        assert push.round() is None
        assert [order.is_final for order in bench.orders(sale)] == [True]

    def test_a_merged_customer_that_tryton_keeps_in_use_waits_for_a_person_and_holds_up_nothing(
        self, bench: TrytonBench, shop: Shop
    ) -> None:
        one, two = shop.customer("Lefort"), shop.customer("Lefort SARL")
        first, second = (shop.record(each)["number"] for each in (one, two))
        push = shop.erp(bench.connector())
        push.round()
        bench.protect(second)
        shop.merge(one, two)
        sale, other = shop.sale(customer=two), shop.customer("Chez Ada")
        push.round()
        (held,) = push.held()
        assert (held.status, held.problem.code) == ("rejected", "erp_rejected")
        assert bench.is_active(second)
        assert [order.party for order in bench.orders(sale)] == [first]
        assert len(bench.parties(other)) == 1
        bench.unprotect()
        push.offer_again(held.consumer, held.seq)
        push.round()
        assert push.held() == []
        assert not bench.is_active(second)
        assert bench.is_active(first)

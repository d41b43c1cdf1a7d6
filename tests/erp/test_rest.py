"""The contract of connectors, kept against a recorded OData service, and its client by itself."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from config.schema import RestSettings
from gateway.store.database import Store
from sync.erp.connector import Connector, Outcome, Refusal, Trouble
from sync.erp.connectors.rest import metadata
from sync.erp.connectors.rest.client import Client
from sync.erp.line import Where
from sync.erp.mapping import reading
from sync.erp.names import RecordNames
from sync.erp.pushing.engine import Engine, Terms
from tests.erp.contract import Bench, ConnectorContract, Order, Party
from tests.erp.rest.service import KEY, SECRET, TOKEN, Books, Server, serving

MAPPING = reading.parse("rest", (Path(__file__).parent / "rest" / "rest.toml").read_text("utf-8"))
CREATIONS = {"customer": "Customers", "sale": "Orders"}


class RestBench(Bench):
    def __init__(self, server: Server, store: Store) -> None:
        self.server = server
        self._names = RecordNames(store)

    @property
    def books(self) -> Books:
        return self.server.books

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        settings = RestSettings(url=self.server.url, key=key or KEY)
        return Engine(Client(settings, timeout_s), MAPPING, Terms(names=self._names))

    def parties(self, customer: str) -> list[Party]:
        named = self._names("customer", [customer])[customer]
        return [
            Party(
                row["number"],
                row["name"],
                frozenset(one for one in (row["phone"],) if one),
                frozenset(
                    one["city"]
                    for one in self.books.all("Addresses", customerId=row["id"], active=True)
                ),
            )
            for row in self.books.all("Customers", externalId=named.id, blocked=False)
        ]

    def orders(self, sale: str) -> list[Order]:
        return [
            Order(
                Decimal(str(row["total"])),
                self.books.rows["Customers"][row["customerId"]]["number"],
                row["status"] == "Confirmed",
            )
            for row in self.books.all("Orders", externalId=sale)
            if row["status"] != "Cancelled"
        ]

    def occupy(self, number: str) -> None:
        self.books.make("Customers", {"number": number, "name": "Somebody else"})

    def link(self, number: str, customer: str) -> None:
        (row,) = self.books.all("Customers", number=number)
        self.books.change("Customers", row["id"], {"externalId": customer})

    def limit(self, customer: str, amount: str) -> None:
        (row,) = self.books.all("Customers", externalId=customer)
        self.books.change("Customers", row["id"], {"creditLimit": float(amount)})

    def rename(self, customer: str, name: str, city: str) -> None:
        (row,) = self.books.all("Customers", externalId=customer)
        self.books.change("Customers", row["id"], {"name": name})
        for one in self.books.all("Addresses", customerId=row["id"]):
            self.books.change("Addresses", one["id"], {"city": city})

    def go_down(self) -> None:
        self.server.stop()

    def come_back(self) -> None:
        self.server = Server(self.server.server_address[1], self.server.books)

    def lose_answer_to_new(self, thing: str) -> None:
        self.server.fault = ("lost", CREATIONS[thing])

    def hold_back_new(self, thing: str) -> None:
        self.server.fault = ("held", CREATIONS[thing])

    def let_through(self) -> None:
        self.server.let_through()


class TestOData(ConnectorContract):
    @pytest.fixture
    def bench(self, store: Store) -> Iterator[RestBench]:
        made = RestBench(Server(), store)
        yield made
        made.server.stop()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def client(server: Server, **settings: object) -> Client:
    return Client(replace(RestSettings(url=server.url, key=KEY), **settings), 10)  # type: ignore[arg-type]


def test_what_a_service_holds_is_read_from_its_metadata(server: Server) -> None:
    fields = client(server).describe("Orders")
    assert fields is not None
    assert (fields["customerId"].type, fields["customerId"].model) == ("link", "Customers")
    assert (fields["lines"].type, fields["lines"].model) == ("elements", "OrderLines")
    assert (fields["orderDate"].type, fields["orderDate"].required) == ("date", True)
    assert client(server).describe("Tickets") is None


def test_metadata_that_is_none_is_told() -> None:
    for body in (b"<html>Welcome</html>", b"{}", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"):
        with pytest.raises(ValueError):  # noqa: PT011 (each has words of its own)
            metadata.read(body)


def test_pages_are_followed_by_the_links_that_are_given(server: Server) -> None:
    for number in range(8):
        server.books.make("Customers", {"name": f"C{number}", "number": f"N{number}"})
    line = client(server)
    where = [Where("number", "!=", "WALK-IN")]
    rows = line.find("Customers", where, ["name", "changedAt"], order=("name",))
    assert [row["name"] for row in rows] == [f"C{number}" for number in range(8)]
    assert rows[0]["changedAt"] == "2027-01-15T08:00:00Z"
    assert len(line.find("Customers", where, ["name"], limit=5)) == 5
    many = [f"N{number}" for number in range(100)]
    assert len(line.find("Customers", [Where("number", "in", many)], ["name"])) == 8
    assert line.find("Customers", [Where("number", "in", [])], ["name"]) == []


def test_a_next_page_elsewhere_is_not_asked_for(server: Server) -> None:
    for number in range(4):
        server.books.make("Customers", {"name": f"C{number}"})
    server.next_host = "http://127.0.0.2:9/odata"
    with pytest.raises(Trouble, match="another address"):
        client(server).find("Customers", [], ["name"])


def test_texts_in_filters_are_quoted(server: Server) -> None:
    server.books.make("Customers", {"name": "O'Neill"})
    (row,) = client(server).find("Customers", [Where("name", "=", "O'Neill")], ["name"])
    assert row["name"] == "O'Neill"


def test_fields_of_linked_records_are_expanded(server: Server) -> None:
    (walk_in,) = server.books.all("Customers", number="WALK-IN")
    server.books.make("Orders", {"customerId": walk_in["id"], "orderDate": "2027-01-15"})
    where = [Where("customer.number", "=", "WALK-IN")]
    (row,) = client(server).find("Orders", where, ["customerId", "customer.name", "orderDate"])
    told = (row["customerId"], row["customer.name"], row["orderDate"])
    assert told == (walk_in["id"], "Walk-in", "2027-01-15")


def test_a_change_of_what_somebody_changed_meanwhile_is_a_conflict(server: Server) -> None:
    line = client(server)
    (row,) = line.find("Customers", [Where("number", "=", "WALK-IN")], ["name"])
    server.books.change("Customers", str(row["id"]), {"name": "Theirs"})
    with pytest.raises(Refusal, match="erp_moved_on") as refused:
        line.update("Customers", str(row["id"]), {"name": "Ours"})
    assert refused.value.outcome is Outcome.CONFLICT
    line.find("Customers", [Where("number", "=", "WALK-IN")], ["name"])
    line.update("Customers", str(row["id"]), {"name": "Ours"})


def test_a_token_against_forgery_is_fetched_before_writing_and_anew_when_it_is_old(
    server: Server,
) -> None:
    server.csrf = "one"
    line = client(server, csrf=True)
    line.create("Customers", [{"name": "First"}])
    server.csrf = "two"
    line.create("Customers", [{"name": "Second"}])
    assert len(server.books.all("Customers", name="Second")) == 1


def test_a_client_is_granted_a_token_and_another_when_it_ran_out(server: Server) -> None:
    server.keys = {TOKEN}
    told = {"auth": "oauth", "user": "gateway", "key": SECRET, "token_url": f"{server.url}/token"}
    line = client(server, **told)
    line.find("Items", [], ["code"])
    line.find("Items", [], ["code"])
    assert server.seen.count("POST token") == 1
    server.keys = set()
    with pytest.raises(Trouble, match="erp_key_refused"):
        line.find("Items", [], ["code"])
    server.keys = {TOKEN}
    line.find("Items", [], ["code"])
    with pytest.raises(Trouble, match="erp_key_refused"):
        client(server, **{**told, "key": "other"}).find("Items", [], ["code"])


def test_a_field_that_is_not_there_is_told(server: Server) -> None:
    line = client(server)
    with pytest.raises(Refusal, match="has no field nmae"):
        line.create("Customers", [{"nmae": "Lefort"}])
    with pytest.raises(Trouble, match="erp_not_there"):
        line.find("Tickets", [], [])

"""The line to an Odoo: what it asks over each door, and what each error is taken for."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from config.schema import OdooSettings
from gateway.facts.event import DATA_TYPES
from gateway.kinds.registry import KINDS
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.odoo.client import Client
from sync.erp.line import Elements, Line, Link, Links, Where
from sync.erp.mapping import ours, reading
from sync.erp.pushing.check import Check
from tests.erp.odoo.server import DATABASE, KEY, USER, OdooError, Server, serving

PARTNER = "res.partner"


def client(server: Server, key: str = KEY, **settings: str | int) -> Client:
    told = OdooSettings(url=server.url, database=DATABASE, user=USER, key=key)
    for name, value in settings.items():
        object.__setattr__(told, name, value)
    return Client(told, 10)


@pytest.fixture(params=["rpc", "json2"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A 17 over JSON-RPC and a 19 over JSON-2, which has the newer names too."""
    is_new = request.param == "json2"
    with serving(version="19.0" if is_new else "17.0", json2=is_new) as running:
        if is_new:
            running.books.rename()
        yield running


def test_it_says_which_company_is_written_to(server: Server) -> None:
    told = client(server).answers()
    assert told == f"Odoo {server.state.version}, Lefort SARL (EUR)"


def test_the_shipped_mapping_fits(server: Server) -> None:
    line: Line = client(server)
    shapes = ours.shapes(KINDS, DATA_TYPES)
    found = Check(line).all(reading.load("odoo"), shapes)
    assert [problem.detail() for problem in found] == []


def test_a_door_is_chosen_by_version_or_by_the_settings() -> None:
    with serving(version="19.0", json2=True, is_rpc=False) as server:
        assert client(server).answers() == "Odoo 19.0, Lefort SARL (EUR)"
    with serving(version="19.0", json2=True) as server:
        assert client(server, door="jsonrpc").answers() == "Odoo 19.0, Lefort SARL (EUR)"
    with serving(version="17.0") as server, pytest.raises(Trouble, match="erp_not_there"):
        client(server, door="json2").answers()


def test_rows_come_in_plain_values(server: Server) -> None:
    books = server.books
    (france,) = books.all("res.country", code="FR")
    books.add(PARTNER, name="Lefort", ref="C-1", country_id=france["id"], active=False)
    fields = ["name", "vat", "active", "country_id", "country_id.code", "write_date", "child_ids"]
    (row,) = client(server).find(PARTNER, [Where("ref", "=", "C-1")], fields)
    assert isinstance(row["id"], str)
    assert (row["name"], row["vat"], row["active"]) == ("Lefort", None, False)
    assert (row["country_id"], row["country_id.code"]) == (str(france["id"]), "FR")
    assert row["write_date"] == "2027-01-15T08:00:00Z"


def test_questions_are_asked_in_odoos_own_values(server: Server) -> None:
    books, line = server.books, client(server)
    (france,) = books.all("res.country", code="FR")
    books.add(PARTNER, name="Old", ref="C-1", country_id=france["id"])
    books.now = "2027-01-16 09:30:00"
    books.add(PARTNER, name="New", ref="C-2", country_id=france["id"])
    since = Where("write_date", ">=", "2027-01-16T10:30:00+01:00")
    link = Where("country_id", "in", [str(france["id"])])
    code = Where("country_id.code", "=", "FR")
    for where in ([since], [since, link], [since, code], [since, Where("vat", "=", None)]):
        assert [row["name"] for row in line.find(PARTNER, where, ["name"])] == ["New"]
    assert line.find(PARTNER, [Where("ref", "in", [])], ["name"]) == []
    found = line.find(PARTNER, [Where("ref", "!=", None)], ["ref"], order=("ref desc",), limit=1)
    assert found[0]["ref"] == "WALK-IN"


def test_more_than_a_page_comes_whole_and_in_order(server: Server) -> None:
    for number in range(1201):
        server.books.add(PARTNER, name=f"{1201 - number:04}", ref=f"P-{number}")
    line = client(server)
    rows = line.find(PARTNER, [Where("ref", "!=", "WALK-IN")], ["name"], order=("name",))
    assert [row["name"] for row in rows] == [f"{number:04}" for number in range(1, 1202)]
    assert len(line.find(PARTNER, [], ["name"], limit=700)) == 700


def test_a_record_under_our_id_is_there_once_however_often_it_is_made(server: Server) -> None:
    line = client(server)
    places = ({"type": "invoice", "city": "Lyon"}, {"type": "delivery", "city": "Paris"})
    values = {"external_id": "0190-a", "name": "Lefort", "ref": "C-1", "active": True,
              "child_ids": Elements(PARTNER, places)}  # fmt: skip
    first = line.create(PARTNER, [values])
    assert line.create(PARTNER, [values]) == first
    assert len(server.books.all(PARTNER, ref="C-1")) == 1
    below = server.books.all(PARTNER, parent_id=int(first[0]))
    assert {row["city"] for row in below} == {"Lyon", "Paris"}
    assert len(below) == 2
    (row,) = line.find(PARTNER, [Where("external_id", "in", ["0190-a", "0190-b"])], ["external_id"])
    assert (row["id"], row["external_id"]) == (first[0], "0190-a")
    assert line.find(PARTNER, [Where("external_id", "=", "0190-b")], ["name"]) == []


def test_one_bad_record_rejects_all_of_a_creation(server: Server) -> None:
    good, bad = {"external_id": "a", "name": "A"}, {"external_id": "b", "name": "B", "vat": "123"}
    with pytest.raises(Refusal, match="VAT number") as refused:
        client(server).create(PARTNER, [{**good, "vat": ""}, bad])
    assert refused.value.outcome is Outcome.NEEDS_PERSON
    assert server.books.named(PARTNER, "a") == []


def test_a_field_that_odoo_would_drop_without_a_word_is_told(server: Server) -> None:
    line = client(server)
    with pytest.raises(Refusal, match="has no field nmae"):
        line.create(PARTNER, [{"nmae": "Lefort"}])
    lines = Elements("sale.order.line", ({"tax": "19"},))
    with pytest.raises(Refusal, match="has no field tax"):
        line.create("sale.order", [{"order_line": lines}])
    assert ("res.partner", "create") not in server.state.calls


def test_an_order_is_made_with_its_lines_under_either_name_of_their_taxes(server: Server) -> None:
    books, line = server.books, client(server)
    (walk_in,) = books.all(PARTNER, ref="WALK-IN")
    (tax,) = books.all("account.tax", amount=7.0, type_tax_use="sale")
    (beans,) = books.all("product.product", default_code="SKU-0001")
    of_order = {
        "product_id": Link("product.product", str(beans["id"])),
        "product_uom_qty": Decimal(2), "price_unit": Decimal("10.00"),
        "tax_ids": Links("account.tax", (str(tax["id"]),)),
    }  # fmt: skip
    order = {
        "client_order_ref": "0190", "partner_id": Link(PARTNER, str(walk_in["id"])),
        "date_order": "2027-01-15T08:00:00.000Z",
        "order_line": Elements("sale.order.line", (of_order,)),
    }  # fmt: skip
    (identity,) = line.create("sale.order", [order])
    (row,) = line.find("sale.order", [Where("id", "=", identity)], ["amount_total", "date_order"])
    assert (row["amount_total"], row["date_order"]) == (Decimal("21.4"), "2027-01-15T08:00:00Z")
    line.press("sale.order", identity, "action_confirm")
    with pytest.raises(Refusal, match="not in a state"):
        line.press("sale.order", identity, "action_confirm")


def test_a_model_that_is_not_installed_is_not_described(server: Server) -> None:
    line = client(server)
    assert line.describe("helpdesk.ticket") is None
    with pytest.raises(Trouble, match="erp_not_there"):
        line.find("helpdesk.ticket", [], [])


def test_what_is_needed_and_what_can_be_chosen_is_described(server: Server) -> None:
    fields = client(server).describe("sale.order")
    assert fields is not None
    assert (fields["partner_id"].required, fields["partner_id"].model) == (True, PARTNER)
    assert not fields["date_order"].required
    assert (fields["amount_total"].type, fields["amount_total"].read_only) == ("decimal", True)
    assert fields["state"].choices == ("draft", "sent", "sale", "cancel")


@pytest.mark.parametrize(
    ("name", "status", "outcome", "code"),
    [
        ("odoo.exceptions.UserError", 422, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("odoo.exceptions.ValidationError", 422, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("odoo.exceptions.AccessError", 403, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("odoo.exceptions.MissingError", 404, Outcome.CONFLICT, "erp_moved_on"),
        ("psycopg2.errors.SerializationFailure", 500, Outcome.RETRY, "erp_moved_on"),
        ("psycopg2.extensions.TransactionRollbackError", 500, Outcome.RETRY, "erp_moved_on"),
        ("odoo.exceptions.LockError", 409, Outcome.RETRY, "erp_moved_on"),
        ("builtins.TypeError", 500, Outcome.RETRY, "erp_fault"),
        ("builtins.TypeError", 422, Outcome.RETRY, "erp_fault"),
    ],
)
def test_an_error_against_what_was_asked(
    server: Server, name: str, status: int, outcome: Outcome, code: str
) -> None:
    line = client(server)
    line.describe(PARTNER)
    server.state.raises.append(OdooError(name, "Not that.", status))
    with pytest.raises(Refusal) as refused:
        line.create(PARTNER, [{"name": "Lefort"}])
    assert (refused.value.outcome, refused.value.problem.code) == (outcome, code)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("odoo.exceptions.AccessDenied", 403, "erp_key_refused"),
        ("psycopg2.OperationalError", 500, "erp_busy"),
    ],
)
def test_an_error_of_the_line(server: Server, name: str, status: int, code: str) -> None:
    line = client(server)
    line.describe(PARTNER)
    server.state.raises.append(OdooError(name, "Not now.", status))
    with pytest.raises(Trouble, match=code):
        line.create(PARTNER, [{"name": "Lefort"}])


def test_a_wrong_key_is_told(server: Server) -> None:
    with pytest.raises(Trouble, match="erp_key_refused"):
        client(server, key="other").describe(PARTNER)


def test_odoo_11_makes_one_record_at_a_time() -> None:
    with serving(version="11.0") as server:
        line = client(server)
        line.create("res.partner.category", [{"name": "One"}])
        with pytest.raises(Refusal, match="one record at a time"):
            line.create("res.partner.category", [{"name": "Two"}, {"name": "Three"}])
        assert len(server.books.all("res.partner.category")) == 1


def test_a_step_that_opens_a_dialogue_was_not_taken() -> None:
    with serving() as server:
        line = client(server)
        question = {"type": "ir.actions.act_window", "name": "Create Backorder?", "target": "new"}
        server.books.answers["button_validate"] = question
        with pytest.raises(Refusal, match="Create Backorder") as refused:
            line.press(PARTNER, "1", "button_validate")
        assert refused.value.outcome is Outcome.NEEDS_PERSON

"""The line to an ERPNext: zones, rows in rows, locks, and what each error is taken for."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from config.schema import ErpNextSettings, Settings
from gateway.facts.event import DATA_TYPES
from gateway.kinds.registry import KINDS
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors import registry
from sync.erp.connectors.erpnext.client import Client
from sync.erp.connectors.erpnext.preparing import prepared
from sync.erp.line import Elements, Link, Where
from sync.erp.mapping import ours, reading
from sync.erp.pushing.check import Check
from tests.erp.erpnext.server import KEY, SECRET, Server, serving
from tests.erp.erpnext.site import FrappeError

MAPPING = reading.load("erpnext")
NEW = {"customer_name": "Lefort", "waystation_id": "0190-a", "waystation_number": "C-1"}


def client(server: Server, secret: str = SECRET) -> Client:
    return Client(ErpNextSettings(url=server.url, key=KEY, secret=secret), 10)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        list(prepared(client(running), MAPPING))
        yield running


def test_it_says_what_answers(server: Server) -> None:
    assert client(server).answers() == "ERPNext 15.40.0, gateway@example.com (Asia/Kolkata)"


def test_a_site_is_prepared_once() -> None:
    with serving() as server:
        first = list(prepared(client(server), MAPPING))
        again = list(prepared(client(server), MAPPING))
        fields = server.site.documents["Custom Field"]
    assert "Customer: waystation_id was added." in first
    assert all(sentence.endswith("is there.") for sentence in again)
    assert len(fields) == len(first)


def test_the_shipped_mapping_fits_once_a_site_is_prepared(server: Server) -> None:
    shapes = ours.shapes(KINDS, DATA_TYPES)
    assert [one.detail() for one in Check(client(server)).all(MAPPING, shapes)] == []
    with serving() as bare:
        found = [one.detail() for one in Check(client(bare)).all(MAPPING, shapes)]
    assert any("waystation_id" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("zone", "changed", "since"),
    [
        ("Asia/Kolkata", "2027-01-15T08:00:00Z", "2027-01-15T09:00:00Z"),
        ("Europe/Paris", "2027-01-15T12:30:00Z", "2027-01-15T13:30:00Z"),
    ],
)
def test_instants_are_read_and_asked_for_in_the_zone_of_the_site(
    zone: str, changed: str, since: str
) -> None:
    with serving(zone) as server:
        line = client(server)
        line.create("Customer", [{"customer_name": "Old"}])
        server.site.now = "2027-01-15 14:30:00"
        line.create("Customer", [{"customer_name": "New"}])
        rows = line.find("Customer", [Where("customer_name", "=", "Old")], ["modified"])
        assert rows[0]["modified"] == changed
        found = line.find("Customer", [Where("modified", ">=", since)], ["customer_name"])
        assert [row["customer_name"] for row in found] == ["New"]


def test_more_than_a_page_comes_whole(server: Server) -> None:
    for number in range(1003):
        server.site.insert("Customer", {"customer_name": f"C {number:04}"})
    line = client(server)
    found = line.find("Customer", [Where("id", "!=", "CUST-00001")], ["customer_name"])
    assert len(found) == 1003
    assert len({row["id"] for row in found}) == 1003
    assert len(line.find("Customer", [], [], limit=700)) == 700


def test_rows_inside_and_linked_records_are_read(server: Server) -> None:
    line = client(server)
    where = [Where("barcodes.barcode", "in", ["2000000000015", "2000000000022"])]
    found = line.find("Item", where, ["item_code", "barcodes.barcode"])
    told = {row["item_code"]: row["barcodes.barcode"] for row in found}
    assert told == {"SKU-0001": "2000000000015", "SKU-0002": "2000000000022"}
    server.site.documents["Customer Group"]["Commercial"]["name"] = "Commercial"
    line.create("Customer", [{**NEW, "customer_group": Link("Customer Group", "Commercial")}])
    asked = ["customer_group", "customer_group.name", "disabled"]
    (row,) = line.find("Customer", [Where("waystation_number", "=", "C-1")], asked)
    assert (row["customer_group"], row["customer_group.name"]) == ("Commercial", "Commercial")
    assert row["disabled"] is False


def test_what_belongs_to_a_customer_is_made_with_it_and_once(server: Server) -> None:
    line = client(server)
    phones = Elements("Contact", ({"first_name": "Lefort", "phone_number": "+331"},))
    values = {**NEW, "phone_contacts": phones}
    first = line.create("Customer", [values])
    assert line.create("Customer", [values]) == first
    (contact,) = line.find(
        "Contact", [Where("customer", "in", first)], ["customer", "phone_number", "enabled"]
    )
    assert (contact["customer"], contact["phone_number"]) == (first[0], "+331")
    assert contact["enabled"] is True
    line.update("Contact", str(contact["id"]), {"enabled": False})
    assert line.find("Contact", [Where("customer", "in", first)], []) == []


def test_what_a_creation_could_not_finish_is_taken_up_by_the_next(server: Server) -> None:
    line = client(server)
    bad = Elements("Address", ({"address_title": "Lefort", "address_type": "Billing"},))
    with pytest.raises(Refusal, match="address_line1"):
        line.create("Customer", [{**NEW, "address_documents": bad}])
    good = {"address_title": "Lefort", "address_type": "Billing", "address_line1": "1 rue X",
            "city": "Lyon", "country": Link("Country", "France")}  # fmt: skip
    line.create("Customer", [{**NEW, "address_documents": Elements("Address", (good,))}])
    assert len(server.site.all("Customer", waystation_id="0190-a")) == 1
    assert len(server.site.documents["Address"]) == 1


def test_one_bad_record_rejects_all_of_a_creation(server: Server) -> None:
    bad = {"customer_name": "B", "tax_id": "123"}
    with pytest.raises(Refusal, match="Tax ID is not valid"):
        client(server).create("Customer", [NEW, bad])
    assert server.site.all("Customer", waystation_id="0190-a") == []


def test_a_change_of_what_somebody_changed_meanwhile_is_a_conflict(server: Server) -> None:
    line = client(server)
    (identity,) = line.create("Customer", [NEW])
    line.find("Customer", [Where("id", "=", identity)], ["customer_name"])
    line.update("Customer", identity, {"customer_name": "First"})
    line.update("Customer", identity, {"customer_name": "Second"})
    server.site.change("Customer", identity, {"customer_name": "Theirs"})
    with pytest.raises(Refusal, match="erp_moved_on") as refused:
        line.update("Customer", identity, {"customer_name": "Third"})
    assert refused.value.outcome is Outcome.CONFLICT
    line.find("Customer", [Where("id", "=", identity)], ["customer_name"])
    line.update("Customer", identity, {"customer_name": "Third"})


def test_an_order_is_made_whole_and_submitted_once(server: Server) -> None:
    line = client(server)
    lines = Elements("Sales Order Item", (
        {"item_code": Link("Item", "SKU-0001"), "qty": Decimal(2), "rate": Decimal("10.00"),
         "item_tax_template": Link("Item Tax Template", "7 - L")},
    ))  # fmt: skip
    order = {"customer": Link("Customer", "CUST-00001"), "transaction_date": "2027-01-15",
             "currency": Link("Currency", "EUR"), "items": lines}  # fmt: skip
    (identity,) = line.create("Sales Order", [order])
    rest = {"item_code": Link("Item", "WS-ROUNDING"), "qty": Decimal(1), "rate": Decimal("0.01")}
    line.update("Sales Order", identity, {"items": Elements("Sales Order Item", (rest,))})
    (row,) = line.find("Sales Order", [], ["grand_total", "docstatus"])
    assert (row["grand_total"], row["docstatus"]) == (Decimal("21.41"), 0)
    line.press("Sales Order", identity, "submit")
    with pytest.raises(Refusal, match="submitted"):
        line.press("Sales Order", identity, "submit")


def test_a_field_or_type_that_is_not_there_is_told(server: Server) -> None:
    line = client(server)
    assert line.describe("Helpdesk") is None
    with pytest.raises(Trouble, match="erp_not_there"):
        line.find("Helpdesk", [], [])
    with pytest.raises(Refusal, match="has no field nmae"):
        line.create("Customer", [{"nmae": "Lefort"}])


@pytest.mark.parametrize(
    ("kind", "status", "outcome", "code"),
    [
        ("MandatoryError", 417, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("LinkValidationError", 417, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("PermissionError", 403, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("DuplicateEntryError", 409, Outcome.NEEDS_PERSON, "erp_rejected"),
        ("TimestampMismatchError", 417, Outcome.CONFLICT, "erp_moved_on"),
        ("QueryDeadlockError", 417, Outcome.RETRY, "erp_moved_on"),
        ("TypeError", 500, Outcome.RETRY, "erp_fault"),
    ],
)
def test_an_error_against_what_was_asked(
    server: Server, kind: str, status: int, outcome: Outcome, code: str
) -> None:
    line = client(server)
    line.describe("Customer")
    line.answers()
    server.state.raises.append(FrappeError(kind, "<b>Not</b> that.", status))
    with pytest.raises(Refusal) as refused:
        line.create("Customer", [{"customer_name": "Lefort"}])
    assert (refused.value.outcome, refused.value.problem.code) == (outcome, code)
    if code == "erp_rejected":
        assert "Not that." in refused.value.problem.detail()


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("SessionStopped", 503, "erp_busy"), ("", 429, "erp_busy")]
)
def test_an_error_of_the_line(server: Server, kind: str, status: int, code: str) -> None:
    line = client(server)
    line.describe("Customer")
    line.answers()
    server.state.raises.append(FrappeError(kind, "", status))
    with pytest.raises(Trouble, match=code):
        line.create("Customer", [{"customer_name": "Lefort"}])


def test_a_wrong_key_is_told(server: Server) -> None:
    with pytest.raises(Trouble, match="erp_key_refused"):
        client(server, "other").describe("Customer")


def test_what_an_erp_needs_once_is_set_up_by_name(tmp_path: Path) -> None:
    with serving() as server:
        settings = Settings(erpnext=ErpNextSettings(url=server.url, key=KEY, secret=SECRET))
        told = list(registry.prepare("erpnext", settings, tmp_path))
    assert "Sales Order: waystation_id was added." in told
    assert list(registry.prepare("odoo", settings, tmp_path)) == [
        "odoo needs nothing to be set up from here."
    ]

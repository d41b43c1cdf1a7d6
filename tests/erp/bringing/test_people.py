"""People at a customer, who are contacts under a contact in Odoo, beside its addresses."""

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.store.database import Store
from tests.erp.bringing.test_mapped import PLACES, Desk, InOdoo
from tests.erp.odoo.server import serving
from tests.erp.shop import Shop

ANNA = {"name": "Anna Lefort", "role": "Buyer", "mobile": "+33612345678", "email": "a@lefort.fr"}
BRUNO = {"name": "Bruno Petit", "phone": "+33472000011"}
PEOPLE = {"c1": ANNA, "c2": BRUNO}


@pytest.fixture
def desk(store: Store, shop: Shop) -> Iterator[Desk]:
    with serving() as server:
        yield Desk(InOdoo(server, store), shop)


def below(desk: Desk, customer: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The contact of a customer at Odoo, and what hangs on it."""
    books = desk.there.books  # type: ignore[attr-defined]
    (row,) = books.named("res.partner", customer)
    return row, sorted(books.all("res.partner", parent_id=row["id"]), key=lambda one: one["id"])


def test_people_are_contacts_and_addresses_are_addresses(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES, contacts=PEOPLE)
    _, found = below(desk, customer)
    assert [one["type"] for one in found] == ["invoice", "other", "contact", "contact"]
    anna, bruno = found[2:]
    assert (anna["name"], anna["function"], anna["phone"]) == (
        "Anna Lefort",
        "Buyer",
        "+33612345678",
    )
    assert (bruno["name"], bruno["phone"]) == ("Bruno Petit", "+33472000011")
    assert desk.round()["customer"].changed == 0
    data = desk.shop.record(customer)["data"]
    assert (data["addresses"], data["contacts"]) == (PLACES, PEOPLE)


def test_somebody_who_is_added_there_is_a_person_here_and_no_address(desk: Desk) -> None:
    customer = desk.pushed("Lefort", country="FR", addresses=PLACES)
    desk.round()
    row, _ = below(desk, customer)
    books = desk.there.books  # type: ignore[attr-defined]
    desk.there._later()  # type: ignore[attr-defined]
    told = {"name": "Chloé", "phone": "+33 4 72 00 00 12"}
    key = books.add("res.partner", parent_id=row["id"], type="contact", **told)
    assert desk.round()["customer"].changed == 1
    data = desk.shop.record(customer)["data"]
    assert data["addresses"] == PLACES
    (chloe,) = data["contacts"]
    assert data["contacts"][chloe] == {"name": "Chloé", "phone": "+33472000012"}
    desk.shop.edit(customer, {"contacts": {chloe: {"role": "Till"}}})
    assert desk.erp.round() is None
    assert books.rows["res.partner"][key]["function"] == "Till"
    assert len(below(desk, customer)[1]) == 3
    assert desk.round()["customer"].changed == 0


def test_a_person_changed_there_changes_here_and_one_that_left_is_out_of_use_there(
    desk: Desk,
) -> None:
    customer = desk.pushed("Lefort", country="FR", contacts=PEOPLE)
    desk.round()
    books = desk.there.books  # type: ignore[attr-defined]
    desk.there._later()  # type: ignore[attr-defined]
    books._write("res.partner", below(desk, customer)[1][0]["id"], {"phone": "+33699999999"})
    assert desk.round()["customer"].changed == 1
    contacts = desk.shop.record(customer)["data"]["contacts"]
    assert contacts["c1"] == {**ANNA, "phone": "+33699999999"}
    desk.shop.edit(customer, {"contacts": {"c2": None}})
    assert desk.erp.round() is None
    assert [one["active"] for one in below(desk, customer)[1]] == [True, False]


def test_a_contact_below_a_company_is_not_taken_for_the_company(desk: Desk) -> None:
    """Odoo gives the tax number and country of a company to all that hangs on it."""
    customer = desk.shop.customer("Lefort", country="DE", tax_id="DE136695976")
    books = desk.there.books  # type: ignore[attr-defined]
    (germany,) = books.all("res.country", code="DE")
    tax = {"vat": "DE136695976", "country_id": germany["id"]}
    company = books.add("res.partner", name="Lefort SAS", is_company=True, **tax)
    books.add("res.partner", name="Anna", parent_id=company, type="contact", **tax)
    desk.there._later()  # type: ignore[attr-defined]
    books._write("res.partner", company, {"phone": "+49 30 1234567"})  # so it is read last
    desk.round()
    assert desk.shop.record(customer)["data"]["legal_name"] == "Lefort SAS"

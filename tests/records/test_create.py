"""Creating records."""

from typing import Any

import pytest

from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.records.engine import Proposal
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, OTTO, UDO, Shop


def refusals(error: pytest.ExceptionInfo[Problem]) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in error.value.errors}


def test_a_record_gets_an_id_a_number_and_its_first_version(shop: Shop) -> None:
    outcome = shop.create(ANA, legal_name="  Corner   Cafe ", phone="030 1234567")
    head = outcome.head
    assert (outcome.status, head.version, head.number) == ("created", 1, "W1-C000001")
    assert head.data["legal_name"] == "Corner Cafe"
    assert head.data["phone"] == "+49301234567"
    assert shop.create(CLEO).head.number == "W1-C000002"


def test_what_nobody_said_is_filled_in_by_the_gateway(shop: Shop) -> None:
    data = shop.create(ANA).head.data
    assert (data["country"], data["currency"], data["language"]) == ("DE", "EUR", "en")
    assert (data["type"], data["status"], data["territory"]) == ("company", "active", "north")


def test_every_problem_is_told_at_once(shop: Shop) -> None:
    with pytest.raises(Problem, match="record_invalid") as error:
        shop.create(
            ANA,
            legal_name=" ",
            phone="1",
            email="ana@",
            color="red",
            contacts={"c1": {"email": "x"}},
            bank_accounts={"b1": {"bank": "Bank"}},
        )
    assert refusals(error) == {
        "/legal_name": "field_required",
        "/phone": "phone_impossible",
        "/email": "email_invalid",
        "/color": "field_unknown",
        "/contacts/c1/name": "field_required",
        "/contacts/c1/email": "email_invalid",
        "/bank_accounts/b1/iban": "bank_account_incomplete",
    }
    assert shop.journal() == []


def test_a_number_that_looks_unusual_is_kept_with_a_warning(shop: Shop) -> None:
    outcome = shop.create(ANA, phone="95588", country="CN")
    assert outcome.head.data["phone"] == "+8695588"
    assert [(w.code, w.pointer) for w in outcome.warnings] == [("phone_unusual", "/phone")]


def test_the_same_creation_again_is_answered_with_the_stored_record(shop: Shop) -> None:
    record = shop.new_id()
    first = shop.create(ANA, record=record, phone="030 1234567").head
    again = shop.create(ANA, record=record, phone="+49 30 123 45 67")
    assert (again.status, again.seq, again.head) == ("unchanged", None, first)
    assert len(shop.journal()) == 1


def test_the_same_creation_is_still_the_same_after_an_edit(shop: Shop) -> None:
    record = shop.create(ANA, record=shop.new_id()).head.id
    shop.edit(ANA, record, {"notes": "new"})
    again = shop.create(ANA, record=record)
    assert (again.status, again.head.version) == ("unchanged", 2)


@pytest.mark.parametrize("other", [{"legal_name": "Corner Bar"}, {"notes": "x"}])
def test_an_id_is_never_used_for_something_else(shop: Shop, other: dict[str, Any]) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="id_reused"):
        shop.create(ANA, record=record, **other)


def test_a_record_id_belongs_to_one_kind(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="id_reused"):
        shop.create(BEN, "product", record, name="Coffee")


def test_an_id_that_is_no_uuid_is_refused(shop: Shop) -> None:
    with pytest.raises(Problem, match="record_id_malformed"):
        shop.create(ANA, record="42")


@pytest.mark.parametrize("actor", [FAY, ADA, UDO])
def test_who_may_not_enter_customers_is_told_so(shop: Shop, actor: Any) -> None:
    with pytest.raises(Problem, match="not_allowed"):
        shop.create(actor)


def test_small_terms_are_set_with_the_customer_and_the_rest_waits_beside_it(shop: Shop) -> None:
    outcome = shop.create(
        ANA, payment_terms=30, credit_limit=500_000, bank_accounts={"b1": {"iban": IBAN}}
    )
    assert outcome.head.data["payment_terms"] == 30
    assert not {"credit_limit", "bank_accounts"} & outcome.head.data.keys()
    assert len(outcome.proposals) == 2


def test_a_rep_enters_customers_of_the_own_territory_only(shop: Shop) -> None:
    with pytest.raises(Problem, match="field_not_writable") as error:
        shop.create(OTTO, territory="north")
    assert error.value.pointer == "/territory"
    assert shop.create(OTTO, territory="south").head.territory == "south"


def test_what_the_erp_owns_nobody_else_enters(shop: Shop) -> None:
    with pytest.raises(Problem, match="field_not_writable"):
        shop.create(ANA, balance=100)
    assert shop.create(ERP, balance=100).head.data["balance"] == 100


def test_the_journal_tells_the_creation_once(shop: Shop) -> None:
    head = shop.create(ANA).head
    (entry,) = shop.journal()
    body = canonical.decode(entry["body"])
    assert (entry["type"], entry["kind"], entry["subject"]) == (
        "record.created",
        "customer",
        head.id,
    )
    assert (entry["actor"], entry["device"], entry["seq"]) == ("ana", "phone-a", head.seq)
    assert body["data"]["patch"] == head.data


def test_what_comes_from_the_erp_is_accepted_there_already(shop: Shop) -> None:
    assert shop.create(ERP).head.stage == "accepted"
    assert shop.create(ANA).head.stage == "at_gateway"


def test_other_systems_create_and_update_in_one_way(shop: Shop) -> None:
    record = shop.new_id()
    first = shop.upsert(ERP, "product", record, Proposal({"name": "Coffee", "net_price": 450}))
    second = shop.upsert(ERP, "product", record, Proposal({"net_price": 480}))
    third = shop.upsert(ERP, "product", record, Proposal({"net_price": 480}))
    assert [o.status for o in (first, second, third)] == ["created", "applied", "unchanged"]
    assert second.head.data == {"name": "Coffee", "net_price": 480, "active": True}


def test_an_update_against_the_version_the_other_system_knew_is_merged(shop: Shop) -> None:
    record = shop.create(ERP, "product", name="Coffee", net_price=450).head.id
    shop.edit(BEN, record, {"name": "Coffee beans", "net_price": 500}, kind="product")
    outcome = shop.upsert(ERP, "product", record, Proposal({"net_price": 480, "unit": "kg"}, 1))
    assert outcome.status == "conflict"
    assert outcome.head.data["name"] == "Coffee beans"
    assert outcome.head.data["unit"] == "kg"
    assert shop.contested(record) == {"net_price": ["480", "500"]}

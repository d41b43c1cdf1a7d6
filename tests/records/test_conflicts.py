"""Conflicts: both sides kept, decided by a person with authority, once."""

from typing import Any

import pytest

from gateway.kernel import canonical
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, NORA, OTTO, UDO, Shop


def clash(shop: Shop, **fields: Any) -> dict[str, Any]:
    """A conflict of Cleo's proposal with Ana's value, about the last of the fields."""
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(ANA, record, {"phone": "030 2222222"})
    shop.edit(CLEO, record, {"phone": "030 3333333"})
    (conflict,) = shop.conflicts()
    return conflict


def phone(shop: Shop, record: str) -> object:
    return shop.records.get(ANA, "customer", record)["data"].get("phone")


def test_a_conflict_tells_both_sides_who_and_when(shop: Shop, clock: ManualClock) -> None:
    conflict = clash(shop)
    assert (conflict["base"], conflict["current"], conflict["proposed"]) == (
        "+49301111111",
        "+49302222222",
        "+49303333333",
    )
    assert (conflict["field"], conflict["by"], conflict["title"]) == (
        "phone",
        "Cleo",
        "Corner Cafe",
    )
    assert (conflict["version"], conflict["state"]) == (2, "open")
    assert conflict["at"].startswith("2027-01-15T08:00")


def test_keeping_the_current_value_ends_the_conflict(shop: Shop) -> None:
    conflict = clash(shop)
    outcome = shop.decide(BEN, conflict["id"], "current", 2)
    assert (outcome.status, outcome.head.version, outcome.head.conflicts) == ("unchanged", 2, 0)
    assert phone(shop, conflict["record"]) == "+49302222222"
    (decided,) = shop.conflicts("current")
    assert decided["proposed"] == "+49303333333"


def test_taking_the_proposed_value_is_a_version_of_its_own(shop: Shop) -> None:
    conflict = clash(shop)
    outcome = shop.decide(BEN, conflict["id"], "proposed", 2)
    assert (outcome.status, outcome.head.version, outcome.head.conflicts) == ("applied", 3, 0)
    assert phone(shop, conflict["record"]) == "+49303333333"
    types = [entry["type"] for entry in shop.journal()[-2:]]
    assert types == ["record.edited", "record.conflict"]
    told = canonical.decode(shop.journal()[-1]["body"])["data"]["conflicts"]
    assert [c["state"] for c in told] == ["proposed"]


def test_a_conflict_is_decided_once(shop: Shop) -> None:
    conflict = clash(shop)
    shop.decide(BEN, conflict["id"], "current", 2)
    with pytest.raises(Problem, match="conflict_decided"):
        shop.decide(BEN, conflict["id"], "proposed", 2)


def test_a_decision_on_a_record_that_has_moved_on_is_refused(shop: Shop) -> None:
    conflict = clash(shop)
    shop.edit(ANA, conflict["record"], {"notes": "moved"}, base=2)
    with pytest.raises(Problem, match="conflict_moved") as error:
        shop.decide(BEN, conflict["id"], "proposed", 2)
    assert error.value.params == {"version": 3}
    assert shop.decide(BEN, conflict["id"], "proposed", 3).status == "applied"


def test_the_conflict_shows_the_value_that_is_live_now(shop: Shop) -> None:
    conflict = clash(shop)
    shop.edit(ANA, conflict["record"], {"phone": "030 4444444"}, base=2)
    (moved,) = shop.conflicts()
    assert (moved["current"], moved["version"]) == ("+49304444444", 3)


def test_a_conflict_ends_when_everybody_agrees(shop: Shop) -> None:
    conflict = clash(shop)
    outcome = shop.edit(ANA, conflict["record"], {"phone": "030 3333333"}, base=2)
    assert outcome.head.conflicts == 0
    assert [c["id"] for c in shop.conflicts("agreed")] == [conflict["id"]]


def test_one_answer_settles_the_same_proposal_of_several_people(shop: Shop) -> None:
    record = clash(shop)["record"]
    shop.edit(NORA, record, {"phone": "030 3333333"})
    first, second = shop.conflicts()
    outcome = shop.decide(BEN, first["id"], "current", 2)
    assert outcome.head.conflicts == 0
    assert {c["by"] for c in shop.conflicts("current")} == {"Cleo", "Nora"}
    assert second["proposed"] == first["proposed"]


def test_several_proposals_wait_side_by_side(shop: Shop) -> None:
    record = clash(shop)["record"]
    shop.edit(NORA, record, {"phone": "030 4444444"})
    first, second = shop.conflicts()
    outcome = shop.decide(BEN, first["id"], "proposed", 2)
    assert outcome.head.conflicts == 1
    (rest,) = shop.conflicts()
    assert (rest["id"], rest["current"]) == (second["id"], "+49303333333")


def test_a_consent_that_lost_is_kept_but_asks_nobody(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.edit(ANA, record, {"consents": {"marketing-email": {"state": "granted"}}})
    outcome = shop.edit(CLEO, record, {"consents": {"marketing-email": {"state": "denied"}}})
    assert (outcome.status, outcome.head.conflicts) == ("merged", 0)
    assert outcome.head.data["consents"] == {"marketing-email": {"state": "denied"}}
    (settled,) = shop.conflicts("settled")
    assert settled["field"] == "consents.marketing-email"
    assert (settled["proposed"], settled["by"]) == ({"state": "granted"}, "Ana")


def test_a_removed_contact_that_somebody_changed_stays_until_decided(shop: Shop) -> None:
    record = shop.create(ANA, contacts={"c1": {"name": "Ute"}, "c2": {"name": "Udo"}}).head.id
    shop.edit(ANA, record, {"contacts": {"c1": None}})
    outcome = shop.edit(CLEO, record, {"contacts": {"c1": {"name": "Ute B"}}})
    assert outcome.head.data["contacts"]["c1"] == {"name": "Ute B"}
    (conflict,) = shop.conflicts()
    assert (conflict["field"], conflict["proposed"], conflict["by"]) == ("contacts.c1", None, "Ana")
    after = shop.decide(BEN, conflict["id"], "proposed", outcome.head.version).head
    assert after.data["contacts"] == {"c2": {"name": "Udo"}}


def test_a_value_of_an_entry_that_is_gone_can_only_be_let_go(shop: Shop) -> None:
    record = shop.create(ANA, contacts={"c1": {"name": "Ute"}, "c2": {"name": "Udo"}}).head.id
    shop.edit(ANA, record, {"contacts": {"c1": {"name": "Ute A"}}})
    shop.edit(CLEO, record, {"contacts": {"c1": {"name": "Ute B"}}})
    outcome = shop.edit(ANA, record, {"contacts": {"c1": None}}, base=2)
    assert outcome.head.conflicts == 0
    assert [c["field"] for c in shop.conflicts("moot")] == ["contacts.c1.name"]


@pytest.mark.parametrize("actor", [ADA, UDO, ERP])
def test_who_decides_nothing_is_told_so(shop: Shop, actor: Any) -> None:
    conflict = clash(shop)
    with pytest.raises(Problem, match="not_allowed"):
        shop.decide(actor, conflict["id"], "current", 2)


def test_a_conflict_out_of_the_territory_does_not_exist(shop: Shop) -> None:
    conflict = clash(shop)
    assert shop.conflicts(actor=OTTO) == []
    with pytest.raises(Problem, match="conflict_missing"):
        shop.decide(OTTO, conflict["id"], "current", 2)
    with pytest.raises(Problem, match="conflict_missing"):
        shop.decide(BEN, shop.new_id(), "current", 2)


def test_terms_are_decided_by_those_with_authority_over_them(shop: Shop) -> None:
    record = shop.create(ANA, credit_limit=1).head.id
    shop.edit(ERP, record, {"credit_limit": 3})
    shop.edit(BEN, record, {"credit_limit": 2})
    (conflict,) = shop.conflicts()
    assert shop.conflicts(actor=ANA) == []
    with pytest.raises(Problem, match="field_not_writable"):
        shop.decide(ANA, conflict["id"], "proposed", 2)
    assert shop.decide(FAY, conflict["id"], "proposed", 2).head.data["credit_limit"] == 2


def test_what_the_erp_owns_becomes_a_request(shop: Shop) -> None:
    record = shop.create(ERP, balance=10, territory="north").head.id
    outcome = shop.edit(BEN, record, {"balance": 20})
    assert (outcome.status, outcome.head.data["balance"]) == ("conflict", 10)
    outcome = shop.edit(ERP, record, {"balance": 20})
    assert (outcome.head.data["balance"], outcome.head.conflicts) == (20, 0)


def test_who_asked_for_what_the_erp_said_and_left_again_still_asks(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    asked = shop.edit(CLEO, record, {"erp_block": False})
    assert asked.status == "conflict"
    said = shop.new_id()
    shop.edit(ERP, record, {"erp_block": False}, operation=said)
    assert shop.conflicts() == []
    shop.edit(ERP, record, {"erp_block": True}, after=said)
    (conflict,) = shop.conflicts()
    assert (conflict["current"], conflict["proposed"]) == (True, False)
    assert conflict["by"] == "Cleo"


def test_who_removes_a_contact_takes_back_the_own_changes_in_it_alone(shop: Shop) -> None:
    record = shop.create(ANA, contacts={"c1": {"name": "Ute", "role": "owner"}}).head.id
    changed = shop.new_id()
    shop.edit(ANA, record, {"contacts": {"c1": {"role": "cook"}}}, operation=changed)
    shop.edit(CLEO, record, {"contacts": {"c1": {"role": "boss"}}})
    shop.edit(ANA, record, {"contacts": {"c1": None}}, after=changed)
    (conflict,) = shop.conflicts()
    assert conflict["current"] == {"name": "Ute", "role": "boss"}
    assert (conflict["field"], conflict["proposed"]) == ("contacts.c1", None)


def test_sealed_values_are_sealed_in_conflicts_too(shop: Shop) -> None:
    french = "FR7630006000011234567890189"
    record = shop.create(ANA, bank_accounts={"b1": {"iban": IBAN}}).head.id
    shop.edit(ERP, record, {"bank_accounts": {"b1": {"iban": french}}})
    shop.edit(ERP, record, {"bank_accounts": {"b1": {"iban": "GB82WEST12345698765432"}}})
    with shop.store.read() as rows:
        everything = repr(rows.all("SELECT * FROM record_conflicts")) + repr(shop.journal())
    assert french not in everything
    (conflict,) = shop.conflicts(actor=FAY)
    assert conflict["proposed"] == {"iban": french}
    (masked,) = shop.conflicts(actor=BEN)
    assert masked["proposed"] == {"iban": "••••"}


def test_conflicts_of_kinds_a_role_does_not_read_are_not_its_business(shop: Shop) -> None:
    clash(shop)
    shop.write(lambda tx: tx.execute("UPDATE record_conflicts SET kind = 'forgotten'"))
    assert shop.conflicts() == []

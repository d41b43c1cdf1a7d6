"""Editing records: merges, rights, and a device's own later edits."""

from typing import Any

import pytest

from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.records.model.masks import HIDDEN
from tests.records.conftest import ANA, BEN, CLEO, ERP, FAY, IBAN, NORA, OTTO, Shop


def test_an_edit_of_the_newest_version_is_applied(shop: Shop) -> None:
    record = shop.create(ANA, notes="old").head.id
    outcome = shop.edit(ANA, record, {"notes": None, "phone": "030 1234567"})
    assert (outcome.status, outcome.head.version) == ("applied", 2)
    assert "notes" not in outcome.head.data
    body = canonical.decode(shop.journal()[-1]["body"])["data"]
    assert body == {
        "kind": "customer",
        "id": record,
        "version": 2,
        "patch": {"notes": None, "phone": "+49301234567"},
    }


def test_different_fields_of_two_people_are_merged(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.edit(ANA, record, {"phone": "030 1234567"})
    outcome = shop.edit(CLEO, record, {"website": "example.com"})
    assert outcome.status == "merged"
    assert outcome.head.data["phone"] == "+49301234567"
    assert outcome.head.data["website"] == "https://example.com"


def test_a_value_typed_in_another_way_is_no_difference(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1234567").head.id
    shop.edit(ANA, record, {"phone": "030 7654321"})
    outcome = shop.edit(CLEO, record, {"phone": "+49 (30) 765-43 21"})
    assert (outcome.status, outcome.seq) == ("unchanged", None)
    assert shop.contested(record) == {}


def test_the_same_field_of_two_people_waits_for_a_person(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.edit(ANA, record, {"phone": "030 1111111"})
    outcome = shop.edit(CLEO, record, {"phone": "030 2222222", "notes": "ring twice"})
    assert (outcome.status, outcome.head.conflicts) == ("conflict", 1)
    assert outcome.head.data["phone"] == "+49301111111"
    assert outcome.head.data["notes"] == "ring twice"
    assert shop.contested(record) == {"phone": ['"+49301111111"', '"+49302222222"']}


def test_an_edit_must_be_right_before_it_is_merged(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="record_invalid") as error:
        shop.edit(ANA, record, {"email": "ana@", "legal_name": None})
    assert {p.pointer: p.code for p in error.value.errors} == {
        "/email": "email_invalid",
        "/legal_name": "field_required",
    }


def test_an_edit_answers_only_for_what_it_touches(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1234567").head.id
    with shop.store.read() as rows:
        data = rows.value("SELECT data FROM records")
    broken = data.replace("+49301234567", "no number").replace('"country":"DE",', "")
    shop.write(lambda tx: tx.execute("UPDATE records SET data = ?", (broken,)))
    shop.write(lambda tx: tx.execute("UPDATE record_versions SET data = ?", (broken,)))
    assert shop.edit(ANA, record, {"notes": "fine"}).status == "applied"
    with pytest.raises(Problem, match="record_invalid"):
        shop.edit(ANA, record, {"phone": "nothing either"}, base=2)


def test_a_change_of_country_is_judged_with_the_tax_number_it_leaves(shop: Shop) -> None:
    record = shop.create(ANA, tax_id="DE136695976").head.id
    with pytest.raises(Problem, match="record_invalid") as error:
        shop.edit(ANA, record, {"country": "FR"})
    assert error.value.errors[0].pointer == "/tax_id"


def test_two_edits_that_do_not_fit_together_wait_for_a_person_whoever_came_first(
    shop: Shop,
) -> None:
    edits = ((ANA, {"country": "FR"}), (CLEO, {"tax_id": "DE136695976"}))
    contested = []
    for order in (edits, edits[::-1]):
        record = shop.create(ANA).head.id
        outcomes = [shop.edit(actor, record, patch) for actor, patch in order]
        assert outcomes[-1].status == "conflict"
        data = outcomes[-1].head.data
        contested.append((shop.contested(record), data["country"], data["tax_id"]))
    assert contested[0] == contested[1] == ({"tax_id": ['"136695976"', "null"]}, "FR", "136695976")


@pytest.mark.parametrize("actor", [ANA, CLEO, BEN, FAY])
def test_terms_are_not_changed_by_one_person_alone(shop: Shop, actor: Any) -> None:
    record = shop.create(ANA, credit_limit=100_000).head.id
    outcome = shop.edit(actor, record, {"credit_limit": 900_000})
    assert (outcome.status, outcome.head.version, len(outcome.proposals)) == ("proposed", 1, 1)
    assert outcome.head.data["credit_limit"] == 100_000


def test_repeating_a_guarded_value_changes_nothing(shop: Shop) -> None:
    record = shop.create(ANA, credit_limit=100_000).head.id
    outcome = shop.edit(ANA, record, {"credit_limit": 100_000, "notes": "n"})
    assert outcome.status == "applied"


def test_a_bank_account_is_not_changed_nor_added_nor_removed_by_one_person(shop: Shop) -> None:
    accounts = {"b1": {"iban": IBAN}}
    record = shop.create(ERP, territory="north", bank_accounts=accounts).head.id
    for change in (
        {"b1": {"iban": "FR7630006000011234567890189"}},
        {"b2": {"iban": IBAN}},
        {"b1": None},
        None,
    ):
        for actor in (ANA, CLEO, BEN, FAY):
            outcome = shop.edit(actor, record, {"bank_accounts": change})
            assert (outcome.status, outcome.head.version) == ("proposed", 1)


def test_the_manager_changes_small_terms_and_the_erp_everything(shop: Shop) -> None:
    record = shop.create(ANA, credit_limit=50_000).head.id
    assert shop.edit(BEN, record, {"credit_limit": 100_000}).status == "applied"
    outcome = shop.edit(ERP, record, {"credit_limit": 300_000, "balance": 5}, base=2)
    assert (outcome.status, outcome.head.stage) == ("applied", "accepted")


def test_the_limit_of_the_erp_holds_at_once_and_the_other_is_kept(shop: Shop) -> None:
    for first, second in ((BEN, ERP), (ERP, BEN)):
        record = shop.create(ANA, credit_limit=1).head.id
        limit = {BEN: 2, ERP: 3}
        shop.edit(first, record, {"credit_limit": limit[first]})
        outcome = shop.edit(second, record, {"credit_limit": limit[second]})
        assert outcome.head.data["credit_limit"] == 3
        (conflict,) = [c for c in shop.conflicts() if c["record"] == record]
        assert (conflict["current"], conflict["proposed"], conflict["by"]) == (3, 2, "Ben")


def test_a_masked_value_that_comes_back_is_no_change(shop: Shop) -> None:
    accounts = {"b1": {"iban": IBAN}}
    record = shop.create(ERP, territory="north", bank_accounts=accounts).head.id
    shown = shop.records.get(ANA, "customer", record)["data"]
    outcome = shop.edit(ANA, record, {**shown, "notes": "whole form"})
    assert outcome.status == "applied"
    stored = outcome.head.data
    assert stored["bank_accounts"]["b1"]["iban"].startswith("sealed:")


def test_a_mask_is_never_stored_as_a_value(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="record_invalid") as error:
        shop.edit(ANA, record, {"notes": f"secret {HIDDEN}"})
    assert error.value.errors[0].code == "value_masked"


def test_a_record_out_of_the_territory_does_not_exist(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="record_missing"):
        shop.edit(OTTO, record, {"notes": "x"})
    with pytest.raises(Problem, match="field_not_writable"):
        shop.edit(ANA, record, {"territory": "south"})
    assert shop.edit(BEN, record, {"territory": "south"}).head.territory == "south"
    assert shop.edit(OTTO, record, {"notes": "x"}, base=2).status == "applied"


@pytest.mark.parametrize(
    ("base", "after", "code"),
    [(7, "", "version_unknown"), (0, "", "version_unknown"), (1, "no-op", "base_unknown")],
)
def test_an_edit_of_something_unknown_is_refused(
    shop: Shop, base: int, after: str, code: str
) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match=code):
        shop.edit(ANA, record, {"notes": "x"}, base, after=after and shop.new_id())


def test_an_edit_builds_on_a_creation_whose_answer_never_came(shop: Shop) -> None:
    operation = shop.new_id()
    head = shop.create(ANA, operation=operation, phone="030 1111111").head
    shop.edit(CLEO, head.id, {"notes": "from the desk"})
    outcome = shop.edit(ANA, head.id, {"phone": "030 2222222"}, 0, after=operation)
    assert outcome.status == "merged"
    assert outcome.head.data["phone"] == "+49302222222"


def test_a_later_edit_of_the_same_phone_builds_on_the_earlier_one(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    first, second = shop.new_id(), shop.new_id()
    shop.edit(ANA, record, {"phone": "030 2222222"}, operation=first)
    outcome = shop.edit(ANA, record, {"phone": "030 3333333"}, after=first, operation=second)
    assert outcome.status in ("applied", "merged")
    assert outcome.head.data["phone"] == "+49303333333"


def test_a_later_proposal_takes_the_place_of_the_same_phones_earlier_one(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(NORA, record, {"phone": "030 9999999"})
    first = shop.new_id()
    shop.edit(ANA, record, {"phone": "030 2222222"}, operation=first)
    shop.edit(ANA, record, {"phone": "030 3333333"}, after=first)
    assert shop.contested(record) == {"phone": ['"+49303333333"', '"+49309999999"']}


def test_a_proposal_taken_back_ends_its_conflict(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(NORA, record, {"phone": "030 9999999"})
    first = shop.new_id()
    shop.edit(ANA, record, {"phone": "030 2222222"}, operation=first)
    outcome = shop.edit(ANA, record, {"phone": "030 1111111"}, after=first)
    assert outcome.head.conflicts == 0
    assert outcome.head.data["phone"] == "+49309999999"


def test_an_earlier_edit_is_no_excuse_to_overwrite_what_the_phone_never_saw(shop: Shop) -> None:
    record = shop.create(ANA, email="a@example.com").head.id
    shop.edit(NORA, record, {"email": "nora@example.com"})
    first = shop.new_id()
    shop.edit(ANA, record, {"phone": "030 2222222"}, operation=first)
    outcome = shop.edit(ANA, record, {"email": "ana@example.com"}, after=first)
    assert outcome.status == "conflict"
    assert outcome.head.data["email"] == "nora@example.com"


def test_a_refused_edit_leaves_nothing_behind(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    before = shop.journal()
    with pytest.raises(Problem):
        shop.edit(ANA, record, {"phone": "1"})
    assert shop.journal() == before

"""The past of a record: paged, compared as each role sees it, and brought back as an edit."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin, Proposal
from gateway.records.past.restoring import Restoration
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, NORA, OTTO, UDO, Shop


def restore(
    shop: Shop, actor: Actor, record: str, version: int, base: int, *fields: str
) -> tuple[Any, list[str]]:
    wanted = Restoration(version, base, fields)
    return shop.records.restore(Origin(actor), "customer", record, wanted)


def fields_of(changes: list[dict[str, Any]]) -> dict[str, tuple[object, object]]:
    return {change["field"]: (change["old"], change["new"]) for change in changes}


def test_a_long_history_comes_in_pages_that_miss_nothing(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    for number in range(1, 12):
        shop.edit(ANA, record, {"notes": f"note {number}"}, base=number)
    seen, before = [], 0
    while before is not None:
        page = shop.records.timeline.page(ANA, "customer", record, before=before, limit=5)
        seen += page["versions"]
        before = page["next"]
    assert [one["version"] for one in seen] == list(range(12, 0, -1))
    notes = [fields_of(one["changes"]).get("notes") for one in seen[:-1]]
    assert notes[0] == ("note 10", "note 11")
    assert notes[-1] == (None, "note 1")


def test_any_two_versions_are_compared_in_either_direction(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1234567").head.id
    shop.edit(ANA, record, {"phone": "030 7654321"})
    shop.edit(CLEO, record, {"notes": "n"}, base=2)
    between = shop.records.timeline.difference(ANA, "customer", record, 1, 3)
    assert (between["from"]["version"], between["to"]["actor"]) == (1, "Cleo")
    assert fields_of(between["changes"]) == {
        "notes": (None, "n"),
        "phone": ("+49301234567", "+49307654321"),
    }
    back = shop.records.timeline.difference(ANA, "customer", record, 3, 1)
    assert fields_of(back["changes"])["phone"] == ("+49307654321", "+49301234567")
    assert shop.records.timeline.difference(ANA, "customer", record, 2)["to"]["version"] == 3
    with pytest.raises(Problem, match="version_missing"):
        shop.records.timeline.difference(ANA, "customer", record, 1, 4)


def test_a_difference_shows_each_role_its_own_and_seals_stay_closed(shop: Shop) -> None:
    account = {"b1": {"holder": "Ute", "iban": IBAN, "bank": "Bank"}}
    record = shop.create(ERP, territory="north", phone="030 1234567").head.id
    change = {"credit_limit": 500_000, "phone": "030 7654321", "bank_accounts": account}
    shop.edit(ERP, record, change)
    told = {
        actor.role: fields_of(
            shop.records.timeline.difference(actor, "customer", record, 1)["changes"]
        )
        for actor in (ANA, BEN, FAY, ADA, UDO)
    }
    assert "credit_limit" not in told["rep"]
    assert told["manager"]["credit_limit"] == (None, 500_000)
    assert told["admin"]["phone"] == ("+49••••67", "+49••••21")
    assert told["finance"]["bank_accounts.b1.iban"] == (None, IBAN)
    assert IBAN not in repr([told[role] for role in ("rep", "manager", "admin", "auditor")])
    with pytest.raises(Problem, match="record_missing"):
        shop.records.timeline.difference(OTTO, "customer", record, 1)


def test_one_field_of_an_earlier_version_is_brought_back_and_says_so(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1234567", notes="old").head.id
    shop.edit(ANA, record, {"phone": "030 7654321", "notes": "new"})
    answer, left = restore(shop, ANA, record, 1, 2, "phone")
    assert (answer.status, left) == ("applied", [])
    assert answer.record["data"]["phone"] == "+49301234567"
    assert answer.record["data"]["notes"] == "new"
    newest = shop.records.history(ANA, "customer", record)[0]
    assert (newest["version"], newest["restored_from"], newest["actor"]) == (3, 1, "Ana")


def test_a_whole_version_is_brought_back_with_its_entries(shop: Shop) -> None:
    first = {"c1": {"name": "Ute", "phone": "030 1234567"}, "c2": {"name": "Eva"}}
    record = shop.create(ANA, contacts=first, trade_name="Corner").head.id
    before = shop.records.get(ANA, "customer", record)["data"]
    patch = {
        "trade_name": None,
        "tags": ["vip"],
        "contacts": {"c1": {"name": "Uta"}, "c2": None, "c3": {"name": "Tom"}},
    }
    shop.edit(ANA, record, patch)
    answer, _ = restore(shop, ANA, record, 1, 2)
    assert answer.record["data"] == before
    again, _ = restore(shop, ANA, record, 1, 3)
    assert again.status == "unchanged"
    assert len(shop.records.history(ANA, "customer", record)) == 3


def test_what_the_erp_owns_and_what_somebody_consented_to_stays(shop: Shop) -> None:
    granted = {"marketing-email": {"state": "granted"}}
    record = shop.create(ERP, territory="north", balance=100, notes="old", consents=granted).head.id
    denied = {"marketing-email": {"state": "denied"}}
    shop.edit(ERP, record, {"balance": 900, "notes": "new", "consents": denied})
    answer, left = restore(shop, BEN, record, 1, 2)
    data = answer.record["data"]
    assert (data["balance"], data["notes"]) == (900, "old")
    assert data["consents"]["marketing-email"]["state"] == "denied"
    assert left == ["balance", "consents.marketing-email.state"]


def test_a_guarded_value_that_is_brought_back_waits_for_a_second_person(shop: Shop) -> None:
    record = shop.create(ERP, credit_limit=500_000, notes="old").head.id
    shop.edit(ERP, record, {"credit_limit": 900_000, "notes": "new"})
    answer, _ = restore(shop, BEN, record, 1, 2)
    assert [one["field"] for one in answer.proposals] == ["credit_limit"]
    assert answer.record["data"]["notes"] == "old"
    assert answer.record["data"]["credit_limit"] == 900_000


def test_what_waited_says_which_version_it_brings_back_once_it_is_approved(shop: Shop) -> None:
    record = shop.create(ERP, credit_limit=500_000).head.id
    shop.edit(ERP, record, {"credit_limit": 900_000})
    answer, _ = restore(shop, BEN, record, 1, 2)
    assert (answer.status, answer.record["version"]) == ("proposed", 2)
    (waiting,) = answer.proposals
    assert waiting["restored_from"] == 1
    shop.records.inbox.decide(Origin(FAY), waiting["id"], Verdict("approve", waiting["hash"]))
    newest, before, _ = shop.records.history(FAY, "customer", record)
    assert (newest["version"], newest["restored_from"]) == (3, 1)
    assert (newest["actor"], newest["approved_by"]) == ("Ben", "Fay")
    assert before["restored_from"] is None


def test_a_proposal_of_an_ordinary_edit_brings_nothing_back(shop: Shop) -> None:
    record = shop.create(ERP).head.id
    (proposal,) = shop.edit(BEN, record, {"credit_limit": 900_000}).proposals
    waiting = shop.records.inbox.get(FAY, proposal)
    assert waiting["restored_from"] is None
    shop.records.inbox.decide(Origin(FAY), proposal, Verdict("approve", waiting["hash"]))
    assert shop.records.history(FAY, "customer", record)[0]["restored_from"] is None


def test_a_value_that_others_changed_meanwhile_is_a_conflict(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(ANA, record, {"phone": "030 2222222"})
    shop.edit(NORA, record, {"phone": "030 3333333"}, base=2)
    answer, _ = restore(shop, CLEO, record, 1, 2)
    assert answer.status == "conflict"
    assert answer.record["data"]["phone"] == "+49303333333"


def test_a_value_that_is_no_longer_valid_names_its_field_and_nothing_is_half_done(
    shop: Shop,
) -> None:
    record = shop.create(ANA, email="ute@example.com", notes="old").head.id
    old = """json_set(data, '$.email', 'not an address')"""
    shop.write(lambda tx: tx.execute(f"UPDATE record_versions SET data = {old} WHERE version = 1"))
    shop.edit(ANA, record, {"email": "eva@example.com", "notes": "new"})
    with pytest.raises(Problem, match="record_invalid") as refused:
        restore(shop, ANA, record, 1, 2)
    assert [error.pointer for error in refused.value.errors] == ["/email"]
    assert shop.records.get(ANA, "customer", record)["data"]["notes"] == "new"
    assert restore(shop, ANA, record, 1, 2, "notes")[0].record["data"]["notes"] == "old"


@pytest.mark.parametrize("place", ["credit_limit", "nonsense", "contacts.c1.phone.x", "."])
def test_a_place_that_the_role_does_not_know_is_not_brought_back(shop: Shop, place: str) -> None:
    record = shop.create(ERP, territory="north", credit_limit=500_000).head.id
    shop.edit(ERP, record, {"credit_limit": 1})
    with pytest.raises(Problem, match="record_invalid") as refused:
        restore(shop, ANA, record, 1, 2, place)
    assert [error.code for error in refused.value.errors] == ["field_unknown"]
    assert len(shop.records.history(BEN, "customer", record)) == 2


def test_who_may_not_edit_brings_nothing_back(shop: Shop) -> None:
    record = shop.create(ANA, notes="old").head.id
    shop.edit(ANA, record, {"notes": "new"})
    for actor, code in ((UDO, "not_allowed"), (OTTO, "record_missing")):
        with pytest.raises(Problem, match=code):
            restore(shop, actor, record, 1, 2)
    for version, base in ((7, 2), (1, 7)):
        with pytest.raises(Problem, match="version_missing"):
            restore(shop, ANA, record, version, base)


def test_conflicts_and_proposals_stand_in_the_time_line(shop: Shop, clock: ManualClock) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    clock.advance(1)
    shop.edit(CLEO, record, {"phone": "030 2222222"})
    clock.advance(1)
    shop.edit(NORA, record, {"phone": "030 3333333"})
    clock.advance(1)
    shop.edit(BEN, record, {"credit_limit": 500_000}, base=2)
    (conflict,) = shop.conflicts()
    clock.advance(1)
    shop.decide(BEN, conflict["id"], "proposed", 2)
    page = shop.records.timeline.page(BEN, "customer", record)
    assert [one["event"] for one in page["events"]] == ["conflict_decided", "proposal", "conflict"]
    assert page["events"][-1]["by"] == "Nora"
    assert page["events"][1]["field"] == "credit_limit"
    for_a_rep = shop.records.timeline.page(ANA, "customer", record)["events"]
    assert [one["event"] for one in for_a_rep] == ["conflict_decided", "conflict"]


def test_a_decided_conflict_still_tells_both_sides(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(ANA, record, {"phone": "030 2222222"})
    shop.edit(NORA, record, {"phone": "030 3333333"})
    (conflict,) = shop.conflicts()
    shop.decide(BEN, conflict["id"], "proposed", 2)
    events = shop.records.timeline.page(BEN, "customer", record)["events"]
    told = {(one["event"], one["old"], one["new"], one["state"]) for one in events}
    sides = ("+49302222222", "+49303333333", "proposed")
    assert told == {("conflict", *sides), ("conflict_decided", *sides)}


def test_every_event_is_on_exactly_one_page(shop: Shop, clock: ManualClock) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    for number in range(1, 7):
        clock.advance(1)
        shop.edit(CLEO, record, {"phone": f"030 222222{number}"}, base=number)
        clock.advance(1)
        shop.upsert(NORA, "customer", record, Proposal({"phone": f"030 333333{number}"}, number))
    whole = shop.records.timeline.page(BEN, "customer", record, limit=200)["events"]
    paged, before = [], 0
    while before is not None:
        page = shop.records.timeline.page(BEN, "customer", record, before=before, limit=2)
        paged += page["events"]
        before = page["next"]
    assert paged == whole
    assert len(whole) == 6


def test_every_present_value_says_which_channel_it_came_from(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111", notes="old").head.id
    shop.edit(ERP, record, {"phone": "030 2222222", "credit_limit": 1, "notes": None})
    shop.edit(CLEO, record, {"email": "ute@example.com", "notes": "old"}, base=2)
    told = shop.records.timeline.provenance(BEN, "customer", record)
    channels = {place: (source["channel"], source["version"]) for place, source in told.items()}
    assert channels["legal_name"] == ("rep", 1)
    assert channels["phone"] == channels["credit_limit"] == ("erp", 2)
    assert channels["notes"] == channels["email"] == ("shop", 3)
    assert told["email"]["by"] == "Cleo"
    assert "credit_limit" not in shop.records.timeline.provenance(ANA, "customer", record)
    with pytest.raises(Problem, match="record_missing"):
        shop.records.timeline.provenance(OTTO, "customer", record)


VALUES: dict[str, Any] = {
    "trade_name": st.sampled_from(["Corner", "Nook", None]),
    "notes": st.sampled_from(["one", "two", None]),
    "tags": st.sampled_from([["vip"], ["vip", "new"], None]),
    "website": st.sampled_from(["corner.example", None]),
    "contacts": st.dictionaries(
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from([{"name": "Ute"}, {"name": "Eva", "role": "Owner"}, None]),
    ),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=5), st.data())
def test_any_version_comes_back_as_it_was(
    shop: Shop, patches: list[dict[str, Any]], data: st.DataObject
) -> None:
    record = shop.create(ANA).head.id
    versions = [shop.records.get(ANA, "customer", record)]
    for patch in patches:
        shop.edit(ANA, record, patch, base=versions[-1]["version"])
        versions.append(shop.records.get(ANA, "customer", record))
    wanted, newest = data.draw(st.sampled_from(versions)), versions[-1]
    answer, left = restore(shop, ANA, record, wanted["version"], newest["version"])
    assert (answer.record["data"], left) == (wanted["data"], [])
    assert answer.status in ("applied", "unchanged")

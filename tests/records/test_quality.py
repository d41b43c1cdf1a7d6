"""How good a record is, what is to be mended first, and that somebody has checked it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.engine import Origin
from gateway.records.model.validate import Home
from gateway.records.quality import scoring
from gateway.records.quality.scoring import Quality
from gateway.records.quality.worklist import Asked
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, NORA, OTTO, UDO, Shop

CUSTOMER = KINDS["customer"]
DAY_MS = 86_400_000

GOOD: dict[str, Any] = {
    "type": "company",
    "legal_name": "Corner Cafe GmbH",
    "country": "DE",
    "tax_id": "DE136695976",
    "phone": "+49301234567",
    "email": "ute@corner-cafe.de",
    "addresses": {
        "a1": {
            "purpose": "billing",
            "country": "DE",
            "city": "Berlin",
            "street": "Am Eck 1",
            "postal_code": "10115",
        }
    },
    "contacts": {"c1": {"name": "Ute Klein", "role": "Owner", "phone": "+49301234567"}},
    "category": "retail",
    "industry": "trade",
    "territory": "north",
    "language": "de",
    "currency": "EUR",
    "status": "active",
    "payment_method": "transfer",
    "preferred_channel": "phone",
}


def assess(data: dict[str, Any]) -> Quality:
    return scoring.assess(CUSTOMER, data, Home())


def good(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def found(data: dict[str, Any]) -> dict[str, str]:
    return {one.field: one.problem.code for one in assess(data).findings}


def listed(shop: Shop, actor: Actor = BEN, **asked: Any) -> list[dict[str, Any]]:
    shop.records.judging.run()
    return shop.records.worklist.page(actor, "customer", Asked(**asked))[0]


def test_a_record_that_has_everything_is_at_a_hundred() -> None:
    assert assess(good()) == Quality(100, 100, 100, ())


def test_what_is_missing_is_named_with_what_it_brings_dearest_first() -> None:
    told = assess(good(email=None, phone=None, contacts=None))
    assert [one.field for one in told.findings] == [
        "phone",
        "contacts.name",
        "email",
        "contacts.role",
    ]
    assert told.score == told.completeness < 100
    assert told.validity == 100
    points = [one.points for one in told.findings]
    assert points == sorted(points, reverse=True)
    assert told.score + sum(points) == pytest.approx(100, abs=len(points))


def test_any_one_of_several_places_is_enough() -> None:
    contact = {"name": "Ute", "role": "Owner", "mobile": "+491711234567"}
    assert found(good(phone=None, contacts={"c1": contact})) == {}


def test_a_person_lacks_nothing_that_only_companies_have() -> None:
    person = good(type="person", tax_id=None, contacts=None, industry=None)
    assert found(person) == {}
    assert set(found({**person, "type": "company"})) == {
        "tax_id",
        "contacts.name",
        "contacts.role",
        "industry",
    }


def test_what_is_wrong_counts_nothing_and_what_is_doubtful_half() -> None:
    doubtful, wrong = assess(good(phone="+4995588")), assess(good(phone="x"))
    with_one_number = good(contacts={"c1": {"name": "Ute", "role": "Owner"}})
    unusual = assess({**with_one_number, "phone": "+8695588", "country": "CN", "tax_id": None})
    assert wrong.validity < 100
    assert {one.problem.code for one in wrong.findings} == {"phone_invalid"} or wrong.findings
    assert wrong.score <= doubtful.score < 100
    assert "phone_unusual" in {one.problem.code for one in unusual.findings}


def test_a_fault_nobody_asked_for_is_named_too() -> None:
    assert list(found(good(website="no address at all"))) == ["website"]


def test_the_score_says_nothing_of_what_not_everybody_sees() -> None:
    money = {"credit_limit": "x", "payment_terms": -4, "bank_accounts": {"b": {"iban": "x"}}}
    assert assess({**good(), **money}) == assess(good())


def test_every_finding_of_a_kind_has_a_sentence_in_both_languages() -> None:
    for one in assess({"type": "company"}).findings:
        assert one.problem.detail("en") != one.problem.detail("zh-CN")


def test_the_worklist_has_the_most_worthwhile_first_and_forgets_what_was_mended(
    shop: Shop,
) -> None:
    poor = shop.create(ERP, legal_name="Poor", territory="north").head
    better = shop.create(ERP, **good(legal_name="Better", email=None, territory="south")).head
    shop.create(ERP, **good(legal_name="Best"))
    items = listed(shop)
    assert [one["title"] for one in items] == ["Poor", "Better"]
    (finding,) = items[1]["findings"]
    assert (finding["field"], finding["code"]) == ("email", "quality_missing")
    assert items[1]["score"] + finding["points"] == 100
    shop.edit(ERP, better.id, {"email": "ute@corner-cafe.de"})
    mended = shop.records.worklist.page(BEN, "customer", Asked())[0]
    assert [one["record"] for one in mended] == [poor.id]
    assert [one["record"] for one in listed(shop)] == [poor.id]


def test_the_worklist_comes_in_pages_and_by_owner_and_territory(shop: Shop) -> None:
    for number in range(7):
        shop.create((ANA, OTTO)[number % 2], legal_name=f"Shop {number}")
    shop.records.judging.run()
    seen, after = [], ""
    while after is not None:
        items, after = shop.records.worklist.page(BEN, "customer", Asked(after, 3))
        seen += [one["record"] for one in items]
    assert len(seen) == len(set(seen)) == 7
    assert len(listed(shop, owner="ana")) == 4
    assert len(listed(shop, territory="south")) == 3
    assert {one["territory"] for one in listed(shop, ANA)} == {"north"}
    with pytest.raises(Problem, match="cursor_malformed"):
        shop.records.worklist.page(BEN, "customer", Asked("x"))


def test_a_record_that_left_a_territory_is_not_shown_there(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    assert len(listed(shop, NORA)) == 1
    shop.edit(BEN, record, {"territory": "south"})
    # Even before it is judged again.
    assert shop.records.worklist.page(NORA, "customer", Asked())[0] == []


def test_roles_see_findings_only_where_they_see_the_field(shop: Shop) -> None:
    shop.create(ANA)
    for actor in (ANA, BEN, FAY, ADA, UDO):
        fields = {one["field"] for one in listed(shop, actor)[0]["findings"]}
        assert "phone" in fields
        assert not fields & {"credit_limit", "bank_accounts", "payment_terms"}
    with pytest.raises(Problem, match="not_allowed"):
        shop.records.worklist.page(Actor("x", "X", "pos"), "customer", Asked())


def test_whoever_checked_a_record_stands_beside_it_and_in_its_time_line(
    shop: Shop, clock: ManualClock
) -> None:
    record = shop.create(ANA).head.id
    before = shop.records.worklist.of_record(ANA, "customer", record)
    assert (before["verified_at"], before["due"]) == (None, False)
    clock.advance(60_000)
    told = shop.records.worklist.check(Origin(CLEO), "customer", record, 1)
    assert (told["verified_by"], told["verified_version"]) == ("Cleo", 1)
    assert told["verified_at"] == "2027-01-15T08:01:00.000Z"
    assert told["review_at"] == "2028-01-15T08:01:00.000Z"
    (event,) = shop.records.timeline.page(ANA, "customer", record)["events"]
    assert (event["event"], event["by"]) == ("checked", "Cleo")
    entry = shop.journal()[-1]
    assert (entry["type"], entry["actor"]) == ("record.checked", "cleo")
    assert shop.records.get(ANA, "customer", record)["version"] == 1


def test_only_what_is_on_screen_can_be_found_right(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.edit(ANA, record, {"notes": "n"})
    for actor, version, code in (
        (ANA, 1, "check_moved"),
        (OTTO, 2, "record_missing"),
        (UDO, 2, "not_allowed"),
        (ADA, 2, "not_allowed"),
    ):
        with pytest.raises(Problem, match=code):
            shop.records.worklist.check(Origin(actor), "customer", record, version)
    with shop.store.read() as rows:
        assert rows.value("SELECT COUNT(*) FROM record_checks") == 0


def test_a_review_comes_due_and_goes_when_somebody_has_looked(
    shop: Shop, clock: ManualClock
) -> None:
    record = shop.create(ERP, **good()).head.id
    assert listed(shop) == []
    clock.advance(364 * DAY_MS)
    assert listed(shop) == []
    clock.advance(2 * DAY_MS)
    (item,) = listed(shop, due=True)
    assert (item["record"], item["due"], item["findings"]) == (record, True, [])
    assert item["worth"] == scoring.REVIEW_WORTH
    shop.records.worklist.check(Origin(BEN), "customer", record, 1)
    assert shop.records.worklist.page(BEN, "customer", Asked())[0] == []
    assert listed(shop, due=True) == []
    clock.advance(366 * DAY_MS)
    assert len(listed(shop)) == 1


def test_another_standard_judges_everything_anew(shop: Shop) -> None:
    shop.create(ANA)
    shop.records.judging.run()
    shop.write(lambda tx: tx.execute("UPDATE record_quality SET worth = 0"))
    assert listed(shop) == []
    shop.write(lambda tx: tx.execute("UPDATE quality_progress SET standard = 'older'"))
    assert len(listed(shop)) == 1


def test_a_record_that_became_another_one_leaves_the_worklist(shop: Shop) -> None:
    kept, other = (shop.create(ANA, legal_name=name).head for name in ("One", "Two"))
    assert len(listed(shop)) == 2
    shop.write(
        lambda tx: tx.execute(
            "UPDATE records SET alias_of = ?, seq = seq + 100 WHERE id = ?",
            (ids.to_bytes(kept.id), ids.to_bytes(other.id)),
        )
    )
    assert [one["record"] for one in shop.records.worklist.page(BEN, "customer", Asked())[0]] == [
        kept.id
    ]
    assert [one["record"] for one in listed(shop)] == [kept.id]


@given(st.sets(st.sampled_from(sorted(GOOD))), st.sampled_from(sorted(GOOD)))
def test_filling_something_in_never_lowers_a_score(removed: set[str], filled: str) -> None:
    required = {"type", "legal_name", "country", "status", "currency"}
    poor = {name: value for name, value in GOOD.items() if name not in removed - required}
    before, after = assess(poor), assess({**poor, filled: GOOD[filled]})
    assert 0 <= before.score <= after.score <= 100
    assert 0 <= before.completeness <= after.completeness <= 100
    assert (before.score == 100) == (before.findings == ())

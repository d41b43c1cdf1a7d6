"""Two records made into one: by rule, by choice, losing nothing, and taken back (pure)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.kernel.problems import Problem
from gateway.kinds import customer
from gateway.records.duplicates.joining import Comparison, Place, compare, join
from gateway.records.edits.merge import rank
from gateway.records.edits.rebasing import rebased, taken_back
from gateway.records.model import sets
from gateway.records.model.fields import Data, Path, leaves
from gateway.records.model.patch import at, dotted

KIND = customer.KIND
words = some.sampled_from(["Linden", "Linden GmbH", "Kim", "Lee", "Berlin"])
tags = some.lists(some.sampled_from(["bakery", "cafe", "vip"]), min_size=1, unique=True).map(sorted)
answers = some.sampled_from(["granted", "denied"]).map(lambda state: {"state": state})


def group(members: dict[str, Any]) -> Any:
    element = some.fixed_dictionaries({}, optional=members).filter(bool)
    return some.dictionaries(some.sampled_from(["a", "b", "c"]), element, min_size=1, max_size=3)


people = group({"name": words, "email": words, "role": words})
accounts = group({"iban": words, "holder": words})
consents = some.dictionaries(
    some.sampled_from(["marketing-email", "marketing-post", "sharing-partners"]),
    answers,
    min_size=1,
)
records = some.fixed_dictionaries(
    {"type": some.just("company"), "legal_name": words},
    optional={
        "email": words,
        "notes": words,
        "tags": tags,
        "credit_limit": some.integers(1, 3),
        "erp_number": words,
        "erp_block": some.booleans(),
        "contacts": people,
        "bank_accounts": accounts,
        "consents": consents,
    },
)


def compared(kept: Data, other: Data, *, newer: bool = False) -> Comparison:
    return compare(KIND, kept, other, lambda _here, _there: newer)


def joined(kept: Data, other: Data, **choices: str) -> Data:
    return join(KIND, kept, other, compared(kept, other), choices)


def place(kept: Data, other: Data, where: str, *, newer: bool = False) -> Place:
    found = {dotted(one.path): one for one in compared(kept, other, newer=newer).places}
    return found[where]


@given(records)
def test_a_record_merged_with_its_like_stays_as_it_is(one: Data) -> None:
    assert compared(one, one).places == ()
    assert joined(one, one) == one


@given(records, records)
def test_by_rule_nothing_that_only_one_side_says_is_lost(kept: Data, other: Data) -> None:
    told = compared(kept, other)
    data = join(KIND, kept, other, told, {})
    differing = {one.path for one in told.places}
    for path, field, value in leaves(KIND.fields, kept):
        if field.policy == "consent" or path[0] == "consents" or in_place(path, differing):
            continue
        assert at(data, path) == value
    for one in told.places:
        if one.kept is None and one.field.policy != "consent":
            assert at(data, one.path) == one.other
    assert set(data.get("tags", ())) == {*kept.get("tags", ()), *other.get("tags", ())}  # type: ignore[misc]
    assert sets.members(data.get("notes")) == (
        sets.members(kept.get("notes")) | sets.members(other.get("notes"))
    )


def in_place(path: Path, places: set[Path]) -> bool:
    return any(path[: len(one)] == one for one in places)


@given(records, records)
def test_every_contact_and_account_of_both_is_there(kept: Data, other: Data) -> None:
    told = compared(kept, other)
    data = join(KIND, kept, other, told, {})
    for name in ("contacts", "bank_accounts"):
        here = set(data.get(name, {}))  # type: ignore[call-overload]
        assert set(kept.get(name, {})) <= here  # type: ignore[call-overload]
        named = told.elements.get(name, {})
        assert set(named) == set(other.get(name, {}))  # type: ignore[call-overload]
        assert set(named.values()) <= here
        assert len(set(named.values())) == len(named), "no two become one by accident"


@given(records, records, some.booleans())
def test_no_consent_is_ever_laxer_than_the_stricter_side(
    kept: Data, other: Data, newer: bool
) -> None:
    field = KIND.field("consents")
    assert field is not None
    told = compared(kept, other, newer=newer)
    data = join(KIND, kept, other, told, {})
    for name in ("marketing-email", "marketing-post", "sharing-partners"):
        sides = [at(side, ("consents", name)) for side in (kept, other)]
        result = rank(field, at(data, ("consents", name)))[0]
        denied = [rank(field, side)[0] for side in sides if side is not None]
        assert result <= max(denied, default=0.5) or result == 0.5
        if any(rank(field, side)[0] == 0 for side in sides if side is not None):
            assert result == 0, "a refusal of either holds"


@given(records, records)
def test_taking_back_at_once_gives_the_record_there_was(kept: Data, other: Data) -> None:
    after = joined(kept, other)
    before, stays = taken_back(KIND, kept, after, after)
    assert (before, stays) == (kept, [])


@given(records, records, records)
def test_taking_back_leaves_what_changed_since(kept: Data, other: Data, later: Data) -> None:
    after = joined(kept, other)
    data, stays = taken_back(KIND, kept, after, later)
    for path in stays:
        assert at(data, path) == at(later, path)


@given(records, records)
def test_an_edit_of_the_other_that_touches_nothing_touches_nothing(kept: Data, other: Data) -> None:
    told = compared(kept, other)
    after = join(KIND, kept, other, told, {})
    assert rebased(KIND, told.elements, other, other, after) == (after, after)


@pytest.mark.parametrize(
    ("kept", "other", "where", "proposed", "reason"),
    [
        ({}, {"email": "a"}, "email", "other", "filled"),
        ({"legal_name": "L"}, {"legal_name": "Ltd"}, "legal_name", "other", "longer"),
        ({"country": "DE"}, {"country": "FR"}, "country", "kept", "kept"),
        ({"website": "a"}, {"website": "b"}, "website", "kept", "kept"),
        ({"tags": ["a"]}, {"tags": ["b"]}, "tags", "both", "united"),
        ({"notes": "a"}, {"notes": "b"}, "notes", "both", "united"),
        ({"credit_limit": 1}, {"credit_limit": 9}, "credit_limit", "kept", "guarded"),
        ({"erp_number": "1"}, {"erp_number": "2"}, "erp_number", "kept", "erp"),
        ({"erp_block": False}, {"erp_block": True}, "erp_block", "other", "erp"),
    ],
)
def test_each_difference_has_a_proposal_and_says_why(
    kept: Data, other: Data, where: str, proposed: str, reason: str
) -> None:
    one = place(kept, other, where)
    assert (one.proposed, one.reason) == (proposed, reason)


def test_the_newer_way_to_reach_somebody_is_proposed() -> None:
    one = place({"email": "old"}, {"email": "new"}, "email", newer=True)
    assert (one.proposed, one.reason) == ("other", "newer")


def test_one_registered_office_is_chosen_of_two() -> None:
    office = {"purpose": "registered", "country": "DE"}
    kept = {"addresses": {"a": {**office, "city": "Berlin"}}}
    other = {"addresses": {"b": {**office, "city": "Bonn"}}}
    one = place(kept, other, "addresses.a")
    assert one.sides == ("kept", "other")
    assert len(joined(kept, other)["addresses"]) == 1  # type: ignore[arg-type]


def test_a_date_of_birth_does_not_come_to_a_company() -> None:
    kept: Data = {"type": "company"}
    other: Data = {"type": "person", "birth_date": "1990-01-01"}
    assert "birth_date" not in joined(kept, other)
    assert joined(kept, other, type="other")["birth_date"] == "1990-01-01"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"nonsense": "kept"}, "merge_choice_unknown"),
        ({"erp_number": "other"}, "merge_choice_fixed"),
        ({"email": "both"}, "merge_choice_fixed"),
        ({"consents.marketing-email": "other"}, "merge_choice_fixed"),
    ],
)
def test_what_cannot_be_chosen_is_refused(choices: dict[str, str], code: str) -> None:
    denied = {"consents": {"marketing-email": {"state": "denied"}}}
    kept: Data = {"erp_number": "1", "email": "a", **denied}
    other: Data = {
        "erp_number": "2", "email": "b", "consents": {"marketing-email": {"state": "granted"}},
    }  # fmt: skip
    with pytest.raises(Problem, match=code):
        join(KIND, kept, other, compared(kept, other), choices)

"""A phone that changes its mind while others say the same: found by the arrival-order property."""

from typing import Any

import pytest

from gateway.kinds.registry import KINDS
from gateway.records.edits.rivals import fair_base
from tests.records.conftest import ANA, CLEO, NORA, Shop

CUSTOMER = KINDS["customer"]


def base(root: Any, seen: Any, *rivals: Any) -> Any:
    return fair_base(CUSTOMER, root, seen, rivals)


def test_the_own_value_is_the_base_where_nobody_else_said_it() -> None:
    assert base({"phone": "X"}, {"phone": "Y"}, {"phone": "Z"}) == {"phone": "Y"}
    assert base({"phone": "X"}, {"phone": "Y"}) == {"phone": "Y"}


def test_where_somebody_said_the_same_the_base_is_what_both_started_from() -> None:
    assert base({"phone": "X"}, {"phone": "Y"}, {"phone": "Y"}) == {"phone": "X"}
    assert base({"phone": "X"}, {}, {}) == {"phone": "X"}


def test_members_of_sets_are_looked_at_one_by_one() -> None:
    root, seen = {"tags": ["a", "b"]}, {"tags": ["b", "c", "d"]}
    assert base(root, seen, {"tags": ["a", "b", "d"]}) == {"tags": ["b", "c"]}
    assert base(root, seen, {"tags": ["b"]}) == {"tags": ["a", "b", "c", "d"]}


def test_contacts_are_looked_at_field_by_field_and_addresses_whole() -> None:
    root = {"contacts": {"c": {"name": "A", "role": "x"}}, "addresses": {"a": {"city": "X"}}}
    seen = {"contacts": {"c": {"name": "B", "role": "y"}}, "addresses": {"a": {"city": "Y"}}}
    rival = {"contacts": {"c": {"name": "B", "role": "x"}}, "addresses": {"a": {"city": "Z"}}}
    assert base(root, seen, rival) == {
        "contacts": {"c": {"name": "A", "role": "y"}},
        "addresses": {"a": {"city": "Y"}},
    }


@pytest.mark.parametrize("first", [ANA, CLEO])
def test_a_refusal_of_consent_is_not_undone_by_somebody_elses_second_thought(
    shop: Shop, first: Any
) -> None:
    def answer(state: str) -> dict[str, Any]:
        return {"consents": {"marketing-email": {"state": state}}}

    record = shop.create(ANA, **answer("granted")).head.id
    earlier = shop.new_id()
    if first is CLEO:
        shop.edit(CLEO, record, answer("denied"))
    shop.edit(ANA, record, answer("denied"), operation=earlier)
    if first is ANA:
        shop.edit(CLEO, record, answer("denied"))
    outcome = shop.edit(ANA, record, answer("granted"), after=earlier)
    assert outcome.head.data["consents"] == answer("denied")["consents"]


def test_a_proposal_two_people_made_survives_when_one_takes_it_back(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1111111").head.id
    shop.edit(CLEO, record, {"phone": "030 2222222"})
    earlier = shop.new_id()
    shop.edit(ANA, record, {"phone": None}, operation=earlier)
    shop.edit(NORA, record, {"phone": None})
    shop.edit(ANA, record, {"phone": "030 1111111"}, after=earlier)
    assert shop.contested(record) == {"phone": ['"+49302222222"', "null"]}
    assert [conflict["by"] for conflict in shop.conflicts()] == ["Nora"]

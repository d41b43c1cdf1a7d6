"""A phone that changes its mind while others say the same: found by the arrival-order property."""

from typing import Any

import pytest

from gateway.kinds.registry import KINDS
from gateway.records.edits.rivals import Rival, Step, fair_base, last_words
from gateway.records.model.survivorship import Claim
from gateway.records.rows.heads import Author
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


NOBODY = Author("", "", "", "")


def _step(patch: dict[str, Any]) -> Step:
    return Step(NOBODY, Claim(""), patch, 1, 2)


def rival(value: Any, saw: int = 1, version: int = 2) -> Rival:
    return Rival({"x": value}, NOBODY, saw, version, steps=(_step({"x": value}),))


def words(rivals: list[Rival], own: Any, current: Any = "root", seen: Any = "root") -> list[Any]:
    return last_words(rivals, ("x",), root="root", seen=seen, current=current, own=own)


def test_everybody_s_last_word_counts_and_not_what_is_stored() -> None:
    # The author's own earlier answer is stored; it had been stricter than somebody else's.
    assert words([rival("other")], "second thought", "mine", "mine") == ["other", "second thought"]


def test_who_went_back_to_the_beginning_has_said_nothing() -> None:
    assert words([rival("root")], "mine") == ["mine"]
    assert words([rival("other")], "root", "mine", "mine") == ["other"]
    assert words([], "root", "mine", "mine") == ["root"]


def test_a_word_is_over_once_somebody_saw_it_and_said_something_else() -> None:
    assert words([rival("first"), rival("later", saw=2, version=3)], "mine") == ["later", "mine"]


def test_who_did_not_speak_of_a_place_said_nothing_of_it() -> None:
    silent = Rival({"x": "root", "y": 1}, NOBODY, 1, 2, steps=(_step({"y": 1}),))
    assert words([silent], "mine") == ["mine"]


def test_what_nobody_said_and_yet_is_there_counts_as_a_word() -> None:
    assert words([], "mine", "from a merge") == ["from a merge", "mine"]


@pytest.mark.parametrize("first", [ANA, CLEO])
@pytest.mark.parametrize("back", [True, False])
def test_another_device_s_refusal_outlasts_a_second_thought(
    shop: Shop, first: Any, back: bool
) -> None:
    def answer(state: str, source: str) -> dict[str, Any]:
        return {"consents": {"marketing-email": {"state": state, "source": source}}}

    record = shop.create(ANA, **answer("granted", "web")).head.id
    earlier = shop.new_id()
    if first is CLEO:
        shop.edit(CLEO, record, answer("denied", "spoken"))
    shop.edit(ANA, record, answer("denied", "form"), operation=earlier)
    if first is ANA:
        shop.edit(CLEO, record, answer("denied", "spoken"))
    final = answer("granted", "web" if back else "email")
    outcome = shop.edit(ANA, record, final, after=earlier)
    assert outcome.head.data["consents"] == answer("denied", "spoken")["consents"]


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

"""Merge patches as RFC 7396 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.records.model.patch import apply, at, between, dotted, pointer, put, without

values = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans() | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abc"), values, max_size=3)

# The examples of RFC 7396, appendix A, that are about objects.
RFC = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), RFC)
def test_the_examples_of_the_standard_hold(
    target: dict[str, object], patch: dict[str, object], result: dict[str, object]
) -> None:
    assert apply(target, patch) == result


@given(objects, objects)
def test_the_patch_between_two_records_turns_one_into_the_other(
    old: dict[str, object], new: dict[str, object]
) -> None:
    assert apply(old, between(old, new)) == new


@given(objects)
def test_nothing_lies_between_a_record_and_itself(data: dict[str, object]) -> None:
    assert between(data, data) == {}


@given(objects, objects)
def test_a_patch_changes_nothing_it_was_given(
    data: dict[str, object], patch: dict[str, object]
) -> None:
    before = repr(data)
    apply(data, patch)
    assert repr(data) == before


def test_a_place_is_put_and_found_again() -> None:
    path = ("contacts", "c1", "phone")
    data = put({"name": "A"}, path, "+49301234567")
    assert data == {"name": "A", "contacts": {"c1": {"phone": "+49301234567"}}}
    assert at(data, path) == "+49301234567"
    assert at(data, ("name", "c1")) is None


def test_what_a_later_patch_speaks_of_is_taken_out_of_an_earlier_one() -> None:
    earlier = {"name": "A", "contacts": {"c1": {"phone": "1", "role": "owner"}, "c2": None}}
    assert without(earlier, {"contacts": {"c1": {"phone": None}}}) == {
        "name": "A",
        "contacts": {"c1": {"role": "owner"}, "c2": None},
    }
    assert without(earlier, {"contacts": {"c1": None, "c2": {"name": "Jo"}}, "name": "B"}) == {
        "contacts": {}
    }
    assert without(earlier, {}) == earlier


def test_a_group_that_becomes_empty_goes_with_its_last_value() -> None:
    data = {"contacts": {"c1": {"phone": "1"}}, "name": "A"}
    assert put(data, ("contacts", "c1", "phone"), None) == {"name": "A"}


def test_a_place_has_two_spellings() -> None:
    assert dotted(("contacts", "c1", "phone")) == "contacts.c1.phone"
    assert pointer(("a/b", "c~d")) == "/a~1b/c~0d"

"""The merge table of the design, row by row, and what must hold for any three versions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.records.edits.merge import Merged, Ruling, Voices, merge
from gateway.records.model.fields import Choice, Field, Labels, Policy
from gateway.records.model.sets import NOTES_RULE

NO_LABELS = Labels("", "")
CONSENT = (Choice("denied", NO_LABELS), Choice("granted", NO_LABELS))


def text(name: str, policy: Policy, **more: Any) -> Field:
    data_class = "F" if policy == "guarded" else "O"
    return Field(
        name=name, type="text", labels=NO_LABELS, policy=policy, data_class=data_class, **more
    )


FIELDS = (
    text("website", "plain"),
    Field(name="notes", type="multiline", labels=NO_LABELS),
    Field(name="tags", type="tags", labels=NO_LABELS),
    text("phone", "contact"),
    text("legal_name", "identity"),
    text("limit", "guarded"),
    text("balance", "erp"),
    Field(name="consent", type="choice", labels=NO_LABELS, policy="consent", choices=CONSENT),
    Field(
        name="contacts",
        type="group",
        labels=NO_LABELS,
        policy="contact",
        fields=(text("name", "contact"), text("phone", "contact")),
    ),
    Field(
        name="addresses",
        type="group",
        labels=NO_LABELS,
        policy="contact",
        unit=True,
        fields=(text("city", "plain"), text("street", "plain")),
    ),
)
SCALARS = ("website", "phone", "legal_name", "limit", "consent")


def merged(base: Any, current: Any, proposed: Any, **more: Any) -> Merged:
    return merge(FIELDS, base, current, proposed, **more)


def one(name: str, base: Any, current: Any, proposed: Any, **more: Any) -> tuple[Any, list[Any]]:
    """The value and the clashes of a merge of one field; None stands for absent."""
    sides = ({name: side} if side is not None else {} for side in (base, current, proposed))
    result = merged(*sides, **more)
    assert all(clash.path == (name,) for clash in result.clashes)
    return result.data.get(name), [(c.current, c.proposed) for c in result.clashes]


@pytest.mark.parametrize("name", [*SCALARS, "notes"])
@pytest.mark.parametrize("new", ["denied", None])
def test_a_change_of_one_side_is_taken(name: str, new: str | None) -> None:
    old = "granted"
    assert one(name, old, old, new) == (new, [])
    assert one(name, old, new, old) == (new, [])


@pytest.mark.parametrize("name", [*SCALARS, "notes"])
def test_the_same_change_on_both_sides_is_no_clash(name: str) -> None:
    assert one(name, "granted", "denied", "denied") == ("denied", [])
    assert one(name, "granted", None, None) == (None, [])


@pytest.mark.parametrize("name", ["website", "phone", "legal_name", "limit"])
@pytest.mark.parametrize(("current", "proposed"), [("B", "C"), (None, "C"), ("B", None)])
def test_different_changes_keep_the_current_value_and_ask_a_person(
    name: str, current: str | None, proposed: str | None
) -> None:
    assert one(name, "A", current, proposed) == (current, [(current, proposed)])


def test_sets_are_united_and_a_removal_of_either_side_holds() -> None:
    assert one("tags", ["a", "b"], ["a", "b", "c"], ["b", "d"]) == (["b", "c", "d"], [])
    assert one("tags", ["a"], None, ["a", "b"]) == (["b"], [])
    assert one("tags", ["a"], ["b"], None) == (["b"], [])


def test_both_notes_are_kept_once_each_in_one_order() -> None:
    both = NOTES_RULE.join(["first", "second"])
    assert one("notes", "old", "second", "first") == (both, [])
    assert one("notes", "old", "first", "second") == (both, [])
    assert one("notes", "old", both, "first") == (both, [])
    assert one("notes", None, "first", "second") == (both, [])


def test_the_stricter_consent_wins_at_once_and_the_other_is_kept() -> None:
    for current, proposed in (("granted", "denied"), ("denied", "granted")):
        result = merged({}, {"consent": current}, {"consent": proposed})
        assert result.data == {"consent": "denied"}
        (clash,) = result.clashes
        assert (clash.current, clash.proposed, clash.settled) == ("denied", "granted", True)


def test_no_answer_is_less_strict_than_a_refusal_and_stricter_than_consent() -> None:
    assert one("consent", "granted", None, "denied")[0] == "denied"
    assert one("consent", "denied", None, "granted")[0] is None
    assert one("consent", "denied", "granted", None)[0] is None


def test_what_the_erp_owns_a_person_can_only_ask_for() -> None:
    assert one("balance", "10", "10", "20") == ("10", [("10", "20")])
    assert one("balance", "10", "15", "20") == ("15", [("15", "20")])
    assert one("balance", "10", "10", "20", authority=True) == ("20", [])
    # Somebody else came to have a say there: who asked still asks.
    assert one("balance", "10", "15", "20", authority=True) == ("20", [("20", "15")])


def test_a_guarded_value_of_the_erp_applies_at_once_whoever_came_first() -> None:
    assert one("limit", "1", "2", "3", authority=True) == ("3", [("3", "2")])
    assert one("limit", "1", "3", "2") == ("3", [("3", "2")])


def test_elements_of_a_group_come_and_go_on_their_own() -> None:
    base = {"contacts": {"a": {"name": "A"}, "b": {"name": "B"}}}
    current = {"contacts": {"a": {"name": "A"}, "b": {"name": "B"}, "c": {"name": "C"}}}
    proposed = {"contacts": {"b": {"name": "B"}, "d": {"name": "D"}}}
    result = merged(base, current, proposed)
    assert result.clashes == ()
    assert result.data == {"contacts": {"b": {"name": "B"}, "c": {"name": "C"}, "d": {"name": "D"}}}


def test_two_fields_of_one_contact_do_not_clash() -> None:
    def contact(name: str, phone: str) -> dict[str, Any]:
        return {"contacts": {"a": {"name": name, "phone": phone}}}

    result = merged(contact("A", "1"), contact("A", "2"), contact("B", "1"))
    assert (result.data, result.clashes) == (contact("B", "2"), ())


def test_two_fields_of_one_address_clash_as_one() -> None:
    def address(city: str, street: str) -> dict[str, Any]:
        return {"addresses": {"a": {"city": city, "street": street}}}

    result = merged(address("X", "1"), address("X", "2"), address("Y", "1"))
    assert result.data == address("X", "2")
    (clash,) = result.clashes
    assert clash.path == ("addresses", "a")
    assert clash.proposed == {"city": "Y", "street": "1"}


def test_the_same_field_of_one_contact_clashes_at_its_own_place() -> None:
    def phone(number: str) -> dict[str, Any]:
        return {"contacts": {"a": {"name": "A", "phone": number}}}

    (clash,) = merged(phone("1"), phone("2"), phone("3")).clashes
    assert clash.path == ("contacts", "a", "phone")


@pytest.mark.parametrize("group", ["contacts", "addresses"])
def test_what_one_removed_and_the_other_changed_stays_until_a_person_decides(group: str) -> None:
    member = "name" if group == "contacts" else "city"
    base, changed = ({group: {"a": {member: value}}} for value in ("old", "new"))
    for current, proposed in ((changed, {}), ({}, changed)):
        result = merged(base, current, proposed)
        assert result.data == changed
        (clash,) = result.clashes
        assert (clash.path, clash.current, clash.proposed) == ((group, "a"), {member: "new"}, None)


def test_what_the_declaration_does_not_know_is_left_alone() -> None:
    assert merged({}, {"later": 1}, {"website": "w"}).data == {"later": 1, "website": "w"}


words = st.sampled_from(["x", "y", "z"])
sets = st.lists(words, unique=True, min_size=1, max_size=3).map(sorted)
elements = st.dictionaries(
    st.sampled_from(["e1", "e2"]),
    st.fixed_dictionaries({"name": words}, optional={"phone": words}),
    min_size=1,
)
places = st.dictionaries(
    st.sampled_from(["e1", "e2"]),
    st.fixed_dictionaries({"city": words}, optional={"street": words}),
    min_size=1,
)
records = st.fixed_dictionaries(
    {},
    optional={
        "website": words,
        "notes": words,
        "tags": sets,
        "phone": words,
        "legal_name": words,
        "limit": words,
        "consent": st.sampled_from(["denied", "granted"]),
        "contacts": elements,
        "addresses": places,
    },
)


@given(records, records)
def test_an_edit_on_the_newest_version_is_taken_whole(base: Any, proposed: Any) -> None:
    result = merged(base, base, proposed)
    assert (result.data, result.clashes) == (proposed, ())


@given(records, records)
def test_an_edit_that_changes_nothing_changes_nothing(base: Any, current: Any) -> None:
    result = merged(base, current, base)
    assert (result.data, result.clashes) == (current, ())


@given(records, records)
def test_an_edit_that_agrees_changes_nothing(base: Any, current: Any) -> None:
    result = merged(base, current, current)
    assert (result.data, result.clashes) == (current, ())


@given(records, records, records)
def test_two_edits_contest_the_same_values_whoever_comes_first(base: Any, a: Any, b: Any) -> None:
    def contested(first: Any, second: Any) -> dict[Any, Any]:
        return {
            clash.path: sorted([repr(clash.current), repr(clash.proposed)])
            for clash in merged(base, first, second).clashes
        }

    assert contested(a, b) == contested(b, a)


@given(records, records, records)
def test_no_value_that_somebody_typed_is_lost(base: Any, a: Any, b: Any) -> None:
    result = merged(base, a, b)
    kept = repr(result.data) + repr(result.clashes)
    for side in (a, b):
        for name in ("website", "notes", "phone", "legal_name", "limit"):
            if name in side and side[name] != base.get(name):
                assert repr(side[name])[1:-1] in kept


def by_rule(stand: Any, settled: bool = False) -> Voices:
    ruling = Ruling(stand, "rank", settled)
    return Voices(judge=lambda three: None if three.path[0] in ("notes", "tags") else ruling)


@given(records, records, records, st.booleans())
def test_the_heavier_word_holds_whoever_comes_first(
    base: Any, heavy: Any, light: Any, settled: bool
) -> None:
    def outcome(result: Merged) -> tuple[Any, Any]:
        sides = {c.path: {repr(c.current), repr(c.proposed)} for c in result.clashes}
        return result.data, sides

    first = merged(base, light, heavy, voices=by_rule("over", settled))
    last = merged(base, heavy, light, voices=by_rule("under", settled))
    for name in ("website", "phone", "legal_name", "limit"):
        if heavy.get(name) != base.get(name):
            assert first.data.get(name) == last.data.get(name) == heavy.get(name)
        elif light.get(name) != base.get(name):
            assert last.data.get(name) == base.get(name), "what stands, stands"
    moved = {name for name in SCALARS if heavy.get(name) != base.get(name)}
    both = [
        {path: sides for path, sides in outcome(result)[1].items() if path[0] in moved}
        for result in (first, last)
    ]
    assert both[0] == both[1]


@given(records, records, st.booleans())
def test_a_lighter_word_over_what_stands_is_kept_and_changes_no_ruled_value(
    base: Any, light: Any, settled: bool
) -> None:
    result = merged(base, base, light, voices=by_rule("under", settled))
    for name in ("website", "phone", "legal_name", "limit"):
        assert result.data.get(name) == base.get(name)
    told = {clash.path[0]: clash for clash in result.clashes if len(clash.path) == 1}
    changed = {
        n for n in ("website", "phone", "legal_name", "limit") if light.get(n) != base.get(n)
    }
    assert told.keys() == changed
    assert all(c.rule == "rank" and c.settled == settled for c in told.values())
    # Consents ask for no rule, and no rule is about sets and notes.
    for name in ("tags", "notes", "consent"):
        assert result.data.get(name) == light.get(name)


@given(records, records, records)
def test_equal_words_are_merged_as_if_there_were_no_rule(base: Any, a: Any, b: Any) -> None:
    assert merged(base, a, b, voices=by_rule("level")) == merged(base, a, b)


ANSWERS = (
    None,
    {"state": "granted"},
    {"state": "denied"},
    {"state": "granted", "source": "form"},
    {"source": "spoken", "state": "granted"},
    {"state": "denied", "source": "form"},
)
CONSENTS = (
    Field(
        name="consents",
        type="group",
        labels=NO_LABELS,
        policy="consent",
        unit=True,
        fields=(
            Field(name="state", type="choice", labels=NO_LABELS, policy="consent", choices=CONSENT),
            text("source", "plain"),
        ),
    ),
)


def consent(answer: dict[str, str] | None) -> dict[str, Any]:
    return {} if answer is None else {"consents": {"marketing-email": answer}}


@pytest.mark.parametrize("base", ANSWERS)
@pytest.mark.parametrize("one", ANSWERS)
@pytest.mark.parametrize("other", ANSWERS)
def test_two_answers_to_one_question_end_in_the_stricter_one_whoever_came_first(
    base: Any, one: Any, other: Any
) -> None:
    results = [
        merge(CONSENTS, consent(base), consent(first), consent(second))
        for first, second in ((one, other), (other, one))
    ]
    assert results[0].data == results[1].data
    assert all(clash.settled for result in results for clash in result.clashes)
    if {"state": "denied"} in (one, other) and base not in (one, other):
        (element,) = results[0].data["consents"].values()  # type: ignore[attr-defined]
        assert element["state"] == "denied"

"""Kinds are found by their files, and every declaration keeps its own promises."""

from collections.abc import Iterator

import pytest

from gateway.access.policy import KNOWN
from gateway.kinds.registry import KINDS, discover
from gateway.records.model.fields import Choice, Field, Labels, leaves
from gateway.records.model.kind import Kind, Step
from gateway.records.model.validate import Home, check, defaults

L = Labels("x", "x")


def every_field(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from every_field(field.fields)


def test_a_file_in_the_folder_is_all_a_kind_needs() -> None:
    assert {"customer", "product"} <= set(KINDS)
    assert discover() == KINDS


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_rows_in_the_policy(kind: Kind) -> None:
    for action in ("list", "read", "search", "history", "create", "update"):
        assert (kind.name, action) in KNOWN


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_stands_in_one_step_of_the_form(kind: Kind) -> None:
    placed = [name for step in kind.steps for name in step.fields]
    assert sorted(placed) == sorted(field.name for field in kind.fields)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_names_are_unique_and_of_one_shape(kind: Kind) -> None:
    names = [field.name for field in kind.fields]
    assert len(set(names)) == len(names)
    assert all(field.name.isidentifier() for field in every_field(kind.fields))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_default_is_a_value_that_would_be_accepted(kind: Kind) -> None:
    filled = defaults(kind.fields, Home())
    findings = check(kind.fields, filled, Home(), only=filled)
    assert findings.problems == []
    assert findings.data == filled


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_banks_and_identities_are_sealed_where_they_are_numbers(kind: Kind) -> None:
    for field in every_field(kind.fields):
        if field.type == "iban" or field.data_class == "I":
            assert field.sealed


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_nothing_sealed_is_searched_or_looked_up(kind: Kind) -> None:
    secret = {field.name for field in every_field(kind.fields) if field.sealed}
    looked = {name for names in kind.lookups.values() for name in names}
    assert not secret & {name.rpartition(".")[2] for name in (*kind.search, *looked)}


def kind_of(**more: object) -> Kind:
    values: dict[str, object] = {
        "name": "thing",
        "labels": L,
        "fields": (Field(name="name", type="text", labels=L),),
        "steps": (Step("one", L, ("name",)),),
        "number_letter": "T",
        "title": ("name",),
        "lookups": {},
        "erp_name": "thing",
    }
    return Kind(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ("nickname",)},
        {"search": ("contacts.name",)},
        {"lookups": {"key": ("code",)}},
        {"steps": (Step("one", L, ("name", "age")),)},
    ],
)
def test_a_kind_that_names_a_field_it_does_not_have_does_not_load(wrong: dict[str, object]) -> None:
    assert kind_of().name == "thing"
    with pytest.raises(ValueError, match="does not have"):
        kind_of(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": "guarded"},
        {"type": "group"},
        {"type": "choice"},
        {"choices": (Choice("a", L),)},
        {"type": "phone", "sealed": True},
    ],
)
def test_a_field_that_contradicts_itself_does_not_load(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="name"):
        Field(**{"name": "name", "type": "text", "labels": L, **wrong})  # type: ignore[arg-type]


def test_leaves_enter_groups_and_skip_what_is_not_declared() -> None:
    data = {"legal_name": "A", "contacts": {"c1": {"name": "B", "x": 1}, "c2": None}, "y": 2}
    found = [(path, value) for path, _, value in leaves(KINDS["customer"].fields, data)]
    assert found == [(("legal_name",), "A"), (("contacts", "c1", "name"), "B")]

"""Whatever is typed into whatever field is stored in one lasting form, or refused by a code."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.kinds.registry import KINDS
from gateway.records.model.fields import Choice, Field, Labels, Type, leaves
from gateway.records.model.validate import Home, check

L = Labels("", "")
HOME = Home("CN", "CNY", "zh-CN", "2026-11-22")
TYPES = [name for name in get_args(Type) if name != "group"]
# What people and programs really send: other digits, marks nobody sees, emoji, formulas, tags.
ODD = (
    "0123456789０１２３四五六年月日+-./:@ \u00a0\u3000\u200b\u200d\u202e\ufeff\u0000"
    "aZß上海公司有限😀=<>'\";"
)
texts = st.text(max_size=40) | st.text(alphabet=ODD, max_size=40)
values = (
    texts
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.lists(texts, max_size=3)
    | st.dictionaries(st.text(max_size=5), texts, max_size=2)
)


@pytest.mark.parametrize("kind", TYPES)
@settings(max_examples=60, deadline=None)
@given(value=values)
def test_a_value_has_one_stored_form_or_is_refused(kind: Any, value: object) -> None:
    choices = (Choice("a", L),) if kind == "choice" else ()
    fields = (Field(name="x", type=kind, labels=L, choices=choices, past=kind == "date"),)
    first = check(fields, {"x": value}, HOME)
    if first.problems:
        assert {problem.pointer for problem in first.problems} == {"/x"}
        assert all(problem.detail("en") and problem.detail("zh") for problem in first.problems)
        return
    again = check(fields, first.data, HOME)
    assert (again.data, again.problems) == (first.data, [])


customers = st.fixed_dictionaries(
    {"type": st.sampled_from(["company", "person"]), "legal_name": texts},
    optional={
        "trade_name": texts,
        "phone": texts,
        "tax_id": texts,
        "registration_number": texts,
        "birth_date": texts,
        "wechat": texts,
        "notes": texts,
        "tags": st.lists(texts, max_size=3),
        "contacts": st.dictionaries(
            st.sampled_from(["c1", "c2"]), st.fixed_dictionaries({"name": texts, "email": texts})
        ),
        "addresses": st.dictionaries(
            st.sampled_from(["a1", "a2"]),
            st.fixed_dictionaries(
                {
                    "purpose": st.sampled_from(["billing", "registered"]),
                    "country": st.sampled_from(["CN", "DE", "XX"]),
                    "street": texts | st.just("上海市浦东新区世纪大道100号"),
                }
            ),
        ),
    },
)


@settings(max_examples=150, deadline=None)
@given(customers)
def test_a_customer_that_is_stored_would_be_stored_the_same_again(data: dict[str, Any]) -> None:
    kind = KINDS["customer"]
    defaults = {"status": "active", "country": "CN", "currency": "CNY"}
    first = check(kind.fields, {**defaults, **data}, HOME)
    if first.problems or kind.faults(first.data):
        return
    stored = kind.tidied(first.data, {})
    again = check(kind.fields, stored, HOME)
    assert again.problems == []
    assert kind.tidied(again.data, {}) == stored
    for _, _, value in leaves(kind.fields, stored):
        assert "\u202e" not in str(value)
        assert "\u200b" not in str(value)

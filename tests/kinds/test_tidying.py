"""What is put in order when a customer is stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kinds import tidying

LINE = {"purpose": "billing", "country": "DE", "street": "Invalidenstr. 44, 10115 Berlin"}
APART = {**LINE, "street": "Invalidenstr. 44", "city": "Berlin", "postal_code": "10115"}


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("company", "fontaine gmbh", "fontaine GmbH"),
        ("company", "FONTAINE CO., LTD.", "FONTAINE Co., Ltd."),
        ("company", "上海 华新 科技 有限公司", "上海华新科技有限公司"),
        ("company", "华新 IBM 科技", "华新 IBM 科技"),
        ("person", "Rosa gmbh", "Rosa gmbh"),
        ("person", "张 三", "张三"),
    ],
)
def test_names_are_spelled_as_they_are_usually_written(kind: str, typed: str, stored: str) -> None:
    data = tidying.names({"type": kind, "legal_name": typed}, {})
    assert data["legal_name"] == stored
    assert tidying.names(data, {}) == data


def test_what_the_author_did_not_touch_is_left_alone() -> None:
    before: dict[str, Any] = {"type": "company", "legal_name": "old gmbh", "addresses": {"a": LINE}}
    assert tidying.names(before, before) == before
    assert tidying.address_lines(before, before) == before


def test_an_address_in_one_line_is_taken_apart() -> None:
    data = tidying.address_lines({"addresses": {"a": LINE}}, {})
    assert data["addresses"] == {"a": APART}
    assert tidying.address_lines(data, {}) == data


def test_an_address_that_has_a_town_keeps_its_street() -> None:
    address = {**LINE, "city": "Berlin"}
    assert tidying.address_lines({"addresses": {"a": address}}, {})["addresses"] == {"a": address}


@given(st.text(max_size=40), st.sampled_from(["company", "person"]))
def test_tidying_twice_is_tidying_once(name: str, kind: str) -> None:
    once = tidying.names({"type": kind, "legal_name": name}, {})
    assert tidying.names(once, {}) == once

"""What is sent to Tryton: prices whose amounts come out right, and the least change of a list."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sync.erp.canonical import Line
from sync.erp.connectors.tryton.catalogue import language_names
from sync.erp.connectors.tryton.children import Children
from sync.erp.connectors.tryton.sales import PRICE_UNIT, unit_price

CENT = Decimal("0.01")
PHONES = Children("phones", ("type", "value"))


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("de", ("de", "de")),
        ("pt-BR", ("pt_BR", "pt")),
        ("zh-CN", ("zh_CN", "zh")),
        ("zh-Hant", ("zh_Hant", "zh_TW")),
        ("zh-HK", ("zh_HK", "zh_TW")),
    ],
)
def test_a_language_is_looked_for_by_the_names_it_may_have(tag: str, names: Sequence[str]) -> None:
    assert language_names(tag) == names


def priced(quantity: str, price: str | None, net: str) -> Line:
    stated = None if price is None else Decimal(price)
    return Line((), "SKU", Decimal(quantity), stated, Decimal(net), Decimal("0.19"))


@pytest.mark.parametrize(
    ("line", "price", "rest"),
    [
        (priced("2", "18.50", "37.00"), "18.50", "0"),
        (priced("3", None, "54.50"), "18.1667", "0"),
        (priced("0.575", "3.80", "2.19"), "3.8087", "0"),  # half even would make it 2.18
        (priced("1000", None, "10.01"), "0.0100", "0.01"),
        (priced("-3", None, "-54.50"), "18.1667", "0"),
        (priced("0", "5.00", "0.00"), "5.00", "0"),
        (priced("0", None, "1.00"), "0", "1.00"),
    ],
)
def test_the_price_that_makes_the_amount(line: Line, price: str, rest: str) -> None:
    assert unit_price(line, CENT) == (Decimal(price), Decimal(rest))


@given(
    quantity=some.decimals("-999", "999", places=3, allow_nan=False),
    minor=some.integers(-(10**7), 10**7),
)
def test_price_and_rest_always_make_the_amount(quantity: Decimal, minor: int) -> None:
    net = minor * CENT
    price, rest = unit_price(priced(str(quantity), None, str(net)), CENT)
    amount = (quantity * price).quantize(CENT, rounding=ROUND_HALF_EVEN)
    assert amount + rest == net
    assert price == price.quantize(PRICE_UNIT)


def party(*phones: tuple[int, str]) -> dict[str, object]:
    return {"phones.": [{"id": one, "type": "phone", "value": value} for one, value in phones]}


def wanted(**values: str) -> dict[str, dict[str, object]]:
    return {key: {"type": "phone", "value": value} for key, value in values.items()}


def test_a_list_that_is_as_we_want_it_needs_no_change() -> None:
    assert PHONES.changes(wanted(main="+1"), party((7, "+1")), {}) == []


def test_a_remembered_child_is_changed_and_not_made_again() -> None:
    changes = PHONES.changes(wanted(main="+2"), party((7, "+1")), {"phones/main": "7"})
    assert changes == [["write", [7], {"type": "phone", "value": "+2"}]]


def test_a_new_one_is_created_beside_what_the_erp_has() -> None:
    changes = PHONES.changes(wanted(main="+2"), party((7, "+1")), {})
    assert changes == [["create", [{"type": "phone", "value": "+2"}]]]


def test_one_of_ours_that_is_gone_is_set_aside_and_theirs_stays() -> None:
    changes = PHONES.changes({}, party((7, "+1"), (8, "+9")), {"phones/main": "7"})
    assert changes == [["write", [7], {"active": False}]]


def test_one_that_was_removed_there_is_made_again() -> None:
    changes = PHONES.changes(wanted(main="+1"), party(), {"phones/main": "7"})
    assert changes == [["create", [{"type": "phone", "value": "+1"}]]]


def test_equal_children_are_matched_one_to_one() -> None:
    found = PHONES.match(wanted(a="+1", b="+1"), party((7, "+1"), (8, "+1")), {})
    assert sorted(found.values()) == [7, 8]
    assert PHONES.links(found) == {"phones/a": "7", "phones/b": "8"}


def test_what_is_remembered_of_another_list_is_not_touched() -> None:
    assert PHONES.changes({}, party((7, "+1")), {"addresses/home": "7"}) == []

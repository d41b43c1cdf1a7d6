"""A person's identity number: a slip shows at its field, another document is kept."""

import pytest

from gateway.kernel.problems import Problem
from tests.records.conftest import ERP, FAY, Shop, shop

__all__ = ["shop"]

CARD, SLIP = "11010519491231002X", "11010519491231003X"


def person(shop: Shop, **data: str) -> str:
    return shop.create(ERP, type="person", country="CN", territory="north", **data).head.id


def test_a_card_number_with_a_slip_is_refused_at_its_field(shop: Shop) -> None:
    with pytest.raises(Problem) as refused:
        person(shop, identity_number=SLIP)
    (fault,) = refused.value.errors
    assert (fault.code, fault.pointer) == ("identity_number_invalid", "/identity_number")
    assert SLIP not in str(fault)


@pytest.mark.parametrize("number", [CARD, "E12345678"])
def test_a_right_one_and_a_passport_are_kept(shop: Shop, number: str) -> None:
    record = person(shop, identity_number=number)
    assert shop.records.get(ERP, "customer", record)["data"]["identity_number"] == number


def test_one_that_finance_proposes_is_checked_before_it_waits(shop: Shop) -> None:
    record = person(shop)
    with pytest.raises(Problem, match="record_invalid"):
        shop.edit(FAY, record, {"identity_number": SLIP})
    assert len(shop.edit(FAY, record, {"identity_number": CARD}).proposals) == 1

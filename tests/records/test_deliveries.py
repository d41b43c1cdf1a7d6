"""Deliveries: the ERP says what is expected, the shop reads it, and nobody here changes it."""

import pytest

from gateway.kernel.problems import Problem
from gateway.records import feed
from tests.records.conftest import ANA, CLEO, ERP, Shop

EXPECTED = {
    "number": "PO-7",
    "supplier": "Brewery",
    "location": "cellar",
    "expected_on": "2026-12-01",
    "lines": {
        "l1": {"gtin": "4006381333931", "name": "Beer", "quantity": "24", "unit": "pcs"},
        "l2": {"sku": "ICE", "name": "Ice", "quantity": "2.5", "unit": "kg"},
    },
}


def test_the_erp_says_what_is_expected_and_the_shop_reads_it(shop: Shop) -> None:
    made = shop.create(ERP, "delivery", **EXPECTED).head
    assert (made.number, made.data["status"]) == ("W1-D000001", "expected")
    assert made.data["lines"]["l1"]["gtin"] == "04006381333931"
    assert shop.records.get(CLEO, "delivery", made.id)["data"]["supplier"] == "Brewery"
    engine = shop.records.engine
    assert "delivery" in feed.readable(engine, CLEO)
    assert "delivery" not in feed.readable(engine, ANA)


def test_nobody_in_the_shop_writes_a_delivery(shop: Shop) -> None:
    with pytest.raises(Problem, match="not_allowed"):
        shop.create(CLEO, "delivery", **EXPECTED)
    with pytest.raises(Problem, match="not_allowed"):
        shop.records.get(ANA, "delivery", shop.create(ERP, "delivery", **EXPECTED).head.id)

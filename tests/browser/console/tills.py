"""A day at register 2, as its till tells it: a shift with a Z and what came after it, one that is
still open, goods that came, went and were counted; one number never comes.
"""

import functools
from typing import Any

from gateway.kernel import ids
from tests.browser.console.cast import MILK, SALE, Shop

AT = {"register": "2", "shift": "7", "currency": "EUR"}
TOTALS = {"net": 3700, "tax": 703, "total": 4403}
MORNING = 1_763_800_000_000


DELIVERY: dict[str, Any] = {
    "number": "D-77",
    "supplier": "Dairy Nord",
    "location": "cellar",
    "expected_on": "2026-11-22",
    "lines": {
        "l1": {"gtin": MILK, "name": "Milk", "quantity": "36", "unit": "l"},
        "l2": {"sku": "CREAM", "name": "Cream", "quantity": "12"},
    },
}


@functools.cache
def day() -> list[dict[str, Any]]:
    """The facts, in the order of the day; told again, they are the same facts."""
    sale = {**SALE["data"], **AT, "receipt": "2001"}
    line = {"gtin": MILK, "quantity": "24", "lot": "L-2291", "expiry": "2027-03-31"}
    told: list[tuple[str, dict[str, Any]]] = [
        ("stock.received", {"lines": [line], "location": "cellar", "document": "D-77"}),
        (
            "stock.transferred",
            {"lines": [{"gtin": MILK, "quantity": "6"}], "from": "cellar", "to": "shop"},
        ),
        ("stock.counted", {"lines": [{"sku": "BAG", "quantity": "7"}]}),
        ("shift.opened", {**AT, "float": 10000, "number": "W1-2-a-1"}),
        ("sale.completed", {**sale, "number": "W1-2-a-2"}),
        ("report.x", {**AT, "report": "X3", **TOTALS, "number": "W1-2-a-3"}),
        (
            "shift.closed",
            {**AT, "counted": [{"type": "cash", "amount": 14000}], "number": "W1-2-a-5"},
        ),
        ("report.z", {**AT, "report": "Z9", **TOTALS, "number": "W1-2-a-6"}),
        ("cash.paid_out", {**AT, "amount": 250, "reason": "Stamps", "number": "W1-2-a-7"}),
        ("shift.opened", {**AT, "shift": "8", "float": 10000, "number": "W1-2-a-8"}),
    ]
    return [
        {
            "specversion": "1.0",
            "id": ids.uuid7(MORNING + number),
            "source": "urn:till:2",
            "type": type,
            "time": f"2026-11-22T08:{number:02}:00.000Z",
            "data": data,
        }
        for number, (type, data) in enumerate(told)
    ]


@functools.cache
def expect_delivery(shop: Shop) -> str:
    """Have the ERP expect, once in a shop, what ``day`` receives a part of; the delivery's id."""
    erp = shop.process.token("ERP of deliveries", "erp")
    return str(shop.call("/api/v1/records/delivery", {"data": DELIVERY}, erp)["id"])

"""What registers and hands report beside sales: which facts are right, and who may say them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.facts.accept import Facts
from gateway.facts.settle import Result
from gateway.facts.types import BY_PEOPLE, DATA_TYPES, unsayable
from gateway.kernel import ids, money
from gateway.kernel.actor import Actor
from gateway.store.database import Store
from tests.erp.shop import line, receipt

NOW = 1_800_000_000_000
TILL = Actor(id="till-1", name="Till 1", role="pos", device="till-1")
AT = {"register": "R1", "shift": "S1", "currency": "EUR"}
BEER = {"gtin": "4006381333931", "quantity": "2"}
RIGHT: dict[str, dict[str, Any]] = {
    "shift.opened": {**AT, "float": 10000, "cashier": "7"},
    "shift.closed": {
        **AT,
        "counted": [{"type": "cash", "amount": 15050}, {"type": "card", "amount": 900}],
        "denominations": [{"value": 5000, "count": 3}, {"value": 50, "count": 1}],
    },
    "report.x": {**AT, "report": "X-1", "net": 100, "tax": 19, "total": 119},
    "report.z": {
        **AT, "report": "Z-1", "net": 100, "tax": 19, "rounding": 1, "total": 120,
        "tenders": [{"type": "cash", "amount": 120}], "sales": 2,
    },
    "payment.captured": {**AT, "type": "card", "amount": 5000, "reference": "T-77"},
    "cash.paid_in": {**AT, "amount": 500, "reason": "Change from the bank"},
    "cash.paid_out": {**AT, "amount": 300, "reason": "Window cleaner"},
    "cash.drop": {**AT, "amount": 20000, "reason": "Safe"},
    "cash.float": {**AT, "amount": 5000, "reason": "Coins"},
    "drawer.opened": {"reason": "no_sale"},
    "price.checked": {"text": "4006381333931", "price": 199, "currency": "EUR"},
    "sale.line_voided": {"register": "R1", "quantity": "1", "reason": "Mistyped"},
    "stock.received": {"lines": [BEER], "document": "LS-1"},
    "stock.transferred": {"lines": [BEER], "from": "shop", "to": "cellar"},
    "stock.counted": {"lines": [{"sku": "A", "quantity": "0"}], "location": "cellar"},
    "stock.adjusted": {"lines": [{"sku": "A", "quantity": "-1.5"}], "reason": "Broken"},
    "stock.reversed": {"corrects": ids.uuid7(1), "lines": [BEER], "reason": "Counted twice"},
}  # fmt: skip


def mirrored(**more: object) -> dict[str, Any]:
    return {
        **receipt(line(quantity="-2"), receipt="8", **more),
        "original": {"register": "R1", "receipt": "7"},
    }


def send(store: Store, type: str, data: object, actor: Actor = TILL) -> Result:
    event = {"specversion": "1.0", "id": ids.uuid7(NOW), "source": "till", "type": type}
    return Facts(store).accept(json.dumps({**event, "data": data}).encode(), actor)[0]


def faults(result: Result) -> set[tuple[str, str]]:
    assert result.status == "quarantined"
    assert result.problem is not None
    found = result.problem.errors or (result.problem,)
    return {(fault.code, fault.pointer or "") for fault in found}


@pytest.mark.parametrize("type", RIGHT)
def test_what_a_register_says_is_stored(store: Store, type: str) -> None:
    numbered = (
        {**RIGHT[type], "number": "W1-R1-a7-12"} if "register" in RIGHT[type] else RIGHT[type]
    )
    result = send(store, type, numbered)
    assert (result.status, result.problem) == ("stored", None)


@pytest.mark.parametrize(
    ("type", "change", "code", "pointer"),
    [
        ("shift.opened", {"currency": "EUX"}, "currency_unknown", "/data/currency"),
        ("shift.opened", {"float": -1}, "fact_data_invalid", "/data"),
        ("shift.opened", {"number": "17"}, "fact_data_invalid", "/data"),
        ("shift.closed", {"denominations": [{"value": 5000, "count": 2}]},
         "shift_denominations", "/data/denominations"),
        ("shift.closed", {"counted": [{"type": "card", "amount": 1}] * 2, "denominations": []},
         "till_tender_twice", "/data/counted"),
        ("report.z", {"total": 121}, "sale_total", "/data/total"),
        ("report.z", {"tenders": [{"type": "cash", "amount": 119}]}, "sale_tenders",
         "/data/tenders"),
        ("cash.drop", {"amount": 0}, "fact_data_invalid", "/data"),
        ("cash.drop", {"reason": ""}, "fact_data_invalid", "/data"),
        ("drawer.opened", {"reason": None}, "fact_data_invalid", "/data"),
        ("stock.received", {"lines": []}, "fact_data_invalid", "/data"),
        ("stock.received", {"lines": [{"quantity": "1"}]}, "stock_article_missing",
         "/data/lines/0/gtin"),
        ("stock.received", {"lines": [{"sku": "A", "quantity": "0"}]}, "stock_quantity",
         "/data/lines/0/quantity"),
        ("stock.received", {"lines": [{"gtin": "4006381333932", "quantity": "1"}]}, "gtin_invalid",
         "/data/lines/0/gtin"),
        ("stock.counted", {"lines": [{"sku": "A", "quantity": "-1"}]}, "stock_quantity",
         "/data/lines/0/quantity"),
        ("stock.adjusted", {"lines": [{"sku": "A", "quantity": "0.000"}]}, "stock_quantity",
         "/data/lines/0/quantity"),
        ("stock.transferred", {"to": "shop"}, "stock_same_place", "/data/to"),
        ("stock.reversed", {"corrects": "LS-1"}, "fact_data_invalid", "/data"),
        ("stock.received", {"lines": [{"sku": "A", "quantity": 1}]}, "fact_data_invalid", "/data"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_waits_with_its_reason(
    store: Store, type: str, change: dict[str, Any], code: str, pointer: str
) -> None:
    assert (code, pointer) in faults(send(store, type, {**RIGHT[type], **change}))
    assert store.head == 0


@pytest.mark.parametrize("type", ["sale.returned", "sale.voided"])
def test_what_is_taken_back_mirrors_a_sale_and_names_it(store: Store, type: str) -> None:
    assert send(store, type, mirrored()).status == "stored"
    alone = {**mirrored(), "original": None}
    assert ("return_original_missing", "/data/original") in faults(send(store, type, alone))
    assert send(store, type, {**alone, "unverified": True}).status == "stored"
    forwards = {**receipt(line(), receipt="9"), "unverified": True}
    assert ("return_sign", "/data/lines/0/quantity") in faults(send(store, type, forwards))
    assert ("sale_total", "/data/total") in faults(send(store, type, {**mirrored(), "total": 1}))


def test_cash_is_rounded_by_half_of_the_smallest_coin_at_most(store: Store) -> None:
    def rounded(by: int, currency: str, tender: str) -> Result:
        whole = receipt(line(), currency=currency, receipt="9")
        total = whole["total"] + by
        paid = [{"type": tender, "amount": total}]
        return send(
            store, "sale.completed", {**whole, "rounding": by, "total": total, "tenders": paid}
        )

    assert rounded(2, "CHF", "cash").status == "stored"
    assert rounded(50, "SEK", "cash").status == "stored"
    assert ("sale_rounding", "/data/rounding") in faults(rounded(4, "CHF", "cash"))
    assert ("sale_rounding", "/data/rounding") in faults(rounded(-50, "SEK", "card"))


def test_change_is_never_more_than_what_was_given(store: Store) -> None:
    whole = receipt(line(), receipt="9")
    paid = [
        {"type": "cash", "amount": 0, "change": 1},
        {"type": "card", "amount": whole["total"] + 1},
    ]
    bad = send(store, "sale.completed", {**whole, "tenders": paid})
    assert faults(bad) == {("sale_change", "/data/tenders/0/change")}


def test_who_may_say_what() -> None:
    assert set(DATA_TYPES) - unsayable("clerk") == BY_PEOPLE
    assert set(DATA_TYPES) - unsayable("rep") == {"visit.completed"}
    assert {"drawer.opened", "price.checked"} == (set(RIGHT) - unsayable("device"))
    assert unsayable("pos") == {"visit.completed"}
    assert unsayable("system") == frozenset()


@given(st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "CHF", "SEK", "JPY", "HUF", "USD"]))
def test_a_sum_in_cash_is_the_nearest_that_coins_can_pay(total: int, currency: str) -> None:
    step, rounded = money.cash_step(currency), money.round_cash(total, currency)
    assert rounded % step == 0
    assert abs(rounded - total) <= step / 2
    assert money.round_cash(-total, currency) == -rounded

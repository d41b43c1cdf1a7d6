"""Counts in a push: of whoever may count, at the time of a clock that was set right, taken back."""

from collections.abc import Callable
from typing import Any

from gateway.facts import stock_levels
from gateway.kernel.clock import ManualClock, to_iso
from gateway.store.database import Store
from tests.phone.bench import CLEO, Phone, new_id

BEER = ("shop", "gtin", "04006381333931")


def fact(phone: Phone, type: str, quantity: str, at_ms: int, **data: Any) -> dict[str, Any]:
    identity = new_id()
    lines = [{"gtin": BEER[2], "quantity": quantity}]
    event = {
        "specversion": "1.0", "id": identity, "source": "goods", "type": type,
        "time": to_iso(at_ms), "data": {"lines": lines, **data},
    }  # fmt: skip
    whole = phone.operation("fact", kind="stock", record=identity, event=event)
    return {**whole, "id": identity}


def on_hand(store: Store) -> str:
    with store.read() as rows:
        found = stock_levels.level(rows, BEER)
    return found.quantity if found else ""


def test_a_clerk_counts_and_takes_it_back_and_a_rep_does_not(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    cleo, ana = phone(2, CLEO), phone()
    now = clock.now_ms()
    (refused,) = ana.send(fact(ana, "stock.counted", "9", now))
    assert refused.answer.problem is not None
    assert (refused.status, refused.answer.problem.code) == ("rejected", "fact_not_allowed")
    assert on_hand(store) == ""

    first = fact(cleo, "stock.counted", "9", now, session=new_id(), blind=True)
    wrong = fact(cleo, "stock.counted", "2", now + 1)
    assert cleo.statuses(first, wrong) == ["applied", "applied"]
    clock.advance(1_000)
    back = fact(cleo, "stock.reversed", "2", now + 2, corrects=wrong["id"], reason="Mistaken")
    back["depends_on"] = [wrong["id"]]
    assert [cleo.statuses(back), cleo.statuses(back)] == [["applied"], ["duplicate"]]
    assert on_hand(store) == "9"


def test_a_count_by_a_clock_that_is_ahead_stands_before_what_came_after_it(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    cleo = phone(2, CLEO)
    now = clock.now_ms()
    ahead_ms = 600_000
    sold = fact(cleo, "stock.adjusted", "-1", now - 1_000, reason="Broken")
    count = fact(cleo, "stock.counted", "5", now - 60_000 + ahead_ms)
    assert cleo.statuses(sold) == ["applied"]
    (settled,) = cleo.send(count, offset_ms=-ahead_ms)
    assert settled.status == "applied"
    assert on_hand(store) == "4"

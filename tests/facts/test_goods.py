"""Counting, receiving, and taking either back: the same whatever the order in which facts come."""

import random
from collections import Counter
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.facts import receipts, stock_levels
from gateway.facts.accept import Facts
from gateway.facts.event import Fact, prepare
from gateway.facts.receipts import Received
from gateway.facts.settle import settle
from gateway.facts.stock_levels import NEWEST, Level
from gateway.kernel import canonical, clock, ids
from gateway.kernel.actor import Actor
from gateway.store.database import Store

CLERK = Actor(id="cleo", name="Cleo", role="clerk", device="phone-1")
BEER = ("gtin", "04006381333931")
names = count(1)
Happening = tuple[str, str, dict[str, Any], int]
many = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tell(store: Store, type: str, data: dict[str, Any], at: int, id: str = "") -> str:
    identity = id or ids.uuid7(at)
    result = Facts(store).capture(
        type, data, actor=CLERK, source="goods", id=identity, occurred_at=at
    )
    assert result.status == "stored", result.problem
    return identity


def beers(quantity: str, **more: str) -> list[dict[str, str]]:
    return [{"gtin": "4006381333931", "quantity": quantity, **more}]


def level(store: Store, location: str = "shop") -> Level | None:
    with store.read() as rows:
        return stock_levels.level(rows, (location, *BEER))


def on_hand(store: Store) -> str:
    found = level(store)
    assert found is not None
    return found.quantity


def received(store: Store, document: str) -> Received:
    with store.read() as rows:
        return receipts.received(rows, document)


def taken_back(id: str, fact: dict[str, Any]) -> dict[str, Any]:
    return {**fact, "corrects": id, "reason": "Mistaken"}


quantities = st.integers(1, 10**6).map(lambda n: f"{n // 1000}.{n % 1000:03d}")
happenings = st.lists(
    st.tuples(st.sampled_from(["received", "counted", "adjusted"]), quantities), max_size=6
)


@many
@given(
    happenings,
    st.sampled_from(["counted", "received", "adjusted"]),
    quantities,
    st.randoms(use_true_random=False),
)
def test_what_is_taken_back_leaves_everything_as_it_was(
    store: Store,
    happened: list[tuple[str, str]],
    mistake: str,
    quantity: str,
    chance: random.Random,
) -> None:
    places = [f"place-{next(names)}" for _ in range(2)]
    without, with_it = places
    facts: list[Happening] = []
    for place in places:
        for at, (what, amount) in enumerate(happened, 1):
            more = {"reason": "x"} if what == "adjusted" else {}
            data = {"location": place, "lines": beers(amount), **more}
            facts.append((f"stock.{what}", ids.uuid7(at), data, at * 10))
    wrong = {"location": with_it, "lines": beers(quantity)}
    more = {"reason": "x"} if mistake == "adjusted" else {}
    moment, id = chance.randrange(100), ids.uuid7(1)
    facts.append((f"stock.{mistake}", id, {**wrong, **more}, moment))
    facts.append(("stock.reversed", ids.uuid7(2), taken_back(id, wrong), moment + 5))
    chance.shuffle(facts)
    for type, identity, data, at in facts:
        tell(store, type, data, at, identity)
    left, right = level(store, without), level(store, with_it)
    assert (left is None) == (right is None)
    if left and right:
        assert (left.quantity, left.counted_at, left.moved_at) == (
            right.quantity, right.counted_at, right.moved_at,
        )  # fmt: skip


arrivals = st.lists(st.tuples(st.sampled_from("ABC"), quantities, st.booleans()), max_size=8)


@many
@given(arrivals, st.randoms(use_true_random=False))
def test_a_delivery_that_comes_in_parts_adds_up_in_any_order(
    store: Store, parts: list[tuple[str, str, bool]], chance: random.Random
) -> None:
    number = f"LS-{next(names)}"
    expected: Counter[str] = Counter()
    facts: list[Happening] = []
    for sku, quantity, undone in parts:
        id = ids.uuid7(1)
        data = {"document": number, "lines": [{"sku": sku, "quantity": quantity}]}
        facts.append(("stock.received", id, data, 1_000))
        if undone:
            facts.append(("stock.reversed", ids.uuid7(2), taken_back(id, data), 2_000))
        else:
            expected[sku] += int(quantity.replace(".", ""))
    chance.shuffle(facts)
    for type, identity, data, at in facts:
        tell(store, type, data, at, identity)
    found = received(store, number)
    assert {line.sku: round(float(line.quantity) * 1000) for line in found.lines} == expected
    assert set(found.facts) == {identity for _, identity, _, _ in facts}


def test_a_count_that_was_taken_back_is_still_told_of(store: Store) -> None:
    tell(store, "stock.counted", {"lines": beers("10")}, 1_000)
    wrong = {"lines": beers("1"), "session": "s", "blind": True}
    id = tell(store, "stock.counted", wrong, 2_000)
    assert on_hand(store) == "1"
    tell(store, "stock.reversed", taken_back(id, {"lines": beers("1")}), 3_000)
    assert on_hand(store) == "10"
    with store.read() as rows:
        told = stock_levels.movements(rows, ("shop", *BEER), NEWEST, 9)
    assert [(one.quantity, one.reversed) for _, one in told] == [("1", True), ("10", False)]


def test_goods_that_went_elsewhere_are_sent_back_and_not_taken_back(store: Store) -> None:
    moved = {"from": "cellar", "to": "shop", "lines": beers("4")}
    id = tell(store, "stock.transferred", moved, 1_000)
    tell(store, "stock.reversed", taken_back(id, {"lines": beers("4")}), 2_000)
    assert on_hand(store) == "4"


def test_a_delivery_tells_article_numbers_of_any_length_as_one(store: Store) -> None:
    tell(store, "stock.received", {"document": "LS", "lines": beers("2", lot="A")}, 1_000)
    whole = [{"gtin": "04006381333931", "quantity": "3", "mark": "over", "lot": "B"}]
    tell(store, "stock.received", {"document": "LS", "lines": whole}, 2_000)
    tell(store, "stock.received", {"lines": whole}, 3_000)
    [line] = received(store, "LS").lines
    assert (line.gtin, line.quantity) == (BEER[1], "5")
    assert received(store, "other") == Received("other", [], [])


@pytest.mark.parametrize(("offset", "counted"), [(-3_000, "2"), (0, "5")])
def test_a_phone_whose_clock_is_ahead_counts_at_the_right_time(
    store: Store, offset: int, counted: str
) -> None:
    tell(store, "stock.adjusted", {"lines": beers("-3"), "reason": "Sold"}, 9_000)
    event = {
        "specversion": "1.0", "id": ids.uuid7(1), "source": "goods", "type": "stock.counted",
        "time": clock.to_iso(11_000), "data": {"lines": beers("5")},
    }  # fmt: skip
    fact = prepare(event, canonical.encode(event), CLERK, store.keyring)
    assert isinstance(fact, Fact)
    fact.entry.clock_offset_ms = offset
    store.write_group(settle, [fact])
    assert on_hand(store) == counted

"""Shifts, registers and stock: the same whatever the order in which facts come."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.facts import registers, shifts, stock_levels
from gateway.facts.accept import Facts
from gateway.facts.stock_levels import NEWEST, Level
from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.erp.shop import line, receipt

TILL = Actor(id="till-1", name="Till 1", role="pos", device="till-1")
AT: dict[str, Any] = {"register": "R1", "shift": "S1", "currency": "EUR"}
BEER = ("gtin", "04006381333931")
Tell = Callable[..., str]

names = count(1)


@pytest.fixture
def tell(store: Store) -> Tell:
    facts, minutes = Facts(store), count(1)

    def send(type: str, data: dict[str, Any], at: int | None = None) -> str:
        moment = next(minutes) * 60_000 if at is None else at
        identity = ids.uuid7(moment)
        result = facts.capture(
            type, data, actor=TILL, source="till", id=identity, occurred_at=moment
        )
        assert result.status == "stored", result.problem
        return identity

    return send


def sold(quantity: str = "1", paid: str = "cash", **more: Any) -> dict[str, Any]:
    whole = receipt(
        line(gtin="4006381333931", quantity=quantity, unit_price=100, tax_rate="0"),
        **{"receipt": "1", **more},
    )
    return {**whole, "tenders": [{"type": paid, "amount": whole["total"]}]}


def on_hand(store: Store, location: str = "shop", key: tuple[str, str] = BEER) -> Level:
    with store.read() as rows:
        level = stock_levels.level(rows, (location, *key))
    assert level is not None
    return level


def a_shift(store: Store) -> shifts.Shift:
    with store.read() as rows:
        return shifts.find(rows, "R1", "S1")


def beers(quantity: str) -> list[dict[str, str]]:
    return [{"gtin": "4006381333931", "quantity": quantity}]


def test_a_drawer_should_hold_its_float_and_what_was_taken(store: Store, tell: Tell) -> None:
    tell("shift.opened", {**AT, "float": 10_000})
    tell("sale.completed", sold("3", shift="S1"))
    tell("sale.completed", sold("2", paid="card", shift="S1"))
    given = [{"type": "cash", "amount": 500, "change": 400}]
    tell("sale.completed", {**sold("1", shift="S1"), "tenders": given})
    back = {**sold("-1", shift="S1", receipt="9"), "unverified": True}
    tell("sale.returned", back)
    tell("payment.captured", {**AT, "type": "cash", "amount": 700})
    tell("cash.paid_in", {**AT, "amount": 50, "reason": "Coins"})
    tell("cash.float", {**AT, "amount": 60, "reason": "Coins"})
    tell("cash.paid_out", {**AT, "amount": 20, "reason": "Cleaner"})
    tell("cash.drop", {**AT, "amount": 5_000, "reason": "Safe"})
    open_one = a_shift(store)
    assert (open_one.state, open_one.sales, open_one.returns) == ("open", 600, -100)
    assert [(one.type, one.expected, one.counted) for one in open_one.tenders] == [
        ("card", 200, None), ("cash", 10_000 + 300 + 100 - 100 + 700 + 50 + 60 - 20 - 5_000, None),
    ]  # fmt: skip
    tell("shift.closed", {**AT, "counted": [{"type": "cash", "amount": 6_080}]})
    closed = a_shift(store)
    assert (closed.state, closed.findings) == ("closed", [])
    cash = closed.tenders[1]
    assert (cash.counted, cash.difference) == (6_080, -10)


def test_what_comes_after_a_z_amends_it_and_the_z_stays(store: Store, tell: Tell) -> None:
    tell("shift.opened", {**AT, "float": 0})
    z = {**AT, "report": "Z-1", "net": 0, "tax": 0, "total": 0}
    tell("report.z", z)
    late = tell("sale.completed", sold(shift="S1"), at=1)
    tell("shift.closed", {**AT, "counted": [{"type": "cash", "amount": 0}]})
    tell("cash.drop", {**AT, "amount": 1, "reason": "Safe"})
    found = a_shift(store)
    assert found.state == "reported"
    assert [(one.report, one.total) for one in found.reports] == [("Z-1", 0)]
    assert [(one.name, one.type) for one in found.amendments] == [
        ("Z-1/1", "sale.completed"), ("Z-1/2", "cash.drop"),
    ]  # fmt: skip
    assert found.amendments[0].id == late


def test_a_shift_says_what_does_not_fit(store: Store, tell: Tell) -> None:
    tell("sale.completed", sold(shift="S1"))
    assert a_shift(store).findings == ["never_opened"]
    for _ in range(2):
        tell("shift.opened", {**AT, "float": 0, "currency": "CHF"})
        tell("shift.closed", {**AT, "counted": [{"type": "cash", "amount": 0}]})
    assert a_shift(store).findings == ["opened_twice", "closed_twice", "currency_mixed"]
    with store.read() as rows, pytest.raises(Problem, match="shift_missing"):
        shifts.find(rows, "R1", "S2")


def test_shifts_are_listed_last_names_first_a_page_at_a_time(store: Store, tell: Tell) -> None:
    for register, shift in [("R1", "S1"), ("R1", "S2"), ("R2", "S1"), ("R10", "S1")]:
        tell("shift.opened", {**AT, "float": 0, "register": register, "shift": shift})
    with store.read() as rows:
        pages = shifts.names(rows, "", (shifts.LAST, shifts.LAST), 3)
        rest = shifts.names(rows, "", pages[-1], 3)
        own = shifts.names(rows, "R1", (shifts.LAST, shifts.LAST), 9)
    assert [*pages, *rest] == [("R2", "S1"), ("R10", "S1"), ("R1", "S2"), ("R1", "S1")]
    assert own == [("R1", "S2"), ("R1", "S1")]


def test_numbers_of_many_tills_that_were_offline_are_whole(store: Store, tell: Tell) -> None:
    told = [(register, n) for register in ("R1", "R2") for n in range(1, 101)]
    random.Random(3).shuffle(told)
    for register, n in told[:-3]:
        tell("sale.completed", sold(number=f"W1-{register}-a7-{n}", register=register))
    missing = {(register, n) for register, n in told[-3:]}
    with store.read() as rows:
        found = {name: registers.find(rows, name) for name in registers.names(rows, "", 9)}
    gaps = {
        (name, n)
        for name, one in found.items()
        for gap in one.gaps
        for n in range(gap.first, gap.last + 1)
    }
    assert gaps == {one for one in missing if one[1] != 100}
    for register, n in missing:
        tell("sale.completed", sold(number=f"W1-{register}-a7-{n}", register=register))
    with store.read() as rows:
        for name in ("R1", "R2"):
            one = registers.find(rows, name)
            assert (one.whole, one.series[0].missing, one.series[0].facts) == (True, 0, 100)


def link(data: dict[str, Any], previous: str) -> dict[str, Any]:
    """The data as a register chains it."""
    told = canonical.sha256_hex(previous.encode() + canonical.encode(data))
    return {**data, "chain": {"previous": previous, "hash": told}}


def test_a_chain_that_is_cut_forked_or_altered_is_told_and_kept(store: Store, tell: Tell) -> None:
    drop = {**AT, "amount": 5, "reason": "Safe"}
    one = link({**drop, "number": "W1-R1-a-1"}, "")
    two = link({**drop, "number": "W1-R1-a-2"}, one["chain"]["hash"])
    three = link({**drop, "number": "W1-R1-a-3"}, two["chain"]["hash"])
    for told in (three, one, two):
        tell("cash.drop", told)
    with store.read() as rows:
        assert registers.find(rows, "R1").whole
    fork = tell("cash.drop", link({**drop, "number": "W1-R1-a-3", "amount": 6}, "f" * 64))
    altered = tell("cash.drop", {**link({**drop, "number": "W1-R1-a-4"}, "e" * 64), "amount": 9})
    with store.read() as rows:
        found = registers.find(rows, "R1")
    whys = Counter((each.why, each.id) for each in found.doubtful)
    assert whys["number_twice", fork] == 1
    assert whys["link_wrong", fork] == 1
    assert whys["hash_wrong", altered] == 1
    assert not found.whole
    assert found.series[0].facts == 5


def test_more_coming_back_than_was_sold_is_told(store: Store, tell: Tell) -> None:
    original = {"original": {"register": "R1", "receipt": "1"}}
    tell("sale.returned", {**sold("-2", receipt="2"), **original})
    with store.read() as rows:
        assert registers.find(rows, "R1").returned == []  # its sale is still on its way
    tell("sale.completed", sold("3", receipt="1"))
    with store.read() as rows:
        assert registers.find(rows, "R1").returned == []
    tell("sale.returned", {**sold("-1.5", receipt="3"), **original})
    with store.read() as rows:
        [told] = registers.find(rows, "R1").returned
    assert (told.receipt, told.gtin) == ("1", BEER[1])


def test_stock_follows_what_comes_and_goes(store: Store, tell: Tell) -> None:
    tell("stock.received", {"lines": beers("24"), "document": "LS-1"})
    tell("sale.completed", sold("2.5"))
    tell("stock.transferred", {"lines": beers("4"), "from": "shop", "to": "cellar"})
    tell("stock.adjusted", {"lines": beers("-0.25"), "reason": "Broken"})
    tell("sale.voided", {**sold("-0.5", receipt="2"), "unverified": True})
    assert on_hand(store).quantity == "17.75"
    assert on_hand(store, "cellar").quantity == "4"
    with store.read() as rows:
        found = stock_levels.movements(rows, ("shop", *BEER), NEWEST, 3)
        rest = stock_levels.movements(rows, ("shop", *BEER), found[-1][0], 9)
    assert [(one.type, one.quantity) for _, one in [*found, *rest]] == [
        ("sale.voided", "0.5"), ("stock.adjusted", "-0.25"), ("stock.transferred", "-4"),
        ("sale.completed", "-2.5"), ("stock.received", "24"),
    ]  # fmt: skip


def test_a_count_tells_what_was_there_whenever_earlier_moves_are_heard_of(
    store: Store, tell: Tell
) -> None:
    tell("stock.counted", {"lines": beers("10")}, at=1_000)
    tell("sale.completed", sold("3"), at=2_000)
    tell("sale.completed", sold("5", receipt="2"), at=500)
    level = on_hand(store)
    assert (level.quantity, level.counted_at) == ("7", "1970-01-01T00:00:01.000Z")
    tell("stock.counted", {"lines": [*beers("1"), *beers("2")]}, at=3_000)
    assert on_hand(store).quantity == "3"


def test_a_till_whose_clock_is_ahead_moves_nothing_into_the_future(
    store: Store, tell: Tell
) -> None:
    tell("stock.counted", {"lines": beers("10")}, at=store.clock.now_ms() + 10**9)
    tell("sale.completed", sold("3"), at=store.clock.now_ms() + 10**9)
    assert on_hand(store).moved_at == "2027-01-15T08:00:00.000Z"


def test_levels_come_a_page_at_a_time_and_of_one_place(store: Store, tell: Tell) -> None:
    goods = [{"sku": name, "quantity": "1"} for name in "ABC"]
    tell("stock.received", {"lines": goods, "location": "cellar"})
    tell("stock.received", {"lines": goods[:1]})
    with store.read() as rows:
        page = stock_levels.keys(rows, "", stock_levels.FIRST, 3)
        rest = stock_levels.keys(rows, "", page[-1], 3)
        here = stock_levels.keys(rows, "shop", stock_levels.FIRST, 9)
    cellar = [("cellar", "sku", name) for name in "ABC"]
    assert (page, rest, here) == (cellar, [("shop", "sku", "A")], [("shop", "sku", "A")])


quantities = st.integers(1, 10**7).map(lambda n: f"{n // 1000}.{n % 1000:03d}")
moves = st.lists(
    st.tuples(st.sampled_from(["received", "sold", "counted", "adjusted"]), quantities),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves, st.randoms(use_true_random=False))
def test_stock_is_the_same_in_any_order_of_arrival(
    store: Store, tell: Tell, happened: list[tuple[str, str]], chance: random.Random
) -> None:
    place = f"place-{next(names)}"
    arriving = list(enumerate(happened, 1))
    chance.shuffle(arriving)
    for at, (what, quantity) in arriving:
        if what == "sold":
            tell("sale.completed", sold(quantity, location=place), at=at)
        elif what == "adjusted":
            data = {"location": place, "lines": beers(f"-{quantity}"), "reason": "x"}
            tell("stock.adjusted", data, at=at)
        else:
            tell(f"stock.{what}", {"location": place, "lines": beers(quantity)}, at=at)
    expected = 0
    for what, quantity in happened:
        amount = int(quantity.replace(".", ""))
        if what == "counted":
            expected = amount
        else:
            expected += amount if what == "received" else -amount
    assert float(on_hand(store, place).quantity) == pytest.approx(expected / 1000)


entries = st.lists(
    st.tuples(
        st.sampled_from(["sale.completed", "sale.returned", "cash.drop", "payment.captured"]),
        st.integers(-(10**6), 10**6),
        st.sampled_from(["cash", "card"]),
    ),
    max_size=12,
)


@given(entries, st.randoms(use_true_random=False))
def test_a_shift_comes_to_the_same_in_any_order_of_arrival(
    told: list[tuple[str, int, str]], chance: random.Random
) -> None:
    rows = [
        {
            "id": n.to_bytes(16), "type": type, "receipt": "", "detail": "", "at": n,
            "currency": "EUR", "total": minor, "money": f'{{"{tender}":{minor}}}',
        }
        for n, (type, minor, tender) in enumerate(told)
    ]  # fmt: skip

    def summed() -> shifts.Shift:
        return shifts.summed("R1", "S1", [{**row, "seq": n} for n, row in enumerate(rows)])

    first = summed()
    chance.shuffle(rows)
    assert summed() == first

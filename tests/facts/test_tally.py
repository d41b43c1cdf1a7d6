"""How many facts came in during each hour of the last day."""

import pytest

from gateway.facts import tally
from gateway.facts.accept import Facts
from gateway.facts.tally import HOUR_MS, Tally
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store

SCANNER = Actor(id="scanner", name="Counter", role="device", device="scanner-1")


def scans(store: Store, count: int) -> None:
    facts = Facts(store)
    for _ in range(count):
        result = facts.capture(
            "scan.captured", {"text": "4006381333931"}, actor=SCANNER, source="counter"
        )
        assert result.status == "stored"


def counted(day: tally.Day) -> list[int]:
    return [hour.counts.get("scan", 0) for hour in day.hours]


def test_an_empty_journal_has_a_day_of_nothing(store: Store) -> None:
    day = Tally(store).day()
    assert (counted(day), day.complete) == ([0] * 24, True)


def test_each_hour_has_its_own_and_what_is_older_than_a_day_is_gone(
    store: Store, clock: ManualClock
) -> None:
    clock.advance(HOUR_MS - clock.now_ms() % HOUR_MS)
    scans(store, 2)
    early = Tally(store)
    assert counted(early.day())[-1] == 2
    clock.advance(23 * HOUR_MS)
    scans(store, 3)
    for one in (early, Tally(store)):
        assert counted(one.day()) == [2, *[0] * 22, 3]
    clock.advance(HOUR_MS)
    scans(store, 1)
    for one in (early, Tally(store)):
        day = one.day()
        assert counted(day) == [*[0] * 22, 3, 1]
        assert day.hours[-1].at == clock.now_ms() // HOUR_MS * HOUR_MS


def test_a_long_day_is_counted_a_slice_at_a_time_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "ROWS_MAX", 4)
    scans(store, 10)
    later = Tally(store)
    seen = []
    for _ in range(4):
        day = later.day()
        seen.append((counted(day)[-1], day.complete))
    assert seen == [(4, False), (8, False), (10, True), (10, True)]
    scans(store, 2)
    assert counted(later.day())[-1] == 12
    # More came between two looks than one may read: the newest first, the rest follows.
    scans(store, 9)
    assert counted(later.day())[-1] == 4
    for _ in range(6):
        day = later.day()
    assert (counted(day)[-1], day.complete) == (21, True)

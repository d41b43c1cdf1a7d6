"""How fast an ERP that asks for patience is asked, by everybody together."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel.clock import ManualClock
from sync.erp.rounds.pace import Pace

NOW = 1_800_000_000_000


@given(count=st.integers(0, 500), per_minute=st.integers(1, 5000))
def test_no_minute_sees_more_than_its_share_and_nothing_is_lost(
    count: int, per_minute: int
) -> None:
    clock = ManualClock(NOW)
    pace, gone, began = Pace(per_minute, clock), list[int](), clock.monotonic_ms()
    for part in pace.portions(range(count)):
        clock.advance(round(pace.pause_s() * 1000))
        minutes = (clock.monotonic_ms() - began + 1) / 60_000
        assert len(gone) <= minutes * per_minute * 1.001
        assert len(part) <= max(1, per_minute / 12)
        gone += part
        pace.took(len(part))
    assert gone == list(range(count))


def test_what_one_round_sent_another_one_waits_for() -> None:
    clock = ManualClock(NOW)
    pace = Pace(60, clock)
    pace.took(3)
    pace.took(2)
    assert pace.pause_s() == 5
    clock.advance(4_000)
    assert pace.pause_s() == 1
    clock.advance(60_000)
    pace.took(1)
    assert pace.pause_s() == 1


def test_without_a_limit_everything_goes_at_once() -> None:
    pace = Pace(0, ManualClock(NOW))
    assert list(pace.portions([1, 2, 3])) == [[1, 2, 3]]
    pace.took(3)
    assert pace.pause_s() == 0

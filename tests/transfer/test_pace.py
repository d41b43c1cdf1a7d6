"""How long a pass holds the writer, alone and in company."""

from gateway.kernel.clock import ManualClock
from gateway.transfer.passes.pace import Pace


def used(clock: ManualClock, pace: Pace, seq: int, *, closing: int = 0) -> int:
    """How many ms a slice lasts that starts with the journal there, before its end, which takes
    ``closing`` ms; a row takes one.
    """
    pace.begin(seq)
    for spent in range(100):
        if pace.is_over(spent):
            clock.advance(closing)
            pace.end(seq, spent)
            return spent
        clock.advance(1)
    raise AssertionError("the slice has no end")


def settled(clock: ManualClock) -> Pace:
    """One that knows how long an end takes by now: no time at all."""
    pace = Pace(clock, 20)
    for _ in range(12):
        used(clock, pace, 5)
    return pace


def test_a_pass_takes_its_whole_slice_alone_and_half_of_it_in_company(clock: ManualClock) -> None:
    pace = settled(clock)
    assert used(clock, pace, 5) == 21
    assert used(clock, pace, 5) == 21
    # Somebody else has written meanwhile.
    assert used(clock, pace, 9) == 11
    assert used(clock, pace, 9) == 21


def test_what_the_end_of_a_slice_takes_is_part_of_it(clock: ManualClock) -> None:
    pace = settled(clock)
    for _ in range(12):
        rows = used(clock, pace, 5, closing=10)
    assert 9 <= rows <= 13

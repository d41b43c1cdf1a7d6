"""How long a pass holds the writer, alone and in company."""

from gateway.kernel.clock import ManualClock
from gateway.transfer.passes.pace import Pace


def used(clock: ManualClock, pace: Pace, seq: int) -> int:
    """How many ms a slice lasts that starts with the journal there."""
    pace.begin(seq)
    for spent in range(100):
        if pace.is_over():
            pace.end(seq)
            return spent
        clock.advance(1)
    raise AssertionError("the slice has no end")


def test_a_pass_takes_its_whole_slice_alone_and_half_of_it_in_company(clock: ManualClock) -> None:
    pace = Pace(clock, 20)
    assert used(clock, pace, 5) == 21
    assert used(clock, pace, 5) == 21
    # Somebody else has written meanwhile.
    assert used(clock, pace, 9) == 11
    assert used(clock, pace, 9) == 21

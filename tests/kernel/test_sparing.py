"""A log that nobody can flood."""

import logging

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.sparing import MINUTE_MS, Sparing


def test_a_minute_has_so_many_lines_and_the_next_one_tells_how_many_more_there_were(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    sparing = Sparing(clock, logging.getLogger("tests.sparing"), lines_max=2)
    for number in range(5):
        sparing.warn("try %d", number)
    assert caplog.messages == ["try 0", "try 1"]
    clock.advance(MINUTE_MS)
    sparing.warn("try %d", 5)
    assert caplog.messages[2:] == [
        "3 more like these were not written, to spare the log",
        "try 5",
    ]

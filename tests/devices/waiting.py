"""Waiting for something to become true, with a deadline."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], within_s: float = 10.0) -> T:
    """The first true value of a condition; AssertionError when it does not come in time."""
    pause = threading.Event()
    deadline = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"it did not happen within {within_s} s"
        pause.wait(0.005)
    return value

"""What a device can be told to do, and what came of it.

A command is declared by its driver, ordered by anybody, and obeyed by the device's own thread,
which owns the line. An order that nobody has begun is taken back when its time is over; one that
was begun and not answered in time is uncertain, and a person looks before it is given again.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

ORDERS_MAX = 32


class Nothing(Struct, forbid_unknown_fields=True, frozen=True):
    """The arguments of a command that takes none."""


@dataclass(frozen=True)
class Command:
    """``takes`` is the shape of its arguments.

    ``asks``: it changes nothing, so it leaves no entry in the journal. ``tests``: it is there to
    try the device out. ``tills``: a till may ask it too, which takes no arguments.
    """

    takes: type[Struct] = Nothing
    asks: bool = False
    tests: bool = False
    tills: bool = False

    def __post_init__(self) -> None:
        if self.tills and not (self.asks and self.takes is Nothing):
            raise ValueError("what is open to tills asks, and takes no arguments")


@dataclass(frozen=True)
class Result:
    """What came of an order.

    ``reason`` is one word of the catalogue (``device_<reason>``) where it was not ``done``;
    ``expired``: it was never begun. ``data`` are JSON values without floats.
    """

    outcome: Literal["done", "failed", "uncertain", "expired"]
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


class Order:
    """One command on its way to the device. ``args`` have the shape that the command takes.

    ``by`` is the id of who gave it.
    """

    def __init__(self, name: str, args: Struct, by: str = "") -> None:
        self.name = name
        self.args = args
        self.by = by
        self._changed = threading.Condition()
        self._begun = False
        self._result: Result | None = None

    def begin(self) -> bool:
        """Whether it is still wanted; from then on it has to be answered."""
        with self._changed:
            self._begun = self._result is None
            return self._begun

    def answer(self, result: Result) -> None:
        """Say what came of it. What comes too late is heard by nobody."""
        with self._changed:
            self._result = self._result or result
            self._changed.notify_all()

    def await_result(self, timeout_s: float) -> Result:
        """What came of it, within so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._result is not None, timeout_s)
            if self._result is None:
                late = Result("uncertain" if self._begun else "expired", "no_answer")
                self._result = late
            return self._result


class Orders:
    """What one device has been told and not begun yet. Safe for threads."""

    def __init__(self) -> None:
        self._waiting: deque[Order] = deque()
        self._changed = threading.Condition()

    def place(self, order: Order) -> bool:
        """Put an order behind the others; False when there are too many."""
        with self._changed:
            if len(self._waiting) >= ORDERS_MAX:
                return False
            self._waiting.append(order)
            self._changed.notify_all()
            return True

    def take(self, wait_s: float = 0.0) -> Order | None:
        """The next order that is still wanted, waiting for one so long at the most."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, wait_s)
            while self._waiting:
                order = self._waiting.popleft()
                if order.begin():
                    return order
        return None

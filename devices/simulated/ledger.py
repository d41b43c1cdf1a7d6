"""What a simulated device has sent, and what it was told: the other side of the journal.

A frame is owed to the device from the moment it went out whole. An answer belongs to the oldest
frame that waits for one, because a line keeps its order.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.kernel.clock import Clock


@dataclass
class Frame:
    """A code that went out whole so many ``times``, and how many of them were ``answered``."""

    text: str
    times: int = 0
    answered: int = 0


class Ledger:
    """Of one line. Written by the device's own threads; times are in microseconds.

    ``torn`` counts frames that broke off, ``unplugged`` how often the device vanished, and
    ``latencies_us`` how long each answer took.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.frames: dict[str, Frame] = {}
        self.garbage: dict[bytes, Frame] = {}
        self.torn = 0
        self.unplugged = 0
        self.latencies_us: list[int] = []
        self._clock = clock
        self._pending: deque[tuple[Frame, int]] = deque()
        self._changed = threading.Condition()

    def sent(self, text: str) -> None:
        """A code is on its way, whole. Said before its last byte is, so no answer can overtake."""
        self._wait_for(self.frames.setdefault(text, Frame(text)))

    def rubbish(self, raw: bytes) -> None:
        """So is rubbish, without its line end."""
        self._wait_for(self.garbage.setdefault(raw, Frame("")))

    def heard(self, answers: int) -> None:
        """So many answers came."""
        with self._changed:
            for _ in range(min(answers, len(self._pending))):
                frame, sent_us = self._pending.popleft()
                frame.answered += 1
                self.latencies_us.append(self._clock.monotonic_us() - sent_us)
            self._changed.notify_all()

    def vanished(self) -> None:
        """The device is gone: what waits for an answer will never have one."""
        with self._changed:
            self.unplugged += 1
            self._pending.clear()

    def await_answers(self, most: int, timeout_s: float) -> bool:
        """Wait until at most so many frames wait for an answer; whether that came about."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._pending) <= most, timeout_s)

    def figures(self) -> dict[str, int]:
        """What was sent, in numbers."""
        frames = self.frames.values()
        return {
            "sent": sum(frame.times for frame in frames),
            "acked": sum(frame.answered for frame in frames),
            "doubled": sum(frame.times > 1 for frame in frames),
            "garbage": len(self.garbage),
            "torn": self.torn,
            "unplugged": self.unplugged,
        }

    def _wait_for(self, frame: Frame) -> None:
        with self._changed:
            frame.times += 1
            self._pending.append((frame, self._clock.monotonic_us()))


class TillLedger:
    """Facts that a till has posted by their id: answered ones are in the journal.

    ``receipts`` are the numbers of its sales.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.facts: dict[str, bool] = {}
        self.receipts: dict[str, str] = {}
        self.retries = 0
        self.refused: list[str] = []

    def posted(self, identity: str, type: str, data: Mapping[str, Any]) -> None:
        """A fact was sent for the first time."""
        self.facts[identity] = False
        if type == "sale.completed":
            self.receipts[identity] = data["receipt"]

    def answered(self, identity: str) -> None:
        """The gateway has said that it is on disk."""
        self.facts[identity] = True

    def figures(self) -> dict[str, int]:
        """What was posted, in numbers."""
        return {
            "sent": len(self.facts),
            "acked": sum(self.facts.values()),
            "retries": self.retries,
            "refused": len(self.refused),
        }

"""Bad weather between a gateway and its ERP: a line that cuts, delays and answers for others."""

import random
import threading
from collections import Counter

from tests.erp.line import Line

DELAY_S_MAX = 3.0
BAD_GATEWAY = b"HTTP/1.0 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
# What becomes of a request: whether the ERP carries it out, and what the gateway hears of it.
FAULTS = ("cut before", "cut after", "answer torn", "delayed", "502 after")


class Weather(Line):
    """One request in so many has something happen to it, until the weather is fair."""

    def __init__(self, port: int, seed: int, *, share: float) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self.seen: Counter[str] = Counter()
        super().__init__(port)

    def clear(self) -> None:
        """From now on nothing happens to anybody."""
        self._share = 0.0

    def _ask(self, request: bytes) -> bytes:
        if self._chance.random() >= self._share:
            return super()._ask(request)
        fault = self._chance.choice(FAULTS)
        self.seen[fault] += 1
        if fault == "cut before":
            raise ConnectionResetError
        if fault == "delayed":
            threading.Event().wait(DELAY_S_MAX * self._chance.random())
        answer = super()._ask(request)
        if fault == "cut after":
            raise ConnectionResetError
        if fault == "answer torn":
            return answer[: len(answer) // 2]
        return BAD_GATEWAY if fault == "502 after" else answer

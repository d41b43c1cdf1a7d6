"""How a comparison asks: only while the ERP may be asked, and no faster than its pace."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from gateway.kernel.problems import Problem
from sync.erp.rounds.restraint import Restraint

PATIENCE_S: Final = 20  # that a person waits for an answer which the pace holds up


class Stopped(Exception):
    """The gateway ends while a comparison waits for its pace."""


@dataclass(frozen=True, slots=True)
class Manners:
    """Of one comparison. ``is_asked``: somebody wants it, although the line rests; ``is_awaited``:
    and waits for the answer.
    """

    restraint: Restraint
    stopping: threading.Event
    is_asked: bool
    is_awaited: bool = False

    def check(self) -> None:
        """Withheld while the ERP is to be left alone."""
        self.restraint.check(is_asked=self.is_asked)

    def portions(self, asked: Sequence[str], size: int) -> Iterator[list[str]]:
        """What may be asked at once, when it may be; Withheld, Stopped, or Problem tally_paced
        where nobody can wait that long.
        """
        pace = self.restraint.pace
        if self.is_awaited and asked and (last_s := pace.last_s(len(asked))) > PATIENCE_S:
            name, minutes = self.restraint.connector, ceil(last_s / 60)
            raise Problem("tally_paced", consumer=name, minutes=minutes)
        for start in range(0, len(asked), size):
            for part in pace.portions(asked[start : start + size]):
                if self.stopping.wait(pace.pause_s()):
                    raise Stopped
                self.check()
                pace.took(len(part))
                yield list(part)

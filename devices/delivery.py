"""What somebody else's service sends to a device of its own accord, and what becomes of it.

Such a device has no line: whoever calls the gateway hands the whole message over, and its driver
says in the caller's own thread what became of it. So nobody waits for anybody else's.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from devices.driver import Context, Driver
from gateway.kernel.problems import Problem


@dataclass(frozen=True)
class Delivery:
    """A message as it came. Names of ``headers`` are lower case; ``peer`` is who called.

    ``received_s`` is Unix seconds.
    """

    body: bytes
    headers: Mapping[str, str]
    peer: str
    received_s: int


@dataclass(frozen=True)
class Delivered:
    """What became of one event of a delivery; ``seq`` is its place in the journal.

    ``set_aside``: its device has been told not to keep such events.
    """

    id: str
    status: Literal["stored", "duplicate", "quarantined", "set_aside"]
    seq: int | None = None
    problem: Problem | None = None


class Receiver(Driver):
    """A driver of a device that is handed what others send."""

    @abstractmethod
    def receive(self, context: Context, delivery: Delivery) -> Sequence[Delivered]:
        """Keep all of it, in the caller's thread; returns after the commit.

        Problem hook_signature when it is not believed, hook_not_kept when the storage refuses.
        """

"""Checksums of what a scope sees: the same on the phone, or it fetches a new copy.

A sum reads a line for every record in the scope. It is remembered as long as no record changes, and
taken so seldom that all the phones together cost only a small share of the machine.
"""

import threading
from dataclasses import dataclass

from gateway.kernel.actor import Actor
from gateway.kernel.clock import Clock
from gateway.records import feed
from gateway.records.engine import Engine
from gateway.store.rows import Rows

# After a sum that took so long, the same scope rests for as many times its duration.
REST = 50
SCOPES_MAX = 200

Sums = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Taken:
    seq: int
    sums: Sums
    rests_until_ms: int


class Checksums:
    """Sums by scope, shared by all the phones that see the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, _Taken] = {}

    def get(
        self, rows: Rows, engine: Engine, actor: Actor, scope: str, seq: int, *, wanted: bool
    ) -> Sums | None:
        """The sums of a scope as of record seq ``seq``, kind by kind.

        None when the scope rests, unless they are ``wanted`` now.
        """
        taken = self._taken.get(scope)
        if taken is not None and taken.seq == seq:
            return taken.sums
        started = self._clock.monotonic_ms()
        if taken is not None and started < taken.rests_until_ms and not wanted:
            return None
        found = feed.checksums(rows, engine, actor)
        sums: Sums = {
            name: {"count": sum_.count, "hash": sum_.hash} for name, sum_ in found.items()
        }
        ended = self._clock.monotonic_ms()
        with self._lock:
            if len(self._taken) >= SCOPES_MAX:
                self._taken.clear()
            self._taken[scope] = _Taken(seq, sums, ended + REST * (ended - started))
        return sums

"""A gateway after a million events.

How much memory it takes, how soon it is back, and whether it is back whole.
"""

import signal
import statistics
from dataclasses import dataclass

from bench import machine
from bench.disk import FAST_US, disk
from bench.peers.gateway import Gateway

CLIENTS = 64


@dataclass(frozen=True)
class Endurance:
    """Memory in MiB, times in seconds."""

    events: int
    events_per_s: float
    memory_empty_mib: float
    memory_full_mib: float
    start_empty_s: float
    start_full_s: float
    start_killed_s: float
    bytes_per_event: float


def run(*, quick: bool) -> Endurance:
    """Start empty, take the events in, start again politely and after a kill."""
    wanted, starts = (100_000, 3) if quick else (1_000_000, 5)
    with disk(FAST_US) as where:
        gateway = Gateway(where.folder / "gateway")
        empty = [_restart(gateway) for _ in range(starts)]
        program = gateway.start()
        memory_empty = machine.memory_mib(program.pid)
        taken, seconds = 0, 0.0
        while gateway.head() < wanted:
            answer = gateway.target().load(CLIENTS, 100, 2)
            taken += (answer.requests - answer.failed) * 100
            seconds += answer.seconds
        memory_full = machine.memory_mib(program.pid)
        before = gateway.head()
        program.kill()
        killed_s = gateway.start().start_s
        events = gateway.head()
        if events < before:
            raise AssertionError(f"{before} entries before the kill, {events} after it")
        if gateway.program:
            gateway.program.stop()
        full = [_restart(gateway) for _ in range(starts)]
        size = sum(file.stat().st_size for file in gateway.data.glob("waystation.db*"))
    return Endurance(
        events=events,
        events_per_s=taken / seconds,
        memory_empty_mib=memory_empty,
        memory_full_mib=memory_full,
        start_empty_s=statistics.median(empty),
        start_full_s=statistics.median(full),
        start_killed_s=killed_s,
        bytes_per_event=size / events,
    )


def _restart(gateway: Gateway) -> float:
    program = gateway.start()
    program.stop(signal.SIGTERM)
    return program.start_s

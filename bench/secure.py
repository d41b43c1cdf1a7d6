"""What encryption on the way costs: the same gateway with and without a certificate."""

from contextlib import ExitStack
from dataclasses import dataclass

from bench.cell import Cell, median, steady
from bench.disk import FAST_US, disk
from bench.peers import gateway

LOADS = ((16, 1), (64, 1), (16, 100))


@dataclass(frozen=True)
class Pair:
    """One load, over HTTP and over HTTPS."""

    plain: Cell
    secure: Cell


def run(*, quick: bool) -> list[Pair]:
    """Two gateways take turns, in reversed order every other round; medians."""
    rounds, seconds = (1, 2) if quick else (3, 5)
    found: dict[tuple[int, int, bool], list[Cell]] = {}
    with disk(FAST_US) as where, ExitStack() as stack:
        both = [
            (secure, stack.enter_context(gateway.running(where, tls=secure)))
            for secure in (False, True)
        ]
        for number in range(rounds):
            for clients, batch in LOADS:
                for secure, subject in both if number % 2 == 0 else reversed(both):
                    if cell := steady(subject, clients, batch, seconds):
                        found.setdefault((clients, batch, secure), []).append(cell)
    pairs = [(found.get((*load, False)), found.get((*load, True))) for load in LOADS]
    return [Pair(median(plain), median(secure)) for plain, secure in pairs if plain and secure]

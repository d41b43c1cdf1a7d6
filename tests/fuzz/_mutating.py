"""Our own way of trying: inputs are cut, joined, doubled and spoilt, and what fails is made small.

It knows nothing of the code it runs, so it finds less than a fuzzer that watches the branches; it
needs nothing but Python, and one seed gives the same inputs again.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.fuzz._targets import Target

LENGTH_MAX = 2_000
SLOW_S = 2.0
SHRINK_TRIES = 2_000
_TELLING = (0, 1, 2, 3, 6, 10, 13, 16, 27, 29, 30, 34, 44, 48, 57, 59, 93, 123, 127, 128, 255)


@dataclass(frozen=True)
class Crash:
    """What a target broke on, as small as it became, and how it broke."""

    data: bytes
    error: str


class SlowError(AssertionError):
    """A target took longer than anything may."""


def inputs(seeds: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """The seeds as they are, and then what becomes of them, without end."""
    yield from seeds
    pool = list(seeds)
    while True:
        data = chance.choice(pool)
        for _ in range(1 + int(chance.expovariate(0.7))):
            data = chance.choice(_WAYS)(data, chance, pool)[:LENGTH_MAX]
        if chance.random() < 0.02:
            pool.append(data)  # further changes begin from here
        yield data


def attempt(run: Callable[[bytes], None], data: bytes, slow_s: float = SLOW_S) -> str:
    """How a target breaks on an input, in a line; empty when it does not."""
    began = time.thread_time()  # of the processor: a busy machine makes nothing slow
    try:
        run(data)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is a find)
        return f"{type(error).__name__}: {error}"[:300] or "?"
    if time.thread_time() - began > slow_s:
        return f"{SlowError.__name__}: it took more than {slow_s} s"
    return ""


def fuzz(
    target: Target, chance: random.Random, go_on: Callable[[], bool]
) -> tuple[int, Crash | None]:
    """Try inputs until told not to: how many, and the first that broke it."""
    tried = 0
    for data in inputs(target.seeds, chance):
        if not go_on():
            break
        tried += 1
        if error := attempt(target.run, data):
            small = shrunk(target.run, data)
            return tried, Crash(small, attempt(target.run, small) or error)
    return tried, None


def shrunk(run: Callable[[bytes], None], data: bytes) -> bytes:
    """Leave out whatever it also breaks without."""
    size, tries = max(1, len(data) // 2), 0
    while size and tries < SHRINK_TRIES:
        at = 0
        while at < len(data) and tries < SHRINK_TRIES:
            tries += 1
            less = data[:at] + data[at + size :]
            if attempt(run, less):
                data = less
            else:
                at += size
        size //= 2
    return data


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _flip(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, chance)
    return data[:at] + bytes([chance.choice(_TELLING)]) + data[at + 1 :]


def _any_byte(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + chance.randrange(2) :]


def _cut(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, chance)
    return data[:at] + data[at + chance.randint(1, 8) :]


def _again(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    at, length = _place(data, chance), chance.randint(1, 16)
    return data[:at] + data[at : at + length] * chance.randint(1, 30) + data[at:]


def _join(data: bytes, chance: random.Random, pool: Sequence[bytes]) -> bytes:
    other = chance.choice(pool)
    return data[: _place(data, chance)] + other[_place(other, chance) :]


def _digit(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    places = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + b"%d" % chance.choice((0, 1, 9, 10, 99, 255, 10**9, 2**63)) + data[at + 1 :]


_WAYS = (_flip, _any_byte, _cut, _again, _join, _digit)

"""What goes wrong on a line, by chance: torn frames, rubbish, readings in pieces, readings twice.

The same for every device that sends frames on a line. All chance comes from the generator that is
handed in, so that a seed plays a day again.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

GARBAGE_BYTES_MAX = 40
LINE_ENDS = b"\r\n"
# No line end, and nothing that a line with software flow control would take for itself.
_RUBBISH = bytes(set(range(256)) - set(b"\r\n\x11\x13"))


@dataclass(frozen=True)
class Faults:
    """How often each thing happens to one frame, 0 to 1.

    ``unplug``: the device vanishes in the middle of it. ``garbage``: rubbish comes before it, with
    a line end of its own. ``split``: it comes in pieces. ``double``: it comes twice.
    """

    unplug: float = 0.0
    garbage: float = 0.0
    split: float = 0.0
    double: float = 0.0


@dataclass(frozen=True)
class Act:
    """What a device does with one frame.

    ``garbage`` is sent first, where there is some. Then the ``pieces``, with a short pause between
    them, ``times`` times. ``torn``: they are not the whole frame, and the device vanishes.
    """

    pieces: tuple[bytes, ...]
    garbage: bytes = b""
    times: int = 1
    torn: bool = False


def parse(texts: Iterable[str]) -> Faults:
    """Faults of words such as ``unplug=0.01``; ValueError with a sentence."""
    names = [field.name for field in fields(Faults)]
    told: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in names:
            raise ValueError(f'There is no fault "{name}"; there are {", ".join(names)}.')
        try:
            told[name] = float(value)
        except ValueError:
            told[name] = -1
        if not 0 <= told[name] <= 1:
            raise ValueError(f'How often "{name}" happens is a number from 0 to 1.')
    return Faults(**told)


def act(frame: bytes, faults: Faults, chance: random.Random) -> Act:
    """What becomes of one frame."""
    if chance.random() < faults.unplug:
        return Act((frame[: chance.randrange(len(frame))],), torn=True)
    garbage = rubbish(chance) if chance.random() < faults.garbage else b""
    pieces = _pieces(frame, chance) if chance.random() < faults.split else (frame,)
    times = 2 if chance.random() < faults.double else 1
    return Act(pieces, garbage, times)


def rubbish(chance: random.Random) -> bytes:
    """Bytes that mean nothing, up to a line end."""
    length = chance.randint(1, GARBAGE_BYTES_MAX)
    return bytes(chance.choices(_RUBBISH, k=length)) + b"\r"


def _pieces(frame: bytes, chance: random.Random) -> tuple[bytes, ...]:
    cuts = sorted(chance.sample(range(1, len(frame)), min(2, len(frame) - 1)))
    places = [0, *cuts, len(frame)]
    return tuple(frame[a:b] for a, b in pairwise(places))

"""What a simulated store did, for a person and for a program."""

import json
from collections.abc import Iterator, Mapping, Sequence

from devices.simulated.store import Told

FAULTS_SHOWN = 40


def as_lines(told: Sequence[Told]) -> Iterator[str]:
    """A line for each device, one for what the gateway holds of it, and every fault."""
    for one in told:
        yield f"{one.name:<28} {_words(one.figures)}"
        if one.finding:
            yield f"{'  at the gateway':<28} {_words(one.finding.held)}"
    checked = [one.finding for one in told if one.finding]
    faults = [fault for finding in checked for fault in finding.faults]
    yield from faults[:FAULTS_SHOWN]
    if checked:
        yield "none lost, none doubled" if not faults else f"{len(faults)} FAULTS"


def as_json(told: Sequence[Told]) -> str:
    """{"devices": [{"name", "figures", "held", "faults"}]}; the last two are null unless asked."""
    devices = [
        {
            "name": one.name,
            "figures": one.figures,
            "held": dict(one.finding.held) if one.finding else None,
            "faults": one.finding.faults if one.finding else None,
        }
        for one in told
    ]
    return json.dumps({"devices": devices})


def _words(figures: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {number:,}" for name, number in sorted(figures.items()) if number)

"""What a turn of a job comes to; a job that returns anything else has nothing to tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Ended:
    """How many of what were done, and what ended the turn early.

    ``held``: it did not begin, or went no further for now, for the reason ``problem`` gives or
    because another turn is under way.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None
    held: bool = False

"""How fast entries may go to an ERP (pure)."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
SLICE_S = 5


def slices(entries: Sequence[T], per_minute: int) -> Iterator[tuple[Sequence[T], float]]:
    """Portions, each with the seconds to wait after it; all at once without a limit (0).

    A portion is what may go in five seconds, and at least one entry.
    """
    if not per_minute:
        yield entries, 0.0
        return
    size = max(1, per_minute * SLICE_S // 60)
    for start in range(0, len(entries), size):
        part = entries[start : start + size]
        yield part, len(part) * 60 / per_minute

"""Creating many records in few calls, of which an ERP does each whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sync.erp.connector import Refusal

T = TypeVar("T")


def create(
    make: Callable[[Sequence[T]], list[str]], wanted: Sequence[T], size: int
) -> Iterator[tuple[T, str | Refusal]]:
    """Every one with the id it has there, or with what stands against it.

    Where a group is refused it is halved until the culprit is alone. Trouble as of ``make``.
    """
    for start in range(0, len(wanted), size):
        yield from _group(make, wanted[start : start + size])


def _group(
    make: Callable[[Sequence[T]], list[str]], group: Sequence[T]
) -> Iterator[tuple[T, str | Refusal]]:
    try:
        made = make(group)
    except Refusal as refusal:
        if len(group) == 1:
            yield group[0], refusal
            return
        middle = len(group) // 2
        yield from _group(make, group[:middle])
        yield from _group(make, group[middle:])
        return
    yield from zip(group, made, strict=True)

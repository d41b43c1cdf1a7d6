"""Where in a file something stood first, for files of any length: some 30 bytes for each (pure).

A dict of the same takes four times as much, and a file of 100,000 rows has 300,000 such things.
"""

from array import array
from typing import Final

_SMALLEST: Final = 1024


class Seen:
    """Rows (from 1 on) by a mark, a hash of 64 bits; a table with open addressing."""

    def __init__(self) -> None:
        self._count = 0
        self._marks, self._rows = _empty(_SMALLEST)

    def first(self, mark: int) -> int | None:
        """The row a mark was first kept for."""
        return self._rows[self._slot(mark)] or None

    def keep(self, mark: int, row: int) -> None:
        """Keep a row for a mark, unless there is an earlier one."""
        slot = self._slot(mark)
        if self._rows[slot]:
            return
        self._marks[slot], self._rows[slot] = mark, row
        self._count += 1
        if self._count * 3 > len(self._rows) * 2:
            self._grow()

    def _slot(self, mark: int) -> int:
        """Where a mark stands, or would."""
        last = len(self._rows) - 1
        slot = mark & last
        while self._rows[slot] and self._marks[slot] != mark:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        marks, rows = self._marks, self._rows
        self._marks, self._rows = _empty(2 * len(rows))
        for mark, row in zip(marks, rows, strict=True):
            if row:
                slot = self._slot(mark)
                self._marks[slot], self._rows[slot] = mark, row


def _empty(size: int) -> tuple["array[int]", "array[int]"]:
    """``size`` is a power of two."""
    return array("Q", bytes(8 * size)), array("I", bytes(4 * size))

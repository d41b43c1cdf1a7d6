"""Many rows by few statements.

The driver gives up Python's lock and takes it back for every row of ``executemany``, and whoever
else is awake takes it meanwhile. One statement for many rows waits for it once.
"""

from collections.abc import Sequence
from functools import cache

from gateway.store.connection import Connection

ROWS_MAX = 128
EXACT_MAX = 16  # up to here each number of rows has a statement of its own


class Insert:
    """``INSERT INTO table (columns)`` for any number of rows."""

    def __init__(self, table: str, columns: str) -> None:
        self.width = columns.count(",") + 1
        self._head = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608 (names of ours)
        self._row = f"({','.join('?' * self.width)})"
        self._statement = cache(self._written)  # the same text object is found fastest

    def is_one_step(self, values: Sequence[object]) -> bool:
        """Whether these rows are one statement, which SQLite does whole or not at all."""
        rows = len(values) // self.width
        return rows <= EXACT_MAX or (rows <= ROWS_MAX and rows.bit_count() == 1)

    def run(self, connection: Connection, values: Sequence[object]) -> None:
        """Insert rows whose values follow each other; what fails may have inserted some."""
        start, left = 0, len(values) // self.width
        while left:
            rows = left if left <= EXACT_MAX else min(1 << (left.bit_length() - 1), ROWS_MAX)
            end = start + rows * self.width
            connection.execute(self._statement(rows), values[start:end])
            start, left = end, left - rows

    def _written(self, rows: int) -> str:
        return self._head + ",".join([self._row] * rows)

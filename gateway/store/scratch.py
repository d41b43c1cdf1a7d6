"""A small database in memory, for what is looked up often for a while and can be read again."""

from collections.abc import Sequence

from gateway.store import connection
from gateway.store.rows import Rows


class Scratch(Rows):
    """Lives as long as this object, in the memory of the process alone. ``schema`` makes it."""

    def __init__(self, schema: str) -> None:
        database = connection.in_memory()
        super().__init__(database)
        self._connection.executescript(schema)

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        """Run a statement."""
        self._connection.execute(sql, params)

    def close(self) -> None:
        """Let go of all of it."""
        self._database.close()

"""Reading rows as dicts."""

from collections.abc import Sequence
from typing import Any

import peewee

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.connection import raw

Row = dict[str, Any]
Query = str | peewee.BaseQuery


class Rows:
    """Read access on one connection, inside one snapshot."""

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self._database = database
        self._connection = raw(database)

    def all(self, query: Query, params: Sequence[object] = ()) -> list[Row]:
        """Every row, as dicts by column name."""
        cursor = self._run(query, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, query: Query, params: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        cursor = self._run(query, params)
        row = cursor.fetchone()
        if row is None:
            return None
        return dict(zip([column[0] for column in cursor.description], row, strict=True))

    def by_id(self, query: str, identity: str, missing: str) -> Row:
        """The row that ``query`` finds for an id; Problem ``missing`` for none, or for no id."""
        row = self.one(query, (ids.key(identity, missing),))
        if row is None:
            raise Problem(missing)
        return row

    def value(self, query: Query, params: Sequence[object] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self._run(query, params).fetchone()
        return None if row is None else row[0]

    def tuples(self, query: Query, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row as a tuple: for pages, where dicts would cost more than the read."""
        rows: list[tuple[Any, ...]] = self._run(query, params).fetchall()
        return rows

    def _run(self, query: Query, params: Sequence[object]) -> Any:
        if not isinstance(query, str):
            context = self._database.get_sql_context()
            query, params = context.sql(query).query()  # type: ignore[no-untyped-call]
        return self._connection.execute(query, params)

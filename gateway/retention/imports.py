"""What a check or a run found wrong in an imported file: sentences and cells that name people.

The file itself goes by its own setting. Rows that made or changed a record stay, by which an import
is taken back; only what was said about them goes.
"""

from collections.abc import Sequence
from typing import Final

from gateway.kernel import ids
from gateway.retention.sort import Old, Page, Place, cut
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_SAID: Final = (
    "(EXISTS (SELECT 1 FROM import_values v WHERE v.import = i.id) OR EXISTS"
    " (SELECT 1 FROM import_rows w WHERE w.import = i.id AND"
    " (w.record IS NULL OR w.problems IS NOT NULL)))"
)


class Imports:
    """By the instant of the last pass over the file."""

    name = "imports"
    first: Place = (b"",)

    def __init__(self, months: int) -> None:
        self.months = months

    def page(self, rows: Rows, before_ms: int, after: Place, limit: int) -> Page:
        """Imports with something said about them; a file that is kept holds it, as does work."""
        lines = rows.tuples(
            "SELECT i.id, i.state, i.kept FROM imports i WHERE i.updated_at < ? AND i.id > ?"  # noqa: S608
            f" AND {_SAID} ORDER BY i.id LIMIT ?",
            (before_ms, *after, limit),
        )
        found = [Old((key,), ids.to_text(key), _held(state, kept)) for key, state, kept in lines]
        return cut(found, len(lines), limit, (lines[-1][0],) if lines else after)

    def take(self, tx: Tx, due: Sequence[Old]) -> None:
        """The sentences and the cells; how many rows were refused stands in the import's counts."""
        for one in due:
            tx.execute("DELETE FROM import_values WHERE import = ?", one.place)
            tx.execute("DELETE FROM import_rows WHERE import = ? AND record IS NULL", one.place)
            tx.execute("UPDATE import_rows SET problems = NULL WHERE import = ?", one.place)

    def next_at(self, rows: Rows, before_ms: int) -> int | None:
        """The oldest that is kept."""
        found = rows.value(
            f"SELECT min(i.updated_at) FROM imports i WHERE i.updated_at >= ? AND {_SAID}",  # noqa: S608
            (before_ms,),
        )
        return None if found is None else int(found)

    def afterwards(self) -> None:
        """Nothing lies elsewhere."""


def _held(state: str, kept: int) -> str:
    if state in ("checking", "running", "undoing"):
        return "working"
    return "file" if kept else ""

"""Some rows of the index with the pieces they stand under, gathered in memory.

Who asks for the same few records again and again finds them here without reading the index of all.
"""

from gateway.records.finding import index
from gateway.records.model.kind import Kind
from gateway.store.rows import Row, Rows
from gateway.store.scratch import Scratch

_SCHEMA = (
    "CREATE VIRTUAL TABLE record_tokens USING fts5 (tokens, content = '', contentless_delete = 1,"
    " detail = none, tokenize = 'ascii')"
)


class Gathered:
    """Rows of one kind; ``rows`` is asked as the index is, and None while there is nothing."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._marks: dict[int, bytes] = {}
        self._scratch: Scratch | None = None

    @property
    def rows(self) -> Rows | None:
        """The index of these rows alone."""
        return self._scratch

    def put(self, row: Row) -> None:
        """Take in a row of the index (``doc`` and what ``index.standing`` needs), or its change."""
        doc, mark = int(row["doc"]), bytes(row["mark"])
        if self._marks.get(doc) == mark:
            return
        if self._scratch is None:
            self._scratch = Scratch(_SCHEMA)
        if doc in self._marks:
            self._scratch.execute("DELETE FROM record_tokens WHERE rowid = ?", (doc,))
        self._marks[doc] = mark
        pieces = " ".join(sorted(index.standing(self._kind, row)))
        sql = "INSERT INTO record_tokens (rowid, tokens) VALUES (?,?)"
        self._scratch.execute(sql, (doc, pieces))

"""The parts that the index of pieces lies in: every write leaves one, merging makes few of many.

A row that leaves a piece is crossed out under that very piece, in the part that the write leaves:
who does not read the piece does not meet it. Where parts are merged, nothing of it is left.
"""

from collections.abc import Collection
from typing import Final

from gateway.store.transaction import Tx

# So many pages are merged with each write: enough to keep up, and never a long write.
_PAGES: Final = 8
# Parts of about one size that a write lets stand, and that merging apart from writes does. Fewer
# make a search quicker, and what is written with every entry more.
_STANDING: Final = 4
_MERGED: Final = 2


def write(tx: Tx, doc: int, new: Collection[str], gone: Collection[str]) -> None:
    """Put a row under ``new`` pieces, and take it from under those ``gone``, where it has stood.

    FTS5 counts rows and pieces, and calls its index corrupt when more go than have come. Hence a
    row that goes from some is inserted under no piece, and what did not stand must not be ``gone``.
    """
    if not (new or gone):
        return
    if gone:
        take(tx, doc, gone)
    tx.execute("INSERT INTO record_tokens (rowid, tokens) VALUES (?,?)", (doc, _text(new)))
    _command(tx, "merge", _PAGES)


def take(tx: Tx, doc: int, gone: Collection[str]) -> None:
    """Take a row from under pieces that it stands under."""
    tx.execute(
        "INSERT INTO record_tokens (record_tokens, rowid, tokens) VALUES ('delete', ?, ?)",
        (doc, _text(gone)),
    )


def merge(tx: Tx, pages: int) -> bool:
    """Merge some pages where two parts are of about one size; False when there is nothing left."""
    _command(tx, "usermerge", _MERGED)
    before = int(tx.value("SELECT total_changes()"))
    _command(tx, "merge", pages)
    after = int(tx.value("SELECT total_changes()"))
    _command(tx, "usermerge", _STANDING)
    return after - before > 1


def _command(tx: Tx, name: str, value: int) -> None:
    tx.execute("INSERT INTO record_tokens (record_tokens, rank) VALUES (?, ?)", (name, value))


def _text(pieces: Collection[str]) -> str:
    return " ".join(sorted(pieces))

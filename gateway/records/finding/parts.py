"""The parts that the index of pieces lies in: every write leaves one, merging makes few of many.

A row that leaves a piece is crossed out under that very piece, in the part that the write leaves:
who does not read the piece does not meet it. Where parts are merged, nothing of it is left.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.store.transaction import Tx

# So many pages are merged with each record: enough to keep up, and never a long write.
_PAGES: Final = 8
# Records that are written together make one part, which takes no more merging than that of a few.
_TOGETHER: Final = 4
# Parts of about one size that a write lets stand, and that merging apart from writes does. Fewer
# make a search quicker, and what is written with every entry more.
_STANDING: Final = 4
_MERGED: Final = 2


@dataclass(frozen=True, slots=True)
class Change:
    """The pieces that a row comes to stand under, and those it goes from."""

    new: Collection[str]
    gone: Collection[str]


def write(tx: Tx, changes: Mapping[int, Change]) -> None:
    """Put rows under ``new`` pieces, and take them from under those ``gone``, where they stood.

    FTS5 counts rows and pieces, and calls its index corrupt when more go than have come. Hence a
    row that goes from some is inserted under no piece, and what did not stand must not be ``gone``.
    """
    told = {doc: change for doc, change in changes.items() if change.new or change.gone}
    for doc, change in sorted(told.items()):  # any other order makes more than one part
        if change.gone:
            take(tx, doc, change.gone)
        sql = "INSERT INTO record_tokens (rowid, tokens) VALUES (?,?)"
        tx.execute(sql, (doc, _text(change.new)))
    if told:
        _command(tx, "merge", _PAGES * min(len(told), _TOGETHER))


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


def purge(tx: Tx) -> None:
    """Merge all parts into one, so that nothing is left of rows that have been taken."""
    tx.execute("INSERT INTO record_tokens (record_tokens) VALUES ('optimize')")


def _command(tx: Tx, name: str, value: int) -> None:
    tx.execute("INSERT INTO record_tokens (record_tokens, rank) VALUES (?, ?)", (name, value))


def _text(pieces: Collection[str]) -> str:
    return " ".join(sorted(pieces))

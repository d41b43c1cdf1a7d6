"""The pieces that records are found by, as they stand in the index, and the records under them.

A piece stands there behind the letter of its kind, which no two kinds share, and a letter for its
sort. The records it leads to are told by their row numbers in ``record_index``, oldest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from gateway.kernel import canonical
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows

# Sorts of pieces: of business texts, of personal texts, exact keys, the territory.
BUSINESS: Final = "b"
PERSONAL: Final = "p"
KEY: Final = "k"
TERRITORY: Final = "t"

# No row of the index comes after it.
LAST: Final = (1 << 63) - 1
_HASH: Final = 12
_ENOUGH: Final = 3


def spelled(kind: Kind, sort: str, piece: str) -> str:
    """A piece of a kind as it stands in the index."""
    return f"{kind.number_letter.lower()}{sort}{piece}"


def text(token: str) -> str:
    """What stands behind the letters of kind and sort."""
    return token[2:]


def again(token: str, piece: str) -> str:
    """Another piece of the same kind and sort as a token."""
    return token[:2] + piece


def hashed(kind: Kind, sort: str, text: str) -> str:
    """Any text as one piece: its hash, of 48 bits."""
    return spelled(kind, sort, canonical.sha256_hex(text.encode())[:_HASH])


def packed(hashes: Sequence[str]) -> bytes:
    """The territory's piece and those of keys behind it, in six bytes each."""
    return b"".join(bytes.fromhex(text(token)) for token in hashes)


def unpacked(kind: Kind, stored: bytes) -> Iterator[str]:
    """The pieces that were packed."""
    for at in range(0, len(stored), _HASH // 2):
        yield spelled(kind, KEY if at else TERRITORY, stored[at : at + _HASH // 2].hex())


def under(rows: Rows, expression: str, most: int, upto: int = LAST) -> list[int] | None:
    """The records that an expression holds of; None when there are more than ``most``."""
    found = matching(rows, expression, -1, most + 1, upto)
    return None if len(found) > most else found


def matching(rows: Rows, expression: str, after: int, limit: int, upto: int = LAST) -> list[int]:
    """Records that an expression of pieces holds of, above a row number and up to another."""
    found = rows.tuples(
        "SELECT rowid FROM record_tokens WHERE record_tokens MATCH ? AND rowid > ?"
        " AND rowid <= ? ORDER BY rowid LIMIT ?",
        (expression, after, upto, limit),
    )
    return [doc for (doc,) in found]


def quoted(token: str) -> str:
    """A piece in an expression."""
    return f'"{token}"'


def every(parts: Iterable[str]) -> str:
    """An expression that holds where all parts do."""
    return f"({' AND '.join(parts)})"


def either(parts: Iterable[str]) -> str:
    """An expression that holds where any part does."""
    return f"({' OR '.join(parts)})"


def rarest(
    rows: Rows, tokens: Sequence[str], *, each: int, most: int, also: str = "", upto: int = LAST
) -> dict[int, int]:
    """How many of the rarer pieces lead to each record; ``also`` is a piece that all of them have.

    Only rows of the index up to ``upto`` are counted.

    Pieces that lead to more than ``each`` say too little. Where few others are left, two such
    neighbours together may still say something. The rarest go first, until ``most`` rows are read.
    """
    needed = [quoted(also)] if also else []
    asked = [(token, under(rows, every([quoted(token), *needed]), each, upto)) for token in tokens]
    lists = [found for _, found in asked if found is not None]
    if sum(map(bool, lists)) < _ENOUGH:
        for (token, found), (following, more) in pairwise(asked):
            if found is None and more is None:
                both = under(rows, every([quoted(token), quoted(following), *needed]), each, upto)
                lists += [] if both is None else [both]
    hits: dict[int, int] = {}
    read = 0
    for found in sorted(lists, key=len):
        read += len(found)
        if read > most and hits:
            break
        for doc in found:
            hits[doc] = hits.get(doc, 0) + 1
    return hits

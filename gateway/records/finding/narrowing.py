"""Which rows of the index may hold every word of a search, by the rarest of their pieces (reads).

Every piece is asked for its first few rows. How far apart these lie tells how common it is, so that
only the rarest pieces of every word are read together: the rest would cost much and exclude little.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import tokens
from gateway.records.finding import postings
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows

PROBED: Final = 100
_PIECES_MAX: Final = 8
# Read together: of the rarest word so many pieces, of every other so many.
_RAREST: Final = 6
_OTHERS: Final = 2
_WORDS_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it stands in the index, and about how many rows it has."""

    token: str
    count: int


@dataclass(frozen=True, slots=True)
class Word:
    """The spellings of a word that may be found at all, each by its pieces, the rarest first."""

    spellings: tuple[tuple[Piece, ...], ...]

    @property
    def count(self) -> int:
        """About how many rows hold it at the most."""
        return sum(pieces[0].count for pieces in self.spellings)

    def expression(self, most: int) -> str:
        """Holds where so many of the rarest pieces of a spelling stand."""
        return postings.either(
            postings.every(postings.quoted(piece.token) for piece in pieces[:most])
            for pieces in self.spellings
        )


class Narrowing:
    """The rows that may hold every word, in portions of row numbers, oldest first.

    ``words`` are their spellings, ``sorts`` the texts to look into, ``also`` a piece that is needed
    as well, or empty.
    """

    def __init__(
        self,
        rows: Rows,
        kind: Kind,
        words: Sequence[Sequence[str]],
        sorts: Sequence[str],
        also: str,
    ) -> None:
        self._rows = rows
        self._kind = kind
        self._also = also
        self._newest = int(rows.value("SELECT coalesce(max(doc), 0) FROM record_index"))
        found = (self._word(forms, sorts) for forms in words)
        self._words = sorted(found, key=lambda word: word.count)[:_WORDS_MAX]

    def portions(self, after: int, size: int, then: int) -> Iterator[list[int]]:
        """Row numbers above ``after``: a first portion of ``size``, ``then`` so many each."""
        if not all(word.spellings for word in self._words):
            return
        expression = self._expression()
        while docs := postings.matching(self._rows, expression, after, size):
            yield docs
            after, size = docs[-1], then

    def _expression(self) -> str:
        rarest, *others = self._words
        parts = [rarest.expression(_RAREST), *(word.expression(_OTHERS) for word in others)]
        return postings.every([*parts, postings.quoted(self._also)] if self._also else parts)

    def _word(self, forms: Sequence[str], sorts: Sequence[str]) -> Word:
        found = (self._spelling(sort, form) for form in forms for sort in sorts)
        return Word(tuple(pieces for pieces in found if pieces[0].count))

    def _spelling(self, sort: str, form: str) -> tuple[Piece, ...]:
        cover = tokens.cover(form)
        chosen = cover[:: 1 + (len(cover) - 1) // _PIECES_MAX]
        pieces = (self._piece(postings.spelled(self._kind, sort, one)) for one in chosen)
        return tuple(sorted(pieces, key=lambda piece: piece.count))

    def _piece(self, token: str) -> Piece:
        first = postings.matching(self._rows, postings.quoted(token), -1, PROBED)
        if len(first) < PROBED:
            return Piece(token, len(first))
        # The last of them lies as far into the index as their share of all says.
        return Piece(token, PROBED * self._newest // max(1, first[-1]))

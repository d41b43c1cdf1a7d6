"""Which rows of the index may hold every word of a search, by the rarest of their pieces (reads).

Every piece is asked for its first few rows. Where that is all of them, they are the answer. Of
others, how far apart they lie tells how common the piece is, so that only the rarest pieces of
every word are read together: the rest would cost much and exclude little.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import tokens
from gateway.records.finding import index, postings
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows

PROBED: Final = 100
_PIECES_MAX: Final = 8
# Read together: of the rarest word so many pieces, of every other so many.
_RAREST: Final = 4
_OTHERS: Final = 2
_WORDS_MAX: Final = 3
# A piece that one in so many rows has excludes too little to be read beside others.
_COMMON: Final = 4
# So many rows are looked at one by one, whosever they are.
_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it stands in the index, about how many rows it has, and which, where few."""

    token: str
    count: int
    docs: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Word:
    """The spellings of a word that may be found at all, each by its pieces, the rarest first."""

    spellings: tuple[tuple[Piece, ...], ...]

    @property
    def count(self) -> int:
        """About how many rows hold it at the most."""
        return sum(pieces[0].count for pieces in self.spellings)

    @property
    def docs(self) -> frozenset[int] | None:
        """The rows that may hold it; None when they are many."""
        found: frozenset[int] = frozenset()
        for pieces in self.spellings:
            known = [piece.docs for piece in pieces if piece.docs is not None]
            if not known:
                return None
            found |= frozenset.intersection(*known)
        return found

    def expression(self, most: int, common: int) -> str:
        """Holds where so many of the rarest pieces of a spelling stand."""
        return postings.either(
            postings.every(
                postings.quoted(piece.token)
                for at, piece in enumerate(pieces[:most])
                if at == 0 or piece.count < common
            )
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
        self._fives = index.is_whole(rows, kind)
        self._newest = int(rows.value("SELECT coalesce(max(doc), 0) FROM record_index"))
        found = (self._word(forms, sorts) for forms in words)
        self._words = sorted(found, key=lambda word: word.count)[:_WORDS_MAX]

    def portions(self, after: int, size: int, then: int) -> Iterator[list[int]]:
        """Row numbers above ``after``: a first portion of ``size``, ``then`` so many each."""
        if not all(word.spellings for word in self._words):
            return
        few = self._few()
        if few is not None and (not self._also or len(few) <= _FEW):
            rest = sorted(doc for doc in few if doc > after)
            while rest:
                yield rest[:size]
                rest, size = rest[size:], then
            return
        expression = self._expression()
        while docs := postings.matching(self._rows, expression, after, size):
            yield docs
            after, size = docs[-1], then

    def _few(self) -> frozenset[int] | None:
        """The rows, where some word stands in a few alone."""
        known = [docs for word in self._words if (docs := word.docs) is not None]
        return frozenset.intersection(*known) if known else None

    def _expression(self) -> str:
        rarest, *others = self._words
        common = self._newest // _COMMON
        parts = [rarest.expression(_RAREST, common)]
        parts += [word.expression(_OTHERS, common) for word in others if word.count < common]
        return postings.every([*parts, postings.quoted(self._also)] if self._also else parts)

    def _word(self, forms: Sequence[str], sorts: Sequence[str]) -> Word:
        found = (self._spelling(sort, form) for form in forms for sort in sorts)
        return Word(tuple(pieces for pieces in found if pieces))

    def _spelling(self, sort: str, form: str) -> tuple[Piece, ...]:
        """The pieces of a spelling; none when one of them stands nowhere."""
        cover = tokens.cover(form, fives=self._fives)
        found: list[Piece] = []
        for one in cover[:: 1 + (len(cover) - 1) // _PIECES_MAX]:
            found.append(self._piece(postings.spelled(self._kind, sort, one)))
            if not found[-1].count:
                return ()
        return tuple(sorted(found, key=lambda piece: piece.count))

    def _piece(self, token: str) -> Piece:
        first = postings.matching(self._rows, postings.quoted(token), -1, PROBED)
        if len(first) < PROBED:
            return Piece(token, len(first), frozenset(first))
        # The last of them lies as far into the index as their share of all says.
        return Piece(token, PROBED * self._newest // max(1, first[-1]), None)

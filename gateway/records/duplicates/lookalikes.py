"""Which stored records may be the one that somebody is entering, and why (reads only).

Records that share an exact key come first, also with a slip in the title mended, then those under
the rarest pieces of the name. A few dozen of them at the most are compared trait by trait, whatever
the number of records.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids, matching, tokens
from gateway.kernel.matching import Grade, Likeness, Matching, Profile, Reason
from gateway.kernel.sealing import Keyring
from gateway.records.finding import postings, profiles, spelling
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows

# A key under which more records stand is no key: a switchboard, a mail provider.
KEY_MAX: Final = 40
PIECE_MAX: Final = 150
POSTINGS_MAX: Final = 3000
COMPARED_MAX: Final = 25
# So many pieces of a name are looked up; of a longer one every second or third.
_PIECES_MAX: Final = 18
# So many words of a title may have a slip, the longest first.
_MENDED_MAX: Final = 6
# What an exact key weighs beside one piece of a name when the records to compare are chosen.
_KEY_HITS: Final = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the same. ``reasons`` name fields and weights, never values."""

    record: str
    score: float
    grade: Grade
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Among:
    """Which records are looked among, by their rows in the index: all up to one, and ``others``.

    The pieces of the latter lie in an index of their own. ``without`` is the id of the record that
    is asked about itself.
    """

    upto: int = postings.LAST
    others: Rows | None = None
    without: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look among."""
        return self.upto <= 0 and self.others is None


EVERYTHING: Final = Among()


def candidates(
    rows: Rows,
    keyring: Keyring,
    kind: Kind,
    data: Data,
    among: Among = EVERYTHING,
    *,
    limit: int = 5,
) -> list[Candidate]:
    """Records that data looks like, the likeliest first; ``data`` as it was typed, or as stored."""
    if (how := kind.matching) is None or among.is_empty:
        return []
    asked = profiles.profile(keyring, kind, how, among.without, data)
    found: list[Candidate] = []
    for record, there in stored(rows, _docs(rows, kind, how, asked, data, among)):
        if record != among.without:
            known = profiles.of_stored(keyring, kind, record, there)
            if (likeness := matching.graded(how, asked, known)) is not None:
                found += graded(record, likeness)
    return sorted(found, key=_likeliest)[:limit]


def decided(
    rows: Rows, keyring: Keyring, kind: Kind, data: Data, *, exclude: str = ""
) -> list[str]:
    """Ids of the records that are the same in so many words, such as by their tax number.

    A few look-ups by exact key, quick enough for the writer.
    """
    if (how := kind.matching) is None:
        return []
    asked = profiles.profile(keyring, kind, how, exclude, data)
    deciding = {trait.code for trait in how.traits if trait.decides}
    alone = {code: values for code, values in asked.items() if code in deciding}
    docs = {doc for token in _keys(kind, how, alone) for doc in _under_key(rows, token)}
    same = []
    for record, there in stored(rows, sorted(docs)):
        known = profiles.profile(keyring, kind, how, record, heads.load(there), alone)
        if record != exclude and matching.compare(how, alone, known).grade == "same":
            same.append(record)
    return same


def between(
    keyring: Keyring, kind: Kind, record: tuple[str, Data], other: Head
) -> Candidate | None:
    """What another record is to one (its id and data); None when they look nothing alike."""
    if (how := kind.matching) is None:
        return None
    ours = profiles.profile(keyring, kind, how, *record)
    theirs = profiles.profile(keyring, kind, how, other.id, other.data)
    return next(graded(other.id, matching.compare(how, ours, theirs)), None)


def graded(record: str, likeness: Likeness) -> Iterator[Candidate]:
    """A candidate, if a comparison gave it a grade."""
    if likeness.grade is not None:
        yield Candidate(record, round(likeness.score, 4), likeness.grade, likeness.reasons)


def stored(rows: Rows, docs: Sequence[int]) -> list[tuple[str, str]]:
    """The records in some rows of the index: id and data, as it stands there."""
    marks = ",".join("?" * len(docs))
    found = rows.tuples(
        "SELECT r.id, r.data FROM record_index i JOIN records r ON r.id = i.record"  # noqa: S608
        f" WHERE i.doc IN ({marks})",
        docs,
    )
    return [(ids.to_text(record), data) for record, data in found]


def _likeliest(candidate: Candidate) -> tuple[bool, float, str]:
    return candidate.grade != "same", -candidate.score, candidate.record


def _docs(
    rows: Rows, kind: Kind, how: Matching, asked: Profile, data: Data, among: Among
) -> list[int]:
    """The rows to compare with, those that most leads to first."""
    pieces = list(_pieces(kind, how, asked))
    keys = {*_keys(kind, how, asked), *_mended_keys(rows, kind, how, data)}
    hits = _hits(rows, pieces, keys, among.upto) if among.upto > 0 else {}
    if among.others is not None:
        hits |= _hits(among.others, pieces, keys, postings.LAST)
    return sorted(hits, key=lambda doc: (-hits[doc], doc))[:COMPARED_MAX]


def _hits(rows: Rows, pieces: Sequence[str], keys: Collection[str], upto: int) -> dict[int, int]:
    """How much leads to each row of the index, up to one of them."""
    hits = postings.rarest(rows, pieces, each=PIECE_MAX, most=POSTINGS_MAX, upto=upto)
    for key in keys:
        for doc in postings.matching(rows, postings.quoted(key), -1, KEY_MAX, upto):
            hits[doc] = hits.get(doc, 0) + _KEY_HITS
    return hits


def _keys(kind: Kind, how: Matching, asked: Profile) -> list[str]:
    keys = sorted(matching.keys(how, asked))
    return [postings.hashed(kind, postings.KEY, key) for key in keys]


def _mended_keys(rows: Rows, kind: Kind, how: Matching, data: Data) -> Iterator[str]:
    """The keys of the title with a word on file in place of one that is none."""
    named = [trait for trait in how.traits if set(trait.fields) & set(kind.title)]
    for name, folded in _titles(kind, data):
        for typed in sorted(tokens.words(folded), key=len)[-_MENDED_MAX:]:
            for _, meant in spelling.near(rows, kind, (postings.BUSINESS,), typed):
                mended = matching.profile(named, {name: [folded.replace(typed, meant)]})
                yield from _keys(kind, how, mended)


def _titles(kind: Kind, data: Data) -> Iterator[tuple[str, str]]:
    for name in kind.title:
        if isinstance(text := data.get(name), str):
            yield name, tokens.fold(text)


def _under_key(rows: Rows, token: str) -> Sequence[int]:
    return postings.matching(rows, postings.quoted(token), -1, KEY_MAX)


def _pieces(kind: Kind, how: Matching, asked: Profile) -> Iterator[str]:
    for trait in how.traits:
        field = kind.field(trait.fields[0])
        sort = postings.PERSONAL if field and field.data_class == "P" else postings.BUSINESS
        for _, form in asked.get(trait.code, ()):
            for words in trait.measure.words(form):
                grams = tokens.grams(words)
                for gram in grams[:: 1 + len(grams) // _PIECES_MAX]:
                    yield postings.spelled(kind, sort, gram)

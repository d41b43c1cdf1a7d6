"""Searching records by any part of what is known of them, in any script and order of words.

What is found comes in two runs: first records whose title begins with what was typed, in the order
of their titles, then all others, those known longest first. Both resume exactly where a page ended.
Only when nothing is found, records that hold something alike come instead.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from gateway.access.policy import Rule
from gateway.kernel import formats, tokens
from gateway.kernel.actor import Actor
from gateway.records.finding import postings
from gateway.records.finding.narrowing import Narrowing
from gateway.records.model.kind import Kind
from gateway.records.rows import heads, scopes
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.rows import Rows

WORDS_MAX: Final = 8
_BATCH_MAX: Final = 100
# So many records are looked at for one page at the most; the next page goes on from there.
_LOOKED_AT_MAX: Final = 2000
_ALIKE: Final = 75
_LETTERS_MIN: Final = 4
_ALIKE_MAX: Final = 20
_READ_MAX: Final = 2000
_GRAMS_MAX: Final = 16
_SHARED_MAX: Final = 150

_phone_signs = re.compile(r"[+\d\s()/.-]+")
_above = "\U0010ffff"

# Where a page ended: the title and id, or the row number; which of them says which run it was in.
Place = tuple[str, bytes] | int


@dataclass(frozen=True, slots=True)
class Question:
    """A search, folded: each word with its other spellings; ``start`` is how a title may begin."""

    start: str
    words: tuple[tuple[str, ...], ...]

    def holds(self, texts: Sequence[str]) -> bool:
        """Whether every word stands in one of the texts."""
        return all(any(form in text for form in forms for text in texts) for forms in self.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what, in which snapshot."""

    rows: Rows
    kind: Kind
    rule: Rule
    actor: Actor
    question: Question

    @property
    def sorts(self) -> tuple[str, ...]:
        """Personal texts are searched by those who see them."""
        personal = "P" in self.rule.clear
        return (postings.BUSINESS, postings.PERSONAL) if personal else (postings.BUSINESS,)

    @property
    def here(self) -> str:
        """The piece that all records of the actor's territory have; empty for an actor of all."""
        if self.rule.scope != "territory":
            return ""
        return postings.hashed(self.kind, postings.TERRITORY, self.actor.territory)

    def heads(self, records: Sequence[bytes]) -> dict[bytes, Head]:
        """Those of the records that are in the actor's scope."""
        scope, params = scopes.condition(self.rule, self.actor)
        marks = ",".join("?" * len(records))
        found = self.rows.all(
            f"SELECT {COLUMNS} FROM records r WHERE r.id IN ({marks}) AND {scope}",  # noqa: S608
            (*records, *params),
        )
        return {row["id"]: heads.from_row(row) for row in found}


def question(search: str) -> Question:
    """What was typed, as it is compared."""
    words: tuple[tuple[str, ...], ...] = tuple(
        (word,) for word in tokens.fold(search).split()[:WORDS_MAX]
    )
    if digits := _phone_digits(search):
        words = ((tokens.fold(search), digits),)
    return Question(formats.fold(search), words)


def page(asked: Asked, place: Place | None, limit: int) -> tuple[list[Head], Place | None]:
    """Records after a place, and the place of the next page, None behind the last one."""
    found: list[Head] = []
    if place is None or isinstance(place, tuple):
        found = _titles(asked, place or ("", b""), limit + 1)
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], (last.sort, heads.key(last.id))
    others, ended = _others(asked, place if isinstance(place, int) else -1, limit - len(found))
    found += others
    if place is None and ended is None and not found:
        found = _alike(asked, limit)
    return found, ended


def _titles(asked: Asked, place: tuple[str, bytes], limit: int) -> list[Head]:
    if not _shows_titles(asked):
        return []
    scope, params = scopes.condition(asked.rule, asked.actor)
    start = asked.question.start
    found = asked.rows.all(
        f"SELECT {COLUMNS} FROM records r WHERE r.kind = ? AND (r.sort, r.id) > (?, ?)"  # noqa: S608
        f" AND r.sort < ? AND {scope} ORDER BY r.sort, r.id LIMIT ?",
        (asked.kind.name, *max(place, (start, b"")), start + _above, *params, limit),
    )
    return [heads.from_row(row) for row in found]


def _shows_titles(asked: Asked) -> bool:
    fields = [asked.kind.field(name) for name in asked.kind.title]
    return all(field is not None and field.data_class == "O" for field in fields)


def _others(asked: Asked, after: int, limit: int) -> tuple[list[Head], int | None]:
    """Records whose title does not begin with it, and the last row number, None at the end."""
    found: list[Head] = []
    looked_at = 0
    narrowed = Narrowing(asked.rows, asked.kind, asked.question.words, asked.sorts, asked.here)
    for docs in narrowed.portions(after, min(limit + 1, _BATCH_MAX), _BATCH_MAX):
        for doc, head in _true(asked, docs):
            if len(found) == limit:
                return found, after
            found.append(head)
            after = doc
        after = docs[-1]
        looked_at += len(docs)
        if looked_at >= _LOOKED_AT_MAX:
            return found, after
    return found, None


def _true(asked: Asked, docs: Sequence[int]) -> Iterator[tuple[int, Head]]:
    """Those of the rows that do hold every word, with their records, where the actor sees them."""
    marks = ",".join("?" * len(docs))
    lines = "business, personal" if len(asked.sorts) > 1 else "business"
    listed = asked.rows.tuples(
        f"SELECT doc, record, sort, {lines} FROM record_index WHERE doc IN ({marks}) ORDER BY doc",  # noqa: S608
        docs,
    )
    titles = _shows_titles(asked)
    held = [
        (doc, record)
        for doc, record, sort, *texts in listed
        if not (titles and sort.startswith(asked.question.start)) and asked.question.holds(texts)
    ]
    found = asked.heads([record for _, record in held])
    yield from ((doc, found[record]) for doc, record in held if record in found)


def _alike(asked: Asked, limit: int) -> list[Head]:
    """Records that hold something like every word, the most alike first."""
    words = [(form, *tokens.spoken(form)[:1]) for (*_, form) in asked.question.words]
    if any(letter.isdigit() for forms in words for letter in forms[0]):
        return []  # of a number that is not there, a similar one is no help
    pieces = list(_grams(asked, words))
    hits = postings.rarest(asked.rows, pieces, each=_SHARED_MAX, most=_READ_MAX)
    docs = sorted(hits, key=lambda doc: (-hits[doc], doc))[: 3 * _ALIKE_MAX]
    marks = ",".join("?" * len(docs))
    listed = asked.rows.tuples(
        f"SELECT record, business, personal FROM record_index WHERE doc IN ({marks})",  # noqa: S608
        docs,
    )
    scored = sorted(
        ((_likeness(words, texts[: len(asked.sorts)]), record) for record, *texts in listed),
        reverse=True,
    )
    near = [record for likeness, record in scored if likeness][:_ALIKE_MAX]
    found = asked.heads(near)
    return [found[record] for record in near if record in found][:limit]


def _grams(asked: Asked, words: Sequence[Sequence[str]]) -> Iterator[str]:
    """Pieces of what was typed, of a long text not all."""
    found = [gram for forms in words for form in forms for gram in tokens.grams(form)]
    for gram in found[:: 1 + len(found) // _GRAMS_MAX]:
        yield from (postings.spelled(asked.kind, sort, gram) for sort in asked.sorts)


def _likeness(words: Sequence[Sequence[str]], texts: Sequence[str]) -> float:
    """How much of each word some line has in it, in per cent on average; 0 when one is nowhere."""
    lines = [line for text in texts for line in text.split("\n")]
    best = [max(_within(form, line) for form in forms for line in lines) for forms in words]
    return sum(best) / len(best) if all(best) else 0.0


def _within(word: str, line: str) -> float:
    if word in line:
        return 100.0
    if len(word) < _LETTERS_MIN or len(line) < len(word) - 1:
        return 0.0
    return fuzz.partial_ratio(word, line, score_cutoff=_ALIKE)


def _phone_digits(search: str) -> str:
    """The digits of a phone number as it is dialled here: they stand in the one that is stored."""
    digits = re.sub(r"\D", "", search)
    is_phone = len(digits) >= 5 and _phone_signs.fullmatch(search.strip())
    return digits.lstrip("0") if is_phone else ""

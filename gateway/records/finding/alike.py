"""Records that hold something like what was typed, for where nothing holds the very thing (reads).

A slip in a word is mended by the words that are on file. What is no such word (Chinese, a name in
pinyin, two slips at once) is looked for by its rarest pieces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz

from gateway.kernel import tokens
from gateway.records.finding import postings, spelling
from gateway.records.finding.question import Asked, Question
from gateway.records.rows.heads import Head

LIMIT: Final = 20
_ALIKE: Final = 75
_LETTERS_MIN: Final = 4
_READ_MAX: Final = 2000
_GRAMS_MAX: Final = 16
_SHARED_MAX: Final = 150
# So many words between blanks are mended, and so many spellings of each are searched for.
_MENDED_MAX: Final = 4


def mended(asked: Asked) -> Asked | None:
    """The same search with the words on file for those that are none; None when all of them are."""
    words = tuple(_mended(asked, forms) for forms in asked.question.words)
    if words == asked.question.words:
        return None
    # No title begins with what was typed.
    return replace(asked, question=Question("\0", words))


def by_pieces(asked: Asked, limit: int) -> list[Head]:
    """Records that hold something like every word, the most alike first."""
    words = [(form, *tokens.spoken(form)[:1]) for (*_, form) in asked.question.words]
    if any(letter.isdigit() for forms in words for letter in forms[0]):
        return []  # of a number that is not there, a similar one is no help
    pieces = list(_grams(asked, words))
    hits = postings.rarest(asked.rows, pieces, each=_SHARED_MAX, most=_READ_MAX, also=asked.here)
    docs = sorted(hits, key=lambda doc: (-hits[doc], doc))[: 3 * LIMIT]
    marks = ",".join("?" * len(docs))
    listed = asked.rows.tuples(
        f"SELECT record, business, personal FROM record_index WHERE doc IN ({marks})",  # noqa: S608
        docs,
    )
    scored = sorted(
        ((_likeness(words, texts[: len(asked.sorts)]), record) for record, *texts in listed),
        reverse=True,
    )
    near = [record for likeness, record in scored if likeness][:LIMIT]
    found = asked.heads(near)
    return [found[record] for record in near if record in found][:limit]


def _mended(asked: Asked, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Spellings of a word that are on file; itself where nothing is wrong with it."""
    found = [
        form.replace(typed, meant)
        for form in forms
        for typed in sorted(tokens.words(form))[:_MENDED_MAX]
        for _, meant in spelling.near(asked.rows, asked.kind, asked.sorts, typed)
    ]
    return tuple(dict.fromkeys(found))[:_MENDED_MAX] or forms


def _grams(asked: Asked, words: Sequence[Sequence[str]]) -> Iterator[str]:
    """Pieces of what was typed, of a long text not all."""
    found = [gram for forms in words for form in forms for gram in tokens.grams(form)]
    chosen = found[:: 1 + len(found) // _GRAMS_MAX]
    for sort in asked.sorts:
        yield from (postings.spelled(asked.kind, sort, gram) for gram in chosen)


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

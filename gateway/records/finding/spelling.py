"""The words that records hold, found by what somebody typed with a slip in it.

A word stands in the table under itself and under whatever one letter less makes of it; so does what
was typed, and the two share one of these. A word goes with the last record that holds it.
"""

from collections.abc import Collection, Sequence
from typing import Final

from rapidfuzz.distance import OSA

from gateway.kernel import tokens
from gateway.records.finding import postings
from gateway.records.model.kind import Kind
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

# Words, and slips of words, that one statement asks for.
_ASKED: Final = 500
_FOUND_MAX: Final = 6
# From this length on, two words a letter moved apart are still one.
_LONG: Final = 8


def learn(tx: Tx, words: Collection[str]) -> None:
    """Take in the words of a record, each behind the letters of its kind and sort."""
    listed = sorted(words)
    known = set().union(
        *(_known(tx, listed[at : at + _ASKED]) for at in range(0, len(listed), _ASKED))
    )
    tx.executemany(
        "INSERT OR IGNORE INTO record_words (slip, word) VALUES (?,?)",
        [(slip, word) for word in listed if word not in known for slip in _slips(word)],
    )


def forget(tx: Tx, words: Collection[str]) -> None:
    """Let go of words that a record has held no longer, as far as no other holds them."""
    gone = [word for word in sorted(words) if not _is_held(tx, word)]
    tx.executemany(
        "DELETE FROM record_words WHERE slip = ? AND word = ?",
        [(slip, word) for word in gone for slip in _slips(word)],
    )


def near(rows: Rows, kind: Kind, sorts: Sequence[str], typed: str) -> list[tuple[str, str]]:
    """Words (sort, word) that are one slip away from what was typed, the nearest first.

    Nothing when the word itself is on file, or is none in which a slip could be told.
    """
    if not tokens.is_word(typed):
        return []
    asked = [postings.spelled(kind, sort, slip) for sort in sorts for slip in tokens.slips(typed)]
    found = rows.tuples(
        f"SELECT DISTINCT word FROM record_words WHERE slip IN ({_marks(asked)})",  # noqa: S608
        asked,
    )
    start = len(postings.spelled(kind, "", ""))
    apart = 2 if len(typed) >= _LONG else 1
    ranked = []
    for (token,) in found:
        sort, word = token[start], token[start + 1 :]
        distance = OSA.distance(typed, word)
        if distance == 0:
            return []
        if distance <= apart:
            ranked.append((distance, sort, word))
    return [(sort, word) for _, sort, word in sorted(ranked)[:_FOUND_MAX]]


def _known(rows: Rows, words: Sequence[str]) -> set[str]:
    found = rows.tuples(
        f"SELECT word FROM record_words WHERE slip IN ({_marks(words)}) AND word = slip",  # noqa: S608
        words,
    )
    return {word for (word,) in found}


def _is_held(rows: Rows, word: str) -> bool:
    pieces = postings.every(
        postings.quoted(postings.again(word, piece)) for piece in tokens.cover(postings.text(word))
    )
    return bool(postings.matching(rows, pieces, -1, 1))


def _slips(word: str) -> set[str]:
    return {postings.again(word, slip) for slip in tokens.slips(postings.text(word))}


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))

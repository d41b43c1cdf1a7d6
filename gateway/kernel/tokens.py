"""Pieces of texts that an index holds, so that any part of a text is found quickly (pure).

Chinese is cut into single characters and pairs, letters into threes and fives, digits into fours,
and the few that a run of these begins with. Signs are pieces of their own. A query is covered by as
few pieces as will do: a text that holds the query holds them all. The reverse need not hold, so
what is found by pieces is compared with the query afterwards.

Threes alone would do, but where a million texts are kept, each of them stands in tens of thousands,
and to read where several of these meet takes longer than a search may.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from gateway.kernel import chinese, formats

# Neither stands in a folded text as a letter.
START: Final = "·"
SIGN: Final = "¤"

_HAN, _LETTERS, _DIGITS = 2, 3, 4
_LONG: Final = 5
# From so many letters on, one slip leaves one of the fives as it was.
_MANY: Final = 8
_WORD_MIN, _WORD_MAX = 4, 16
# Longer texts are hardly asked for twice, and would fill the memory.
_KEPT_LETTERS_MAX: Final = 100
_runs = re.compile(
    f"[{chinese.FIRST}-{chinese.LAST}]+|[0-9]+|[^\\W0-9_{chinese.FIRST}-{chinese.LAST}]+|[^\\s]"
)
_words, _digit = re.compile(r"\w+"), re.compile("[0-9]")
# Letters that stay themselves when accents fall.
_letters = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """What a search compares: no case, no accents, simplified characters, single blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    return _folded(text) if len(text) <= _KEPT_LETTERS_MAX else _folded.__wrapped__(text)


@lru_cache(maxsize=4096)  # search, exact keys and comparison ask for the same texts in turn
def _folded(text: str) -> str:
    folded = formats.fold(text)
    if not folded.isascii():
        folded = chinese.simplified(folded).translate(_letters)
    return " ".join(folded.split())


def spoken(text: str) -> list[str]:
    """How a folded text with Chinese in it sounds: whole, and by initials; nothing for others."""
    if not chinese.has_han(text):
        return []
    syllables = chinese.syllables(text)
    return ["".join(syllables), "".join(syllable[0] for syllable in syllables)]


def pieces(text: str) -> set[str]:
    """Every piece of a folded text."""
    found: set[str] = set()
    for run in _runs.findall(text):
        found.update(_pieces(run))
    return found


def cover(word: str, *, fives: bool = True) -> list[str]:
    """Few pieces that every text with ``word`` (folded, no blanks) in it has.

    Without ``fives`` also a text that was cut up before there were any.
    """
    first, *rest = _runs.findall(word) or [""]
    # Too short for a piece of its own, what stands before a sign may end any longer run.
    found = [] if rest and _is_short(first) else list(_cover(first, fives=fives))
    for run in rest:
        found += _cover(run, fives=fives)
    return list(dict.fromkeys(found))


def grams(text: str) -> list[str]:
    """The pairs, threes and fours of a folded text, in order; of many letters in a row the fives.

    What looks alike has some of them.
    """
    found: list[str] = []
    for run in _runs.findall(text):
        found += _slices(run, _LONG if _is_letters(run) and len(run) >= _MANY else _width(run))
    return list(dict.fromkeys(found))


def words(text: str) -> set[str]:
    """The words of a folded line in which a slip may be mended: letters alone, and no address."""
    if "@" in text:
        return set()
    between = (piece for piece in _words.findall(text) if not _digit.search(piece))
    return {run for piece in between for run in _runs.findall(piece) if is_word(run)}


def is_word(run: str) -> bool:
    """Whether a slip may be mended in it: letters, as many as it takes to tell it from others."""
    return _WORD_MIN <= len(run) <= _WORD_MAX and run.isalpha() and _is_letters(run)


def slips(word: str) -> set[str]:
    """A word, and whatever one letter less makes of it.

    Two words share one of these where a letter is missing, too many or another one in either, or
    where two neighbours are swapped (the deletions of Mor and Fraenkel, 1982).
    """
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


@lru_cache(maxsize=8192)  # names of cities and trades, what every address has in it
def _pieces(run: str) -> frozenset[str]:
    if not run[0].isalnum():
        return frozenset([_sign(run)])
    width = _width(run)
    found = _slices(run, width)
    if width == _HAN:
        found += run
    else:
        found += [START + run[:length] for length in range(1, min(len(run) + 1, width))]
    if width == _LETTERS:
        found += _slices(run, _LONG)
    return frozenset(found)


def _cover(run: str, *, fives: bool) -> Iterable[str]:
    if not run:
        return []
    if not run[0].isalnum():
        return [_sign(run)]
    width = _width(run)
    if fives and width == _LETTERS and len(run) >= _LONG:
        width = _LONG
    if len(run) >= width:
        places = [*range(0, len(run) - width, width), len(run) - width]
        return [run[at : at + width] for at in places]
    return [run if width == _HAN else START + run]


def _is_short(run: str) -> bool:
    return run[0].isalnum() and len(run) < _width(run)


def _is_letters(run: str) -> bool:
    return run[0].isalnum() and _width(run) == _LETTERS


def _slices(run: str, width: int) -> list[str]:
    return [run[at : at + width] for at in range(len(run) - width + 1)]


def _width(run: str) -> int:
    if chinese.FIRST <= run[0] <= chinese.LAST:
        return _HAN
    return _DIGITS if "0" <= run[0] <= "9" else _LETTERS


def _sign(sign: str) -> str:
    return SIGN + (format(ord(sign), "x") if sign.isascii() else sign)

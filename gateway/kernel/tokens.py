"""Pieces of texts that an index holds, so that any part of a text is found quickly (pure).

Chinese is cut into single characters and pairs, letters into threes, digits into fours, and the
few that a run of these begins with. Signs are pieces of their own. A query is covered by as few
pieces as will do: a text that holds the query holds them all. The reverse need not hold, so what
is found by pieces is compared with the query afterwards.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.kernel import chinese, formats

# Neither stands in a folded text as a letter.
START: Final = "·"
SIGN: Final = "¤"

_HAN, _LETTERS, _DIGITS = 2, 3, 4
_runs = re.compile(
    f"[{chinese.FIRST}-{chinese.LAST}]+|[0-9]+|[^\\W0-9_{chinese.FIRST}-{chinese.LAST}]+|[^\\s]"
)
# Letters that stay themselves when accents fall.
_letters = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """What a search compares: no case, no accents, simplified characters, single blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
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


def cover(word: str) -> list[str]:
    """Few pieces that every text with ``word`` (folded, no blanks) in it has."""
    first, *rest = _runs.findall(word) or [""]
    # Too short for a piece of its own, what stands before a sign may end any longer run.
    found = [] if rest and _is_short(first) else list(_cover(first))
    for run in rest:
        found += _cover(run)
    return list(dict.fromkeys(found))


def grams(text: str) -> list[str]:
    """The pairs, threes and fours of a folded text, in order."""
    found: list[str] = []
    for run in _runs.findall(text):
        found += _slices(run, _width(run))
    return list(dict.fromkeys(found))


def _pieces(run: str) -> Iterator[str]:
    if not run[0].isalnum():
        yield _sign(run)
        return
    width = _width(run)
    if width == _HAN:
        yield from run
    else:
        yield from (START + run[:length] for length in range(1, min(len(run) + 1, width)))
    yield from _slices(run, width)


def _cover(run: str) -> Iterable[str]:
    if not run:
        return []
    if not run[0].isalnum():
        return [_sign(run)]
    width = _width(run)
    if len(run) >= width:
        places = [*range(0, len(run) - width, width), len(run) - width]
        return [run[at : at + width] for at in places]
    return [run if width == _HAN else START + run]


def _is_short(run: str) -> bool:
    return run[0].isalnum() and len(run) < _width(run)


def _slices(run: str, width: int) -> list[str]:
    return [run[at : at + width] for at in range(len(run) - width + 1)]


def _width(run: str) -> int:
    if chinese.FIRST <= run[0] <= chinese.LAST:
        return _HAN
    return _DIGITS if "0" <= run[0] <= "9" else _LETTERS


def _sign(sign: str) -> str:
    return SIGN + (format(ord(sign), "x") if sign.isascii() else sign)

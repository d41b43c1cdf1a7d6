"""The recovery key as words that a person writes down and types back (pure).

The secret's own 58 characters, which have neither 1, B, I nor O, in fifteen words of four. Each
word ends in one character more, which tells a slip in it or in its place, so that it can be named.
"""

import re

from gateway.kernel.age import SECRET_PREFIX
from gateway.kernel.problems import Problem

# The alphabet of Bech32 (BIP 173), in which age writes its keys.
_ALPHABET = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
_LETTERS = 4
_SECRET = 58
WORDS = -(-_SECRET // _LETTERS)
# What stands beside a word on the sheet; no word is as short.
_NUMBER = re.compile(r"\d{1,2}\.?")


def words(identity: str) -> list[str]:
    """A secret in words."""
    secret = identity.upper().removeprefix(SECRET_PREFIX)
    parts = [secret[at : at + _LETTERS] for at in range(0, len(secret), _LETTERS)]
    return [part + _check(part, place) for place, part in enumerate(parts, 1)]


def identity(text: str) -> str:
    """The secret behind typed words, or behind the key as age writes it.

    The numbers beside the words may be typed too, and commas; an O is the 0 that it looks like.
    Problem backup_words_count, or backup_word_wrong with the number of the first word with a slip.
    """
    typed = text.upper().replace(",", " ").split()
    if len(typed) == 1 and typed[0].startswith(SECRET_PREFIX):
        return typed[0]
    found = [word.replace("-", "").replace("O", "0") for word in typed]
    found = [word for word in found if not _NUMBER.fullmatch(word)]
    if len(found) != WORDS:
        raise Problem("backup_words_count", found=len(found), count=WORDS)
    for place, word in enumerate(found, 1):
        length = _LETTERS if place < WORDS else _SECRET - _LETTERS * (WORDS - 1)
        is_whole = len(word) == length + 1 and set(word) <= set(_ALPHABET)
        if not is_whole or _check(word[:-1], place) != word[-1]:
            raise Problem("backup_word_wrong", place=place)
    return SECRET_PREFIX + "".join(word[:-1] for word in found)


def _check(part: str, place: int) -> str:
    """Horner's rule in the field of 32 elements: every single slip, and every two neighbours
    changed over, come to another character.
    """
    value = place
    for letter in part:
        value = (value ^ _ALPHABET.index(letter)) << 1
        if value & 32:
            value ^= 0b100101
    return _ALPHABET[value]

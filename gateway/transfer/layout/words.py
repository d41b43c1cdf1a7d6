"""Words that stand in people's files for fields, choices, countries, languages and currencies."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from gateway.kernel import formats
from gateway.kernel.chinese import simplified

_FOLDER: Final = Path(__file__).parent
_signs = re.compile(r"[\W_]+")
_camel = re.compile(r"(?<=[a-z])(?=[A-Z])")


def key(text: str) -> str:
    """A word as it is compared: folded, single blanks, ``legalName`` and ``legal_name`` alike."""
    return _signs.sub(" ", formats.fold(_camel.sub(" ", text))).strip()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text("utf-8"))


def _turned(listed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Word -> what it stands for; the first that claims a word has it."""
    turned: dict[str, str] = {}
    for meaning, words in listed.items():
        for word in (meaning, *words):
            turned.setdefault(key(word) or word.strip(), meaning)
    return turned


_words = _read("words.toml")
COLUMNS: Final[Mapping[str, Sequence[str]]] = _words["columns"]
ELEMENTS: Final[Mapping[str, Sequence[str]]] = _words["elements"]
CHOICES: Final[Mapping[str, Sequence[str]]] = _words["choices"]
_LANGUAGES: Final = _turned(_words["languages"])
_CURRENCIES: Final = _turned(_words["currencies"])
_COUNTRIES: Final = _turned(_read("countries.toml"))


_SPOKEN: Final[Mapping[str, Mapping[str, str]]] = {
    "country": _COUNTRIES,
    "currency": _CURRENCIES,
    "language": _LANGUAGES,
}


def spoken(type_: str) -> Mapping[str, str]:
    """Word -> code, of countries, currencies or languages."""
    return _SPOKEN[type_]


@lru_cache(maxsize=4096)
def country(text: str) -> str:
    """The ISO 3166 code of a country's name, or the text as it is."""
    return _known(_COUNTRIES, key(text)) or text


@lru_cache(maxsize=1024)
def currency(text: str) -> str:
    """The ISO 4217 code of a currency's name or sign, or the text as it is."""
    return _known(_CURRENCIES, key(text) or text.strip()) or text


@lru_cache(maxsize=1024)
def language(text: str) -> str:
    """The tag of a language's name, or the text as it is."""
    return _known(_LANGUAGES, key(text)) or text


def _known(meanings: Mapping[str, str], word: str) -> str | None:
    """What a word stands for; traditional characters count as the simplified ones."""
    return meanings.get(word) or meanings.get(simplified(word))

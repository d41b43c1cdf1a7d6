"""How the Chinese in a record is typed by people who do not type it as it stands (pure).

A phone looks for what was typed in one line of text for each record, and has no dictionaries. So
the line gets what the gateway's own index knows: the name in simplified and in traditional
characters, its pinyin, and the initials of it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from gateway.kernel import chinese, formats, tokens
from gateway.records.model.kind import Kind

# What people call somebody, and where. An e-mail address or a street is typed as it is written.
_SPELLED: Final = ("name", "city", "tags")
_LETTERS_MAX: Final = 60


def spellings(kind: Kind, data: Mapping[str, object]) -> str:
    """The other spellings of names, towns and tags, each once, a line each, folded.

    ``data`` is what the reader sees of it, so nothing else is told. Empty without any Chinese.
    """
    found: dict[str, None] = {}
    for _, text in kind.values(_names(kind.search, kind.title), data):
        if not text.isascii() and len(text) <= _LETTERS_MAX:
            found.update(_spelled(text))
    return "\n".join(found)


@cache
def _names(searched: Sequence[str], title: Sequence[str]) -> tuple[str, ...]:
    """Of what is searched, what gets other spellings."""
    return tuple(name for name in searched if name in title or name.rpartition(".")[2] in _SPELLED)


@lru_cache(maxsize=4096)  # the same towns and people come with every page
def _spelled(text: str) -> Mapping[str, None]:
    if not chinese.has_han(text):
        return {}
    written = formats.fold(text)
    simplified = chinese.simplified(written)
    others = (simplified, chinese.traditional(simplified), *tokens.spoken(simplified))
    return dict.fromkeys(one for one in others if one != written)

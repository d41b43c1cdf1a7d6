"""How the Chinese in a record is typed by people who do not type it as it stands (pure).

A phone looks for what was typed in one line of text for each record, and has no dictionaries. So
the line gets what the gateway's own index knows: the name in simplified and in traditional
characters, its pinyin, and the initials of it.
"""

from collections.abc import Mapping
from functools import lru_cache

from gateway.kernel import chinese, formats, tokens
from gateway.records.model.kind import Kind

_LETTERS_MAX = 60


def spellings(kind: Kind, data: Mapping[str, object]) -> str:
    """The other spellings of all that a record is found by, each once, a line each, folded.

    ``data`` is what the reader sees of it, so nothing else is told. Empty without any Chinese.
    """
    found: dict[str, None] = {}
    for _, text in kind.values(kind.search, data):
        if chinese.has_han(text) and len(text) <= _LETTERS_MAX:
            found.update(dict.fromkeys(_spelled(text)))
    return "\n".join(found)


@lru_cache(maxsize=4096)  # the same towns come with every page
def _spelled(text: str) -> tuple[str, ...]:
    written = formats.fold(text)
    simplified = tokens.fold(text)
    others = (simplified, formats.fold(chinese.traditional(simplified)), *tokens.spoken(simplified))
    return tuple(one for one in others if one != written)

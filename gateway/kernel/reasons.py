"""Reasons as they are kept in a problem, as sentences for people (pure).

A reason is kept in English, so that programs may read it and a stored one can be told again in any
language. One that nobody here wrote, such as what an ERP said, is told as it is.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.kernel import languages, shapes

_ALL: Final[Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("reasons.toml").read_text("utf-8")
)
_PART: Final = re.compile(r"\\\{(\w+)\\\}")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_PART.sub(r"(?P<\1>.+)", re.escape(english)), re.DOTALL)


# The longer one first: "it sent other JSON" is no "it sent {kind}".
_PATTERNS: Final = tuple(
    (_pattern(english), english) for english in sorted(_ALL, key=len, reverse=True)
)


def texts() -> Mapping[str, str]:
    """Every reason of ours, in English and in simplified Chinese."""
    return _ALL


def told(reason: str, language: str) -> str:
    """A reason in words, in the language of whoever reads it."""
    for pattern, english in _PATTERNS:
        if found := pattern.fullmatch(reason):
            return languages.told(language, english, _ALL[english]).format_map(found.groupdict())
    return shapes.told(reason, language)

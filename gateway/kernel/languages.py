"""The languages of the house: which one a tag asks for, and Chinese in traditional characters.

People write English and simplified Chinese. The traditional form of every Chinese text is derived
from the simplified one by ``make docs`` and kept in ``traditional.json``, so that it is read here
without the package that converts.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["en", "zh-CN", "zh-Hant"]
ENGLISH: Final = "en"
SIMPLIFIED: Final = "zh-CN"
TRADITIONAL: Final = "zh-Hant"
LANGUAGES: Final[tuple[str, ...]] = get_args(Language)

# Taiwan, Hong Kong and Macao write traditional characters; a script in the tag goes first.
_traditional_tag = re.compile(r"zh-(?!hans\b).*?\b(?:hant|tw|hk|mo)\b")
_TABLE: Final[Mapping[str, str]] = json.loads(
    Path(__file__).with_name("traditional.json").read_text("utf-8")
)


def nearest(tag: str) -> str | None:
    """The language of the house for a BCP 47 tag such as ``zh-HK``; None where none is near.

    Chinese of any region is closer to what was asked for than English.
    """
    plain = tag.strip().lower().replace("_", "-")
    if plain.split("-")[0] == "zh":
        return TRADITIONAL if _traditional_tag.match(plain) else SIMPLIFIED
    return ENGLISH if plain.split("-")[0] == "en" else None


def told(tag: str, english: str, simplified: str) -> str:
    """A text of the house in the language that a tag asks for; English where none is near."""
    language = nearest(tag)
    if language == TRADITIONAL:
        return traditional(simplified)
    return simplified if language == SIMPLIFIED else english


def traditional(simplified: str) -> str:
    """The traditional form of a text of the house; a text it does not know is returned as it is."""
    return _TABLE.get(simplified, simplified)

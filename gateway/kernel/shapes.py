"""What msgspec says of a value that has the wrong shape, as a sentence for people (pure).

Its messages name types, patterns and paths of Python and JSON: true, and no help to whoever stands
at a till. They are kept as they are (programs read them, and a stored one can be told again in any
language), and put into words when they are shown. The patterns it may name are those of our own
types, so each has its words here; a text that is none of its messages is returned as it is.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.kernel import languages

Words = Mapping[str, Mapping[str, str]]
_ALL: Final[Mapping[str, Words]] = tomllib.loads(
    Path(__file__).with_name("shapes.toml").read_text("utf-8")
)
_PLACE: Final = re.compile(
    r"^(?P<said>.*?)(?: - at `(?:key in )?\$?\.?(?P<place>[^`]*)`)?\.?$", re.S
)
_MESSAGES: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"Object missing required field `(?P<field>[^`]*)`", "missing"),
        (r"Object contains unknown field `(?P<field>[^`]*)`", "unknown"),
        (r"Expected `(?P<wanted>[^`]*)`, got `(?P<found>[^`]*)`", "type"),
        (r"Expected `str` matching regex (?P<form>.*)", "form"),
        (r"Expected `str` of length <= (?P<number>\d+)", "too_long"),
        (r"Expected `str` of length >= (?P<number>\d+)", "too_short"),
        (r"Expected `(?:array|object)` of length <= (?P<number>\d+)", "too_many"),
        (r"Expected `(?:array|object)` of length >= (?P<number>\d+)", "too_few"),
        (r"Expected `(?:int|float)` >= (?P<number>[-\d.]+)", "too_low"),
        (r"Expected `(?:int|float)` <= (?P<number>[-\d.]+)", "too_high"),
        (r"Invalid (?:enum )?value '?(?P<value>.*?)'?", "value"),
        (r"(?:Number|Integer value) out of range", "range"),
    )
)


def texts() -> Mapping[str, Words]:
    """Every sentence and word in both languages, by family and name."""
    return _ALL


def told(message: str, language: str) -> str:
    """A message of msgspec in words, for example "lines[0].gtin is missing"."""
    parts = _PLACE.match(message)
    if parts is None:
        return message
    for pattern, name in _MESSAGES:
        if found := pattern.fullmatch(parts["said"]):
            sentence = _sentence(name, found.groupdict(), parts["place"] or "", language)
            return sentence + (_say("message", "end", language) if message.endswith(".") else "")
    return message


def _sentence(name: str, found: dict[str, str], place: str, language: str) -> str:
    if "field" in found:
        found["field"] = ".".join(filter(None, (place, found["field"])))
        return _say("message", name, language).format_map(found)
    for part in ("wanted", "found"):
        if part in found:
            found[part] = _types(found[part], language)
    if "form" in found:
        found["form"] = _form(found["form"], language)
    sentence = _say("message", name, language).format_map(found)
    return _say("message", "at", language).format(place=place, told=sentence) if place else sentence


def _types(names: str, language: str) -> str:
    told = [_say("type", name, language) for name in names.split(" | ")]
    return _say("message", "or", language).join(told)


def _form(pattern: str, language: str) -> str:
    """The words for a pattern of ours, which msgspec quotes as Python writes a text."""
    plain = pattern[1:-1].replace("\\\\", "\\")
    known = next((name for name, one in _ALL["form"].items() if one.get("pattern") == plain), "any")
    return _say("form", known, language)


def _say(family: str, name: str, language: str) -> str:
    one = _ALL[family].get(name)
    return languages.told(language, one["en"], one["zh"]) if one else name

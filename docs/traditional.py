"""Traditional Chinese, derived by OpenCC from the simplified texts of the house: run `make docs`.

Nobody writes a third text by hand. What people in Taiwan and Hong Kong call otherwise than the
conversion does stands in ``traditional.toml``; everything else follows from the simplified text.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from config.words import SIMPLIFIED as OF_SETTINGS
from devices.printing.words import WORDS as OF_PRINTING
from gateway.kernel import reasons, shapes
from gateway.kernel.problems import CATALOGUE
from gateway.keys import protection
from gateway.kinds.registry import KINDS
from gateway.records.model.fields import Labels
from gateway.transfer.held_page import WORDS as HELD
from gateway.transfer.layout.mapping import PROBLEM_HEADS
from gateway.web.listening import locked_words
from sync.alerts.letter import WORDS as OF_ALERTS

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = ROOT / "gateway/kernel/traditional.json"
BUNDLES: Final = tuple(
    ROOT / "static" / folder
    for folder in ("locales", "locales_later", "console/locales", "trust/locales")
)
CORRECTIONS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    Path(__file__).with_name("traditional.toml").read_text("utf-8")
)
# Signs that stand for a term while the rest of its sentence is converted.
_FIRST_MARK: Final = 0xE000
_terms: Final[Mapping[str, str]] = CORRECTIONS["terms"]
_marks: Final[Mapping[str, str]] = {term: chr(_FIRST_MARK + n) for n, term in enumerate(_terms)}
_term = re.compile("|".join(sorted(map(re.escape, _terms), key=len, reverse=True)))
_afterwards: Final = str.maketrans(
    {_marks[term]: said for term, said in _terms.items()}
    | {"“": "「", "”": "」", "‘": "『", "’": "』"}
)


@cache
def traditional(simplified: str) -> str:
    """A simplified text in traditional characters and in the words of Taiwan."""
    if simplified in CORRECTIONS["texts"]:
        return CORRECTIONS["texts"][simplified]
    marked = _term.sub(lambda found: _marks[found[0]], simplified)
    return _converter()(marked).translate(_afterwards)


@cache
def _converter() -> Callable[[str], str]:
    convert: Callable[[str], str] = import_module("opencc").OpenCC("s2twp").convert
    return convert


def texts() -> Iterator[str]:
    """Every Chinese text of Python, of the catalogue of problems and their reasons, of the
    settings, of what is printed, and of alerts.
    """
    yield from (str(entry["zh"]) for entry in CATALOGUE.values())
    yield from (one["zh"] for words in shapes.texts().values() for one in words.values())
    yield from reasons.texts().values()
    yield from protection.texts()
    yield from locked_words.texts()
    yield from (
        labels.zh for labels in labels_in([*KINDS.values(), *PROBLEM_HEADS, *HELD.values()])
    )
    yield from OF_SETTINGS.values()
    yield from (simplified for _, simplified in OF_PRINTING.values())
    yield from (simplified for _, simplified in OF_ALERTS.values())


def labels_in(declared: object) -> Iterator[Labels]:
    """Every label that a declaration holds, however deep."""
    if isinstance(declared, Labels):
        yield declared
    elif isinstance(declared, (list, tuple)):
        for one in declared:
            yield from labels_in(one)
    elif is_dataclass(declared) and not isinstance(declared, type):
        for member in fields(declared):
            yield from labels_in(getattr(declared, member.name))


def table() -> str:
    """The text of gateway/kernel/traditional.json: simplified to traditional, where they differ."""
    found = {text: traditional(text) for text in texts()}
    return _json({text: found[text] for text in sorted(found) if found[text] != text})


def bundle(folder: Path) -> str:
    """The words of the screens, key by key; a text that counts is a map by plural form."""
    words = json.loads((folder / "zh-CN.json").read_text("utf-8"))
    return _json({key: _each(said) for key, said in words.items()})


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file and its text."""
    yield TABLE, table()
    for folder in BUNDLES:
        yield folder / "zh-Hant.json", bundle(folder)


def _each(said: Any) -> Any:
    if isinstance(said, str):
        return traditional(said)
    return {form: traditional(text) for form, text in said.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

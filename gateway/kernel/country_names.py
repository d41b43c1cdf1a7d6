"""What countries are called: the short names of CLDR, as every browser writes them
(``Intl.DisplayNames``), in the languages of the house; US and UK in full.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from gateway.kernel import languages


def told(code: str, language: str) -> str:
    """The name behind an ISO 3166-1 alpha-2 code; the text itself where it is none."""
    names = _names().get(code)
    if names is None:
        return code
    nearest = languages.nearest(language) or languages.ENGLISH
    return names[languages.LANGUAGES.index(nearest)]


@cache
def _names() -> Mapping[str, Sequence[str]]:
    """By code, a name for each of ``languages.LANGUAGES``."""
    path = Path(__file__).with_name("country_names.json")
    names: Mapping[str, Sequence[str]] = json.loads(path.read_text("utf-8"))
    return names

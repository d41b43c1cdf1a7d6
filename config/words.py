"""What settings say of themselves in simplified Chinese, by their English texts."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TABLES: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    Path(__file__).with_name("words.zh.toml").read_text("utf-8")
)
SIMPLIFIED: Final[Mapping[str, str]] = {
    english: chinese for table in _TABLES.values() for english, chinese in table.items()
}

"""What the way in which the key is kept protects, in sentences for people."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from config.schema import KeysSettings, StoreSettings
from gateway.kernel import languages
from gateway.kernel.problems import Problem
from gateway.keys import opening

_ALL: Final[Mapping[str, Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("protection.toml").read_text("utf-8")
)


class Said(Struct):
    """``level`` is no, partly or yes; ``told`` a sentence."""

    level: str
    told: str


class Protection(Struct):
    """``way`` is how the key is kept: beside, file, credential, passphrase, erp, or off where the
    database is not encrypted. ``box`` and ``disk`` are what becomes of either when it is stolen.
    """

    way: str
    name: str
    box: Said
    disk: Said


def texts() -> Iterator[str]:
    """Every Chinese text of it."""
    for way in _ALL.values():
        yield from (way[part]["zh"] for part in ("name", "box", "disk"))


def of(folder: Path, store: StoreSettings, language: str = languages.ENGLISH) -> Protection:
    """What is protected as things stand."""
    way = opening.way_of(folder) if store.encryption == "required" else "off"
    about = _ALL[way]
    box, disk = (Said(about[part]["level"], _told(about[part], language)) for part in
                 ("box", "disk"))  # fmt: skip
    return Protection(way, _told(about["name"], language), box, disk)


def trouble(folder: Path, settings: KeysSettings) -> Problem | None:
    """Whether the keyring is kept otherwise than the settings want it."""
    way, asked = opening.way_of(folder), opening.wanted(settings)
    return None if way == asked else Problem("keys_tier_differs", now=way, wanted=asked)


def _told(about: Mapping[str, str], language: str) -> str:
    return languages.told(language, about["en"], about["zh"])

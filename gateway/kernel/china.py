"""Provinces, prefectures and districts of mainland China (GB/T 2260), and reading an address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DIRECT: Final = "-"  # stands for the prefecture of counties that their province governs directly
_suffixes: Final = re.compile("(?:壮族|回族|维吾尔)?(?:自治区|省|市)$")


@dataclass(frozen=True, slots=True)
class Place:
    """One place by its full names; the lower ones are empty where it ends higher."""

    province: str
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """``tree`` is province, then prefecture, then districts. The others find a place by a name."""

    tree: Mapping[str, Mapping[str, tuple[str, ...]]]
    short: Mapping[str, str]
    unique: Mapping[str, Place]


@cache
def atlas() -> Atlas:
    """The table, read once."""
    tree: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in Path(__file__).with_name("china.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            province, city, *districts = line.split(" ")
            tree.setdefault(province, {})[city] = tuple(districts)
    found: dict[str, list[Place]] = {}
    for place, name in _towns(tree):
        found.setdefault(name, []).append(place)
    unique = {name: places[0] for name, places in found.items() if len(places) == 1}
    return Atlas(tree, {_suffixes.sub("", name): name for name in tree}, unique)


def _towns(tree: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[tuple[Place, str]]:
    """Prefectures, and the towns among districts: names that may stand without their province."""
    for province, cities in tree.items():
        for city, districts in cities.items():
            if city not in (DIRECT, province):
                yield Place(province, city), city
            for district in districts:
                if district.endswith("市"):
                    yield _place(province, city, district), district


def read(text: str) -> tuple[Place, str] | None:
    """The place that an address begins with, and the rest of it; None where it is not sure.

    A district alone is not: there are several 朝阳区.
    """
    town = next((name for name in atlas().unique if text.startswith(name)), "")
    if town:
        place, rest = atlas().unique[town], text[len(town) :]
        if place.district:
            return place, rest
        district, rest = _district(place.province, place.city, rest)
        return _place(place.province, place.city, district), rest
    province, rest, whole = _province(text)
    if not province:
        return None
    city, rest = _city(province, rest)
    district, rest = _district(province, city, rest)
    # 北京路 is a street in many towns: a short name alone says nothing.
    sure = district or (city and (whole or city != province))
    return (_place(province, city, district), rest) if sure else None


def _province(text: str) -> tuple[str, str, bool]:
    """The province an address begins with, what follows, and whether it was named in full."""
    for short, full in atlas().short.items():
        for name in (full, short):
            if text.startswith(name):
                return full, text[len(name) :].lstrip(" ,"), name == full
    return "", text, False


def _city(province: str, text: str) -> tuple[str, str]:
    cities = atlas().tree[province]
    if province in cities:  # a municipality, whose name may be written twice
        return province, text.removeprefix(province).lstrip(" ,")
    for city in cities:
        if text.startswith(city):
            return city, text[len(city) :].lstrip(" ,")
    return "", text


def _district(province: str, city: str, text: str) -> tuple[str, str]:
    cities = atlas().tree[province]
    known = cities.get(city or DIRECT, ())
    for district in sorted(known, key=len, reverse=True):
        if text.startswith(district):
            return district, text[len(district) :].lstrip(" ,")
    return "", text


def _place(province: str, city: str, district: str) -> Place:
    """A county that its province governs directly is its own town."""
    if city in ("", DIRECT):
        return Place(province, district)
    return Place(province, city, district)

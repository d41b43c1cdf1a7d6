"""What a workbook says about its sheets: their names, where they are, its texts and formats."""

import posixpath
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel.problems import Problem
from gateway.transfer.formats.package import Package

PART_BYTES_MAX: Final = 33_554_432
TEXTS_BYTES_MAX: Final = 134_217_728
WORKBOOK: Final = "xl/workbook.xml"
SHARED_TEXTS: Final = "xl/sharedStrings.xml"

# Numbers of the built-in formats that show a date or a time (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_not_shown = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_escaped = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name on its tab, the part it is in, and whether a person sees the tab."""

    name: str
    part: str
    visible: bool


class Texts:
    """The shared texts of a workbook, packed: a list of a million strings would take ten times."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Append one. Problem file_bomb beyond what may be held."""
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > TEXTS_BYTES_MAX:
            raise Problem("file_bomb")

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise Problem("file_damaged")
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


@dataclass(frozen=True, slots=True)
class Workbook:
    """``dated`` holds the numbers of the cell styles that show dates."""

    sheets: Sequence[Sheet]
    texts: Texts
    dated: frozenset[int]
    from_1904: bool


def read(package: Package) -> Workbook:
    """What is needed before a sheet can be read. Problem file_damaged or file_bomb."""
    if WORKBOOK not in package.names:
        raise Problem("file_damaged")
    sheets, from_1904 = _sheets(package)
    return Workbook(sheets, _texts(package), _dated(package), from_1904)


def unescape(text: str) -> str:
    """``_x000D_`` and its like as the characters they stand for."""
    return _escaped.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _sheets(package: Package) -> tuple[list[Sheet], bool]:
    targets: dict[str, str] = {}
    found: list[tuple[str, str, bool]] = []
    epoch: list[str] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def element(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            epoch.append(attributes.get("date1904", "0"))
        elif tag == "sheet":
            place = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            shown = attributes.get("state", "visible") == "visible"
            found.append((attributes.get("name", ""), place, shown))

    package.parse("xl/_rels/workbook.xml.rels", relation, PART_BYTES_MAX)
    package.parse(WORKBOOK, element, PART_BYTES_MAX)
    sheets = [Sheet(name, _part(targets.get(place, "")), shown) for name, place, shown in found]
    kept = [sheet for sheet in sheets if sheet.part in package.names]
    return kept, any(value in ("1", "true") for value in epoch)


def _part(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _dated(package: Package) -> frozenset[int]:
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def element(tag: str, attributes: dict[str, str]) -> None:
        if tag in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside.append(tag)
        elif tag == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "xf" and inside[-1:] == ["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" in package.names:
        package.parse("xl/styles.xml", element, PART_BYTES_MAX)
    return frozenset(i for i, number in enumerate(styles) if _shows_date(number, formats))


def _shows_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        shown = _not_shown.sub("", formats[number].lower().partition(";")[0])
        return any(letter in shown for letter in "ydhs") or "m" in shown
    return number.isdigit() and int(number) in _DATE_FORMATS


def _texts(package: Package) -> Texts:
    reader = _TextReader()
    if SHARED_TEXTS in package.names:
        for _ in package.events(SHARED_TEXTS, (reader.start, reader.characters, reader.end)):
            if reader.held > PART_BYTES_MAX:
                raise Problem("file_bomb")
    return reader.texts


class _TextReader:
    """Collects the shared texts, as the parser calls it."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.held = 0
        self._parts: list[str] = []
        self._depth = {"t": 0, "rPh": 0}

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag in self._depth:
            self._depth[tag] += 1

    def characters(self, characters: str) -> None:
        # What is written above Japanese text to say how it is read is no part of it.
        if self._depth["t"] and not self._depth["rPh"]:
            self._parts.append(characters)
            self.held += len(characters)

    def end(self, tag: str) -> None:
        if tag in self._depth:
            self._depth[tag] -= 1
        elif tag == "si":
            self.texts.add(unescape("".join(self._parts)))
            self._parts.clear()
            self.held = 0

"""What a message of a reader says: tags, bar codes, or nothing that can be read (pure).

Forms that are known without being told: the JSON of Zebra's fixed readers (IoT Connector: one
object or a list, each with ``data.idHex``), that of their sleds (``dataEVT``: ``data.tagData`` and
``data.barcodeData``), and plain text, one code a line. For anything else paths say where in the
JSON things are. A part that cannot be read never costs the rest: it is named, and the whole message
is kept by whoever asked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

import msgspec

from devices.codes.epc import read_hex

Form = Literal["auto", "zebra", "paths", "text"]
EPC_MAX: Final = 124  # 496 bits, the longest that a tag can say it has
READS_MAX: Final = 1_000_000
TEXT_MAX: Final = 4096
ANTENNA_MAX: Final = 255
_HEX = re.compile(rf"(?:[0-9A-F]{{2}}){{4,{EPC_MAX // 2}}}")
_URI = re.compile(r"urn:epc:[!-~]{1,180}")
_TAG_TEXT = re.compile(r"(?:[0-9A-Fa-f]{24}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{50}|[0-9A-Fa-f]{52})")
_EPC_NAMES: Final = ("idHex", "epc", "EPC", "epcHex", "tagId")
_RSSI_NAMES: Final = ("peakRssi", "peakRSSI", "rssi", "RSSI")
_ANTENNA_NAMES: Final = ("antenna", "antennaId", "antennaPort", "antennaID")
_COUNT_NAMES: Final = ("reads", "seenCount", "count", "tagSeenCount")
_NUMBER_NAMES: Final = ("eventNum",)
_TIME_NAMES: Final = ("timestamp", "timeStamp", "firstSeenTimestamp")
_CODE_NAMES: Final = ("decodedBarcode",)
_LISTS: Final = ("tagData", "barcodeData", "tags", "barcodes", "reads")


@dataclass(frozen=True)
class Tag:
    """One report of a tag: ``epc`` in capital hexadecimal digits or as a URI.

    ``reads`` is how often the reader saw it since its last report, ``rssi`` in dBm, ``at`` what the
    reader's own clock said.
    """

    epc: str
    reads: int = 1
    rssi: Decimal | None = None
    antenna: int | None = None
    at: str = ""


@dataclass(frozen=True)
class Barcode:
    """One bar code, without its AIM prefix unless the reader gives it."""

    text: str


@dataclass(frozen=True)
class Message:
    """What a message says. ``unread`` has a word for each part that cannot be read.

    ``numbered``: each part has a number of its own, so that the same bytes are the same message.
    """

    tags: Sequence[Tag] = ()
    barcodes: Sequence[Barcode] = ()
    unread: Sequence[str] = ()
    numbered: bool = False


@dataclass(frozen=True)
class Paths:
    """Where things are in JSON: names with full stops between, a number for a place in a list.

    ``items`` is the list of reports, empty for the whole message; the others begin at one report.
    """

    items: str = ""
    epc: str = ""
    rssi: str = ""
    antenna: str = ""
    count: str = ""
    barcode: str = ""


@dataclass
class _Reading:
    tags: list[Tag] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    numbers: int = 0

    def message(self) -> Message:
        parts = len(self.tags) + len(self.barcodes)
        if not parts and not self.unread:
            self.unread.append("nothing")
        numbered = bool(parts) and self.numbers == parts
        return Message(self.tags, self.barcodes, self.unread, numbered)


def read(payload: bytes, form: Form = "auto", paths: Paths | None = None) -> Message:
    """What a message says; never raises, whatever it is."""
    text = payload.removeprefix(b"\xef\xbb\xbf").strip()
    if form == "text" or (form == "auto" and text[:1] not in (b"{", b"[")):
        return _lines(text)
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Message(unread=("json",))
    reading = _Reading()
    if form == "paths" and paths:
        _by_paths(found, paths, reading)
    else:
        for report, at in _reports(found, ""):
            _report(report, at, reading)
    return reading.message()


def normal_epc(value: object) -> str:
    """An EPC as it is kept; empty for what is none."""
    if not isinstance(value, str):
        return ""
    text = re.sub(r"[\s:-]+", "", value).upper() if value[:4].lower() != "urn:" else value.strip()
    if text[:2] == "0X":
        text = text[2:]
    return text if _HEX.fullmatch(text) or _URI.fullmatch(text) else ""


def _lines(text: bytes) -> Message:
    """Plain text: each line a tag or a bar code."""
    reading = _Reading()
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return Message(unread=("not_utf8",))
    for line in filter(None, (line.strip(" \t\r") for line in lines)):
        if _looks_like_tag(line):
            _take_tag(Tag(normal_epc(line)), reading)
        elif len(line) > TEXT_MAX:
            reading.unread.append("too_long")
        else:
            reading.barcodes.append(Barcode(line))
    return reading.message()


def _looks_like_tag(line: str) -> bool:
    """So many hexadecimal digits; where they are all decimal, only what can be read as a tag."""
    if line[:8].lower() == "urn:epc:":
        return True
    return bool(_TAG_TEXT.fullmatch(line)) and (not line.isdigit() or read_hex(line) is not None)


def _reports(found: object, at: str) -> Iterator[tuple[Mapping[str, object] | None, str]]:
    """Every report in one of the known forms; None for what is no object."""
    if isinstance(found, list):
        for one in found:
            yield from _reports(one, at)
        return
    if not isinstance(found, dict):
        yield None, at
        return
    at = str(_first(found, _TIME_NAMES) or at)
    inner = found.get("data")
    if isinstance(inner, (dict, list)) and not _is_report(found):
        yield from _reports(inner, at)
        return
    lists = [found[name] for name in _LISTS if isinstance(found.get(name), list)]
    if lists and not _is_report(found):
        for one in lists:
            yield from _reports(one, at)
        return
    yield found, at


def _is_report(found: Mapping[str, object]) -> bool:
    return _first(found, (*_EPC_NAMES, *_CODE_NAMES)) is not None


def _report(report: Mapping[str, object] | None, at: str, reading: _Reading) -> None:
    if report is None:
        reading.unread.append("report")
        return
    barcode = _first(report, _CODE_NAMES)
    if barcode is not None:
        _take_barcode(barcode, reading)
    elif (epc := _first(report, _EPC_NAMES)) is not None:
        tag = Tag(
            normal_epc(epc),
            _reads(_first(report, _COUNT_NAMES)),
            _rssi(_first(report, _RSSI_NAMES)),
            _antenna(_first(report, _ANTENNA_NAMES)),
            at[:40],
        )
        _take_tag(tag, reading)
    else:
        reading.unread.append("report")
        return
    reading.numbers += isinstance(_first(report, _NUMBER_NAMES), int)


def _by_paths(found: object, paths: Paths, reading: _Reading) -> None:
    items = _walk(found, paths.items)
    for item in items if isinstance(items, list) else [items]:
        barcode = _walk(item, paths.barcode) if paths.barcode else None
        epc = _walk(item, paths.epc) if paths.epc else None
        if barcode is not None:
            _take_barcode(barcode, reading)
        elif epc is not None:
            count = _walk(item, paths.count) if paths.count else None
            rssi = _walk(item, paths.rssi) if paths.rssi else None
            antenna = _walk(item, paths.antenna) if paths.antenna else None
            _take_tag(Tag(normal_epc(epc), _reads(count), _rssi(rssi), _antenna(antenna)), reading)
        else:
            reading.unread.append("report")


def _walk(found: object, path: str) -> object:
    for step in filter(None, path.split(".")):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and len(step) < 7:
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found


def _take_tag(tag: Tag, reading: _Reading) -> None:
    if tag.epc:
        reading.tags.append(tag)
    else:
        reading.unread.append("epc")


def _take_barcode(value: object, reading: _Reading) -> None:
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if 0 < len(text) <= TEXT_MAX and text.strip():
        reading.barcodes.append(Barcode(text))
    else:
        reading.unread.append("barcode")


def _first(report: Mapping[str, object], names: Sequence[str]) -> object:
    return next((report[name] for name in names if report.get(name) is not None), None)


def _reads(value: object) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return min(value, READS_MAX) if whole and isinstance(value, int) and value > 0 else 1


def _antenna(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= ANTENNA_MAX:
        return value
    return None


def _rssi(value: object) -> Decimal | None:
    """In dBm, to a tenth; None for what no receiver has ever measured."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = Decimal(str(value)[:20])
        if not number.is_finite() or abs(number) > 200:
            return None
        return number.quantize(Decimal("0.1")).normalize() + 0
    except InvalidOperation:
        return None

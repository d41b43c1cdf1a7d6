"""An XLSX file with one sheet, written as a stream: bounded memory, nothing on the disk.

Every cell is a text, so that codes keep their zeros and nothing is ever run, but for figures that
people add up. ECMA-376, the smallest part of it that every spreadsheet opens.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape  # nosec B406 # writes XML, reads none

ROWS_MAX: Final = 1_048_575
_DIGITS_MAX: Final = 15
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_not_xml = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_looks_escaped = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_number = re.compile(r"-?\d+(?:\.\d+)?")

_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        f' ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Export" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
}
# The head stays in sight while one scrolls.
_SHEET_START: Final = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)


class _Sink:
    """What the archive is written to; it cannot be sought in, so the archive never goes back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, part: bytes) -> int:
        self._waiting += part
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken


def stream(
    head: Sequence[str], pages: Iterable[Sequence[Sequence[str]]], numeric: Sequence[int]
) -> Iterator[bytes]:
    """The file in pieces. ``numeric`` are the columns that hold figures."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, text in _PARTS.items():
            archive.writestr(name, _HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((_SHEET_START + _row(1, head, frozenset())).encode())
            number = 1
            for page in pages:
                figures = frozenset(numeric)
                rows = (_row(number + n, row, figures) for n, row in enumerate(page, 1))
                sheet.write("".join(rows).encode())
                number += len(page)
                yield sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


def _row(number: int, cells: Sequence[str], numeric: frozenset[int]) -> str:
    written = [
        _cell(f"{_letters(column)}{number}", text, column in numeric)
        for column, text in enumerate(cells)
        if text
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, text: str, is_figure: bool) -> str:
    if is_figure and _number.fullmatch(text) and sum(map(str.isdigit, text)) <= _DIGITS_MAX:
        return f'<c r="{place}"><v>{text}</v></c>'
    plain = escape(_not_xml.sub("\ufffd", _looks_escaped.sub("_x005F_", text)))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'


@lru_cache(maxsize=1024)
def _letters(column: int) -> str:
    """0 is ``A``, 26 is ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

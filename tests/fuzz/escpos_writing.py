"""Any text and any document becomes bytes for a printer, and no command comes with it."""

import re

import msgspec

from devices.escpos.code_pages import PAGES, printable
from devices.escpos.document import Barcode, Cell, Document, Qr, Raster, Row, Text
from devices.escpos.profile import Profile
from devices.escpos.writing import show, write

AT_ONCE = re.compile(rb"\x10[\x04\x05\x14]")
PROFILES = [Profile(columns=32, code_page=name) for name in PAGES]


def target(data: bytes) -> None:
    """Must not raise: a document where the bytes are one, otherwise their text in every place."""
    try:
        document = msgspec.json.decode(data, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = data.decode("utf-8", "replace")[:1000] or " "
        row = Row([Cell(text), Cell(text, "right", fit=True), Cell(text, "centre", 7)])
        document = Document([Text(text, large=True), row, Barcode(text[:80]), Qr(text)])
    for profile in PROFILES:
        _look(document, profile)


def _look(document: Document, profile: Profile) -> None:
    try:
        written = write(document, profile)
    except ValueError:
        assert any(isinstance(part, Raster) for part in document.parts)
        return
    assert not AT_ONCE.search(written.data)
    for line in show(document, profile):
        said, _ = printable(line, profile.page)
        assert not re.search(rb"[\x00-\x1f\x7f]", profile.page.encode(said))

"""What a printer is told: the right bytes, the right width, and nothing that was smuggled in."""

import base64
import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.escpos import graphics, layout
from devices.escpos.code_pages import PAGES, printable
from devices.escpos.document import (
    Barcode,
    Cell,
    Cut,
    Document,
    Feed,
    Pulse,
    Qr,
    Raster,
    Row,
    Rule,
    Text,
    check,
)
from devices.escpos.profile import Profile
from devices.escpos.writing import marked, show, write
from devices.simulated.paper import read_paper
from tests.fuzz.escpos_writing import target

profiles = st.builds(
    Profile,
    columns=st.sampled_from([32, 42, 48]),
    code_page=st.sampled_from(list(PAGES)),
    knife=st.sampled_from(["partial", "full", "none"]),
)
texts = st.text(max_size=120)
cells = st.builds(
    Cell,
    text=texts,
    align=st.sampled_from(["left", "centre", "right"]),
    width=st.integers(0, 80),
    fit=st.booleans(),
)
DOC = Document


def written(*parts: object, **profile: object) -> bytes:
    return write(DOC(list(parts)), Profile(**profile)).data  # type: ignore[arg-type]


@given(st.lists(cells, min_size=1, max_size=6), profiles)
def test_any_text_is_printed_in_columns_of_the_right_width(row: list[Cell], p: Profile) -> None:
    lines = show(DOC([Row(row)]), p)
    assert lines
    assert {p.page.cells(line) for line in lines} == {p.columns}
    for line in lines:
        assert p.page.encode(line)


@given(texts, profiles, st.booleans())
@example("a" * 50, Profile(columns=32), True)
@example("收银小票" * 20, Profile(columns=32, code_page="gb18030"), False)
def test_any_text_is_broken_into_lines_that_fit_and_none_of_it_is_lost(
    text: str, p: Profile, large: bool
) -> None:
    width = p.columns // 2 if large else p.columns
    said, _ = printable(text, p.page)
    lines = layout.wrap(said, width, p.page)
    assert all(p.page.cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "").replace("\n", "")


# What a document says beside its texts: every control byte that is not one of these came from data.
OWN = re.compile(
    rb"\x1b@|\x1bt.|\x1c&|\x1b[aE][\x00-\x02]|\x1d![\x00\x11]|\n"
    rb"|\x1dV[AB]\x00|\x1dH\x02\x1dhP\x1dw[\x02\x03]|\x1dkC\x0d|\x1dkI[\x03-\xff]"
    rb"|\x1d\(k..1A2\x00|\x1d\(k..1C[\x02-\x0c]|\x1d\(k..(?=1)",
    re.DOTALL,
)


@given(
    st.lists(
        st.one_of(
            st.builds(Text, text=texts, bold=st.booleans(), large=st.booleans()),
            st.builds(Row, cells=st.lists(cells, min_size=1, max_size=4)),
            st.builds(Barcode, text=st.text(min_size=1, max_size=60)),
            st.builds(Qr, text=st.text(min_size=1, max_size=60)),
        ),
        min_size=1,
        max_size=6,
    ),
    profiles,
)
@example([Text("\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01")], Profile())
@example([Barcode("\x10\x04\x01")], Profile())
@example([Qr("\x1d(k")], Profile())
def test_no_control_byte_of_any_text_reaches_the_printer(parts: list[object], p: Profile) -> None:
    left = OWN.sub(b"", write(DOC(parts), p).data)  # type: ignore[arg-type]
    assert not re.search(rb"[\x00-\x1f\x7f]", left)


@given(st.binary(min_size=1, max_size=600))
@example(b"\x10\x14\x01\x00\x01" * 40)
def test_the_dots_of_a_picture_are_never_a_command_that_is_obeyed_at_once(dots: bytes) -> None:
    dots = dots[: len(dots) // 2 * 2] or b"\x10\x04"
    picture = Raster(16, len(dots) // 2, base64.b64encode(dots).decode())
    sent = graphics.raster(picture, 384)
    assert not re.search(rb"\x10[\x04\x05\x14]", sent)
    assert len(sent) == len(dots) + 8 * -(-picture.height // 128)


def test_a_receipt_is_written_byte_for_byte() -> None:
    assert written(
        Text("SHOP", bold=True, align="centre"),
        Row([Cell("Tea"), Cell("5.40", "right", fit=True)]),
        Rule(),
        Cut(),
        columns=32,
    ) == (
        b"\x1b@\x1bt\x13"
        b"\x1bE\x01" + b" " * 14 + b"SHOP\n\x1bE\x00"
        b"Tea" + b" " * 25 + b"5.40\n" + b"-" * 32 + b"\n\x1dVB\x00"
    )


def test_each_printer_has_its_own_characters_knife_and_drawer() -> None:
    assert written(Text("€"), code_page="cp858") == b"\x1b@\x1bt\x13\xd5\n"
    assert written(Text("€"), code_page="latin9") == b"\x1b@\x1bt\x28\xa4\n"
    assert written(Text("€ ü"), code_page="cp437") == b"\x1b@\x1bt\x00EUR \x81\n"
    assert written(Text("茶"), code_page="gb18030") == b"\x1b@\x1c&\xb2\xe8\n"
    assert written(Text("茶"), code_page="big5") == b"\x1b@\x1c&\xaf\xf9\n"
    assert written(Cut(), knife="full").endswith(b"\x1dVA\x00")
    assert written(Cut(), knife="none").endswith(b"\n\n\n\n")
    pulse = Pulse("change")
    assert written(pulse).endswith(b"\x1bp\x00\x32\x64")
    assert written(pulse, drawer_pin=5, pulse_ms=510).endswith(b"\x1bp\x01\xff\xff")


def test_what_a_printer_does_not_have_is_replaced_and_counted() -> None:
    said = write(DOC([Text("Łódź ☕ 茶")]), Profile())
    assert (said.data, said.lost) == (b"\x1b@\x1bt\x13L\xa2dz ? ?\n", 2)
    assert printable("a\tb\x07c\u200bd", PAGES["cp858"]) == ("a b cd", 0)
    assert printable("𠀀", PAGES["gb18030"]) == ("?", 1)


def test_signs_of_two_bytes_are_two_cells_wide_whatever_they_are() -> None:
    page = PAGES["gb18030"]
    assert [page.cells(text) for text in ("茶", "é", "tea")] == [2, 2, 3]
    row = Row([Cell("绿茶 é"), Cell("￥5.40", "right", fit=True)])
    (line,) = show(DOC([row]), Profile(columns=32, code_page="gb18030"))
    assert len(page.encode(line)) == 32


def test_bar_codes() -> None:
    head = b"\x1ba\x01\x1dH\x02\x1dhP\x1dw\x03\x1dk"
    ean = written(Barcode("4006381333931", "ean13"))
    assert ean.endswith(head + b"C\x0d4006381333931\n\x1ba\x00")
    assert written(Barcode("{A1")).endswith(head + b"I\x06{B{{A1\n\x1ba\x00")
    # A wrong check digit is no EAN, a long text has no room, and neither is lost.
    assert b"\x1dkI" in written(Barcode("4006381333932", "ean13"))
    assert b"\x1d(k" in written(Barcode("RECEIPT-0000000000000000001"), columns=32)


def test_a_qr_code_says_what_it_was_given() -> None:
    assert b"\x1d(k\x07\x001P0HI-1\x1d(k\x03\x001Q0\n" in written(Qr("HI-1"))
    assert read_paper(written(Qr("茶 1"))) == "[茶 1]\n"


def test_a_picture_goes_in_bands_and_no_wider_than_the_paper() -> None:
    rows = 300
    picture = Raster(400, rows, base64.b64encode(b"\xff" * (50 * rows)).decode())
    sent = written(picture, columns=32)
    assert [int.from_bytes(found) for found in re.findall(rb"\x1dv0\x00\x30\x00(.)\x00", sent)] == [
        128,
        128,
        44,
    ]
    assert sent.count(b"\xff") == 48 * rows
    with pytest.raises(ValueError, match="bytes instead of"):
        check(DOC([Raster(400, 2, "AAAA")]))
    with pytest.raises(ValueError, match="base64"):
        check(DOC([Raster(8, 1, "?")]))


def test_a_document_travels_as_json_and_a_pulse_has_a_reason() -> None:
    document = DOC([Text("A", bold=True), Feed(2), Row([Cell("B")]), Cut()])
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document
    for wrong in ('{"part":"pulse"}', '{"part":"pulse","reason":" "}', '{"part":"fire"}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(f'{{"parts":[{wrong}]}}', type=Document)


def test_a_copy_says_so_and_opens_no_drawer() -> None:
    copy = marked(DOC([Text("A"), Pulse("cash"), Cut()]), "COPY")
    assert show(copy, Profile(columns=32))[0].strip() == "*** COPY ***"
    assert not write(copy, Profile()).pulses


@given(st.binary(max_size=200))
@example(b'{"parts":[{"part":"raster","width":8,"height":1,"bits":"?"}]}')
@example(b'{"parts":[{"part":"text","text":"\\ud800"}]}')
def test_any_bytes_are_printed_or_refused(data: bytes) -> None:
    target(data)

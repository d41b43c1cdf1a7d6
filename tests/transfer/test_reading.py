"""Files as people have them: every encoding, delimiter and kind of damage."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import encodings
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.transfer.exports import csv_lines
from gateway.transfer.formats import delimited, sheet_writer, sheets, table, vcards
from gateway.transfer.formats import workbook as workbook_parts
from gateway.transfer.formats.sheets import Book
from gateway.transfer.formats.table import Asked, Table

MOMENT = datetime(2025, 1, 2, 3, 4, 5)  # noqa: DTZ001 (a cell has no zone)
CUSTOMER = KINDS["customer"]
GERMAN = "Firma;Ort\nMüller & Söhne;Köln\n"
CHINESE = "名称;城市\n北京启明科技有限公司;上海\n"


def opened(raw: bytes, **asked: Any) -> Table:
    return table.inspect(io.BytesIO(raw), CUSTOMER, "EUR", Asked(**asked), 10_000)


def cells(raw: bytes, **asked: Any) -> list[list[str]]:
    return [list(row.cells) for row in opened(raw, **asked).rows()]


def workbook(*rows: list[Any], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "cp1252"),
        (CHINESE, "utf-8"),
        (CHINESE, "utf-16"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
    ],
)
def test_the_encoding_of_a_file_is_found(text: str, code: str) -> None:
    raw = text.encode(code)
    assert cells(raw) == [text.splitlines()[1].split(";")]


def test_an_umlaut_far_down_still_tells_the_encoding() -> None:
    raw = b"name;city\n" + b"a;b\n" * 40_000 + "Müller;Köln\n".encode("cp1252")
    found = encodings.detect(raw[start : start + 65_536] for start in range(0, len(raw), 65_536))
    assert found == "cp1252"


def test_one_line_in_another_encoding_is_marked_and_the_rest_is_kept() -> None:
    lines = [f"Schröder {n};Ulm\n".encode() for n in range(40)]
    lines[20] = "Schröder;Köln\n".encode("cp1252")
    rows = list(opened(b"name;city\n" + b"".join(lines)).rows())
    assert len(rows) == 40
    assert [row.number for row in rows if row.faults] == [22]
    assert rows[20].faults == {0: "cell_unreadable", 1: "cell_unreadable"}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(sign: str) -> None:
    raw = f"name{sign}city{sign}note\nA{sign}B{sign}x, y; z\n".encode()
    if sign in ",;":
        raw = f'name{sign}city{sign}note\nA{sign}B{sign}"x, y; z"\n'.encode()
    assert cells(raw) == [["A", "B", "x, y; z"]]


def test_a_line_that_names_the_delimiter_is_believed() -> None:
    assert cells(b"sep=;\nname;city\nA,B;C\n") == [["A,B", "C"]]


def test_quoted_newlines_stay_in_their_cell_and_rows_keep_their_numbers() -> None:
    rows = list(opened(b'name,note\nA,"one\ntwo"\n\nB,"three"\n').rows())
    assert [list(row.cells) for row in rows] == [["A", "one\ntwo"], ["B", "three"]]
    assert [row.number for row in rows] == [2, 4]


def test_a_quote_that_is_never_closed_names_its_row() -> None:
    raw = b'name,note\nA,x\nB,"open' + b"\nC,y" * 400_000
    with pytest.raises(Problem) as caught:
        opened(raw)
    assert caught.value.code == "file_row_runaway"
    assert caught.value.params["row"] == 3


def test_nul_bytes_and_long_cells_are_read() -> None:
    long = "x" * 10_000
    assert cells(f"name,note\nA\x00B,{long}\n".encode()) == [["A\x00B", long]]
    row = next(opened(f"name,note\nA,{'x' * 40_000}\n".encode()).rows())
    assert row.faults == {1: "cell_too_long"}


def test_a_title_above_the_head_is_passed_over() -> None:
    found = opened(b"Customers 2026,,\n,,\nname,city,zip\nA,B,1\n")
    assert found.shape.header == ["name", "city", "zip"]
    assert [row.number for row in found.rows()] == [4]


def test_a_head_over_a_head_stands_before_each_of_its_columns() -> None:
    found = opened(b"Company,,Contact,,\nName,City,Name,Phone,E-mail\nA,B,C,D,E\n")
    assert found.shape.header[2:] == ["Contact Name", "Contact Phone", "Contact E-mail"]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"name,city\n", b"\xef\xbb\xbf"])
def test_a_file_without_data_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem, match="file_empty"):
        opened(raw)


def test_too_many_rows_are_refused_with_the_place_to_split() -> None:
    with pytest.raises(Problem) as caught:
        table.inspect(io.BytesIO(b"name\n" + b"a\n" * 20), CUSTOMER, "EUR", Asked(), 10)
    assert caught.value.params == {"rows_max": 10, "row": 12}


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=4), min_size=1, max_size=8))
def test_what_is_written_as_csv_is_read_back(rows: list[list[str]]) -> None:
    # What no encoding has, and what every reader of CSV takes for one end of a line.
    clean = [
        [cell.encode("utf-8", "ignore").decode().replace("\r", "") for cell in row] for row in rows
    ]
    head = ["a", "b"]
    raw = csv_lines([head, *clean])
    read = list(delimited.rows(io.BytesIO(raw), "utf-8", ","))
    assert [list(row.cells) for row in read][1:] == clean


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_a_reader_stumble(raw: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"BEGIN:VCARD\n", b'{"'):
        with suppress(Problem):
            found = opened(start + raw)
            assert found.shape.rows == len(list(found.rows()))


def test_a_workbook_gives_its_cells_as_a_person_sees_them() -> None:
    raw = workbook(
        ["Name", "Code", "Since", "At", "Rate", "Active"],
        ["A & B <x>", 1.0, date(2025, 3, 4), MOMENT, 0.29, True],
        ["", "00123", None, None, 0.1 + 0.2, False],
    )
    assert cells(raw) == [
        ["A & B <x>", "1", "2025-03-04", "2025-01-02T03:04:05", "0.29", "true"],
        ["", "00123", "", "", "0.3", "false"],
    ]


def test_a_long_number_that_lost_its_digits_is_marked() -> None:
    row = next(opened(workbook(["Name", "Tax"], ["A", 911101085923662400])).rows())
    assert row.faults == {1: "cell_number_imprecise"}


def test_the_first_sheet_with_rows_is_taken_and_another_can_be_asked_for() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "How to use this file"
    for name in ("North", "South"):
        book.create_sheet(name).append(["name", "city"])
        book[name].append([name, "Ulm"])
    found = opened(saved(book))
    assert found.shape.sheets == ["Read me", "North", "South"]
    assert found.shape.sheet == "North"
    assert cells(saved(book), sheet="South") == [["South", "Ulm"]]


def test_our_own_workbook_opens_elsewhere_and_here() -> None:
    rows = [["01", "=1+1", "a\nb", "12.50", "_x000D_", "\x0b"], ["", "+49", "", "-3", "", ""]]
    head = ["a", "b", "c", "d", "e", "f"]
    raw = b"".join(sheet_writer.stream(head, [rows], [3]))
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    values = [list(row) for row in sheet.values]
    assert values[0] == head
    assert values[1][:4] == ["01", "=1+1", "a\nb", 12.5]
    assert sheet["B2"].data_type == "s"
    read = [list(row.cells) for row in Book(io.BytesIO(raw)).rows("Export")]
    assert read[1] == ["01", "=1+1", "a\nb", "12.5", "_x000D_", "\ufffd"]


def packed(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def with_part(raw: bytes, name: str, text: bytes) -> bytes:
    """A workbook with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for entry in {*old.namelist(), name}:
            new.writestr(entry, text if entry == name else old.read(entry))
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = workbook(["name", "city"], ["A", "B"])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (GOOD[: len(GOOD) // 2], "file_damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "file_old_workbook"),
        (packed(readme="x"), "file_damaged"),
        (with_part(GOOD, SHEET, b"<worksheet><sheetData><row"), "file_damaged"),
        (
            with_part(
                GOOD,
                SHEET,
                b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
            ),
            "file_bomb",
        ),
        (
            with_part(
                GOOD,
                SHEET,
                b'<worksheet><sheetData><row><c t="str"><v>' + b"x" * 20_000_000,
            ),
            "file_bomb",
        ),
        (
            with_part(
                GOOD,
                SHEET,
                b'<worksheet><sheetData><row><c r="ZZZ1" t="str"><v>x</v></c></row></sheetData>'
                b"</worksheet>",
            ),
            "file_too_wide",
        ),
    ],
)
def test_a_bad_workbook_is_refused_in_words(raw: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        opened(raw)
    assert caught.value.code == code


SHARED = with_part(
    with_part(
        GOOD,
        SHEET,
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c>'
        b'</row><row r="3"><c r="C3" t="s"><v>2</v></c></row></sheetData></worksheet>',
    ),
    "xl/sharedStrings.xml",
    "<sst><si><t>name</t></si><si><t>city</t></si><si><r><t>Mün</t></r><r><t>chen</t></r>"
    "<rPh><t>ミュンヘン</t></rPh></si></sst>".encode(),
)


def test_shared_texts_come_without_how_they_are_read_aloud() -> None:
    found = opened(SHARED)
    assert found.shape.header == ["name", "", "city"]
    assert [(row.number, list(row.cells)) for row in found.rows()] == [(3, ["", "", "München"])]


def test_shared_texts_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "TEXTS_BYTES_MAX", 3)
    with pytest.raises(Problem, match="file_bomb"):
        opened(SHARED)


def test_numbers_are_written_as_people_read_them() -> None:
    assert sheets.number_text("1.0") == ("1", "")
    assert sheets.number_text("0.28999999999999998") == ("0.29", "")
    assert sheets.number_text("1E-3") == ("0.001", "")
    assert sheets.number_text("1.23E+17")[1] == "cell_number_imprecise"
    assert sheets.number_text("abc") == ("abc", "")


CARD_3 = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:Erika Musterfrau\r\nORG:Muster GmbH;Einkauf\r\n"
    "TITLE:Leiterin\\, Einkauf\r\nTEL;TYPE=WORK,VOICE:+49 30 1234567\r\n"
    "item1.TEL;TYPE=CELL:0151 2345\r\n"
    " 678\r\nEMAIL:e@muster.de\r\nADR;TYPE=WORK:;;Hauptstr. 1;Berlin;BE;10115;Deutschland\r\n"
    "PHOTO;ENCODING=b:AAAA\r\n BBBB\r\nNOTE:eins\\nzwei\r\nEND:VCARD\r\n"
)
CARD_21 = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GB18030;ENCODING=QUOTED-PRINTABLE:="
    b"\r\n=CD=F5;=D0=A1=C3=F7\r\nTEL;CELL:13800138000\r\nEND:VCARD\r\n"
)
CARD_4 = (
    'BEGIN:VCARD\nVERSION:4.0\nFN:Ayşe Gül\nTEL;VALUE=uri;TYPE="voice,cell":tel:+90-532-1234567\n'
    'ADR;LABEL="Cadde: 5":;;Cadde 5;Ankara;;06000;TR\nBDAY:1980-05-06\nEND:VCARD\n'
)


def read_cards(raw: bytes) -> list[dict[str, str]]:
    return [vcards.cells(card) for card in vcards.cards(io.BytesIO(raw))]


def test_a_card_of_a_company_becomes_a_company_with_a_contact() -> None:
    (card,) = read_cards(CARD_3.encode())
    assert card["type"] == "company"
    assert card["legal_name"] == "Muster GmbH"
    assert card["contacts.1.name"] == "Erika Musterfrau"
    assert card["contacts.1.role"] == "Leiterin, Einkauf"
    assert card["contacts.1.mobile"] == "0151 2345678"
    assert card["addresses.1.city"] == "Berlin"
    assert card["notes"] == "eins\nzwei"
    assert card["@key"] == "u1"


def test_an_old_card_is_read_in_its_own_character_set() -> None:
    (card,) = read_cards(CARD_21)
    assert card["legal_name"] == "小明 王"
    assert card["mobile"] == "13800138000"
    assert card["type"] == "person"


def test_a_new_card_with_colons_in_quotes_is_read() -> None:
    (card,) = read_cards(CARD_4.encode())
    assert card["mobile"] == "+90-532-1234567"
    assert card["addresses.1.street"] == "Cadde 5"
    assert card["birth_date"] == "1980-05-06"


def test_a_card_that_never_ends_is_named() -> None:
    with pytest.raises(Problem, match="file_row_runaway"):
        opened(CARD_3.encode() + b"BEGIN:VCARD\nFN:Open\n")

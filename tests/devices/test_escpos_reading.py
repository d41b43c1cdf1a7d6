"""Reading along what a till prints: text in its letters, pictures passed over, receipts apart."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.escpos import reading
from devices.escpos.reading import Reader, Tape
from devices.escpos.receipts import ReceiptRules, amount_of, bounded, sale_of, understand
from devices.simulated.legacy_till import LegacyTill
from tests.fuzz import escpos_reading

CUT = b"\x1dV\x00"


def tapes(raw: bytes, codec: str = "cp437") -> list[Tape]:
    reader = Reader(codec)
    return reader.feed(raw) + reader.end()


def lines(raw: bytes, codec: str = "cp437") -> list[str]:
    return [line for tape in tapes(raw, codec) for line in tape.lines]


def test_a_receipt_ends_with_the_cut() -> None:
    (tape,) = tapes(bytes.fromhex("1B40") + b"TOTAL 12.50" + bytes.fromhex("0A1D564100"))
    assert (tape.lines, tape.cut, tape.drawer) == (("TOTAL 12.50",), True, False)
    assert understand(tape.lines, ReceiptRules("EUR")).total == 1250


def test_a_line_that_never_ends_is_cut_at_the_same_place_in_any_portions() -> None:
    raw = b"A" * 300 + b"\x1e" + b"B" * 400
    (whole,) = tapes(raw)
    assert [len(line) for line in whole.lines] == [reading.LINE_BYTES_MAX, 700 - 512]
    reader = Reader()
    pieces = [raw[at : at + 7] for at in range(0, len(raw), 7)]
    assert [tape for piece in pieces for tape in reader.feed(piece)] + reader.end() == [whole]


def test_a_picture_is_passed_over_by_its_length() -> None:
    (tape,) = tapes(bytes.fromhex("1D7630000100 0200 FFFF 1D5600"))
    assert (tape.lines, tape.images, tape.cut) == ((), 1, True)


def test_the_drawer_alone_is_a_tape_of_its_own() -> None:
    (tape,) = tapes(bytes.fromhex("1B700019FA"))
    assert (tape.printed, tape.drawer) == (False, True)
    first, behind = tapes(b"TOTAL 1.00\n" + CUT + b"\x1bp\x00\x19\xfa")
    assert (first.drawer, behind.drawer, behind.follows) == (False, True, True)
    (at_once,) = tapes(b"\x10\x14\x01\x00\x05")
    assert at_once.drawer


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\x1bt\x10\x80 5\n", "€ 5"),  # Windows-1252
        (b"\x1bt\x13\xd5 5\n", "€ 5"),  # 858
        (b"\x84\x94\x81\n", "äöü"),  # 437
        (b"\x1bt\x11\x88\x92\x8e\x83\x8e\n", "ИТОГО"),
        (b"\x1bR\x02[]{|}~\n", "ÄÜäöüß"),
        (b"\x1bR\x02[\x1b@[\n", "Ä["),
        (b"\x1bE\x01\x1d!\x11BIG\x1b!\x00 small\n", "BIG small"),
        (b"a\tb\r\n", "a b"),
        (b"\x1b\x99unknown\n", "unknown"),
        (b"\x1d(A\x02\x00\x00\x00after\n", "after"),
        (b"\x1bD\x08\x10\x00after\n", "after"),
        (b"\x1b&\x03\x41\x42\x01xxx\x02yyyyyyafter\n", "after"),
        (b"\x1cq\x01\x01\x00\x01\x00" + bytes(8) + b"after\n", "after"),
        (b"\x1b*\x21\x02\x00" + b"\n" * 6 + b"after\n", "after"),
        (b"\x1d8L\x05\x00\x00\x00\x30\x70\x30\x0a\x0aafter\n", "after"),
        (b"\x10\x04\x01\x10\x05\x01after\n", "after"),
    ],
)
def test_text_is_read_as_it_is_printed(raw: bytes, said: str) -> None:
    assert lines(raw) == [said]


def test_chinese_is_read_in_two_bytes_also_where_they_come_apart() -> None:
    raw = "合计：￥12.50\n".encode("gb18030")
    reader = Reader("gb18030")
    cut = [tape for byte in raw + CUT for tape in reader.feed(bytes([byte]))]
    assert cut[0].lines == ("合计：￥12.50",)
    assert lines(b"\x1c&" + raw + b"\x1c.abc\n") == ["合计：￥12.50", "abc"]
    assert lines("總計 5\n".encode("big5"), "big5") == ["總計 5"]


def test_codes_are_kept_as_what_they_say() -> None:
    qr = b"https://example.com/r/1"
    store = b"\x1d(k" + (len(qr) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + qr
    shown = b"\x1d(k\x03\x00\x31\x51\x30"
    bars = b"\x1dk\x04ABC\x00\x1dk\x43\x0d4006381333931\x1dk\x49\x09{BNo.{{17"
    (tape,) = tapes(bars + store + shown + b"Bye\n")
    assert tape.codes == ("ABC", "4006381333931", "No.{17", "https://example.com/r/1")
    assert tape.lines == ("Bye",)


def test_what_never_ends_stays_within_its_bounds() -> None:
    reader = Reader()
    for _ in range(200):
        reader.feed(b"x" * 10_000 + b"\n")
    (tape,) = reader.end()
    assert (len(tape.lines), len(tape.raw), tape.whole) == (
        reading.LINES_MAX, reading.RAW_BYTES_MAX, False,
    )  # fmt: skip
    huge = b"\x1d8L\xff\xff\xff\xff0p0" + bytes(100_000)
    assert Reader().feed(huge) == []


def test_a_whole_till_is_read_as_it_meant_it() -> None:
    till = LegacyTill("", 0, random.Random(7), page=19)
    reader = Reader()
    for _ in range(50):
        printed = till.receipt()
        (tape,) = reader.feed(printed.raw)
        found = understand(tape.lines, ReceiptRules("EUR", "en", tax_rate="0.19"))
        assert (found.receipt, found.total, found.tax, found.payment, found.register) == (
            printed.receipt, printed.total, printed.tax, printed.payment, "2",
        )  # fmt: skip
        sale = sale_of(found, ReceiptRules("EUR", "en", tax_rate="0.19"))
        assert sale is not None
        assert sale["total"] == printed.total
        assert (tape.drawer, tape.images) == (True, 1)


@pytest.mark.parametrize(
    ("text", "decimals", "minor"),
    [
        ("12.50", 2, 1250), ("1.234,50", 2, 123450), ("1,234.50", 2, 123450),
        ("1 234,50", 2, 123450), ("12.50-", 2, -1250), ("-3,00", 2, -300), ("12", 2, None),
        ("1,250", 0, 1250), ("1250", 0, 1250), ("1,25", 0, None), ("1.250", 3, 1250),
        ("12.5", 2, None), ("1.23.50", 2, None),
    ],
)  # fmt: skip
def test_an_amount_counts_only_as_it_is_written_in_its_currency(
    text: str, decimals: int, minor: int | None
) -> None:
    assert amount_of(text, decimals) == minor


@pytest.mark.parametrize(
    ("language", "currency", "printed", "said"),
    [
        ("de", "EUR", ["Kasse 3  Bon-Nr. 77/12", "Zwischensumme 1.300,00", "Summe EUR 1.234,50",
                       "MwSt 19,0% 197,10", "EC-Karte 1.234,50", "22.11.2026 09:01"],
         {"total": 123450, "tax": 19710, "register": "3", "receipt": "77/12", "payment": "card",
          "date": "22.11.2026 09:01"}),
        ("zh", "CNY", ["小票号：20261122-001", "收银机：03", "小计：￥9.00", "合计：￥12.50",
                       "微信支付 12.50"],
         {"total": 1250, "register": "03", "receipt": "20261122-001", "payment": "wechat"}),
        ("fr", "EUR", ["Ticket N° 512", "TOTAL HT 10,00", "TVA 20% 2,00", "NET À PAYER 12,00",
                       "Espèces 12,00"],
         {"total": 1200, "tax": 200, "receipt": "512", "payment": "cash"}),
        ("es", "EUR", ["Factura: A-12", "Total 8,40", "Tarjeta 8,40"],
         {"total": 840, "receipt": "A-12", "payment": "card"}),
        ("it", "EUR", ["DOCUMENTO N. 0012-0007", "TOTALE COMPLESSIVO 8,40", "di cui IVA 1,51",
                       "Contante 10,00"],
         {"total": 840, "tax": 151, "receipt": "0012-0007", "payment": "cash"}),
        ("", "JPY", ["RECEIPT 9", "TOTAL ITEMS 3", "TOTAL ¥1,250", "CASH 1,000", "VISA 250"],
         {"total": 1250, "receipt": "9"}),
        ("en", "USD", ["Have a nice day"], {}),
    ],
)  # fmt: skip
def test_receipts_are_understood_in_their_languages(
    language: str, currency: str, printed: list[str], said: dict[str, object]
) -> None:
    assert understand(printed, ReceiptRules(currency, language)).members() == said


def test_a_shop_has_patterns_of_its_own_that_cannot_cost_much() -> None:
    patterns = {"total": bounded(r"^== (.{1,12}) ==$"), "receipt": bounded(r"No\.([0-9]{1,9})")}
    found = understand(["== 9.90 ==", "No.17"], ReceiptRules("EUR", patterns=patterns))
    assert (found.total, found.receipt) == (990, "17")
    for wrong in (
        "a*",
        "(a{1,9}){1,9}",
        "(?=x)",
        "a{1,}",
        "[0-9]{1,99}[0-9]{1,99}",
        "(",
        "x" * 201,
    ):
        with pytest.raises(ValueError, match="pattern"):
            bounded(wrong)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    escpos_reading.target(raw)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"\x1b", b"\x1d", b"\x1c", b"\x10", b"(k", b"V", b"\x00", b"\x01", b"\xff", b"k", b"*",
             b"TOTAL ", b"12.50", b"\n", b"v0", b"8L", b"q", b"&", b"D", b"p", b"\x14", b"CASH",
             "合计".encode("gb18030"), CUT]
        ),
        max_size=40,
    ).map(b"".join)
)  # fmt: skip
def test_no_commands_break_the_reading(raw: bytes) -> None:
    escpos_reading.target(raw)

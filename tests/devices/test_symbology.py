"""Frames to readings: what kind of code it is, and what it says."""

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codes.labels import parse_rules
from devices.codes.reading import Fault, Reading
from devices.codes.site_codes import parse_codes
from devices.codes.symbology import Rules, read
from gateway.kernel import codes

TODAY = date(2026, 1, 15)
PLAIN = Rules()
SHOP = Rules(
    labels=parse_rules(
        ["22 plu:5 price:5.2 check", "26 plu:5 amount:5.2 weight:5.3kg check"], money_decimals=2
    )
)
LOT = "01169012345678991727123110LOT-A7\x1d3724"
LOT_READ = {
    "gtin": "16901234567899",
    "expiry": "2027-12-31",
    "lot": "LOT-A7",
    "count": 24,
}


def of(text: str | bytes, rules: Rules = PLAIN) -> Reading:
    return read(text.encode() if isinstance(text, str) else text, rules, TODAY)


@pytest.mark.parametrize(
    ("text", "gtin", "symbology"),
    [
        ("4006381333931", "04006381333931", "ean13"),
        ("96385074", "00000096385074", "ean8"),
        ("036000291452", "00036000291452", "upca"),
        ("16901234567899", "16901234567899", "itf14"),
        ("]E00036000291452", "00036000291452", "upca"),
        ("]E04006381333931", "04006381333931", "ean13"),
        ("]E496385074", "00000096385074", "ean8"),
        ("]I116901234567899", "16901234567899", "itf14"),
        ("]C04006381333931", "04006381333931", "code128"),
    ],
)
def test_an_article_number_is_kept_as_14_digits(text: str, gtin: str, symbology: str) -> None:
    reading = of(text)
    assert (reading.gtin, reading.symbology, reading.fault) == (gtin, symbology, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("4006381333932", Fault("check_digit", "gtin", "1", "2")),
        ("]E04006381333932", Fault("check_digit", "gtin", "1", "2")),
        ("]C1011690123456789017271231", Fault("check_digit", "gtin", "9", "0")),
        ("]C117261301", Fault("date", "expiry", got="261301")),
        ("]C117270230", Fault("date", "expiry", got="270230")),
        ("]C117000000", Fault("date", "expiry", got="000000")),
        ("]C100369012340000000124", Fault("check_digit", "sscc", "3", "4")),
        ("]C1888", Fault("gs1")),
        ("]C1nonsense", Fault("gs1")),
        ("https://id.gs1.org/01/04006381333932", Fault("check_digit", "gtin", "1", "2")),
        ("https://id.gs1.org/01/09501101020917?17=261301", Fault("digital_link")),
        ("\x1d011690123456789917261301", Fault("date", "expiry", got="261301")),
    ],
)
def test_a_code_that_says_what_it_is_and_is_not_is_invalid(text: str, fault: Fault) -> None:
    reading = of(text)
    assert reading.fault == fault
    assert reading.gtin == ""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"]C1{LOT}", LOT_READ),
        (f"\x1d{LOT}", LOT_READ),
        (LOT, LOT_READ),
        ("]C100369012340000000123", {"sscc": "369012340000000123"}),
        ("00369012340000000123", {"sscc": "369012340000000123"}),
        (
            "]e001969012345678953103001250",
            {"gtin": "96901234567895", "weight": {"value": "1.250", "unit": "kg"}},
        ),
        (
            "]d2010690123456789221SN0001\x1d17271200",
            {"gtin": "06901234567892", "serial": "SN0001", "expiry": "2027-12-31"},
        ),
        (
            "]Q1https://id.gs1.org/01/09501101020917/10/AB%2F1?17=260131",
            {"gtin": "09501101020917", "lot": "AB/1", "expiry": "2026-01-31"},
        ),
        ("HTTPS://ID.GS1.ORG/01/09501101020917", {"gtin": "09501101020917"}),
        (
            "(01)16901234567899(17)271231",
            {"gtin": "16901234567899", "expiry": "2027-12-31"},
        ),
        ("]E3978014300723454499", {"add_on": "54499"}),
        ("]C18020INV-1", {"8020": "INV-1"}),
    ],
)
def test_every_element_is_read(text: str, values: dict[str, Any]) -> None:
    reading = of(text)
    assert reading.fault is None
    assert dict(reading.elements.values) == values


@pytest.mark.parametrize(
    "text",
    [
        "]",
        "]C1",
        "]Y",
        "A12",
        "https://example.com/foo",
        "https://[",
        "٤٠٠٦٣٨١٣٣٣٩٣١",
        "(hello)",
        "01234",
        "369012340000000123",
        "]C012345678",
        "]A0ABC 123",
        "你好",
        "A" * 600,
        "4" * 600,
    ],
)
def test_anything_else_is_plain_text(text: str) -> None:
    reading = of(text)
    assert (reading.fault, reading.gtin, dict(reading.elements.values)) == (None, "", {})
    assert reading.aim + reading.text == text


def test_a_lot_that_has_swallowed_the_next_element_is_suspect() -> None:
    reading = of("]C1011690123456789910LOT-A73724")
    assert reading.elements.values["lot"] == "LOT-A73724"
    assert reading.elements.warnings == ("gs_suspect",)
    assert of(f"]C1{LOT}").elements.warnings == ()


def test_two_values_for_one_element_are_a_warning() -> None:
    assert of("]C110A\x1d10B").elements.warnings == ("repeated",)


def test_a_separator_alone_does_not_make_a_text_invalid() -> None:
    assert of("hello\x1dworld").elements.warnings == ("gs1_unread",)
    assert of("hello\x1dworld").fault is None


def test_bytes_that_are_no_utf8_are_kept_one_by_one() -> None:
    reading = of(b"caf\xe9")
    assert (reading.text, reading.elements.warnings) == ("café", ("not_utf8",))


@pytest.mark.parametrize("text", ["2212345012503", "0212345000004", "20123451", "02012340"])
def test_an_in_store_number_without_a_rule_has_no_price(text: str) -> None:
    text = text[:-1] + str(codes.check_digit(text[:-1]))
    reading = of(text)
    assert reading.elements.warnings == ("restricted",)
    assert reading.elements.values == {}


def test_a_rule_of_the_shop_reads_its_labels() -> None:
    price = of("2212345012503", SHOP)
    assert dict(price.elements.values) == {"plu": "12345", "price_minor": 1250}
    weighed = of("261234501250005758", SHOP)
    assert dict(weighed.elements.values) == {
        "plu": "12345",
        "amount_minor": 1250,
        "weight": {"value": "0.575", "unit": "kg"},
    }
    assert (price.gtin, weighed.gtin) == ("", "")


def test_a_scale_label_is_no_container_code_even_where_those_are_read() -> None:
    rules = Rules(labels=SHOP.labels, bare_sscc=True)
    assert "sscc" not in of("261234501250005758", rules).elements.values
    assert of("369012340000000123", rules).elements.values == {"sscc": "369012340000000123"}


def test_a_prefix_of_the_shop_means_nothing_inside_a_gs1_code() -> None:
    assert of("]C1221234501250", SHOP).elements.values == {"consumer_variant": "1234501250"}


def test_a_code_of_the_shop_is_read_before_anybody_elses() -> None:
    own = Rules(codes=parse_codes(["badge 40(?P<staff>[0-9]{11}) ; 4006381333931"]))
    assert of("4006381333931", own).elements.values == {"code": "badge", "staff": "06381333931"}
    assert of("]C110AB1", own).elements.values == {"lot": "AB1"}


def test_a_tag_is_read_where_its_digits_are_no_bar_code() -> None:
    reading = of("3034257BF7194E4000001A85")
    assert (reading.symbology, reading.gtin) == ("epc", "80614141123458")
    assert of("urn:epc:id:sscc:0614141.1234567890").elements.values["sscc"][:4] == "1061"
    assert of("303425710719434000001485").gtin == ""


def test_a_damaged_label_is_invalid() -> None:
    assert of("2212345012504", SHOP).fault == Fault("check_digit", "label", "3", "4")


def test_upc_e_is_spread_out_where_the_shop_uses_it() -> None:
    assert of("01234565").gtin == "00000001234565"
    reading = of("01234565", Rules(upc_e=True))
    assert reading.symbology == "upce"
    assert reading.elements.values == {"upc_a": "012345000065"}
    assert reading.gtin == "00012345000065"
    assert of("96385074", Rules(upc_e=True)).gtin == "00000096385074"


def test_a_date_of_zeros_means_none_where_the_shop_says_so() -> None:
    reading = of("]C10116901234567899" + "17000000", Rules(zero_dates=True))
    assert reading.fault is None
    assert "expiry" not in reading.elements.values


fragments = st.sampled_from(
    "]C1 ]E0 ]Q1 ]d2 ] [ \x1d 01 16901234567899 10 17 271231 00 https://id.gs1.org/01/ (01) (17)"
    " 22 26 3103 21 %2F ?17= ٤".split(" ")
)
rules = st.builds(
    Rules,
    labels=st.just(SHOP.labels),
    upc_e=st.booleans(),
    bare_sscc=st.booleans(),
    zero_dates=st.booleans(),
)


@given(
    st.binary(max_size=100) | st.lists(fragments, max_size=12).map("".join).map(str.encode), rules
)
def test_no_frame_breaks_it(data: bytes, rules: Rules) -> None:
    reading = read(data, rules, TODAY)
    assert isinstance(reading.text, str)
    assert reading.gtin == "" or codes.gtin14(reading.gtin) == reading.gtin
    assert not (reading.fault and reading.gtin)


@pytest.mark.parametrize(
    "data",
    [b"4" * 4096, b"]C1" + b"4" * 4093, b"]C1" + b"37" * 250, b"(01)" * 1000, b"(" * 512,
     b"\x1d" * 512, b"https://id.gs1.org/" + b"01/" * 160, b"]C1" + b"10A\x1d" * 127,
     b"]C110" + b"21AAA" * 100],
    ids=lambda data: data[:12].decode("latin-1").encode("unicode_escape").decode(),
)  # fmt: skip
def test_no_frame_holds_it_up(data: bytes) -> None:
    started = time.process_time()
    read(data, SHOP, TODAY)
    assert time.process_time() - started < 0.2

"""Tags of goods and containers, read as the numbers that bar codes carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codes import epc
from devices.codes.reading import Fault
from gateway.kernel import codes

COMPANY_BITS = (40, 37, 34, 30, 27, 24, 20)
READ = {"gtin": "80614141123458", "serial": "6789"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3034257BF7194E4000001A85", READ),
        ("3034257bf7194e4000001a85", READ),
        ("urn:epc:id:sgtin:0614141.812345.6789", READ),
        ("urn:epc:tag:sgtin-96:1.0614141.812345.6789", READ),
        ("urn:epc:id:sgtin:0614141.712345.32a%2Fb",
         {"gtin": "70614141123451", "serial": "32a/b"}),
        ("urn:epc:tag:sgtin-198:3.0614141.712345.32a%2Fb",
         {"gtin": "70614141123451", "serial": "32a/b"}),
        ("urn:epc:id:sscc:0614141.1234567890", {"sscc": "106141412345678908"}),
        ("urn:epc:tag:sscc-96:0.0614141.1234567890", {"sscc": "106141412345678908"}),
        ("3114257BF4499602D2000000", {"sscc": "106141412345678908"}),
        ("3674257BF6B7A659B2C2BF1000000000000000000000000000",
         {"gtin": "70614141123451", "serial": "32a/b"}),
    ],
)  # fmt: skip
def test_a_tag_is_read_as_its_bar_code(text: str, values: dict[str, str]) -> None:
    found = epc.read_uri(text) or epc.read_hex(text)
    assert found is not None
    assert (dict(found.values), found.gtin) == (values, values.get("gtin", ""))


@pytest.mark.parametrize(
    "text",
    ["", "3034", "3534257BF7194E4000001A85", "303C257BF7194E4000001A85", "urn:isbn:1",
     "3034257BF7194E4000001A8", "30" + "F" * 22, "4006381333931"],
)  # fmt: skip
def test_what_is_no_tag_is_left_alone(text: str) -> None:
    assert (epc.read_uri(text) or epc.read_hex(text)) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("urn:epc:id:sgtin:0614141.8123.6789", Fault("epc")),
        ("urn:epc:id:sgtin:0614141.812345", Fault("epc", "serial")),
        ("urn:epc:id:sscc:0614141.1234567890.1", Fault("epc", "serial", got="1")),
        ("urn:epc:id:giai:0614141.12345400", Fault("epc")),
    ],
)
def test_a_uri_that_is_no_such_tag_is_invalid(text: str, fault: Fault) -> None:
    found = epc.read_uri(text)
    assert found is not None
    assert found.fault == fault


@given(st.integers(0, 6), st.data())
def test_every_article_and_serial_comes_back(partition: int, data: st.DataObject) -> None:
    digits = 12 - partition
    company = data.draw(st.integers(0, 10**digits - 1))
    item = data.draw(st.integers(0, 10 ** (13 - digits) - 1))
    serial = data.draw(st.integers(0, 2**38 - 1))
    bits = COMPANY_BITS[partition]
    number = 0x30 << 88 | 1 << 85 | partition << 82
    number |= company << (82 - bits) | item << 38 | serial
    found = epc.read_hex(f"{number:024X}")
    assert found is not None
    written = str(item).zfill(13 - digits)
    body = written[0] + str(company).zfill(digits) + written[1:]
    assert found.gtin == body + str(codes.check_digit(body))
    assert found.values["serial"] == str(serial)


@given(st.text(max_size=60) | st.from_regex(r"[0-9A-F]{24}|3[016][0-9A-F]{50}", fullmatch=True))
def test_no_text_breaks_it(text: str) -> None:
    for found in (epc.read_uri(text), epc.read_hex(text)):
        assert found is None or found.fault or found.gtin or found.values["sscc"]

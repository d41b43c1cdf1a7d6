"""What scales say, byte for byte."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers._weights import PROTOCOLS, Answers, ParityBit, Weight
from tests.fuzz import scale_answers


def said(protocol: str, raw: bytes, parity_bit: ParityBit = "") -> list[Weight]:
    speech = PROTOCOLS[protocol]
    return [speech.read(one, 3) for one in Answers(speech.shape, parity_bit).feed(raw)]


def stable(value: str, unit: str = "", *, net: bool = False) -> Weight:
    return Weight("stable", Decimal(value), unit, net)


UNREADABLE = Weight("unreadable")


@pytest.mark.parametrize(
    ("raw", "weight"),
    [
        (b"\x02 1.234N\r", stable("1.234", net=True)),
        (b"\x0201.234\r", stable("1.234")),
        (b"\x02 00500\r", stable("0.500")),  # no point: the options say where it is
        (b"\x02  .050\r", stable("0.050")),
        (b"\x02 0.000\r", stable("0")),
        (b"\x02?a\r", Weight("unstable")),
        (b"\x02?A\r", Weight("unstable")),
        (b"\x02?C\r", Weight("overload")),  # in motion, too: it is the weight that is too much
        (b"\x02?D\r", Weight("negative")),
        (b"\x02-0.010\r", Weight("negative")),
        (b"\x02?P\r", UNREADABLE),
        (b"\x02?\r\r", Weight("negative")),  # a status that looks like the end
        (b"\x02\x05\r", UNREADABLE),
        (b"\x02 1.2.4\r", UNREADABLE),
        (b"\x02 1.\xb234\r", UNREADABLE),
        (b"\x02 1.\x02 2.000\r", stable("2")),  # the beginning of one that broke off
    ],
)
def test_a_toledo_is_read(raw: bytes, weight: Weight) -> None:
    assert said("toledo_8217", raw) == [weight]


@pytest.mark.parametrize(
    ("raw", "weight"),
    [
        (b"  1.234 kg\r\n", stable("1.234", "kg")),
        (b"ST,GS,   0.500kg\r\n", stable("0.500", "kg")),
        (b"ST,NT,+ 12.5g\r\n", stable("12.5", "g", net=True)),
        (b"N/W   1.200 kg\r\n", stable("1.200", "kg", net=True)),
        (b"G/W:  3 lb G\r\n", stable("3", "lb")),
        (b"US,GS,   0.512kg\r\n", Weight("unstable")),
        (b"ST,GS,- 0.020kg\r\n", Weight("negative")),
        (b"ST,GS,- 0.000kg\r\n", stable("0", "kg")),
        (b"ST,GS,  -OL-\r\n", Weight("overload")),
        (b"------\r\n", Weight("overload")),
        (b"1.234\r\n", UNREADABLE),  # of what?
        (b"\xb12.5kg\r\n", UNREADABLE),  # half of it is disturbed, and the rest is not a weight
        (b"X1.250kg\r\n", UNREADABLE),
        (b"1 2.5kg\r\n", UNREADABLE),
    ],
)
def test_an_adam_is_read(raw: bytes, weight: Weight) -> None:
    assert said("adam", raw) == [weight]


@pytest.mark.parametrize("protocol", [*PROTOCOLS])
def test_what_does_not_end_is_no_answer(protocol: str) -> None:
    for raw in (b"", b"\r\n\r\n", b"\x02 1.234", b"1.234 kg", b"x" * 1000):
        assert said(protocol, raw) == []


def test_seven_bits_in_bytes_of_eight_prove_themselves_by_their_parity() -> None:
    plain = b"\x02 1.234\r"
    even = bytes(byte | 0x80 * (byte.bit_count() % 2) for byte in plain)
    assert even != plain
    assert said("toledo_8217", even, "even") == [stable("1.234")]
    assert said("toledo_8217", even, "strip") == [stable("1.234")]
    assert said("toledo_8217", even) == []  # its STX is none
    bent = even.replace(b"\xb2", b"\xb3")  # one bit
    assert said("toledo_8217", bent, "even") == [UNREADABLE]
    assert said("toledo_8217", bent, "strip") == [stable("1.334")]


@given(st.binary(max_size=200) | st.from_regex(rb"(\x02[ ?0-9.NaC]*\r|[A-Z, 0-9.+-]*kg\r\n)*"))
def test_no_bytes_make_a_weight_that_was_not_sent(data: bytes) -> None:
    scale_answers.target(data)

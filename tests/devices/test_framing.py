"""Bytes to frames: every terminator, however the line portions them."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.framing import Cut, Framer, Framing

LINES = Framing()
ENVELOPE = Framing(envelope=True)
CHECKED = Framing(envelope=True, check="xor")
LENGTH = Framing(length_digits=2)
SMALL = Framing(bytes_max=64)


def cuts(framing: Framing, *chunks: bytes) -> list[Cut]:
    framer = Framer(framing)
    return [cut for chunk in chunks for cut in framer.feed(chunk)]


def told(found: Sequence[Cut]) -> list[tuple[str, bytes]]:
    return [(cut.reason or cut.kind, cut.data) for cut in found]


CASES = {
    "carriage return and line feed": (LINES, [b"ABC\r\n"], [("frame", b"ABC")]),
    "in two portions, the line end apart": (
        LINES,
        [b"40063", b"81333931\r", b"\n"],
        [("frame", b"4006381333931")],
    ),
    "two codes in one portion": (LINES, [b"A\rB\r"], [("frame", b"A"), ("frame", b"B")]),
    "nothing but line ends": (LINES, [b"\r\n\r"], []),
    "a group separator is content": (LINES, [b"\x1dA\x1dB\r"], [("frame", b"\x1dA\x1dB")]),
    "white space is content": (LINES, [b" A \t\r"], [("frame", b" A \t")]),
    "any byte may end a frame": (Framing(terminators=b"\t"), [b"A\rB\t"], [("frame", b"A\rB")]),
    "prefix and suffix come off": (
        Framing(prefix=b"<<", suffix=b">>"),
        [b"<<A>>\rB\r"],
        [("frame", b"A"), ("frame", b"B")],
    ),
    "a prefix alone is nothing": (Framing(prefix=b"S1"), [b"S1\r"], []),
    "an envelope": (ENVELOPE, [b"\x02A\x03\r\n\x02B\x03"], [("frame", b"A"), ("frame", b"B")]),
    "line ends are content inside it": (ENVELOPE, [b"\x02A\rB\x03"], [("frame", b"A\rB")]),
    "an empty envelope": (ENVELOPE, [b"\x02\x03"], []),
    "noise before an envelope is told": (
        ENVELOPE,
        [b"xy\x02A\x03"],
        [("no_start", b"xy"), ("frame", b"A")],
    ),
    "a whole line without an envelope is told": (ENVELOPE, [b"4006\r"], [("no_start", b"4006")]),
    "an envelope that never ended": (
        ENVELOPE,
        [b"\x02AB\x02C\x03"],
        [("no_end", b"AB"), ("frame", b"C")],
    ),
    "a right check byte": (CHECKED, [b"\x024006381333931\x03\x33"], [("frame", b"4006381333931")]),
    "a wrong check byte": (CHECKED, [b"\x024006381333931\x03\x34"], [("bcc", b"4006381333931")]),
    "a check byte that is a line end": (CHECKED, [b"\x0268\x03\x0d"], [("frame", b"68")]),
    "a check byte in the next portion": (
        CHECKED,
        [b"\x0268\x03", b"\x0d\x0268\x03\x0d"],
        [("frame", b"68"), ("frame", b"68")],
    ),
    "a right sum": (
        Framing(envelope=True, check="lrc"),
        [b"\x024006381333931\x03" + bytes([-sum(b"4006381333931\x03") & 0xFF])],
        [("frame", b"4006381333931")],
    ),
    "a wrong sum": (
        Framing(envelope=True, check="lrc"),
        [b"\x0268\x03\x00\x0268\x03\x8f"],
        [("lrc", b"68"), ("frame", b"68")],
    ),
    "a check byte behind a line end": (
        Framing(terminators=b"\r", check="xor"),
        [b"A" + b"\r" + bytes([0x41 ^ 0x0D])],
        [("frame", b"A")],
    ),
    "a length header": (LENGTH, [b"03A\rB\r\n02XY"], [("frame", b"A\rB"), ("frame", b"XY")]),
    "a length of zero": (LENGTH, [b"0001A"], [("frame", b"A")]),
    "a length that is none": (LENGTH, [b"ABCD\r01Z"], [("length", b"A"), ("frame", b"Z")]),
    "a length cut off by a line end": (LENGTH, [b"1\r01Z"], [("length", b"1\r"), ("frame", b"Z")]),
    "a length over the limit": (
        Framing(length_digits=4, bytes_max=64),
        [b"9999" + b"A" * 80 + b"\r0001Z"],
        [("overflow", b""), ("frame", b"Z")],
    ),
    "too long, and the next one": (
        LINES,
        [b"A" * 5000 + b"\rB\r"],
        [("overflow", b"A" * 64), ("frame", b"B")],
    ),
    "too long twice": (
        SMALL,
        [b"A" * 200 + b"\r" + b"B" * 200 + b"\rC\r"],
        [("overflow", b"A" * 64), ("overflow", b"B" * 64), ("frame", b"C")],
    ),
    "as long as allowed": (SMALL, [b"A" * 64 + b"\r"], [("frame", b"A" * 64)]),
    "too long in an envelope, ended by the next": (
        Framing(envelope=True, bytes_max=64),
        [b"\x02" + b"A" * 80 + b"\x02B\x03"],
        [("overflow", b"A" * 64), ("frame", b"B")],
    ),
    "too long with a check byte": (
        Framing(envelope=True, check="xor", bytes_max=64),
        [b"\x02" + b"A" * 80 + b"\x03\x41\x0268\x03\x0d"],
        [("overflow", b"A" * 64), ("frame", b"68")],
    ),
    "noise without end": (
        Framing(envelope=True, bytes_max=64),
        [b"A" * 80 + b"\x02B\x03"],
        [("overflow", b"A" * 64), ("frame", b"B")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_cuts(name: str) -> None:
    framing, chunks, expected = CASES[name]
    assert told(cuts(framing, *chunks)) == expected


@pytest.mark.parametrize("name", CASES)
def test_portions_of_one_byte_make_no_difference(name: str) -> None:
    framing, chunks, expected = CASES[name]
    single = [bytes([byte]) for chunk in chunks for byte in chunk]
    assert told(cuts(framing, *single)) == expected


def test_a_wrong_check_byte_says_what_was_expected() -> None:
    (cut,) = cuts(CHECKED, b"\x024006381333931\x03\x34")
    assert (cut.expected, cut.got) == ("33", "34")
    assert cut.raw == b"\x024006381333931\x03\x34"


def test_what_stands_there_when_the_line_goes_away_is_partial() -> None:
    framer = Framer(LINES)
    assert framer.feed(b"400638") == []
    assert framer.close() == [Cut("partial", b"400638", b"400638")]
    assert framer.close() == []
    assert told(framer.feed(b"1\r")) == [("frame", b"1")]


def test_a_frame_without_its_check_byte_is_partial_too() -> None:
    framer = Framer(CHECKED)
    framer.feed(b"\x0268\x03")
    assert told(framer.close()) == [("partial", b"68")]


def test_silence_ends_a_frame_where_nothing_else_does() -> None:
    framer = Framer(Framing(terminators=b"", idle_flush_ms=50))
    assert framer.due_ms is None
    assert framer.feed(b"4006", 1_000) == []
    assert framer.feed(b"38", 1_040) == []
    assert framer.idle(1_089) == []
    assert framer.due_ms == 1_090
    assert told(framer.idle(1_090)) == [("frame", b"400638")]
    assert framer.due_ms is None
    assert framer.idle(2_000) == []


def test_silence_never_makes_a_frame_of_an_open_envelope() -> None:
    framer = Framer(Framing(envelope=True, idle_flush_ms=50))
    framer.feed(b"\x02AB")
    assert told(framer.idle(50)) == [("no_end", b"AB")]
    framer.feed(b"noise", 100)
    assert told(framer.idle(150)) == [("no_start", b"noise")]


def test_silence_also_ends_what_was_too_long() -> None:
    framer = Framer(Framing(terminators=b"", idle_flush_ms=50, bytes_max=64))
    assert told(framer.feed(b"A" * 80)) == [("overflow", b"A" * 64)]
    assert framer.idle(50) == []
    framer.feed(b"B", 60)
    assert told(framer.idle(110)) == [("frame", b"B")]


def test_no_silence_ends_a_frame_that_was_not_asked_to_end_so() -> None:
    framer = Framer(LINES)
    framer.feed(b"4006")
    assert framer.due_ms is None
    assert framer.idle(1_000_000) == []
    assert told(framer.feed(b"38\r")) == [("frame", b"400638")]


def with_parity(text: bytes, *, odd: bool = False) -> bytes:
    """Seven bits with the eighth as a line of 7E1 or 7O1 sends them."""
    return bytes(byte | 0x80 if byte.bit_count() % 2 != odd else byte for byte in text)


@pytest.mark.parametrize("odd", [False, True])
def test_a_line_of_seven_bits_is_read_through_one_of_eight(odd: bool) -> None:
    framing = Framing(parity_bit="odd" if odd else "even")
    raw = with_parity(b"4006381333931\r", odd=odd)
    assert raw != b"4006381333931\r"
    assert cuts(framing, raw) == [Cut("frame", b"4006381333931", raw)]
    assert told(cuts(Framing(parity_bit="strip"), raw)) == [("frame", b"4006381333931")]


def test_a_flipped_bit_spoils_its_frame_and_no_other() -> None:
    raw = bytearray(with_parity(b"4006\r4007\r"))
    raw[1] ^= 0x80
    found = cuts(Framing(parity_bit="even"), bytes(raw))
    assert told(found) == [("parity", b"4006"), ("frame", b"4007")]
    assert found[0].raw == bytes(raw[:5])


def test_a_check_byte_has_seven_bits_where_the_line_has() -> None:
    framing = Framing(envelope=True, check="lrc", parity_bit="even")
    covered = b"4006\x03"
    sent = b"\x02" + covered + bytes([-sum(covered) & 0x7F])
    assert told(cuts(framing, with_parity(sent))) == [("frame", b"4006")]


def test_what_is_no_frame_is_counted() -> None:
    framer = Framer(Framing(envelope=True, bytes_max=64))
    framer.feed(b"\r\n\x02\x03\x02A\x03\r\n")
    assert (framer.separators, framer.noise, framer.held) == (4, 2, 0)
    framer.feed(b"\x02" + b"A" * 100)
    assert (framer.separators, framer.noise, framer.held) == (4, 2 + 101 - 64, 0)


@pytest.mark.parametrize(
    ("framing", "word"),
    [
        (Framing(length_digits=2, check="xor"), "length header"),
        (Framing(length_digits=9), "4 digits"),
        (Framing(terminators=b""), "Nothing ends a frame"),
        (Framing(idle_flush_ms=5), "idle time"),
    ],
)
def test_options_that_do_not_fit_together_are_refused_in_a_sentence(
    framing: Framing, word: str
) -> None:
    assert [complaint for complaint in framing.complaints() if word in complaint]


framings = st.builds(
    Framing,
    terminators=st.sampled_from([b"\r", b"\r\n", b"\t"]),
    envelope=st.booleans(),
    check=st.sampled_from(["", "", "xor", "lrc"]),
    parity_bit=st.sampled_from(["", "", "strip", "even", "odd"]),
    length_digits=st.sampled_from([0, 0, 2]),
    bytes_max=st.sampled_from([4, 16, 4096]),
).filter(lambda framing: not list(framing.complaints()))
# Few different bytes, so that marks and line ends are common.
streams = st.binary(max_size=120) | st.lists(
    st.sampled_from(b"\x02\x03\r\n\t0123AB"), max_size=120
).map(bytes)


@given(framings, streams, st.lists(st.integers(0, 120), max_size=10))
def test_any_portions_give_the_same_frames(
    framing: Framing, stream: bytes, places: list[int]
) -> None:
    places = sorted({0, len(stream), *(place for place in places if place < len(stream))})
    portions = [stream[start:end] for start, end in pairwise(places)]
    assert cuts(framing, *portions) == cuts(framing, stream)


@given(st.binary(max_size=400))
def test_lines_are_what_stands_between_line_ends(stream: bytes) -> None:
    *whole, rest = re.split(rb"[\r\n]", stream)
    framer = Framer(LINES)
    assert [cut.data for cut in framer.feed(stream)] == [line for line in whole if line]
    assert [cut.data for cut in framer.close()] == ([rest] if rest else [])


@given(framings, streams)
def test_it_never_holds_or_hands_out_more_than_allowed(framing: Framing, stream: bytes) -> None:
    framer = Framer(framing)
    for cut in [*framer.feed(stream), *framer.close()]:
        assert len(cut.data) <= framing.bytes_max + (cut.kind == "overflow")
        assert len(cut.raw) <= framing.bytes_max + 4


@given(framings, streams)
def test_every_byte_is_accounted_for(framing: Framing, stream: bytes) -> None:
    framer = Framer(framing)
    told = sum(len(cut.raw) for cut in framer.feed(stream))
    assert told + framer.separators + framer.noise + framer.held == len(stream)
    told += sum(len(cut.raw) for cut in framer.close())
    assert told + framer.separators + framer.noise == len(stream)


bursts = st.lists(st.tuples(st.binary(min_size=1, max_size=8), st.integers(0, 120)), max_size=12)


@given(bursts)
def test_pauses_cut_where_they_are_long_enough_and_nowhere_else(
    sent: list[tuple[bytes, int]],
) -> None:
    framer = Framer(Framing(terminators=b"", idle_flush_ms=50))
    now_ms, expected, found = 0, [b""], []
    for chunk, pause_ms in sent:
        found += framer.feed(chunk, now_ms)
        expected[-1] += chunk
        now_ms += pause_ms
        found += framer.idle(now_ms)
        if pause_ms >= 50:
            expected.append(b"")
    assert [cut.data for cut in found] == [whole for whole in expected[:-1] if whole]
    assert framer.held == len(expected[-1])


@given(framings, streams)
def test_it_is_ready_for_the_next_code_whatever_came_before(
    framing: Framing, stream: bytes
) -> None:
    framer = Framer(framing)
    framer.feed(stream)
    framer.close()
    if framing.length_digits:
        code = b"017"
    else:
        covered = b"7" + (b"\x03" if framing.envelope else framing.terminators[:1])
        check = bytes([framing.check_byte(covered)]) if framing.check else b""
        code = (b"\x02" if framing.envelope else b"") + covered + check
    if framing.parity_bit:
        code = with_parity(code, odd=framing.parity_bit == "odd")
    assert told(framer.feed(code)) == [("frame", b"7")]

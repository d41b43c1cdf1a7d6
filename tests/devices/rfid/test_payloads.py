"""What readers of several makers send, and what nobody can read."""

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.drivers.mqtt_reader import observation
from devices.rfid.notes import HEARD_MAX, Heard, Sent, note_of, tags_of
from devices.rfid.payloads import Barcode, Message, Paths, Tag, read
from devices.rfid.windows import Pace, Seen, Windows
from gateway.facts.rfid import TagObserved
from tests.fuzz import rfid_payload

EPC = "3034257BF7194E4000001A85"


AT = "2026-03-01T10:00:00.000+0000"
URI = "urn:epc:id:sgtin:0614141.812345.6789"
FIXED = {"antenna": 2, "eventNum": 7, "format": "epc", "idHex": EPC.lower(), "peakRssi": -54.23}
SLED = {
    "tagData": [{"eventNum": 1, "idHex": EPC, "seenCount": 3}],
    "barcodeData": [{"eventNum": 2, "decodedBarcode": "4006381333931", "symbology": "EAN13"}],
}
LINK = "]C10112345678901231"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"data": FIXED, "timestamp": AT, "type": "CUSTOM"},
            Message([Tag(EPC, 1, Decimal("-54.2"), 2, AT)], [], [], numbered=True),
        ),
        (
            [{"data": {"idHex": EPC}}, {"data": {"idHex": EPC, "reads": 4}}],
            Message([Tag(EPC), Tag(EPC, 4)], [], []),
        ),
        (
            {"type": "dataEVT", "data": SLED},
            Message([Tag(EPC, 3)], [Barcode("4006381333931")], [], numbered=True),
        ),
        ({"tags": [{"epc": URI, "antenna": "1"}]}, Message([Tag(URI, 1, None, 1)], [], [])),
        ({"decodedBarcode": LINK}, Message([], [Barcode(LINK)], [])),
        ({"data": {"eventNum": 5}}, Message([], [], ["report"])),
        ({"data": [1, {"idHex": EPC}]}, Message([Tag(EPC)], [], ["report"])),
        ([], Message([], [], ["nothing"])),
    ],
)
def test_what_readers_send(told: object, said: Message) -> None:
    assert read(json.dumps(told).encode()) == said


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("{bad", Message(unread=("json",))),
        ("", Message([], [], ["nothing"])),
        ("4006381333931\r\n", Message([], [Barcode("4006381333931")], [])),
        (f"{EPC.lower()}\n96385074", Message([Tag(EPC)], [Barcode("96385074")], [])),
        # Twenty-four digits are a tag only where they read as one.
        ("123456789012345678901234", Message([], [Barcode("123456789012345678901234")], [])),
        ("5" * 5000, Message([], [], ["too_long"])),
    ],
)
def test_what_is_no_json_is_plain_text_or_unreadable(payload: str, said: Message) -> None:
    assert read(payload.encode()) == said
    assert read(b"\xff\xfe").unread == ("not_utf8",)


@pytest.mark.parametrize("payload", [b"\xf6", b'{"data": "\xf6"}', b'["\xf6"]'])
def test_bytes_that_are_no_text_are_no_json(payload: bytes) -> None:
    assert read(payload, "zebra").unread == ("json",)


@pytest.mark.parametrize(
    ("name", "value", "field", "read_as"),
    [
        ("peakRssi", "-61", "rssi", Decimal(-61)),
        ("peakRssi", -9999, "rssi", None),
        ("peakRssi", True, "rssi", None),
        ("peakRssi", "loud", "rssi", None),
        ("antenna", 256, "antenna", None),
        ("antenna", "4", "antenna", 4),
        ("antenna", True, "antenna", None),
        ("reads", 0, "reads", 1),
        ("reads", -3, "reads", 1),
        ("reads", 10**15, "reads", 1_000_000),
        ("reads", "many", "reads", 1),
    ],
)
def test_what_is_beside_a_tag_never_costs_the_tag(
    name: str, value: object, field: str, read_as: object
) -> None:
    message = read(json.dumps({"idHex": EPC, name: value}).encode())
    assert getattr(message.tags[0], field) == read_as


def test_paths_lead_through_objects_and_lists() -> None:
    paths = Paths("a.1.seen", "tag.0", count="n", barcode="code")
    told = {"a": [0, {"seen": [{"tag": [EPC], "n": 5}, {"code": 96385074}, {"x": 1}]}]}
    message = read(json.dumps(told).encode(), "paths", paths)
    assert message == Message([Tag(EPC, 5)], [Barcode("96385074")], ["report"])
    assert read(b'{"a": 1}', "paths", paths).unread == ["report"]


@given(st.binary(max_size=400))
@example(b"[" * 100_000)
@example(b'{"data":' * 20_000)
@example(b'{"dat\xac": 1}')
@example(b"\xef\xbb\xbf{}")
@example(b'{"data":{"idHex":"30\\ud800"}}')
def test_any_bytes(payload: bytes) -> None:
    rfid_payload.target(payload)


NAMES = st.sampled_from(["data", "idHex", "epc", "tagData", "decodedBarcode", "reads", "a", "b"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    PLAIN | st.just(EPC),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner),
)


@given(JSON)
def test_any_json(told: object) -> None:
    rfid_payload.target(json.dumps(told).encode())


REPORTS = st.lists(
    st.builds(
        Tag,
        epc=st.sampled_from([EPC, "E280117000000209", "urn:epc:id:sscc:0614141.1234567890"]),
        reads=st.integers(1, 1_000_000),
        rssi=st.none() | st.decimals(-99, 0, places=1),
        antenna=st.none() | st.integers(0, 255),
        at=st.text(max_size=40),
    )
)


@given(REPORTS, st.integers(1, 5), st.lists(st.integers(0, 4000), max_size=60))
def test_whatever_comes_when_every_report_is_in_exactly_one_observation(
    reports: list[Tag], most: int, pauses: list[int]
) -> None:
    windows, now_ms, done = Windows(5000, most), 0, []
    for place, tag in enumerate(reports):
        now_ms += pauses[place % len(pauses)] if pauses else 0

        def start(code: str = tag.epc, at_ms: int = now_ms, number: int = place) -> Seen:
            return Seen(f"{number}", code, at_ms, at_ms, at_ms)

        windows.add(tag, start, now_ms)
        done += windows.due(now_ms)
        assert len(windows) <= most
    done += windows.close()
    assert len(windows) == 0
    assert sum(seen.count for seen in done) == sum(tag.reads for tag in reports)
    assert len({seen.id for seen in done}) == len(done)
    for seen in done:
        assert tags_of(dict([note_of(seen)])) == [seen]
        fact = msgspec.convert(observation(seen), TagObserved)
        assert fact.count == seen.count


def test_a_window_is_open_for_its_time_and_no_longer() -> None:
    windows = Windows(5000, 10)
    windows.add(Tag(EPC), lambda: Seen("a", EPC, 100, 100, 100), 100)
    assert windows.due(5099) == []
    assert windows.due(5100, wider=2) == []
    assert [seen.id for seen in windows.due(5100)] == ["a"]
    assert windows.due(9999) == []


def test_more_than_the_pace_widens_and_quiet_narrows_again() -> None:
    pace = Pace(500)
    pace.count(500, 0)
    pace.count(0, 1000)
    assert pace.wider == 1
    for second in range(1, 8):
        pace.count(501, 1000 * second)
    assert pace.wider == 16
    pace.count(400, 8000)
    pace.count(0, 9000)  # more than half: it stays as it is
    assert pace.wider == 16
    for second in range(10, 20):
        pace.count(0, 1000 * second)
    assert pace.wider == 1
    assert not pace.flooded


def test_a_message_that_comes_again_is_known_by_the_brokers_number() -> None:
    heard = Heard({})
    first = Sent("a", b"1", mid=7)
    notes = dict([heard.mark(first)])
    again = Sent("a", b"1", mid=7, again=True)
    for known in (heard, Heard(notes)):
        assert known.knows(again, numbered=False)
        assert not known.knows(first, numbered=False)  # the reader may have said the same twice
        assert not known.knows(Sent("a", b"1", mid=8, again=True), numbered=False)
        assert not known.knows(Sent("b", b"1", mid=7, again=True), numbered=False)
        assert not known.knows(Sent("a", b"2", mid=7, again=True), numbered=False)
        # A reader that numbers what it says never says the same twice.
        assert known.knows(Sent("a", b"1", mid=8), numbered=True)


def test_only_the_last_messages_are_kept_in_mind_and_their_notes_take_turns() -> None:
    heard, notes = Heard({}), {}
    for number in range(HEARD_MAX + 10):
        name, note = heard.mark(Sent("a", b"%d" % number, mid=1))
        notes[name] = note
    assert len(notes) == HEARD_MAX
    for known in (heard, Heard(notes)):
        assert not known.knows(Sent("a", b"9", mid=1, again=True), numbered=False)
        assert known.knows(Sent("a", b"10", mid=1, again=True), numbered=False)
        assert known.knows(Sent("a", b"%d" % (HEARD_MAX + 9), mid=1, again=True), numbered=False)
    assert Heard(notes).mark(Sent("a", b"new"))[0] == heard.mark(Sent("a", b"new"))[0]

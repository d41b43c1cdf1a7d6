"""From bytes to facts in the journal: the table of cases, repeats, numbering and stamps."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from devices.codes.labels import parse_rules
from devices.codes.symbology import Rules
from devices.driver import Verdict
from devices.framing import Framer, Framing
from devices.intake import Intake
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from tests.devices.conftest import Told
from tests.devices.contract import Gate

DEVICE = Actor("01890a5d-ac96-774b-bcce-b302099a8057", "Till 1", "device")
SHOP = Rules(
    labels=parse_rules(
        ["22 plu:5 price:5.2 check", "26 plu:5 amount:5.2 weight:5.3kg check"], money_decimals=2
    )
)
LOT = {"gtin": "16901234567899", "expiry": "2027-12-31", "lot": "LOT-A7", "count": 24}
EAN = {"gtin": "04006381333931", "text": "4006381333931"}
LINES = Framing()
PLAIN = Rules()
CHECKED = Framing(envelope=True, check="xor")
Read = Callable[[], Told]
Scan = tuple[str, dict[str, Any]]


def captured(**data: Any) -> Scan:
    return "scan.captured", data


def invalid(reason: str, **data: Any) -> Scan:
    return "scan.invalid", {"reason": reason, **data}


# Number, framing, rules, chunks as they arrive, facts that become of them.
CASES: dict[str, tuple[Framing, Rules, list[bytes], list[Scan]]] = {
    "1": (LINES, PLAIN, [b"4006381333931\r\n"], [captured(**EAN)]),
    "2": (LINES, PLAIN, [b"40063", b"81333931\r", b"\n"], [captured(**EAN)]),
    "3": (
        LINES,
        PLAIN,
        [b"4006381333931\r96385074\r"],
        [captured(**EAN), captured(gtin="00000096385074", symbology="ean8")],
    ),
    "4": (LINES, PLAIN, [b"\r\n\r"], []),
    "5": (LINES, PLAIN, [b"4006381333932\r"], [invalid("check_digit", expected="1")]),
    "6": (
        LINES,
        PLAIN,
        [b"]E00036000291452\r"],
        [captured(gtin="00036000291452", aim="]E0", elements={"upc_a": "036000291452"})],
    ),
    "7": (
        LINES,
        Rules(upc_e=True),
        [b"01234565\r"],
        [captured(elements={"upc_a": "012345000065"})],
    ),
    "8": (
        LINES,
        PLAIN,
        [b"]C101169012345678991727123110LOT-A7\x1d3724\r"],
        [captured(aim="]C1", elements=LOT)],
    ),
    "9": (
        LINES,
        PLAIN,
        [b"\x1d01169012345678991727123110LOT-A7\x1d3724\r"],
        [captured(elements=LOT)],
    ),
    "10": (
        LINES,
        PLAIN,
        [b"]C1011690123456789910LOT-A73724\r"],
        [
            captured(
                elements={"gtin": "16901234567899", "lot": "LOT-A73724"}, warnings=["gs_suspect"]
            )
        ],
    ),
    "11": (
        LINES,
        PLAIN,
        [b"]C1011690123456789017271231\r"],
        [invalid("check_digit", field="gtin", expected="9", got="0")],
    ),
    "12": (
        LINES,
        PLAIN,
        [b"]C100369012340000000123\r"],
        [captured(elements={"sscc": "369012340000000123"})],
    ),
    "13": (
        LINES,
        PLAIN,
        [b"]e001969012345678953103001250\r"],
        [captured(gtin="96901234567895")],
    ),
    "14": (
        LINES,
        PLAIN,
        [b"]d2010690123456789221SN0001\x1d17271200\r"],
        [captured(elements={"gtin": "06901234567892", "serial": "SN0001", "expiry": "2027-12-31"})],
    ),
    "15": (LINES, PLAIN, [b"]C117261301\r"], [invalid("date", field="expiry")]),
    "16": (
        LINES,
        PLAIN,
        [b"]Q1https://id.gs1.org/01/09501101020917/10/AB%2F1?17=260131\r"],
        [captured(elements={"gtin": "09501101020917", "lot": "AB/1", "expiry": "2026-01-31"})],
    ),
    "17": (
        LINES,
        PLAIN,
        [b"https://id.gs1.org/01/04006381333932\r"],
        [invalid("check_digit", expected="1")],
    ),
    "18": (
        LINES,
        PLAIN,
        [b"https://example.com/foo\r"],
        [captured(text="https://example.com/foo", gtin=None)],
    ),
    "19": (
        LINES,
        SHOP,
        [b"2212345012503\r"],
        [captured(elements={"plu": "12345", "price_minor": 1250})],
    ),
    "20": (
        LINES,
        PLAIN,
        [b"2212345012503\r"],
        [captured(elements=None, warnings=["restricted"])],
    ),
    "21": (
        LINES,
        SHOP,
        [b"261234501250005758\r"],
        [
            captured(
                elements={
                    "plu": "12345",
                    "amount_minor": 1250,
                    "weight": {"value": "0.575", "unit": "kg"},
                }
            )
        ],
    ),
    "22": (LINES, PLAIN, [b"]\r4006381333931\r"], [captured(text="]"), captured(**EAN)]),
    "23": (
        LINES,
        PLAIN,
        ["٤٠٠٦٣٨١٣٣٣٩٣١\r".encode()],
        [captured(text="٤٠٠٦٣٨١٣٣٣٩٣١", gtin=None)],
    ),
    "24": (
        LINES,
        PLAIN,
        [b"A" * 5000 + b"\rB\r"],
        [("device.overflow", {"reason": "too_long"}), captured(text="B")],
    ),
    "25": (CHECKED, PLAIN, [b"\x024006381333931\x03\x33"], [captured(**EAN)]),
    "25, broken": (CHECKED, PLAIN, [b"\x024006381333931\x03\x34"], [invalid("bcc")]),
    "26": (CHECKED, PLAIN, [b"\x0268\x03\x0d"], [captured(text="68")]),
}


class Line:
    """A framer and an intake, joined as a driver joins them."""

    def __init__(self, intake: Intake, framing: Framing) -> None:
        self.intake = intake
        self._framer = Framer(framing)

    def receive(self, *chunks: bytes) -> list[Verdict]:
        cuts = [cut for chunk in chunks for cut in self._framer.feed(chunk)]
        return [self.intake.keep(self.intake.judge(self.intake.arrived(cut))) for cut in cuts]

    def lose(self) -> None:
        for cut in self._framer.close():
            self.intake.keep(self.intake.judge(self.intake.arrived(cut)))


@pytest.fixture
def line(facts: Facts, clock: ManualClock) -> Callable[..., Line]:
    def make(
        framing: Framing = LINES, rules: Rules = PLAIN, *, window_ms: int = 200, number: int = 0
    ) -> Line:
        intake = Intake(DEVICE, facts, clock, rules, window_ms=window_ms, number=number)
        return Line(intake, framing)

    return make


@pytest.mark.parametrize("case", CASES)
def test_bytes_become_facts(case: str, line: Callable[..., Line], told: Read) -> None:
    framing, rules, chunks, expected = CASES[case]
    line(framing, rules).receive(*chunks)
    found = told()
    assert [type for type, _ in found] == [type for type, _ in expected]
    for (_, data), (_, wanted) in zip(found, expected, strict=True):
        assert {name: data.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("case", CASES)
def test_the_bytes_themselves_are_kept(case: str, line: Callable[..., Line], told: Read) -> None:
    framing, rules, chunks, expected = CASES[case]
    line(framing, rules).receive(*chunks)
    whole = b"".join(chunks)
    for _, data in told():
        assert base64.b64decode(data["raw"]) in whole
    assert len(told()) == len(expected)


def test_a_repeat_within_the_window_is_kept_as_suppressed(
    line: Callable[..., Line], clock: ManualClock, told: Read
) -> None:
    scanner = line()
    scanner.receive(b"4006381333931\r")
    clock.advance(150)
    assert scanner.receive(b"4006381333931\r")[0].kept
    clock.advance(250)
    scanner.receive(b"4006381333931\r")
    assert [type for type, _ in told()] == ["scan.captured", "scan.suppressed", "scan.captured"]
    assert told()[1][1]["reason"] == "repeat"
    assert told()[1][1]["text"] == "4006381333931"


def test_a_different_code_is_never_held_up(
    line: Callable[..., Line], clock: ManualClock, told: Read
) -> None:
    scanner = line()
    scanner.receive(b"4006381333931\r")
    clock.advance(20)
    scanner.receive(b"96385074\r")
    assert [type for type, _ in told()] == ["scan.captured", "scan.captured"]


def test_a_belt_of_equal_boxes_is_not_swallowed_whole(
    line: Callable[..., Line], clock: ManualClock, told: Read
) -> None:
    scanner = line()
    for _ in range(9):
        scanner.receive(b"BOX\r")
        clock.advance(100)
    assert [type for type, _ in told()].count("scan.captured") == 5


def test_a_window_of_zero_keeps_every_repeat(line: Callable[..., Line], told: Read) -> None:
    line(window_ms=0).receive(b"A\rA\rA\r")
    assert [type for type, _ in told()] == ["scan.captured"] * 3


def test_what_was_cut_off_is_partial(line: Callable[..., Line], told: Read) -> None:
    scanner = line()
    scanner.receive(b"400638")
    scanner.lose()
    assert told()[0][0] == "scan.partial"
    assert told()[0][1]["text"] == "400638"
    assert told()[0][1]["reason"] == "disconnected"


def test_arrivals_are_stamped_and_numbered(
    line: Callable[..., Line], clock: ManualClock, told: Read, store: Any
) -> None:
    scanner = line(number=41)
    clock.advance(1_234)
    scanner.receive(b"A\r")
    data = told()[0][1]
    assert (data["device_seq"], data["boot_id"], data["monotonic_ms"]) == (42, "manual", 1_234)
    with store.read() as rows:
        row = rows.one("SELECT device, actor, occurred_at FROM journal")
    assert row == {"device": DEVICE.id, "actor": DEVICE.id, "occurred_at": 1_800_000_001_234}


def test_a_retry_stores_once(line: Callable[..., Line], told: Read) -> None:
    intake = line().intake
    (cut,) = Framer(Framing()).feed(b"A\r")
    judged = intake.judge(intake.arrived(cut))
    first, second = intake.keep(judged), intake.keep(judged)
    assert (first.seq, first.kept) == (second.seq, second.kept)
    assert len(told()) == 1


def test_what_could_not_be_stored_is_not_remembered_as_seen(
    facts: Facts, clock: ManualClock, told: Read
) -> None:
    gate = Gate(facts)
    scanner = Line(Intake(DEVICE, gate, clock, Rules(), window_ms=200, number=0), Framing())
    gate.refusal = Problem("disk_full")
    with pytest.raises(Problem, match="disk_full"):
        scanner.receive(b"A\r")
    gate.refusal = None
    clock.advance(10)
    scanner.receive(b"A\r")
    assert [type for type, _ in told()] == ["scan.captured"]


def test_the_longest_frame_is_kept_whole(line: Callable[..., Line], told: Read) -> None:
    verdicts = line().receive(b"A" * 4096 + b"\r")
    assert verdicts[0].kept
    assert len(told()[0][1]["text"]) == 4096

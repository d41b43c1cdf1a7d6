"""What goes wrong on a simulated line, what a simulated register says, and how both are checked."""

import base64
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated import check
from devices.simulated.check import Fact
from devices.simulated.faults import Faults, act, parse
from devices.simulated.ledger import Ledger, TillLedger
from devices.simulated.register import Register
from gateway.facts.accept import Facts
from gateway.facts.registers import find as numbering
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store

CHANCES = st.floats(0, 1)
FAULTS = st.builds(Faults, CHANCES, CHANCES, CHANCES, CHANCES)


@given(st.binary(min_size=1, max_size=60), FAULTS, st.integers())
def test_a_frame_is_whole_or_torn_and_never_anything_else(
    code: bytes, faults: Faults, seed: int
) -> None:
    frame = code.replace(b"\r", b".") + b"\r"
    done = act(frame, faults, random.Random(seed))
    joined = b"".join(done.pieces)
    assert (frame.startswith(joined) and joined != frame) if done.torn else joined == frame
    assert done.times in (1, 2)
    assert not done.garbage or (done.garbage.count(b"\r"), done.garbage[-1:]) == (1, b"\r")


def test_one_seed_plays_the_same_day_again() -> None:
    faults = Faults(0.1, 0.2, 0.3, 0.4)
    days = [[act(b"CODE\r", faults, chance) for _ in range(200)]
            for chance in (random.Random(7), random.Random(7))]  # fmt: skip
    assert days[0] == days[1]
    assert any(done.torn for done in days[0])


def test_faults_are_named_with_a_chance() -> None:
    assert parse(["unplug=0.01", "double=1"]) == Faults(unplug=0.01, double=1)


@pytest.mark.parametrize(
    ("text", "why"),
    [("fire=0.1", "There is no fault"), ("unplug=2", "from 0 to 1"), ("split", "from 0 to 1")],
)
def test_what_is_no_fault_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse([text])


def sent(*codes: tuple[str, int]) -> Ledger:
    """A ledger of codes, each with how many answers it had."""
    ledger = Ledger("Scanner 1", ManualClock())
    for text, answers in codes:
        ledger.sent(text)
        ledger.heard(answers)
        if not answers:
            ledger.vanished()
    return ledger


def facts(*entries: tuple[str, str]) -> list[Fact]:
    return [
        Fact(str(number), type, {"text": text, "device_seq": number,
                                 "raw": base64.b64encode(text.encode()).decode()})
        for number, (type, text) in enumerate(entries, 1)
    ]  # fmt: skip


CAPTURED = "scan.captured"


@pytest.mark.parametrize(
    ("codes", "held", "fault"),
    [
        ([("A", 1)], [(CAPTURED, "A")], ""),
        ([("A", 0)], [], ""),
        ([("A", 0)], [(CAPTURED, "A")], ""),
        ([("A", 1)], [], "LOST"),
        ([("A", 1)], [(CAPTURED, "A"), (CAPTURED, "A")], "DOUBLED"),
        ([("A", 0)], [(CAPTURED, "A"), (CAPTURED, "A")], "DOUBLED"),
        ([("A", 1), ("A", 1)], [(CAPTURED, "A"), ("scan.suppressed", "A")], ""),
        ([("A", 1), ("A", 1)], [(CAPTURED, "A"), (CAPTURED, "A")], "DOUBLED"),
        ([("A", 1), ("A", 1)], [(CAPTURED, "A")], "LOST"),
        ([("A", 1)], [("scan.invalid", "A")], "LOST"),
        ([("A", 1)], [(CAPTURED, "A"), (CAPTURED, "B")], "never sent"),
        ([("A", 1)], [(CAPTURED, "A"), ("scan.partial", "B")], "torn"),
    ],
)
def test_what_was_answered_is_there_once_and_what_was_not_at_most_once(
    codes: Sequence[tuple[str, int]], held: Sequence[tuple[str, str]], fault: str
) -> None:
    found = check.scanners([sent(*codes)], facts(*held))
    assert (fault in found.faults[0]) if fault else not found.faults


def test_rubbish_that_was_answered_is_there_too() -> None:
    ledger = sent()
    ledger.rubbish(b"\xff\x00")
    ledger.heard(1)
    raw = {"raw": base64.b64encode(b"\xff\x00\r").decode(), "device_seq": 1, "text": "?"}
    assert not check.scanners([ledger], [Fact("1", CAPTURED, raw)]).faults
    assert "LOST" in check.scanners([ledger], []).faults[0]


def test_a_number_is_given_once() -> None:
    twice = [Fact("1", CAPTURED, {"text": "A", "device_seq": 1}),
             Fact("2", CAPTURED, {"text": "B", "device_seq": 1})]  # fmt: skip
    assert "number 1" in check.scanners([sent(("A", 1), ("B", 1))], twice).faults[0]


def test_a_till_has_every_answered_fact_in_the_journal_once() -> None:
    ledger = TillLedger("Till 1")
    for identity in ("a", "b", "c"):
        ledger.posted(identity, "sale.completed", {"receipt": identity})
    for identity in ("a", "b"):
        ledger.answered(identity)
    sale = "sale.completed"
    assert not check.till(ledger, [Fact("a", sale, {}), Fact("b", sale, {})]).faults
    found = check.till(ledger, [Fact("a", sale, {}), Fact("a", sale, {}), Fact("d", sale, {})])
    assert [fault.rsplit(" ", 1)[1] for fault in found.faults] == ["LOST", "DOUBLED", "sent"]


@pytest.mark.parametrize("currency", ["EUR", "JPY", "CHF"])
def test_a_registers_day_adds_up_to_the_last_coin(store: Store, currency: str) -> None:
    register = Register("R1", currency, random.Random(7))
    accepting = Facts(store)
    till = Actor("01890a5d-ac96-774b-bcce-b302099a8057", "Till", "pos", device="till")
    types: set[str] = set()
    for number, (type, data) in enumerate(told for _ in range(8) for told in register.day()):
        result = accepting.capture(type, data, actor=till, source="till", occurred_at=number)
        assert (result.status, result.problem) == ("stored", None), (type, data)
        types.add(type)
    assert {"sale.returned", "shift.closed", "report.z", "cash.paid_out"} <= types
    with store.read() as rows:
        held: Any = numbering(rows, "R1")
    assert (held.gaps, held.doubtful) == ([], [])

"""A tap between a till and a printer on two real terminals: it is not noticed, and it reads."""

import base64
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices.driver import State
from devices.drivers.serial_tap import SerialTap
from devices.simulated.legacy_till import LegacyTill
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import SYSTEM
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.waiting import until

Read = Callable[[], Told]
Cables = tuple[SimulatedScanner, SimulatedScanner]


@pytest.fixture
def cables(tmp_path: Path) -> Iterator[Cables]:
    """The till's cable and the printer's, both plugged in."""
    made = SimulatedScanner(tmp_path / "till"), SimulatedScanner(tmp_path / "printer")
    for cable in made:
        cable.plug_in()
    yield made
    for cable in made:
        cable.unplug()


@pytest.fixture
def wing(store: Store, facts: Facts, cables: Cables) -> Iterator[Devices]:
    made = Devices(DevicesSettings(poll_s=1, extra_ports=(str(cables[0].link),)), store, facts)
    made.look()
    yield made
    made.stop()


def tapped(wing: Devices, cables: Cables, printer: str = "", **more: object) -> str:
    """The device, confirmed by a person; its id."""
    (found,) = wing.proposals()
    told = {"printer": printer or str(cables[1].link), "currency": "EUR", **more}
    view = wing.confirm(found.id, "Old till", told, SYSTEM, "serial_tap")
    until(lambda: wing.device(view.attached.id).state is not State.CONNECTING)
    return view.attached.id


def online(wing: Devices, device: str) -> None:
    until(lambda: wing.device(device).state is State.ONLINE)


def receipts(told: Read) -> list[dict[str, Any]]:
    return [data for type, data in told() if type == "receipt.tapped"]


def test_every_byte_arrives_both_ways_and_receipts_are_facts(
    wing: Devices, cables: Cables, told: Read
) -> None:
    till, printer = cables
    online(wing, tapped(wing, cables))
    shop = LegacyTill("", 0, random.Random(5))
    meant = [shop.receipt() for _ in range(5)]
    paper = b"".join(one.raw for one in meant)
    till.send(paper)
    assert printer.await_answer(len(paper), 10) == paper
    printer.send(b"\x12\x14")
    assert till.await_answer(2, 10) == b"\x12\x14"
    until(lambda: len(receipts(told)) == 5)
    assert [one["total"] for one in receipts(told)] == [one.total for one in meant]
    assert b"".join(base64.b64decode(one["raw"]) for one in receipts(told)) == paper


def test_either_cable_may_be_pulled_and_it_goes_on(
    wing: Devices, cables: Cables, told: Read
) -> None:
    till, printer = cables
    device = tapped(wing, cables)
    online(wing, device)
    for cable, reason in ((printer, "printer_unplugged"), (till, "unplugged")):
        cable.unplug()
        until(lambda: wing.device(device).state is State.OFFLINE)
        assert wing.device(device).reason == reason
        cable.plug_in()
        wing.reconnect(device, SYSTEM)
        online(wing, device)
    before = len(printer.heard)
    raw = LegacyTill("", 0, random.Random(1)).receipt().raw
    till.send(raw)
    assert printer.await_answer(before + len(raw), 10)[before:] == raw
    until(lambda: len(receipts(told)) == 1)


def test_a_printer_that_takes_nothing_holds_the_till_back_and_loses_nothing(
    wing: Devices, cables: Cables
) -> None:
    ours, theirs = os.openpty()
    try:
        device = tapped(wing, cables, os.ttyname(theirs))
        online(wing, device)
        paper = random.Random(2).randbytes(200_000).replace(b"\x1d", b".")
        cables[0].send(paper)
        got = os.read(ours, 100)
        until(lambda: 0 < cables[0].held_back < len(paper))
        while len(got) < len(paper):
            got += os.read(ours, 65_536)
        assert got == paper
        cables[0].send(paper)
        os.read(ours, 100)
        until(lambda: 0 < cables[0].held_back < len(paper))
        wing.enable(device, SYSTEM, enabled=False)  # it ends in front of a printer that waits
        until(lambda: wing.device(device).state is State.DISABLED)
    finally:
        os.close(ours)
        os.close(theirs)


def test_options_that_do_not_fit_are_refused_in_a_sentence() -> None:
    for wrong in ({"currency": "XYZ"}, {"printer": ""}, {"baud": 5}, {"total_pattern": "(a+)+"}):
        with pytest.raises(ValueError, match=r"\.$"):
            SerialTap({"printer": "/dev/ttyS1", "currency": "EUR", **wrong})

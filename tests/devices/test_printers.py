"""Receipt printers: looked at, printed on, and never printed on twice by mistake."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import DevicesSettings
from devices.commands import Result
from devices.driver import State
from devices.drivers import _printer_status
from devices.escpos.document import Pulse
from devices.simulated.printer import NetworkPrinter, SerialPrinter
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.callers import free_port
from tests.devices.conftest import Told
from tests.devices.printers import ANA, added, printed, stands
from tests.devices.waiting import until

DONE = Result("done", "", {"confirmed": True, "lost": 0})


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    with NetworkPrinter() as made:
        yield made


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialPrinter]:
    made = SerialPrinter(tmp_path / "ports" / "printer")
    made.plug_in()
    yield made
    made.unplug()


@pytest.fixture
def wing(store: Store, facts: Facts, line: SerialPrinter) -> Iterator[Devices]:
    made = Devices(DevicesSettings(extra_ports=(str(line.link),)), store, facts)
    yield made
    made.stop()


def on_the_line(wing: Devices, line: SerialPrinter, kind: str, **config: object) -> str:
    wing.look()
    (found,) = wing.proposals()
    assert kind in found.sighting.drivers
    device = wing.confirm(found.id, "On the line", config, ANA, kind).attached.id
    stands(wing, device, State.ONLINE)
    return device


def test_a_network_printer_prints_and_says_that_it_did(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    assert printed(wing, device, "Tea 5.40") == DONE
    assert printer.text == "Tea 5.40\n- - - -\n"
    assert printed(wing, device, "茶") == Result("done", "", {"confirmed": True, "lost": 1})


def test_a_job_may_be_confirmed_by_its_number_or_by_how_the_printer_is_afterwards(
    wing: Devices, printer: NetworkPrinter
) -> None:
    with NetworkPrinter() as other:
        first = added(wing, printer, "By number", confirmed_by="number")
        second = added(wing, other, "By status", confirmed_by="status")
        assert printed(wing, first, "A", number=123_456) == DONE
        assert printed(wing, second, "A").data["confirmed"] is False
    assert b"\x1d(H" not in printer.printed


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("paper_end", "paper_end"),
        ("cover_open", "cover_open"),
        ("offline", "printer_offline"),
        ("error", "printer_error"),
    ],
)
def test_what_keeps_a_printer_from_printing_is_said_and_nothing_is_sent(
    wing: Devices, printer: NetworkPrinter, fault: str, reason: str
) -> None:
    device = added(wing, printer)
    setattr(printer, fault, True)
    assert printed(wing, device, "A") == Result("failed", reason)
    stands(wing, device, State.DEGRADED, reason)
    assert printer.printed == b""
    setattr(printer, fault, False)
    stands(wing, device, State.ONLINE)
    assert printed(wing, device, "A") == DONE


def test_paper_that_is_nearly_used_up_is_said_and_printed_on(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.near_end = True
    stands(wing, device, State.DEGRADED, "paper_near_end")
    assert printed(wing, device, "A") == DONE
    told = wing.command(device, "printer_status", {}, ANA)
    assert told.data == {"online": True, "cover": "closed", "paper": "near_end", "error": False}


def test_a_line_that_ends_in_the_middle_leaves_an_uncertain_job_and_no_second_print(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.breaks_after = 400
    assert printed(wing, device, "once " * 200) == Result("uncertain", "hung_up")
    stands(wing, device, State.ONLINE)
    calls = printer.calls
    until(lambda: printer.calls > calls)
    assert printer.text.count("once") < 200


def test_paper_that_ends_in_the_middle_leaves_an_uncertain_job(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.ends_after = 100
    assert printed(wing, device, "word " * 100) == Result("uncertain", "paper_end")
    stands(wing, device, State.DEGRADED, "paper_end")


def test_a_printer_that_does_not_say_that_it_printed_leaves_an_uncertain_job(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.confirms = False
    assert printed(wing, device, "A") == Result("uncertain", "not_confirmed")
    printer.chatty = True
    assert printed(wing, device, "B") == Result("uncertain", "not_confirmed")
    printer.confirms = True
    assert printed(wing, device, "C") == DONE


def test_a_printer_that_says_nothing_is_not_printed_on_unless_it_never_does(
    wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.silent = True
    stands(wing, device, State.DEGRADED, "printer_silent")
    with NetworkPrinter() as dumb:
        dumb.silent = True
        other = added(wing, dumb, "Never answers", answers=False)
        assert printed(wing, other, "A") == Result("done", "", {"confirmed": False, "lost": 0})
        assert dumb.await_text("A\n", 5)
        dumb.breaks_after = 100
        assert printed(wing, other, "word " * 100) == Result("uncertain", "hung_up")
    assert printer.printed == b""


def test_a_printer_that_is_switched_off_is_offline(wing: Devices, printer: NetworkPrinter) -> None:
    device = added(wing, printer)
    printer.switch_off()
    stands(wing, device, State.OFFLINE, "unreachable")
    assert printed(wing, device, "A") == Result("failed", "not_ready")
    assert wing.add(
        "network_printer", "Nobody", {"host": "127.0.0.1", "port": free_port()}, ANA
    ).attached.name


def test_the_drawer_is_opened_with_a_reason_and_the_journal_has_who_opened_it(
    wing: Devices, printer: NetworkPrinter, told: Callable[[], Told]
) -> None:
    device = added(wing, printer)
    for wrong in ({}, {"reason": ""}, {"reason": " "}):
        with pytest.raises(Problem, match="device_command_invalid"):
            wing.command(device, "open_drawer", wrong, ANA)
    assert printer.drawer_opened == 0
    assert wing.command(device, "open_drawer", {"reason": "Change for a taxi"}, ANA) == DONE
    assert printer.drawer_opened == 1
    data = [data for kind, data in told() if kind == "drawer.opened"]
    assert data == [{"reason": "Change for a taxi", "opened_by": ANA.id}]
    commanded = [data for kind, data in told() if kind == "device.commanded"]
    assert commanded[-1]["args"] == {"reason": "Change for a taxi"}


def test_a_document_that_opens_the_drawer_leaves_a_fact_and_says_when_nobody_knows(
    wing: Devices, printer: NetworkPrinter, told: Callable[[], Told]
) -> None:
    device = added(wing, printer)
    assert printed(wing, device, Pulse("cash_sale", "T1")) == DONE
    printer.confirms = False
    assert printed(wing, device, Pulse("cash_sale", "T1")).outcome == "uncertain"
    data = [data for kind, data in told() if kind == "drawer.opened"]
    assert [(one["register"], one.get("unverified", False)) for one in data] == [
        ("T1", False),
        ("T1", True),
    ]


def test_a_serial_printer_does_all_of_it_on_a_real_terminal(
    wing: Devices, line: SerialPrinter
) -> None:
    device = on_the_line(wing, line, "serial_printer", look_s=1, job_s=1)
    assert printed(wing, device, "Tea " * 300) == DONE
    assert line.text.count("Tea") == 300
    line.cover_open = True
    stands(wing, device, State.DEGRADED, "cover_open")
    assert printed(wing, device, "A") == Result("failed", "cover_open")
    line.cover_open = False
    stands(wing, device, State.ONLINE)
    line.unplug()
    stands(wing, device, State.OFFLINE, "unplugged")


def test_a_drawer_of_its_own_opens_by_any_byte(
    wing: Devices, line: SerialPrinter, told: Callable[[], Told]
) -> None:
    device = on_the_line(wing, line, "serial_drawer", pulse="\x1b\x07")
    with pytest.raises(Problem, match="device_command_invalid"):
        wing.command(device, "open_drawer", {}, ANA)
    said = wing.command(device, "open_drawer", {"reason": "Count", "register": "T1"}, ANA)
    assert said == Result("done")
    until(lambda: line.printed == b"\x1b\x07")
    (data,) = [data for kind, data in told() if kind == "drawer.opened"]
    assert data == {"reason": "Count", "register": "T1", "opened_by": ANA.id}


def test_a_real_program_between_the_gateway_and_the_printer(
    wing: Devices, line: SerialPrinter
) -> None:
    """A serial printer behind a server box: socat is that box."""
    socat = shutil.which("socat")
    assert socat, "socat is missing: .ci/setup.sh dev installs it"
    port = free_port()
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,max-children=1"
    box = subprocess.Popen([socat, listen, f"OPEN:{line.link},rawer"])
    try:
        config = {"host": "127.0.0.1", "port": port, "look_s": 1, "job_s": 5}
        device = wing.add("network_printer", "Behind a box", config, ANA).attached.id
        until(lambda: wing.device(device).state is State.ONLINE, 20)
        assert printed(wing, device, "Tea " * 300) == DONE
        assert line.text.count("Tea") == 300
        line.paper_end = True
        stands(wing, device, State.DEGRADED, "paper_end")
        assert printed(wing, device, "B") == Result("failed", "paper_end")
        line.paper_end = False
        stands(wing, device, State.ONLINE)
        line.breaks_after = 10**9
        box.terminate()
        box.wait(10)
        stands(wing, device, State.OFFLINE, "unreachable")
    finally:
        box.kill()
        box.wait(10)


def test_what_a_person_told_a_printer_is_checked(wing: Devices) -> None:
    for config in ({}, {"host": ""}, {"host": "a", "columns": 40}, {"host": "a", "pulse_ms": 0}):
        with pytest.raises(Problem, match="device_config_invalid"):
            wing.add("network_printer", "Wrong", config, ANA)


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_any_four_answers_are_a_status(answers: list[int]) -> None:
    status = _printer_status.read(*answers)
    assert json.dumps(status.shown())
    assert status.blocked is (status.reason not in ("", "paper_near_end"))


@given(st.binary(max_size=12), st.booleans())
def test_what_is_said_unasked_is_no_answer(said: bytes, confirms: bool) -> None:
    unasked = b"\x10\x00\x0c\x0f"
    heard = unasked + (b"\x00" if confirms else b"") + unasked[:3]
    answers = _printer_status.asked_for(heard)
    assert any(map(_printer_status.is_ordered, answers)) is confirms
    assert len(_printer_status.asked_for(said)) <= len(said)


def test_only_answers_are_taken_for_answers() -> None:
    assert sum(map(_printer_status.is_answer, range(256))) == 16
    assert all(_printer_status.is_answer(byte) for byte in (0x12, 0x16, 0x1A, 0x32, 0x72, 0x7E))
    assert not any(map(_printer_status.is_answer, (0x00, 0x10, 0x11, 0x13, 0x92)))
    assert all(map(_printer_status.is_ordered, (0x00, 0x03, 0x0C)))
    assert not _printer_status.is_ordered(0x12)

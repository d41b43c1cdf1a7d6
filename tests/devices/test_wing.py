"""The whole wing: a scanner is found, confirmed, lost, found again; a real port, a real store."""

import fcntl
import json
import struct
import termios
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.schema import DevicesSettings, StoreSettings
from devices.driver import State
from devices.roster import Roster
from devices.simulated.scanner import SimulatedScanner
from devices.views import DeviceView
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.ids import uuid7
from gateway.kernel.problems import Problem
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.database import Store
from gateway.store.journal import Entry
from tests.devices.conftest import Told
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")
Read = Callable[[], Told]


@pytest.fixture
def settings(tmp_path: Path) -> DevicesSettings:
    return DevicesSettings(extra_ports=(str(tmp_path / "ports" / "*"),), poll_s=1)


@pytest.fixture
def start(
    store: Store, facts: Facts, settings: DevicesSettings
) -> Iterator[Callable[..., Devices]]:
    """Start the wing; it is stopped at the end."""
    started = []

    def begin(**changes: object) -> Devices:
        wing = Devices(replace(settings, **changes), store, facts, retry_s=(0.01,))
        started.append(wing)
        wing.start()
        return wing

    yield begin
    for wing in started:
        wing.stop()


@pytest.fixture
def wing(start: Callable[..., Devices], scanner: SimulatedScanner) -> Devices:
    return start()


def confirm(wing: Devices, scanner: SimulatedScanner, name: str = "Till 1") -> DeviceView:
    view = wing.adopt(str(scanner.link), name, {"ack": "\x06"})
    until(lambda: wing.device(view.attached.id).state is State.ONLINE)
    return view


def types(told: Read) -> list[str]:
    return [type for type, _ in told()]


def state(wing: Devices, view: DeviceView) -> State:
    return wing.device(view.attached.id).state


def test_a_found_device_waits_for_a_person(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    (proposal,) = until(wing.proposals)
    assert proposal.sighting.candidate.identity == f"port:{scanner.link}"
    scanner.scan("4006381333931")
    until(lambda: _bytes_waiting(scanner) == len("4006381333931\r"))
    wing.look()
    wing.look()
    assert _bytes_waiting(scanner) == len("4006381333931\r")  # nobody has opened the port
    assert told() == []
    assert wing.devices() == []


def _bytes_waiting(scanner: SimulatedScanner) -> int:
    """Bytes in the terminal that nobody has read."""
    with scanner.link.open("rb", buffering=0) as port:
        return int(struct.unpack("I", fcntl.ioctl(port, termios.FIONREAD, bytes(4)))[0])


def test_a_confirmed_device_is_worked_on_at_once(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    (proposal,) = until(wing.proposals)
    view = wing.confirm(proposal.id, " Till 1 ", {"ack": "\x06"}, ANA)
    until(lambda: state(wing, view) is State.ONLINE)
    scanner.scan("4006381333931")
    scanner.await_answer(1, 5)
    assert types(told) == ["device.confirmed", "device.online", "scan.captured"]
    assert told()[0][1]["name"] == "Till 1"
    assert wing.proposals() == []
    assert wing.name_of(view.attached.id) == "Till 1"
    assert wing.trouble() is None
    assert wing.status() == {"confirmed": 1, "online": 1, "degraded": 0, "unwell": []}
    (frame,) = wing.frames(view.attached.id)
    assert (frame.hex, frame.text, frame.outcome, frame.seq) == (
        "34 30 30 36 33 38 31 33 33 33 39 33 31 0d", "4006381333931", "captured", 3,
    )  # fmt: skip


def test_decisions_are_in_the_journal_with_who_took_them(
    wing: Devices, scanner: SimulatedScanner, store: Store
) -> None:
    (proposal,) = until(wing.proposals)
    wing.ignore(proposal.id, ANA)
    view = wing.confirm(proposal.id, "Till 1", {}, ANA)
    device = view.attached.id
    wing.rename(device, "Till 2", ANA)
    wing.configure(device, {"baud": 19200}, ANA)
    wing.reconnect(device, ANA)
    wing.enable(device, ANA, enabled=False)
    wing.enable(device, ANA, enabled=True)
    with store.read() as rows:
        found = rows.all(
            "SELECT type, subject FROM journal WHERE actor = ? ORDER BY seq", (ANA.id,)
        )
    assert [row["type"] for row in found] == [
        "device.ignored", "device.confirmed", "device.renamed", "device.configured",
        "device.reconnected", "device.disabled", "device.enabled",
    ]  # fmt: skip
    assert {row["subject"] for row in found} == {proposal.id, device}


def test_an_ignored_device_is_not_proposed_again(
    start: Callable[..., Devices], scanner: SimulatedScanner
) -> None:
    wing = start()
    (proposal,) = until(wing.proposals)
    wing.ignore(proposal.id, ANA)
    wing.stop()
    again = start()
    again.look()
    assert [found.ignored for found in again.proposals()] == [True]


def test_a_device_that_is_unplugged_comes_back_by_itself(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    view = confirm(wing, scanner)
    scanner.send(b"A\r400638")  # once the first code is answered, half of the next has been read
    scanner.await_answer(1, 5)
    scanner.unplug()
    until(lambda: state(wing, view) is State.OFFLINE)
    until(lambda: types(told)[-1] == "device.offline")
    scanner.plug_in()
    until(lambda: state(wing, view) is State.ONLINE)
    scanner.scan("4006381333931")
    scanner.await_answer(2, 5)
    assert types(told)[3:] == ["scan.partial", "device.offline", "device.online", "scan.captured"]
    assert told()[3][1]["text"] == "400638"
    assert told()[4][1]["reason"] == "unplugged"


def test_a_device_that_comes_back_elsewhere_is_the_same_device(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    view = confirm(wing, scanner)
    before = scanner.link.resolve()
    with before.open("rb", buffering=0):  # so that the system gives the next terminal another name
        scanner.unplug(keep_link=True)
        scanner.plug_in()
        assert scanner.link.resolve() != before
    until(lambda: _scanned(scanner, told), 5)
    (only,) = wing.devices()
    assert only.attached.id == view.attached.id
    assert wing.proposals() == []


def _scanned(scanner: SimulatedScanner, told: Read) -> bool:
    """Whether a scan has come through; what is sent before the port is open is nobody's."""
    scanner.scan("elsewhere")
    return any(data.get("text") == "elsewhere" for _, data in told())


def test_a_device_that_is_switched_off_is_left_alone(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    view = confirm(wing, scanner)
    wing.enable(view.attached.id, ANA, enabled=False)
    assert state(wing, view) is State.DISABLED
    assert types(told)[-1] == "device.offline"
    scanner.scan("A")
    wing.look()
    assert types(told)[-1] == "device.offline"
    wing.enable(view.attached.id, ANA, enabled=True)
    until(lambda: state(wing, view) is State.ONLINE)


def test_a_new_name_does_not_interrupt_the_work(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    view = confirm(wing, scanner)
    wing.rename(view.attached.id, "Counter", ANA)
    assert wing.name_of(view.attached.id) == "Counter"
    scanner.scan("A")
    scanner.await_answer(1, 5)
    assert "device.offline" not in types(told)


def test_new_options_take_effect_at_once(
    wing: Devices, scanner: SimulatedScanner, told: Read
) -> None:
    view = confirm(wing, scanner)
    wing.configure(view.attached.id, {"terminators": "\t", "ack": "\x06"}, ANA)
    until(lambda: types(told)[-1] == "device.online" and state(wing, view) is State.ONLINE)
    scanner.send(b"A\rB\t")
    scanner.await_answer(1, 5)
    assert told()[-1][1]["text"] == "A\rB"


def test_options_the_driver_refuses_change_nothing(
    wing: Devices, scanner: SimulatedScanner
) -> None:
    (proposal,) = until(wing.proposals)
    with pytest.raises(Problem, match="device_config_invalid"):
        wing.confirm(proposal.id, "Till 1", {"baud": "fast"}, ANA)
    view = wing.confirm(proposal.id, "Till 1", {}, ANA)
    with pytest.raises(Problem, match="device_config_invalid"):
        wing.configure(view.attached.id, {"terminators": ""}, ANA)
    assert wing.device(view.attached.id).attached.config == {}


def test_the_settings_are_the_default_of_every_device(
    start: Callable[..., Devices], scanner: SimulatedScanner, told: Read
) -> None:
    wing = start(frame_bytes_max=64)
    confirm(wing, scanner)
    scanner.scan("A" * 65)
    scanner.scan("B")
    scanner.await_answer(1, 5)
    assert types(told)[2:] == ["device.overflow", "scan.captured"]


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 81])
def test_a_name_is_one_line_that_says_something(
    wing: Devices, scanner: SimulatedScanner, name: str
) -> None:
    (proposal,) = until(wing.proposals)
    with pytest.raises(Problem, match="name_malformed"):
        wing.confirm(proposal.id, name, {}, ANA)


def test_two_devices_cannot_have_one_name(
    wing: Devices, scanner: SimulatedScanner, tmp_path: Path
) -> None:
    confirm(wing, scanner)
    second = SimulatedScanner(tmp_path / "ports" / "second")
    second.plug_in()
    try:
        with pytest.raises(Problem, match="name_taken"):
            wing.adopt(str(second.link), "Till 1")
        view = wing.adopt(str(second.link), "Till 2")
        with pytest.raises(Problem, match="name_taken"):
            wing.rename(view.attached.id, "Till 1", ANA)
        wing.rename(view.attached.id, "Till 2", ANA)
    finally:
        second.unplug()


@pytest.mark.parametrize("identity", ["nonsense", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_what_is_not_there_cannot_be_decided_about(wing: Devices, identity: str) -> None:
    for decide in (
        lambda: wing.rename(identity, "Till 1", ANA),
        lambda: wing.enable(identity, ANA, enabled=False),
        lambda: wing.configure(identity, {}, ANA),
        lambda: wing.reconnect(identity, ANA),
        lambda: wing.frames(identity),
    ):
        with pytest.raises(Problem, match="device_unknown"):
            decide()
    for decide in (
        lambda: wing.confirm(identity, "Till 1", {}, ANA),
        lambda: wing.ignore(identity, ANA),
    ):
        with pytest.raises(Problem, match="proposal_unknown"):
            decide()
    with pytest.raises(Problem, match="proposal_unknown"):
        wing.adopt("/dev/nothing", "Till 9")


def test_the_numbering_goes_on_after_a_restart(
    start: Callable[..., Devices], scanner: SimulatedScanner, told: Read, clock: ManualClock
) -> None:
    for number in (1, 2):
        wing = start()
        confirm(wing, scanner)
        for code in "AB":
            clock.advance(1_000)
            scanner.scan(code)
        scanner.await_answer(2 * number, 5)
        wing.stop()
    numbers = [data["device_seq"] for type, data in told() if type == "scan.captured"]
    assert numbers == [1, 2, 3, 4]


def test_numbers_are_noted_now_and_then(
    wing: Devices, scanner: SimulatedScanner, store: Store, clock: ManualClock
) -> None:
    confirm(wing, scanner)
    scanner.scan("A")
    scanner.await_answer(1, 5)
    clock.advance(60_001)
    wing.look()
    with store.read() as rows:
        row = rows.one("SELECT number, numbered_seq FROM attached_devices")
    assert row == {"number": 1, "numbered_seq": store.head}


def test_no_number_is_given_twice_though_the_arrivals_are_archived(
    start: Callable[..., Devices], scanner: SimulatedScanner, store: Store, clock: ManualClock
) -> None:
    wing = start()
    device = confirm(wing, scanner).attached.id
    for code in "ABC":
        clock.advance(1_000)
        scanner.scan(code)
    scanner.await_answer(3, 5)
    wing.enable(device, ANA, enabled=False)
    wing.look()
    clock.advance(31 * DAY_MS)
    store.write(lambda tx: tx.append(Entry(uuid7(tx.now_ms), "note.taken", {})))
    with store.read() as rows:
        held = wing.hold(rows)
    assert held is not None
    assert held.seq < 3, "the numbers are noted nowhere else"
    Archiver(store, StoreSettings(), [wing]).run()
    with store.read() as rows:
        assert store.cursor_state(rows)[1] > 3
    assert Roster(store).newest_number(device) == 3


def test_a_driver_that_is_gone_is_said_so(
    start: Callable[..., Devices], scanner: SimulatedScanner, store: Store
) -> None:
    wing = start()
    view = confirm(wing, scanner)
    wing.stop()
    store.write(lambda tx: tx.execute("UPDATE attached_devices SET driver = 'gone'"))
    again = start()
    again.look()
    seen = again.device(view.attached.id)
    assert (seen.state, seen.reason) == (State.DEGRADED, "driver_missing")
    assert again.status()["degraded"] == 1
    trouble = again.trouble()
    assert trouble is not None
    assert "Till 1" in trouble.detail()
    with pytest.raises(Problem, match="device_driver_missing"):
        again.configure(view.attached.id, {}, ANA)


def test_options_that_no_longer_fit_leave_the_device_visible(
    start: Callable[..., Devices], scanner: SimulatedScanner, store: Store
) -> None:
    wing = start()
    view = confirm(wing, scanner)
    wing.stop()
    config = json.dumps({"baud": "fast"})
    store.write(lambda tx: tx.execute("UPDATE attached_devices SET config = ?", (config,)))
    again = start()
    again.look()
    assert again.device(view.attached.id).reason == "config"


def test_a_wrong_code_rule_stops_the_start_in_a_sentence(store: Store, facts: Facts) -> None:
    with pytest.raises(ValueError, match=r'The code rule "shelf A.+" is refused'):
        Devices(DevicesSettings(codes=("shelf A[0-9]+ ; A1",)), store, facts)


def test_a_wrong_label_rule_stops_the_start_in_a_sentence(store: Store, facts: Facts) -> None:
    with pytest.raises(ValueError, match='The label rule "22 plu" is refused'):
        Devices(DevicesSettings(labels=("22 plu",)), store, facts)


def test_stopping_twice_or_before_the_start_is_fine(store: Store, facts: Facts) -> None:
    wing = Devices(DevicesSettings(), store, facts)
    wing.stop()
    wing.stop()

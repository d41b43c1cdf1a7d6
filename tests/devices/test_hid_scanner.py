"""The scanner that types: found by what the kernel says, read through real pipes and sockets."""

import errno
import fcntl
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.driver import Candidate, LineError, LineLost, LineRefused, State
from devices.drivers import _event_nodes, _serial_ports
from devices.drivers._event_nodes import EVENT, Nodes, open_nodes
from devices.drivers._input_devices import FINDER, devices, nodes
from devices.drivers.hid_scanner import HidScanner
from devices.intake import Intake
from devices.simulated.hid_scanner import SHIFT, TAB, SimulatedHidScanner
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE, DriverContract, Gate, Rig
from tests.devices.waiting import until

GTIN = "4006381333931"
KEYS = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"  # of a real keyboard


class HidRig(Rig):
    """A scanner that types into a pipe of its own."""

    def __init__(self, scanner: SimulatedHidScanner) -> None:
        self.scanner = scanner
        self.driver = HidScanner({})

    def candidate(self) -> Candidate:
        path = str(self.scanner.path)
        return Candidate(f"port:{path}", path, path, "")

    def say(self, *codes: str) -> None:
        for code in codes:
            self.scanner.scan(code)

    def say_half(self, code: str) -> None:
        self.scanner.type(code)

    def heard(self) -> bytes:
        return b""

    def vanish(self) -> None:
        self.scanner.unplug()

    def come_back(self) -> None:
        self.scanner.plug_in()


class TestContract(DriverContract):
    own_handles = 1  # the scanner's own end

    @pytest.fixture
    def rig(self, typist: SimulatedHidScanner) -> Rig:
        return HidRig(typist)


@pytest.fixture
def typist(tmp_path: Path) -> Iterator[SimulatedHidScanner]:
    made = SimulatedHidScanner(tmp_path / "input" / "event3")
    made.plug_in()
    yield made
    made.unplug()


class Wired:
    """A node over a real pair of sockets, which ends as the kernel's do: with error 19."""

    def __init__(self) -> None:
        self.far, self._near = socket.socketpair()
        self._near.setblocking(False)

    def fileno(self) -> int:
        return self._near.fileno()

    def read(self, size: int, /) -> bytes | None:
        try:
            chunk = self._near.recv(size)
        except BlockingIOError:
            return None
        if not chunk:
            raise OSError(errno.ENODEV, "No such device")
        return chunk

    @property
    def unread(self) -> bool:
        try:
            return bool(self._near.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False

    def close(self) -> None:
        self._near.close()


class WiredScanner(HidScanner):
    """The real driver on nodes that a test holds the other end of."""

    def __init__(self, wires: Sequence[Wired], **config: object) -> None:
        super().__init__(config)
        self.wires = wires

    def _open(self, address: str) -> Nodes:
        if any(wire.far.fileno() < 0 for wire in self.wires):
            raise LineLost("unplugged")
        return Nodes(self.wires)


@pytest.fixture
def wires() -> Iterator[Callable[[], Wired]]:
    made: list[Wired] = []

    def wire() -> Wired:
        made.append(Wired())
        return made[-1]

    yield wire
    for one in made:
        one.far.close()
        one.close()


Wire = Callable[[], Wired]


def event(type: int, code: int, value: int, at: int = 0) -> bytes:
    return EVENT.pack(1_700_000_000, at, type, code, value)


def key(code: int) -> bytes:
    return event(1, code, 1) + event(0, 0, 0) + event(1, code, 0) + event(0, 0, 0)


@pytest.fixture
def work(store: Store, facts: Facts) -> Iterator[Callable[[HidScanner, str], Worker]]:
    workers = []

    def start(driver: HidScanner, address: str = "wired") -> Worker:
        intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
        worker = Worker(
            driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5), (0.01,)
        )
        workers.append(worker)
        worker.found(Candidate("usb:1", address, address, ""))
        worker.ensure_running()
        until(lambda: worker.standing.state is State.ONLINE)
        return worker

    yield start
    for worker in workers:
        worker.stop()
        worker.join()


Work = Callable[..., Worker]
Read = Callable[[], Told]


def test_what_is_typed_is_a_scan_with_its_separators(
    typist: SimulatedHidScanner, work: Work, told: Read
) -> None:
    work(HidScanner({}), str(typist.path))
    typist.scan("Ab\x1d1")
    typist.scan("]C101169012345678991727123110LOT-A7\x1d3724", TAB)
    until(lambda: len(told()) == 3)
    plain, gs1 = (data for type, data in told() if type == "scan.captured")
    assert plain["text"] == "Ab\x1d1"
    assert (gs1["gtin"], gs1["elements"]["lot"]) == ("16901234567899", "LOT-A7")


def test_a_key_that_gives_nothing_is_a_mark_and_a_warning(
    typist: SimulatedHidScanner, work: Work, told: Read
) -> None:
    work(HidScanner({}), str(typist.path))
    typist.type("400638")
    typist.strike(66)  # F8
    typist.scan("1333931")
    until(lambda: len(told()) == 2)
    scan = told()[1][1]
    assert scan["text"] == "400638\N{REPLACEMENT CHARACTER}1333931"
    assert scan["warnings"] == ["layout_suspect"]
    assert "gtin" not in scan


def test_one_that_types_for_another_country_is_read_with_its_layout(
    tmp_path: Path, work: Work, told: Read
) -> None:
    scanner = SimulatedHidScanner(tmp_path / "input" / "event9", "fr")
    scanner.plug_in()
    work(HidScanner({"layout": "fr"}), str(scanner.path))
    scanner.scan(GTIN)
    until(lambda: len(told()) == 2)
    assert told()[1][1]["gtin"] == "04006381333931"
    scanner.unplug()


def test_keys_are_taken_from_the_kernel_while_the_disk_is_slow(
    typist: SimulatedHidScanner, store: Store, facts: Facts, told: Read
) -> None:
    gate = Gate(facts)
    intake = Intake(DEVICE, gate, store.clock, Rules(), window_ms=0, number=0)
    worker = Worker(HidScanner({}), intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5))
    path = str(typist.path)
    worker.found(Candidate("usb:1", path, path, ""))
    worker.ensure_running()
    until(lambda: worker.standing.state is State.ONLINE)
    gate.open.clear()
    codes = [f"40063813{number:05}" for number in range(200)]
    for code in codes:
        typist.scan(code)  # more than a pipe holds: it goes on only if somebody reads
    gate.open.set()
    until(lambda: len(told()) == 201, 30)
    worker.stop()
    worker.join()
    assert [data["text"] for type, data in told() if type.startswith("scan.")] == codes


def test_all_nodes_of_a_scanner_are_one_keyboard(wires: Wire, work: Work, told: Read) -> None:
    letters, modifiers = wires(), wires()
    work(WiredScanner([letters, modifiers]))
    # Shift comes over the other node, a moment before the letter and a moment later up again.
    modifiers.far.send(event(1, SHIFT, 1, 10))
    until(lambda: not modifiers.unread)
    letters.far.send(event(1, 30, 1, 20) + event(1, 30, 0, 30))
    until(lambda: not letters.unread)
    modifiers.far.send(event(1, SHIFT, 0, 40))
    until(lambda: not modifiers.unread)
    letters.far.send(key(48) + key(28))
    until(lambda: len(told()) == 2)
    assert told()[1][1]["text"] == "Ab"


def test_events_of_several_nodes_are_put_in_order_and_halves_wait_for_the_rest(wires: Wire) -> None:
    first, second = wires(), wires()
    read = Nodes([first, second])
    first.far.send(event(1, 30, 1, 20))
    second.far.send(event(1, SHIFT, 1, 10) + event(1, SHIFT, 0, 30)[:7])
    assert [one.code for one in read.read(wait=True)] == [SHIFT, 30]
    second.far.send(event(1, SHIFT, 0, 30)[7:])
    assert [(one.code, one.value) for one in read.read(wait=True)] == [(SHIFT, 0)]
    assert read.read(wait=False) == []
    read.close()


def test_a_scanner_that_is_pulled_out_in_the_middle_of_a_code_is_partial_and_offline(
    wires: Wire, work: Work, told: Read
) -> None:
    wire = wires()
    driver = WiredScanner([wire])
    worker = work(driver)
    wire.far.send(key(5) + key(11) + key(11))
    wire.far.close()
    until(lambda: worker.standing.state is State.OFFLINE)
    assert [(type, data.get("text"), data.get("reason")) for type, data in told()] == [
        ("device.online", None, None),
        ("scan.partial", "400", "disconnected"),
        ("device.offline", None, "unplugged"),
    ]
    again = wires()
    driver.wires = [again]
    until(lambda: worker.standing.state is State.ONLINE)
    again.far.send(key(30) + key(28))
    until(lambda: told()[-1][0] == "scan.captured")
    assert told()[-1][1]["text"] == "a"
    assert worker.standing.restarts == 0


def test_a_node_is_taken_away_from_everybody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        fcntl, "ioctl", lambda _, request, argument: asked.append((request, argument))
    )
    node = tmp_path / "event5"
    node.write_bytes(b"")
    open_nodes([str(node)]).close()
    assert asked == [(0x40044590, 1)]


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (errno.EBUSY, LineRefused, "port_busy"),
        (errno.EACCES, LineRefused, "no_input_permission"),
        (errno.ENOENT, LineLost, "unplugged"),
        (errno.ENODEV, LineLost, "unplugged"),
    ],
)
def test_why_a_scanner_cannot_be_had_is_said_in_a_word(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: int,
    kind: type[LineError],
    reason: str,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, "no")

    monkeypatch.setattr(fcntl, "ioctl", refuse)
    fine, refused = tmp_path / "pipe", tmp_path / "event5"
    os.mkfifo(fine)
    refused.write_bytes(b"")
    before = len([*Path("/proc/self/fd").iterdir()])
    with pytest.raises(kind) as told:
        open_nodes([str(fine), str(refused)])
    assert told.value.reason == reason
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_what_has_no_keys_is_said_to_have_none(tmp_path: Path) -> None:
    plain = tmp_path / "notes.txt"
    plain.write_bytes(b"")
    with pytest.raises(LineRefused, match="no_keys"):
        open_nodes([str(plain)])


# What the looking makes of the kernel's folders.


class Sysfs:
    """The folders of a kernel that knows certain devices."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def node(self, number: int, bus: str = "0003", **said: str) -> None:
        device = self.root / f"event{number}" / "device"
        (device / "id").mkdir(parents=True)
        (device / "capabilities").mkdir()
        ids = {"bustype": bus, "vendor": said.pop("vendor", "0c2e")}
        for name, value in {**ids, "product": said.pop("product", "0901")}.items():
            (device / "id" / name).write_text(f"{value}\n")
        (device / "capabilities" / "key").write_text(f"{said.pop('keys', KEYS)}\n")
        for name, value in said.items():
            (device / name).write_text(f"{value}\n")


@pytest.fixture
def sysfs(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path / "sys")


SOCKET = "usb-0000:01:00.0-1.4"


def seen(sysfs: Sysfs) -> list[Candidate]:
    return list(devices(nodes(sysfs.root)))


def test_all_nodes_of_one_scanner_are_one_device(sysfs: Sysfs) -> None:
    name = "Honeywell Imaging & Mobility 1900"
    sysfs.node(3, name=name, uniq="12063B4517", phys=f"{SOCKET}/input0")
    sysfs.node(4, name=name, uniq="12063B4517", phys=f"{SOCKET}/input1", keys="0")
    sysfs.node(11, name="Power Button", phys="LNXPWRBN/button/input0", bus="0019", keys=KEYS)
    (found,) = seen(sysfs)
    assert found.identity == "usb:0c2e:0901:12063B4517"
    assert found.address == "/dev/input/event3 /dev/input/event4"
    assert (found.warning, HidScanner.match(found)) == ("", 90)


def test_one_without_a_serial_number_is_known_by_its_socket(sysfs: Sysfs) -> None:
    sysfs.node(3, name="USB Barcode Scanner", vendor="ffff", uniq="", phys=f"{SOCKET}/input0")
    (found,) = seen(sysfs)
    assert found.identity == f"usbpath:{SOCKET}"
    assert (found.warning, HidScanner.match(found)) == ("no_serial", 90)


def test_two_of_one_serial_number_are_told_apart_by_their_sockets(sysfs: Sysfs) -> None:
    for number, port in ((3, "1.1"), (4, "1.2")):
        phys = f"usb-0000:01:00.0-{port}/input0"
        sysfs.node(number, name="Scanner", uniq="0000", phys=phys)
    assert [(one.identity, one.warning) for one in seen(sysfs)] == [
        ("usbpath:usb-0000:01:00.0-1.1", "same_serial"),
        ("usbpath:usb-0000:01:00.0-1.2", "same_serial"),
    ]


def test_what_may_be_a_keyboard_for_people_is_shown_last_and_with_a_warning(sysfs: Sysfs) -> None:
    sysfs.node(0, name="Logitech K120", vendor="046d", uniq="", phys=f"{SOCKET}/input0")
    sysfs.node(
        1, name="Logitech Mouse", vendor="046d", phys="usb-0000:01:00.0-1.5/input0", keys="0"
    )
    (found,) = seen(sysfs)
    assert (found.warning, HidScanner.match(found)) == ("maybe_keyboard", 10)


def test_one_by_bluetooth_is_known_by_its_address(sysfs: Sysfs) -> None:
    sysfs.node(7, bus="0005", name="CS4070 Scanner", uniq="aa:bb:cc", phys="dc:a6:32")
    assert [one.identity for one in seen(sysfs)] == ["bluetooth:0c2e:0901:aa:bb:cc"]


def test_what_the_kernel_says_in_other_words_breaks_nothing(sysfs: Sysfs) -> None:
    sysfs.node(1, name="\x00odd", keys="not hexadecimal", vendor="")
    (sysfs.root / "event2").mkdir()
    assert seen(sysfs) == []


def test_keys_that_the_settings_name_are_no_port_and_ports_are_no_keys(tmp_path: Path) -> None:
    keys = tmp_path / "input" / "event3"
    keys.parent.mkdir()
    os.mkfifo(keys)
    port = tmp_path / "ttyS9"
    port.write_bytes(b"")
    named = [str(keys), str(tmp_path / "tty*")]
    assert [one.address for one in FINDER.look(named)] == [str(keys)]
    ports = [one.address for one in _serial_ports.find(named)]
    assert str(keys) not in ports
    assert str(port) in ports
    assert _event_nodes.EVENT.size == 24  # on every machine of 64 bits


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"layout": "dvorak"}, "Invalid enum value"),
        ({"ack": "\x06"}, "unknown field"),
        ({"terminators": ""}, "Nothing ends a frame"),
    ],
)
def test_options_that_no_typing_scanner_has_are_refused_in_a_sentence(
    config: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        HidScanner(config)

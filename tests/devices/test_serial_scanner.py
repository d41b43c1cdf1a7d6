"""The serial driver on real pseudo-terminals, and on a loop where those cannot do it."""

import errno
import fcntl
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from devices import options
from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.driver import Candidate, LineError, LineLost, LineRefused, State
from devices.drivers._serial_line import Wire, open_error
from devices.drivers.serial_scanner import SerialScanner
from devices.intake import Intake
from devices.simulated.scanner import SimulatedScanner
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE, DriverContract, Gate, Rig
from tests.devices.waiting import until

ACK, NAK, BELL = b"\x06", b"\x15", b"\x07"
ANSWERS = {"ack": "\x06", "nak": "\x15", "tone": "\x07"}


class SerialRig(Rig):
    """A scanner on a pseudo-terminal."""

    def __init__(self, scanner: SimulatedScanner, config: dict[str, Any]) -> None:
        self.scanner = scanner
        self.driver = SerialScanner(config)

    def candidate(self) -> Candidate:
        link = self.scanner.link
        return Candidate(f"port:{link}", str(link), str(link.resolve()), "")

    def say(self, *codes: str) -> None:
        self.scanner.send("".join(f"{code}\r" for code in codes).encode())

    def say_half(self, code: str) -> None:
        self.scanner.send(code.encode())

    def heard(self) -> bytes:
        return self.scanner.heard

    def vanish(self) -> None:
        self.scanner.unplug()

    def come_back(self) -> None:
        self.scanner.plug_in()


class TestContract(DriverContract):
    own_handles = 2  # the terminal is opened by the scanner and by the driver under test

    @pytest.fixture
    def rig(self, scanner: SimulatedScanner) -> Rig:
        return SerialRig(scanner, {"ack": "\x06"})


@pytest.fixture
def gate(facts: Facts) -> Gate:
    return Gate(facts)


@pytest.fixture
def work(store: Store, gate: Gate) -> Iterator[Callable[..., Worker]]:
    """Start a worker on a rig."""
    workers = []

    def start(rig: SerialRig, *, retry_s: tuple[float, ...] = (0.01,)) -> Worker:
        intake = Intake(DEVICE, gate, store.clock, Rules(), window_ms=200, number=0)
        backoff = Backoff(0.02, 0.1, lambda: 0.5)
        worker = Worker(rig.driver, intake, Standing(store.clock), backoff, retry_s)
        workers.append(worker)
        worker.found(rig.candidate())
        worker.ensure_running()
        return worker

    yield start
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join()


Work = Callable[..., Worker]
Read = Callable[[], Told]


def online(worker: Worker) -> bool:
    return worker.standing.state is State.ONLINE


def test_a_kept_reading_is_acknowledged(scanner: SimulatedScanner, work: Work, told: Read) -> None:
    worker = work(SerialRig(scanner, ANSWERS))
    until(lambda: online(worker))
    scanner.scan("4006381333931")
    assert scanner.await_answer(1, 5) == ACK
    assert told()[-1][1]["gtin"] == "04006381333931"


def test_a_broken_frame_is_asked_for_again(
    scanner: SimulatedScanner, work: Work, told: Read
) -> None:
    worker = work(SerialRig(scanner, {**ANSWERS, "envelope": True, "check": "xor"}))
    until(lambda: online(worker))
    scanner.send(b"\x024006381333931\x03\x34")
    assert scanner.await_answer(1, 5) == NAK
    scanner.send(b"\x024006381333931\x03\x33")
    assert scanner.await_answer(2, 5) == NAK + ACK
    (_, invalid), (_, captured) = told()[-2:]
    assert (invalid["reason"], invalid["expected"], invalid["got"]) == ("bcc", "33", "34")
    assert captured["text"] == "4006381333931"


def test_a_wrong_check_digit_is_kept_and_complained_about(
    scanner: SimulatedScanner, work: Work, told: Read
) -> None:
    worker = work(SerialRig(scanner, ANSWERS))
    until(lambda: online(worker))
    scanner.scan("4006381333932")
    assert scanner.await_answer(2, 5) == ACK + BELL
    assert told()[-1][0] == "scan.invalid"


def test_a_full_disk_is_an_error_tone_and_never_an_acknowledgement(
    scanner: SimulatedScanner, work: Work, gate: Gate, told: Read
) -> None:
    worker = work(SerialRig(scanner, ANSWERS), retry_s=(0.01, 0.01, 0.01))
    until(lambda: online(worker))
    gate.refusal = Problem("disk_full")
    asked = gate.asked
    scanner.scan("A")
    assert scanner.await_answer(2, 5) == NAK + BELL
    assert gate.asked == asked + 4  # once, and three times more
    assert (worker.standing.state, worker.standing.reason) == (State.DEGRADED, "storage")
    assert worker.standing.frames_seen()[0].outcome == "lost"
    gate.refusal = None
    scanner.scan("A")
    assert scanner.await_answer(3, 5) == NAK + BELL + ACK
    assert online(worker)
    # The operator was told to scan again: what failed before must not appear as a second item.
    assert [data["text"] for type, data in told() if type == "scan.captured"] == ["A"]


def test_a_reading_that_breaks_the_thread_does_not_break_the_next(
    scanner: SimulatedScanner, work: Work, gate: Gate, told: Read
) -> None:
    worker = work(SerialRig(scanner, ANSWERS))
    until(lambda: len(told()) == 1)
    gate.mistake = RuntimeError("a mistake in the house")
    scanner.scan("A")
    until(lambda: worker.standing.reason == "crashed")
    gate.mistake = None
    worker.ensure_running()
    until(lambda: online(worker))
    scanner.scan("B")
    assert scanner.await_answer(1, 5) == ACK
    assert [data["text"] for type, data in told() if type == "scan.captured"] == ["B"]


def test_a_backlog_stops_the_reading_until_the_disk_has_caught_up(
    scanner: SimulatedScanner, work: Work, gate: Gate, told: Read
) -> None:
    worker = work(SerialRig(scanner, {"queue_frames_max": 10}))
    until(lambda: online(worker))
    gate.refusal = Problem("store_busy")
    # More than the kernel holds for a terminal that nobody reads.
    codes = [f"{number:0200}" for number in range(1000)]
    scanner.send("".join(f"{code}\r" for code in codes).encode())
    _let_it_retry(gate)
    seen = worker.standing.frames
    _let_it_retry(gate)
    assert 10 <= worker.standing.frames == seen < 1000
    assert scanner.held_back
    gate.refusal = None
    until(lambda: len(told()) == 1001, 60)
    assert [data["text"] for _, data in told()[1:]] == codes
    until(lambda: online(worker))


def _let_it_retry(gate: Gate) -> None:
    asked = gate.asked
    until(lambda: gate.asked > asked + 20)


def test_a_port_somebody_else_uses_is_left_alone(
    scanner: SimulatedScanner, work: Work, told: Read
) -> None:
    with _holding(scanner.link) as holder:
        worker = work(SerialRig(scanner, {}))
        until(lambda: worker.standing.reason == "port_busy")
        assert worker.standing.state is State.DEGRADED
        scanner.scan("theirs")
        assert holder.readline() == "theirs\n"
    until(lambda: online(worker))
    scanner.scan("ours")
    until(lambda: len(told()) == 2)
    assert [data.get("text") for _, data in told()] == [None, "ours"]


@contextmanager
def _holding(port: Path) -> Iterator[IO[str]]:
    """Another process that has the port for itself, and says what it reads."""
    program = (
        "import serial, sys\n"
        f"port = serial.Serial({str(port)!r}, exclusive=True)\n"
        "print('open', flush=True)\n"
        "print(port.read_until(b'\\r').decode().strip(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        yield holder.stdout


def test_the_port_is_open_for_this_process_alone(scanner: SimulatedScanner, work: Work) -> None:
    worker = work(SerialRig(scanner, {}))
    until(lambda: online(worker))
    with scanner.link.open("rb", buffering=0) as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_link_that_is_pointed_elsewhere_is_followed(
    scanner: SimulatedScanner, work: Work, told: Read, tmp_path: Path
) -> None:
    rig = SerialRig(scanner, {})
    worker = work(rig)
    until(lambda: online(worker))
    other = SimulatedScanner(tmp_path / "other")
    other.plug_in()
    try:
        beside = scanner.link.with_name("new")
        beside.symlink_to(other.link.resolve())
        beside.replace(scanner.link)
        worker.found(rig.candidate())
        until(lambda: worker.standing.state is State.ONLINE and not worker.stopping)
        until(lambda: _scanned(other, told))
    finally:
        other.unplug()


def _scanned(scanner: SimulatedScanner, told: Read) -> bool:
    """Whether a scan has come through; what is sent before the port is open is nobody's."""
    scanner.scan("from elsewhere")
    return any(data.get("text") == "from elsewhere" for _, data in told())


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (OSError(errno.EBUSY, "busy"), LineRefused, "port_busy"),
        (OSError(errno.EAGAIN, "locked"), LineRefused, "port_busy"),
        (OSError(errno.EACCES, "denied"), LineRefused, "no_permission"),
        (termios.error(errno.EINVAL, "invalid"), LineRefused, "line_settings"),
        (ValueError("no such speed"), LineRefused, "line_settings"),
        (OSError(errno.ENOENT, "gone"), LineLost, "unplugged"),
        (OSError(errno.EIO, "gone"), LineLost, "unplugged"),
    ],
)
def test_why_a_port_does_not_open_is_said_in_a_word(
    error: Exception, kind: type[LineError], reason: str
) -> None:
    told = open_error(error)
    assert (type(told), told.reason) == (kind, reason)


def test_seven_bits_with_parity_work_where_the_line_can(
    work: Work, told: Read, scanner: SimulatedScanner
) -> None:
    rig = LoopRig(scanner, {"parity": "E", "byte_size": 7, "ack": "4006381333931\r"})
    worker = work(rig)
    until(lambda: online(worker))
    rig.driver.say_on_the_loop(b"A\r")
    until(lambda: len(told()) >= 3)
    # The loop gives back the answer too: it is the next code.
    assert [data.get("text") for _, data in told()[:3]] == [None, "A", "4006381333931"]


class LoopScanner(SerialScanner):
    """The real driver on pyserial's loop, which does every line setting."""

    def say_on_the_loop(self, raw: bytes) -> None:
        assert self.opened is not None
        self.opened.write(raw)

    opened: Wire | None = None

    def _open(self, address: str) -> Wire:
        self.opened = super()._open(address)
        return self.opened


class LoopRig(SerialRig):
    def __init__(self, scanner: SimulatedScanner, config: dict[str, Any]) -> None:
        super().__init__(scanner, config)
        self.driver: LoopScanner = LoopScanner(config)

    def candidate(self) -> Candidate:
        return Candidate("port:loop", "loop://", "loop://", "")


def test_silence_ends_a_code_where_the_scanner_sends_no_line_end(
    scanner: SimulatedScanner, work: Work, told: Read, clock: ManualClock
) -> None:
    worker = work(SerialRig(scanner, {"terminators": "", "idle_flush_ms": 60}))
    until(lambda: online(worker))
    scanner.send(b"40063")
    scanner.send(b"81333931")
    scanner.await_reader()
    until(lambda: clock.advance(60) or len(told()) > 1)
    assert told()[-1][1]["text"] == "4006381333931"


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"baud": "fast"}, r"Expected `int`"),
        ({"baud": 1}, "300"),
        ({"parity": "M"}, "Invalid enum value"),
        ({"colour": "red"}, "unknown field"),
        ({"terminators": ""}, "Nothing ends a frame"),
        ({"prefix": "…"}, "no byte"),
        ({"frame_bytes_max": 10}, "64"),
    ],
)
def test_options_that_no_scanner_has_are_refused_in_a_sentence(
    config: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        SerialScanner(config)


def test_options_of_the_first_version_mean_what_they_meant() -> None:
    assert climbed({"baud": 300, "bcc": True}, 1) == {"baud": 300, "check": "xor"}
    assert climbed({"bcc": False}, 1) == {}


def test_a_configuration_of_a_later_version_is_refused() -> None:
    assert climbed({"baud": 300}, 2) == {"baud": 300}
    with pytest.raises(ValueError, match="later version"):
        climbed({}, 3)


def climbed(config: dict[str, Any], version: int) -> Any:
    return options.climb(config, version, SerialScanner.version, SerialScanner.steps)

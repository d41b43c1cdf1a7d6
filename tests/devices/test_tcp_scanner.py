"""Scanners on the network, over real sockets: those that call and those that are called."""

import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.commands import Order
from devices.driver import State
from devices.drivers import _sockets
from devices.drivers.tcp_scanner import BeepArguments, TcpScanner
from devices.intake import Intake
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.callers import (
    HERE,
    LOCAL,
    CalledRig,
    CallingRig,
    call,
    calls,
    free_port,
    hung_up,
)
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE, DriverContract, Gate, Rig
from tests.devices.waiting import until

ACK, NAK, BELL = b"\x06", b"\x15", b"\x07"
Read = Callable[[], Told]
Work = Callable[..., Worker]


class TestOneThatCalls(DriverContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        rig = CallingRig(ack="\x06")
        yield rig
        rig.end()


class TestOneThatIsCalled(DriverContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        rig = CalledRig(ack="\x06")
        yield rig
        rig.end()


@pytest.fixture
def gate(facts: Facts) -> Gate:
    return Gate(facts)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def work(store: Store, gate: Gate, port: int) -> Iterator[Work]:
    """Start a worker on a driver; as a default it waits for calls at ``port``."""
    workers = []

    def start(**config: Any) -> Worker:
        driver = TcpScanner({"port": port, "host": LOCAL, **config})
        intake = Intake(DEVICE, gate, store.clock, Rules(), window_ms=200, number=0)
        worker = Worker(
            driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5), (0.01,)
        )
        workers.append(worker)
        worker.found(HERE)
        worker.ensure_running()
        return worker

    yield start
    gate.refusal = None
    gate.open.set()
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join()


def scans(told: Read) -> list[tuple[str, str]]:
    """Who scanned what."""
    return [(data["peer"], data["text"]) for type, data in told() if type == "scan.captured"]


def peer(connection: socket.socket) -> str:
    host, port = connection.getsockname()
    return f"{host}:{port}"


def test_two_scanners_on_one_port_are_never_mixed_up(work: Work, port: int, told: Read) -> None:
    work(ack="\x06")
    with call(port) as one, call(port, "127.0.0.2") as two:
        for first, second in ((b"AA", b"BB"), (b"11\r", b"22\r")):
            one.sendall(first)
            two.sendall(second)
        assert (one.recv(1), two.recv(1)) == (ACK, ACK)
        assert sorted(scans(told)) == sorted([(peer(one), "AA11"), (peer(two), "BB22")])


def test_what_is_said_while_connecting_is_not_lost(work: Work, port: int, told: Read) -> None:
    work(ack="\x06")
    for number in range(20):
        with call(port) as scanner:
            scanner.sendall(f"FIRST{number}\r".encode())
            assert scanner.recv(1) == ACK
    assert [text for _, text in scans(told)] == [f"FIRST{number}" for number in range(20)]


def test_the_same_article_at_two_scanners_at_once_is_two_scans(
    work: Work, port: int, told: Read
) -> None:
    work(ack="\x06")
    with call(port) as one, call(port) as two:
        for scanner in (one, two, one):
            scanner.sendall(b"4006381333931\r")
            assert scanner.recv(1) == ACK
        assert [who for who, _ in scans(told)] == [peer(one), peer(two)]
    assert [type for type, _ in told()].count("scan.suppressed") == 1


def test_sixty_four_scan_at_once_and_none_is_lost(work: Work, port: int, told: Read) -> None:
    worker = work(ack="\x06")
    with calls(port, 64) as scanners:
        for turn in range(5):
            for number, scanner in enumerate(scanners):
                scanner.sendall(f"S{number}-{turn}\r".encode())
        for scanner in scanners:
            heard = b""
            while len(heard) < 5:
                heard += scanner.recv(5)
            assert heard == ACK * 5
        kept = scans(told)
        for number, scanner in enumerate(scanners):
            own = [text for who, text in kept if who == peer(scanner)]
            assert own == [f"S{number}-{turn}" for turn in range(5)]
        assert len(worker.standing.lines()) == 64
        numbers = [data["device_seq"] for type, data in told() if type == "scan.captured"]
        assert sorted(numbers) == list(range(1, 321))


def test_one_more_than_there_is_room_for_is_turned_away(work: Work, port: int, told: Read) -> None:
    worker = work(lines_max=1, ack="\x06")
    with call(port) as first:
        until(worker.standing.lines)
        with call(port) as second:
            assert hung_up(second)
        first.sendall(b"A\r")
        assert first.recv(1) == ACK
    assert worker.standing.strangers()[LOCAL].reason == "too_many_lines"


def test_whoever_may_not_call_is_turned_away_and_shown(
    work: Work, port: int, told: Read, caplog: pytest.LogCaptureFixture
) -> None:
    worker = work(allow="127.0.0.2, 10.1.0.0/16", ack="\x06")
    for _ in range(2):
        with call(port) as stranger:
            assert hung_up(stranger)
    with call(port, "127.0.0.2") as known:
        known.sendall(b"A\r")
        assert known.recv(1) == ACK
    away = worker.standing.strangers()[LOCAL]
    assert (away.reason, away.count) == ("not_allowed", 2)
    assert caplog.text.count("127.0.0.1 was turned away (not_allowed)") == 1


def test_one_that_floods_and_one_that_is_silent_stop_nobody(
    work: Work, port: int, told: Read
) -> None:
    work(ack="\x06")
    with call(port) as silent, call(port) as flooding, call(port) as scanner:
        silent.sendall(b"HALF")
        flooding.setblocking(False)
        poured = _pour(flooding)
        assert poured > 1_000_000
        scanner.sendall(b"4006381333931\r")
        assert scanner.recv(1) == ACK
        _pour(flooding)
        scanner.sendall(b"96385074\r")
        assert scanner.recv(1) == ACK
        assert [text for who, text in scans(told) if who == peer(scanner)] == [
            "4006381333931",
            "96385074",
        ]
        # Cut off hard, so that what was poured into the line is not waited for.
        flooding.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _pour(connection: socket.socket) -> int:
    """Send until the other side takes no more."""
    poured = 0
    try:
        while True:
            poured += connection.send(b"F" * 63 + b"\r" + b"G" * 64_000 + b"\r")
    except BlockingIOError:
        return poured


def test_a_scanner_that_is_not_answered_for_a_full_disk_hears_so(
    work: Work, port: int, gate: Gate, told: Read
) -> None:
    worker = work(ack="\x06", nak="\x15", tone="\x07")
    with call(port) as scanner:
        until(lambda: worker.standing.state is State.ONLINE)
        gate.refusal = Problem("disk_full")
        scanner.sendall(b"A\r")
        assert scanner.recv(2) == NAK + BELL
        gate.refusal = None
        scanner.sendall(b"A\r")
        assert scanner.recv(1) == ACK
    assert [text for _, text in scans(told)] == ["A"]


def test_one_that_hangs_up_between_readings_does_not_come_and_go(
    work: Work, port: int, told: Read, clock: ManualClock
) -> None:
    worker = work(ack="\x06", away_s=10)
    for number in range(5):
        with call(port) as scanner:
            scanner.sendall(f"{number}\r".encode())
            assert scanner.recv(1) == ACK
        until(lambda: not worker.standing.lines())
        clock.advance(9_000)
    until(lambda: clock.advance(1_000) or worker.standing.state is State.OFFLINE)
    assert worker.standing.reason == "nobody_connected"
    assert [type for type, _ in told()] == [
        "device.online",
        *["scan.captured"] * 5,
        "device.offline",
    ]


def test_half_a_code_of_one_that_is_cut_off_is_partial(work: Work, port: int, told: Read) -> None:
    work(ack="\x06")
    with call(port) as scanner:
        scanner.sendall(b"A\r40063")
        assert scanner.recv(1) == ACK
    until(lambda: told()[-1][0] == "scan.partial")
    assert told()[-1][1]["text"] == "40063"


def test_one_line_can_be_made_to_sound(work: Work, port: int) -> None:
    worker = work(tone="\x07")
    with call(port) as one, call(port) as two:
        until(lambda: len(worker.standing.lines()) == 2)
        until(lambda: worker.standing.state is State.ONLINE)
        order = _order(line=peer(two))
        assert worker.command(order, 5).outcome == "done"
        assert two.recv(1) == BELL
        assert worker.command(_order(), 5).outcome == "done"
        assert (one.recv(1), two.recv(1)) == (BELL, BELL)
        assert worker.command(_order(line="somebody"), 5).reason == "not_ready"


def _order(**args: str) -> Order:
    return Order("beep", BeepArguments(**args))


def test_what_is_left_at_a_stop_is_counted(work: Work, port: int, gate: Gate) -> None:
    worker = work()
    with call(port) as scanner:
        until(lambda: worker.standing.state is State.ONLINE)
        gate.refusal = Problem("disk_full")
        scanner.sendall(b"A\rB\r")
        until(lambda: worker.standing.frames == 2)
        worker.stop()
        worker.join()
    assert worker._driver.backlog == 2


def test_what_is_left_is_kept_after_a_reconnect(
    work: Work, port: int, gate: Gate, told: Read
) -> None:
    worker = work()
    with call(port) as scanner:
        until(lambda: worker.standing.state is State.ONLINE)
        gate.refusal = Problem("disk_full")
        scanner.sendall(b"A\rB\r")
        until(lambda: worker.standing.frames == 2)
        worker.reconnect()
        until(lambda: hung_up(scanner))
        gate.refusal = None
        until(lambda: len(scans(told)) == 2)
    assert [text for _, text in scans(told)] == ["A", "B"]


def test_a_port_that_somebody_else_has_is_waited_for(work: Work, port: int) -> None:
    with socket.create_server((LOCAL, port)):
        worker = work(away_s=0)
        until(lambda: worker.standing.reason == "cannot_listen")
        assert worker.standing.state is State.DEGRADED
    until(lambda: worker.standing.reason == "nobody_connected")


def test_calls_come_in_over_both_protocols_when_no_address_is_named(
    work: Work, port: int, told: Read
) -> None:
    work(host="", ack="\x06")
    with call(port) as four:
        four.sendall(b"A\r")
        assert four.recv(1) == ACK
        assert scans(told) == [(peer(four), "A")]


def test_one_that_does_not_answer_is_called_again(work: Work, port: int, told: Read) -> None:
    worker = work(mode="dial")
    until(lambda: worker.standing.attempts > 1)
    assert (worker.standing.state, worker.standing.reason) == (State.OFFLINE, "unreachable")
    with socket.create_server((LOCAL, port)) as server:
        connection, _ = server.accept()
        with connection:
            until(lambda: worker.standing.state is State.ONLINE)
            connection.sendall(b"A\r")
            until(lambda: [type for type, _ in told()] == ["device.online", "scan.captured"])
    until(lambda: worker.standing.state is State.OFFLINE)


def test_a_name_that_nobody_knows_is_unreachable(work: Work) -> None:
    worker = work(mode="dial", host="scanner.invalid")
    until(lambda: worker.standing.reason == "unreachable", 30)


def test_a_connection_is_asked_whether_it_still_stands() -> None:
    with socket.socket() as connection:
        _sockets.keep_alive(connection, 30)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


@pytest.mark.parametrize(
    ("host", "ranges", "may"),
    [
        ("192.168.1.7", _sockets.PRIVATE, True),
        ("8.8.8.8", _sockets.PRIVATE, False),
        ("::ffff:192.168.1.7", "192.168.0.0/16", True),
        ("fe80::1%eth0", "fe80::/10", True),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.2", "10.0.0.1,fc00::/7", False),
    ],
)
def test_who_may_call_is_said_in_addresses_and_ranges(host: str, ranges: str, may: bool) -> None:
    assert _sockets.allowed(host, _sockets.networks(ranges)) is may


def test_a_peer_is_named_as_people_write_it() -> None:
    assert _sockets.name_of(("::ffff:10.0.0.7", 4001)) == "10.0.0.7:4001"
    assert _sockets.name_of(("fe80::1%eth0", 4001)) == "[fe80::1]:4001"


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({}, "port"),
        ({"port": 0}, ">= 1"),
        ({"port": 4001, "mode": "dial"}, "Give the host"),
        ({"port": 4001, "allow": "the shop"}, '"the" is neither'),
        ({"port": 4001, "allow": ""}, '"" is neither'),
        ({"port": 4001, "lines_max": 65}, "<= 64"),
        ({"port": 4001, "terminators": ""}, "Nothing ends a frame"),
        ({"port": 4001, "ack": "…"}, "no byte"),
    ],
)
def test_options_that_do_not_fit_are_refused_in_a_sentence(
    config: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        TcpScanner(config)

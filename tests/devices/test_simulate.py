"""The scanner made of software: recordings go through the same path as a real one."""

import itertools
import threading
from pathlib import Path

import pytest
import serial

from devices.simulated.scanner import (
    Recorded,
    SimulatedScanner,
    load_recording,
    replay,
    scan_along,
)


def test_what_it_scans_arrives_byte_for_byte(scanner: SimulatedScanner) -> None:
    with serial.Serial(str(scanner.link), timeout=5) as port:
        scanner.send(b"\x02\r\n\x1d\x03\xff")
        assert port.read(6) == b"\x02\r\n\x1d\x03\xff"
        port.write(b"\x06\r\n")
        assert scanner.await_answer(3, 5) == b"\x06\r\n"


def test_nobody_answers_in_time(scanner: SimulatedScanner) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 bytes"):
        scanner.await_answer(1, 0.01)


def test_bytes_that_are_still_on_their_way_into_the_line_count_as_unread(
    scanner: SimulatedScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kernel's habit: for a moment after bytes were written, nothing seems to lie in the line.
    looks: list[int] = []
    told = itertools.chain([0, 0, 13, 13, 0, 13], itertools.repeat(0))

    def unread(_terminal: object) -> int:
        looks.append(next(told))
        return looks[-1]

    monkeypatch.setattr("devices.simulated.scanner._Terminal.unread", unread)
    scanner.await_reader()
    assert looks.count(13) == 3


def test_unplugging_ends_the_line_and_the_link(scanner: SimulatedScanner) -> None:
    with serial.Serial(str(scanner.link), timeout=5) as port:
        scanner.unplug()
        assert not scanner.link.exists()
        with pytest.raises(serial.SerialException):
            port.read(1)
    scanner.unplug()


def test_a_recording_is_played_in_order(scanner: SimulatedScanner, tmp_path: Path) -> None:
    path = tmp_path / "morning.jsonl"
    path.write_text('{"after_ms": 0, "hex": "41 0d"}\n\n{"after_ms": 1, "hex": "420d"}\n')
    with serial.Serial(str(scanner.link), timeout=5) as port:
        assert replay(scanner, load_recording(path), threading.Event()) == 2
        assert port.read(4) == b"A\rB\r"


def test_a_replay_can_be_stopped(scanner: SimulatedScanner) -> None:
    stop = threading.Event()
    stop.set()
    assert replay(scanner, [Recorded(3_600_000, b"A\r")], stop) == 0


@pytest.mark.parametrize("line", ["{}", "41 0d", '{"after_ms": 1, "hex": "xx"}', "[]"])
def test_a_line_that_is_no_recording_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"after_ms": 0, "hex": "41"}\n' + line + "\n")
    with pytest.raises(ValueError, match=r"Line 2 of bad\.jsonl"):
        list(load_recording(path))


def test_it_scans_along_until_told_to_stop(scanner: SimulatedScanner) -> None:
    stop = threading.Event()
    shopper = threading.Thread(target=scan_along, args=(scanner, ["A", "B"], 0.002, stop))
    with serial.Serial(str(scanner.link), timeout=5) as port:
        shopper.start()
        assert port.read(6) == b"A\rB\rA\r"
        stop.set()
        shopper.join(5)
    assert not shopper.is_alive()

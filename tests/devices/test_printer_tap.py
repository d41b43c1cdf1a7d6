"""A tap between a till and a printer made of real sockets: it is not noticed, and it reads."""

import base64
import contextlib
import random
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devices.driver import State
from devices.simulated.legacy_till import LegacyTill
from devices.wing import Devices
from gateway.kernel.actor import SYSTEM
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from tests.devices.callers import LOCAL, call, free_port, hung_up
from tests.devices.conftest import Told
from tests.devices.refusing import Refusing
from tests.devices.waiting import until

Read = Callable[[], Told]


class Printer:
    """Takes whatever is printed, and answers status requests; hangs up when the till does."""

    def __init__(self, port: int) -> None:
        self._paper = bytearray()
        self.reads = threading.Event()
        self.reads.set()
        self.lines: list[socket.socket] = []
        self._turning = threading.Lock()  # who calls in the moment of switching off is cut off too
        self._is_off = False
        self._server = socket.create_server((LOCAL, port))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def paper(self) -> bytes:
        """All that has been printed."""
        return bytes(self._paper)

    def off(self) -> None:
        """Switch it off: nobody listens, and who prints is cut off."""
        with self._turning:
            self._is_off = True
            for handle in (self._server, *self.lines):
                with contextlib.suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)
            self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._turning:
                if self._is_off:
                    line.close()
                    return
                self.lines.append(line)
            threading.Thread(target=self._print, args=(line,), daemon=True).start()

    def _print(self, line: socket.socket) -> None:
        try:
            while self.reads.wait() and (piece := line.recv(65_536)):
                self._paper += piece
                line.sendall(b"\x12" * piece.count(b"\x10\x04\x01"))
        except OSError:
            pass
        finally:
            self.lines.remove(line)
            line.close()


@pytest.fixture
def printer() -> Iterator[Printer]:
    made = Printer(free_port())
    yield made
    made.reads.set()
    made.off()


Tap = Callable[..., tuple[str, int]]


@pytest.fixture
def tap(wing: Devices, printer: Printer) -> Tap:
    """Add a tap in front of the printer; its id and its port."""

    def add(**config: object) -> tuple[str, int]:
        port = free_port()
        told = {
            "port": port, "host": LOCAL, "printer": LOCAL, "currency": "EUR",
            "printer_port": printer._server.getsockname()[1], **config,
        }  # fmt: skip
        view = wing.add("printer_tap", "Old till", told, SYSTEM)
        until(lambda: wing.device(view.attached.id).state is State.ONLINE)
        return view.attached.id, port

    return add


def facts_of(told: Read, *types: str) -> list[tuple[str, dict[str, Any]]]:
    return [(type, data) for type, data in told() if type in types]


def test_every_byte_arrives_and_a_receipt_is_a_fact(
    tap: Tap, printer: Printer, told: Read, wing: Devices
) -> None:
    device, port = tap()
    raw = bytes.fromhex("1B40") + b"TOTAL 12.50" + bytes.fromhex("0A1D564100")
    with call(port) as till:
        till.sendall(raw)
        ((_, data),) = until(lambda: facts_of(told, "receipt.tapped"))
    assert printer.paper == raw
    assert (data["parsed"], data["total"], data["currency"]) == (True, 1250, "EUR")
    assert (data["lines"], base64.b64decode(data["raw"])) == (["TOTAL 12.50"], raw)
    standing = wing.device(device).standing
    assert standing is not None
    until(lambda: standing.facts == 1)
    assert bytes.fromhex(wing.pieces(device, 0)[0].hex) == raw


def test_a_picture_is_a_receipt_that_nobody_could_read(
    tap: Tap, printer: Printer, told: Read
) -> None:
    _, port = tap()
    raw = bytes.fromhex("1D7630000100 0200 FFFF 1D5600")
    with call(port) as till:
        till.sendall(raw)
        ((_, data),) = until(lambda: facts_of(told, "receipt.tapped"))
    assert (data["parsed"], data["images"], data["lines"]) == (False, 1, [])
    assert base64.b64decode(data["raw"]) == raw == printer.paper
    assert "total" not in data


def test_a_drawer_without_a_sale_is_told(tap: Tap, told: Read) -> None:
    _, port = tap(register="7")
    with call(port) as till:
        till.sendall(bytes.fromhex("1B700019FA"))
    (opened,) = until(lambda: facts_of(told, "drawer.opened"))
    assert opened == ("drawer.opened", {"reason": "no_sale", "register": "7"})


def test_the_printer_answers_through_it_while_nothing_is_printed(tap: Tap) -> None:
    _, port = tap()
    with call(port) as till:
        till.sendall(b"\x10\x04\x01")
        assert till.recv(1) == b"\x12"


def test_a_whole_day_is_read_and_the_drawer_belongs_to_its_sales(
    tap: Tap, printer: Printer, told: Read
) -> None:
    _, port = tap(sales=True, tax_rate="0.19", language="en", codec="cp858")
    till = LegacyTill(LOCAL, port, random.Random(11), page=19)
    printed = [till.sell() for _ in range(20)]
    until(lambda: len(facts_of(told, "sale.completed")) == 20)
    until(lambda: len(facts_of(told, "drawer.opened")) == 20)
    assert printer.paper == b"".join(one.raw for one in printed)
    sales = [data for _, data in facts_of(told, "sale.completed")]
    assert [(one["receipt"], one["total"], one["tax"]) for one in sales] == [
        (one.receipt, one.total, one.tax) for one in printed
    ]
    assert {data["reason"] for _, data in facts_of(told, "drawer.opened")} == {"sale"}


def test_a_receipt_without_a_cut_ends_with_a_silence(
    tap: Tap, told: Read, clock: ManualClock
) -> None:
    _, port = tap(idle_s=30)
    with call(port) as till:
        till.sendall(b"TOTAL 3.00\n")
        till.sendall(b"\x10\x04\x01")
        assert till.recv(1) == b"\x12"  # it has been through
        assert facts_of(told, "receipt.tapped") == []
        until(lambda: _after(clock, told))


def _after(clock: ManualClock, told: Read) -> bool:
    clock.advance(31_000)
    return bool(facts_of(told, "receipt.tapped"))


def test_a_printer_that_is_off_is_refused_to_the_till_and_said(
    tap: Tap, printer: Printer, wing: Devices
) -> None:
    device, port = tap()
    printed_on = printer._server.getsockname()[1]
    with call(port) as till:
        printer.off()
        assert hung_up(till)

    def refused() -> bool:
        with pytest.raises(ConnectionError), socket.create_connection((LOCAL, port), 5) as late:
            late.recv(1)
        return wing.device(device).state is State.OFFLINE

    until(refused)
    assert wing.device(device).reason == "unreachable"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOCAL, port), 5)
    again = Printer(printed_on)
    wing.reconnect(device, SYSTEM)
    until(lambda: wing.device(device).state is State.ONLINE)
    with call(port) as till:
        till.sendall(b"back\n")
        until(lambda: again.paper == b"back\n")
    again.off()


def test_a_printer_without_paper_holds_the_till_back_and_nobody_else(
    tap: Tap, printer: Printer
) -> None:
    _, port = tap()
    printer.reads.clear()
    sent = 0
    with call(port) as stuck:
        stuck.settimeout(0.5)
        with contextlib.suppress(TimeoutError):
            while sent < 50_000_000:
                sent += stuck.send(b"x" * 65_536)
        assert sent < 50_000_000
        printer.reads.set()
        stuck.settimeout(10)
        stuck.sendall(b"END")
        until(lambda: printer.paper.endswith(b"END"))
        assert len(printer.paper) == sent + 3


def test_a_storage_that_refuses_delays_no_print_and_loses_no_receipt(
    tap: Tap, printer: Printer, storage: Refusing, told: Read, clock: ManualClock
) -> None:
    _, port = tap()
    storage.broken = True
    till = LegacyTill(LOCAL, port, random.Random(3))
    printed = [till.sell() for _ in range(5)]
    assert printer.paper == b"".join(one.raw for one in printed)
    assert facts_of(told, "receipt.tapped") == []
    storage.broken = False
    until(lambda: _again(clock, told))
    receipts = [data["receipt"] for _, data in facts_of(told, "receipt.tapped")]
    assert receipts == [one.receipt for one in printed]


def _again(clock: ManualClock, told: Read) -> bool:
    clock.advance(6_000)
    return len(facts_of(told, "receipt.tapped")) == 5


def test_two_tills_share_a_printer_and_their_receipts_stay_apart(tap: Tap, told: Read) -> None:
    _, port = tap()
    with call(port) as first, call(port) as second:
        for left, right in ((b"A one\n", b"B one\n"), (b"A two\n\x1dV\x00", b"B two\n\x1dV\x00")):
            first.sendall(left)
            second.sendall(right)
        until(lambda: len(facts_of(told, "receipt.tapped")) == 2)
    lines = sorted(data["lines"] for _, data in facts_of(told, "receipt.tapped"))
    assert lines == [["A one", "A two"], ["B one", "B two"]]


def test_what_was_printed_when_the_gateway_stops_is_still_read(
    tap: Tap, wing: Devices, told: Read, printer: Printer
) -> None:
    _, port = tap()
    with call(port) as till:
        till.sendall(b"TOTAL 4.00\n")
        until(lambda: printer.paper)
        wing.stop()
        assert hung_up(till)
    ((_, data),) = facts_of(told, "receipt.tapped")
    assert data["total"] == 400


def test_who_may_not_print_is_turned_away_and_shown(tap: Tap, wing: Devices) -> None:
    device, port = tap(allow="10.0.0.0/8")
    with call(port) as stranger:
        assert hung_up(stranger)
    standing = wing.device(device).standing
    assert standing is not None
    assert [away.reason for away in until(standing.strangers).values()] == ["not_allowed"]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"currency": "ABC"}, "ABC is no currency"),
        ({"currency": "EUR", "total_pattern": "(a+)+"}, "A pattern"),
        ({"currency": "EUR", "allow": "here"}, "neither an address"),
        ({"currency": "EUR", "codec": "hex"}, "Invalid enum value"),
    ],
)
def test_options_that_do_not_fit_are_refused_in_a_sentence(
    wing: Devices, config: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Problem) as raised:
        wing.add("printer_tap", "Old till", {"printer": LOCAL, **config}, SYSTEM)
    assert sentence in str(raised.value.params["reason"])

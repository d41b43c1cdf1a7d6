"""What a device is told to do: begun once, answered once, never twice by accident."""

import json
import threading
from collections.abc import Iterator

import pytest

from config.schema import DevicesSettings
from devices.commands import ORDERS_MAX, Nothing, Order, Orders, Result
from devices.driver import State
from devices.roster import Roster
from devices.simulated.scanner import SimulatedScanner
from devices.views import DeviceView
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")


@pytest.fixture
def wing(store: Store, facts: Facts, scanner: SimulatedScanner) -> Iterator[Devices]:
    made = Devices(DevicesSettings(extra_ports=(str(scanner.link),)), store, facts)
    yield made
    made.stop()


def used(wing: Devices, scanner: SimulatedScanner, **config: object) -> DeviceView:
    view = wing.adopt(str(scanner.link), "Till 1", config)
    until(lambda: wing.device(view.attached.id).state is State.ONLINE)
    return view


def test_an_order_is_obeyed_and_answered() -> None:
    orders, order = Orders(), Order("beep", Nothing())
    assert orders.place(order)
    taken = orders.take()
    assert taken is order
    taken.answer(Result("done"))
    taken.answer(Result("failed"))
    assert order.await_result(0).outcome == "done"
    assert orders.take() is None


def test_an_order_that_nobody_began_in_time_is_never_begun() -> None:
    orders, order = Orders(), Order("open", Nothing())
    orders.place(order)
    assert order.await_result(0) == Result("expired", "no_answer")
    assert orders.take() is None


def test_an_order_that_was_begun_and_not_answered_is_uncertain() -> None:
    orders, order = Orders(), Order("print", Nothing())
    orders.place(order)
    orders.take()
    assert order.await_result(0).outcome == "uncertain"


def test_whoever_waits_for_an_order_is_woken() -> None:
    orders, order = Orders(), Order("beep", Nothing())
    taken: list[Order | None] = []
    waiting = threading.Thread(target=lambda: taken.append(orders.take(10)))
    waiting.start()
    orders.place(order)
    waiting.join(10)
    assert taken == [order]


def test_a_device_is_not_told_without_end() -> None:
    orders = Orders()
    assert all(orders.place(Order("beep", Nothing())) for _ in range(ORDERS_MAX))
    assert not orders.place(Order("beep", Nothing()))


def test_a_scanner_sounds_when_it_is_told_and_the_journal_has_who_told_it(
    wing: Devices, scanner: SimulatedScanner, store: Store
) -> None:
    device = used(wing, scanner, tone="\x07").attached.id
    assert wing.command(device, "beep", {}, ANA) == Result("done")
    assert scanner.await_answer(1, 5) == b"\x07"
    with store.read() as rows:
        row = rows.one("SELECT actor, subject, body FROM journal ORDER BY seq DESC LIMIT 1")
    assert row is not None
    assert (row["actor"], row["subject"]) == (ANA.id, device)
    body = json.loads(row["body"])["data"]
    assert (body["command"], body["outcome"]) == ("beep", "done")
    assert [(piece.way, piece.hex) for piece in wing.pieces(device, 0)] == [("out", "07")]


def test_a_scanner_without_a_tone_says_so(wing: Devices, scanner: SimulatedScanner) -> None:
    device = used(wing, scanner).attached.id
    assert wing.command(device, "beep", {}, ANA) == Result("failed", "no_tone")


def test_a_device_that_is_away_is_not_told(wing: Devices, scanner: SimulatedScanner) -> None:
    device = used(wing, scanner, tone="\x07").attached.id
    scanner.unplug()
    until(lambda: wing.device(device).state is State.OFFLINE)
    assert wing.command(device, "beep", {}, ANA) == Result("failed", "not_ready")
    wing.enable(device, ANA, enabled=False)
    assert wing.command(device, "beep", {}, ANA) == Result("failed", "not_ready")


def test_what_a_device_cannot_do_is_refused(wing: Devices, scanner: SimulatedScanner) -> None:
    device = used(wing, scanner).attached.id
    with pytest.raises(Problem, match="device_command_unknown"):
        wing.command(device, "fly", {}, ANA)
    with pytest.raises(Problem, match="device_command_invalid"):
        wing.command(device, "beep", {"loud": True}, ANA)


def test_every_byte_is_shown_though_it_is_no_frame(
    wing: Devices, scanner: SimulatedScanner
) -> None:
    device = used(wing, scanner, envelope=True).attached.id
    scanner.send(b"\x02\x03\x02A\x03")
    until(lambda: wing.frames(device))
    shown = wing.pieces(device, 0)
    assert b"".join(bytes.fromhex(piece.hex) for piece in shown) == b"\x02\x03\x02A\x03"
    assert wing.pieces(device, shown[-1].number) == []
    standing = wing.device(device).standing
    assert standing is not None
    assert standing.noise == 2


def test_when_a_lost_device_is_tried_again_is_shown(
    wing: Devices, scanner: SimulatedScanner, clock: ManualClock
) -> None:
    device = used(wing, scanner).attached.id
    scanner.unplug(keep_link=True)
    standing = wing.device(device).standing
    assert standing is not None
    until(lambda: standing.retry_ms)
    assert standing.retry_ms is not None
    assert 0 < standing.retry_ms - clock.now_ms() <= 1200
    assert standing.attempts == 1


def test_what_an_older_version_was_told_is_brought_into_form_at_the_start(
    wing: Devices, scanner: SimulatedScanner, store: Store, facts: Facts
) -> None:
    device = used(wing, scanner).attached.id
    wing.stop()
    old = ('{"bcc":true,"envelope":true}', 1)
    store.write(
        lambda tx: tx.execute("UPDATE attached_devices SET config = ?, config_version = ?", old)
    )
    again = Devices(DevicesSettings(), store, facts)
    again.start()
    again.stop()
    attached = Roster(store).device(device)
    assert attached.config == {"check": "xor", "envelope": True}
    assert attached.config_version == 2
    with store.read() as rows:
        row = rows.one("SELECT body FROM journal WHERE type = 'device.migrated'")
    assert row is not None
    assert json.loads(row["body"])["data"]["before"] == {"bcc": True, "envelope": True}


def test_what_a_later_version_was_told_is_left_as_it_is(
    wing: Devices, scanner: SimulatedScanner, store: Store, facts: Facts
) -> None:
    device = used(wing, scanner).attached.id
    wing.stop()
    store.write(lambda tx: tx.execute("UPDATE attached_devices SET config_version = 99"))
    again = Devices(DevicesSettings(extra_ports=(str(scanner.link),)), store, facts)
    again.start()
    try:
        until(lambda: again.device(device).reason == "config")
    finally:
        again.stop()
    assert Roster(store).device(device).config_version == 99

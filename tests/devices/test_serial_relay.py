"""A bell or a lamp at a relay: on a real port, under the real worker."""

from collections.abc import Iterator

import pytest

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.commands import Nothing, Order, Result
from devices.driver import Candidate, State
from devices.drivers.serial_relay import SerialRelay
from devices.intake import Intake
from devices.simulated.scanner import SimulatedScanner
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.devices.contract import DEVICE
from tests.devices.waiting import until

ON, OFF = b"\xa0\x01\x01\xa2", b"\xa0\x01\x00\xa1"


@pytest.fixture
def worker(store: Store, facts: Facts, scanner: SimulatedScanner) -> Iterator[Worker]:
    """At work on a terminal that keeps what it was told."""
    driver = SerialRelay({"ring_ms": 300})
    intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
    made = Worker(driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5))
    made.found(Candidate("relay", str(scanner.link), str(scanner.link), ""))
    made.ensure_running()
    until(lambda: made.standing.state is State.ONLINE)
    assert scanner.await_answer(4, 5) == OFF  # whatever it was before
    yield made
    made.stop()
    made.join()


def told(worker: Worker, name: str) -> Result:
    return worker.command(Order(name, Nothing()), 5)


def test_it_rings_for_as_long_as_it_was_told(
    worker: Worker, scanner: SimulatedScanner, clock: ManualClock
) -> None:
    assert told(worker, "ring").outcome == "done"
    assert scanner.await_answer(8, 5) == OFF + ON
    clock.advance(299)
    with pytest.raises(TimeoutError):
        scanner.await_answer(9, 0.2)
    clock.advance(1)
    assert scanner.await_answer(12, 5) == OFF + ON + OFF


def test_it_stays_on_until_it_is_switched_off_or_left(
    worker: Worker, scanner: SimulatedScanner, clock: ManualClock
) -> None:
    told(worker, "ring")
    told(worker, "switch_on")
    clock.advance(60_000)
    assert scanner.await_answer(12, 5) == OFF + ON + ON
    told(worker, "switch_off")
    assert scanner.await_answer(16, 5) == OFF + ON + ON + OFF
    told(worker, "switch_on")
    worker.stop()
    worker.join()
    assert scanner.await_answer(24, 5).endswith(ON + OFF)


def test_one_that_was_unplugged_is_not_told(worker: Worker, scanner: SimulatedScanner) -> None:
    scanner.unplug()
    until(lambda: worker.standing.state is State.OFFLINE)
    assert (told(worker, "ring").outcome, told(worker, "ring").reason) == ("failed", "not_ready")


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"relay_on": ""}, "relay_on"),
        ({"ring_ms": 10}, "ring_ms"),
        ({"relay_off": "\u4e00"}, "is no byte"),
    ],
)
def test_what_cannot_be_sent_is_refused(config: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        SerialRelay(config)

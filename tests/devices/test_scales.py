"""The scale drivers under the real worker, with scales on real terminals and real sockets."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.commands import Nothing, Order, Result
from devices.driver import Candidate, Driver, State
from devices.drivers._serial_line import Wire
from devices.drivers.network_scale import NetworkScale
from devices.drivers.serial_scale import SerialScale
from devices.intake import Intake
from devices.simulated.scale import Cable, NetworkCable, SerialCable, SimulatedScale
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE
from tests.devices.waiting import until

Read = Callable[[], Told]


class Counter:
    """A scale, its cable, and the driver that serves it under a real worker."""

    def __init__(
        self, scale: SimulatedScale, cable: Cable, driver: Driver, where: Candidate, worker: Worker
    ) -> None:
        self.scale, self.cable, self.driver = scale, cable, driver
        self.where, self.worker = where, worker

    def order(self, name: str) -> Result:
        return self.worker.command(Order(name, Nothing()), 10)

    def weigh(self) -> Result:
        return self.order("read_weight")

    def await_online(self) -> None:
        until(lambda: self.worker.standing.state is State.ONLINE)


Set = Callable[..., Counter]


@pytest.fixture(params=["serial", "network"])
def counter(
    request: pytest.FixtureRequest, store: Store, facts: Facts, tmp_path: Path
) -> Iterator[Set]:
    """Set up a scale on each kind of line, and start to serve it."""
    made: list[Counter] = []

    def set_up(make: Any = "toledo_8217", *, talkative: bool = False, **config: Any) -> Counter:
        scale = SimulatedScale(make, talkative=talkative)
        driver: Driver
        if request.param == "serial":
            cable: SerialCable | NetworkCable = SerialCable(tmp_path / "scale", scale)
            driver = SerialScale({"protocol": make, "bits": "8N1", **config})
            cable.plug_in()
            where = Candidate("port:scale", str(cable.link), str(cable.link.resolve()), "")
        else:
            cable = NetworkCable(scale)
            cable.plug_in()
            told = {"protocol": make, "host": "127.0.0.1", "port": cable.port}
            driver = NetworkScale({**told, **config})
            where = Candidate("added:1", "added:1", "added:1", "")
        intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
        backoff = Backoff(0.02, 0.1, lambda: 0.5)
        worker = Worker(driver, intake, Standing(store.clock), backoff, (0.01,))
        worker.found(where)
        worker.ensure_running()
        made.append(Counter(scale, cable, driver, where, worker))
        made[-1].await_online()
        return made[-1]

    yield set_up
    for one in made:
        one.worker.stop()
        one.worker.join()
        one.cable.unplug()


def test_a_weight_is_asked_for_told_and_shown(counter: Set, told: Read) -> None:
    shop = counter("toledo_8217")
    shop.scale.put(1234)
    weight = {"status": "stable", "weight": "1.234", "unit": "kg", "net": False}
    assert shop.weigh() == Result("done", data=weight)
    assert shop.worker.standing.last_measured is not None
    assert shop.worker.standing.last_measured.values == weight
    pieces = shop.worker.standing.pieces(0)
    assert [piece.hex for piece in pieces if piece.way == "out"] == ["57"]
    # Nobody has bought anything: a weight alone is no fact.
    assert [type for type, _ in told()] == ["device.online"]


def test_an_empty_plate_is_zero_because_the_scale_says_so(counter: Set) -> None:
    result = counter("toledo_8217").weigh()
    assert (result.outcome, result.data["weight"]) == ("done", "0.000")


def test_tare_and_zero_press_its_keys(counter: Set) -> None:
    shop = counter("toledo_8217")
    shop.scale.put(200)
    assert shop.order("tare") == Result("done")
    until(lambda: shop.scale.pressed)
    shop.scale.put(700)
    assert shop.weigh().data == {
        "status": "stable", "weight": "0.500", "unit": "kg", "net": True,
    }  # fmt: skip
    assert shop.order("zero") == Result("done")
    assert shop.weigh().data["weight"] == "0.000"
    assert shop.scale.pressed == ["tare", "zero"]


@pytest.mark.parametrize(
    ("make", "fault", "grams", "status"),
    [
        ("toledo_8217", "moving", 500, "unstable"),
        ("toledo_8217", "overload", 500, "overload"),
        ("toledo_8217", "", 20_000, "overload"),
        ("toledo_8217", "", -50, "negative"),
        ("adam", "moving", 500, "unstable"),
        ("adam", "overload", 500, "overload"),
        ("adam", "", -50, "negative"),
    ],
)
def test_what_is_no_weight_has_a_name_and_is_never_zero(
    counter: Set, make: str, fault: Any, grams: int, status: str
) -> None:
    shop = counter(make)
    shop.scale.put(grams)
    shop.scale.fault = fault
    result = shop.weigh()
    assert (result.outcome, result.reason) == ("failed", f"scale_{status}")
    assert (result.data["status"], result.data["weight"]) == (status, None)
    assert shop.worker.standing.state is State.ONLINE
    shop.scale.fault = ""
    shop.scale.put(800)
    assert shop.weigh().data["weight"] == "0.800"


@pytest.mark.parametrize(("fault", "status"), [("silent", "timeout"), ("garbage", "unreadable")])
def test_silence_and_garbage_end_with_the_time_for_an_answer(
    counter: Set, clock: ManualClock, fault: Any, status: str
) -> None:
    shop = counter("toledo_8217", answer_ms=500)
    shop.scale.fault = fault
    result = weigh_meanwhile(shop, clock)
    assert (result.outcome, result.reason) == ("failed", f"scale_{status}")
    assert result.data["weight"] is None


def test_a_scale_that_stays_silent_is_said_to_be_and_recovers_by_itself(
    counter: Set, clock: ManualClock
) -> None:
    shop = counter("toledo_8217", answer_ms=100)
    shop.scale.fault = "silent"
    for _ in range(3):
        assert shop.worker.standing.state is State.ONLINE
        weigh_meanwhile(shop, clock)
    standing = shop.worker.standing
    assert (standing.state, standing.reason) == (State.DEGRADED, "scale_timeout")
    shop.scale.fault = ""
    assert shop.weigh().outcome == "done"
    assert standing.state is State.ONLINE


def test_an_adam_that_says_nothing_new_is_no_fault_of_the_device(
    counter: Set, clock: ManualClock
) -> None:
    shop = counter("adam", answer_ms=100)
    shop.scale.put(500)
    assert shop.weigh().data["weight"] == "0.500"
    for _ in range(4):
        assert weigh_meanwhile(shop, clock).data["status"] == "timeout"
    assert shop.worker.standing.state is State.ONLINE


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(
    counter: Set, clock: ManualClock
) -> None:
    shop = counter("toledo_8217", answer_ms=100)
    shop.scale.fault = "silent"
    weigh_meanwhile(shop, clock)
    late = shop.scale.hear  # what it had to say to the first question
    shop.scale.fault = ""
    shop.scale.put(9000)
    answer = late(b"W")
    shop.scale.put(500)
    if isinstance(shop.cable, SerialCable):
        shop.cable.send(answer)
        shop.cable.await_reader()
    assert shop.weigh().data["weight"] == "0.500"


def test_a_scale_that_is_polled_is_shown_and_nothing_is_kept(
    counter: Set, clock: ManualClock, told: Read
) -> None:
    shop = counter("adam", talkative=True, poll_ms=1000)
    standing = shop.worker.standing
    shop.scale.put(250)
    until(lambda: clock.advance(1000) or shows(standing, "0.250"))
    shop.scale.put(300)
    until(lambda: clock.advance(1000) or shows(standing, "0.300"))
    assert standing.last_measured is not None
    assert clock.now_ms() - standing.last_measured.at_ms < 60_000
    assert [type for type, _ in told()] == ["device.online"]


def test_a_scale_that_goes_away_in_the_middle_answers_for_itself_and_comes_back(
    counter: Set, told: Read
) -> None:
    shop = counter("toledo_8217", answer_ms=3000)
    shop.scale.fault = "silent"
    results: list[Result] = []
    asking = threading.Thread(target=lambda: results.append(shop.weigh()))
    asking.start()
    until(lambda: shop.scale.asked)
    shop.cable.unplug()
    asking.join(10)
    assert [(one.outcome, one.reason) for one in results] in (
        [("failed", "unplugged")],
        [("failed", "hung_up")],
    )
    until(lambda: shop.worker.standing.state is State.OFFLINE)
    assert shop.weigh() == Result("failed", "not_ready")
    shop.scale.fault = ""
    shop.cable.plug_in()
    if isinstance(shop.cable, SerialCable):
        where = shop.where
        shop.worker.found(
            Candidate(where.identity, where.address, str(shop.cable.link.resolve()), "")
        )
    shop.await_online()
    assert shop.weigh().outcome == "done"
    assert [type for type, _ in told()] == ["device.online", "device.offline", "device.online"]


def test_it_ends_when_told_even_while_it_waits_for_an_answer(counter: Set) -> None:
    shop = counter("toledo_8217", answer_ms=3000)
    shop.scale.fault = "silent"
    asking = threading.Thread(target=shop.weigh)
    asking.start()
    until(lambda: shop.scale.asked)
    shop.worker.stop()
    shop.worker.join()
    asking.join(10)
    assert not asking.is_alive()


def test_a_line_that_never_stops_talking_holds_up_nobody(store: Store, facts: Facts) -> None:
    def babble(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line.sendall(b"1" * 65_536)

    with socket.create_server(("127.0.0.1", 0)) as server:
        driver = NetworkScale({"host": "127.0.0.1", "port": server.getsockname()[1]})
        intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
        worker = Worker(driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5), ())
        worker.found(Candidate("added:1", "added:1", "added:1", ""))
        worker.ensure_running()
        line, _ = server.accept()
        with line:
            talking = threading.Thread(target=babble, args=(line,), daemon=True)
            talking.start()
            until(lambda: worker.standing.state is State.ONLINE)
            assert worker.command(Order("zero", Nothing()), 10) == Result("done")
            worker.stop()
            ended = threading.Thread(target=worker.join)
            ended.start()
            ended.join(3)
            assert not ended.is_alive()
            talking.join(10)


def weigh_meanwhile(shop: Counter, clock: ManualClock) -> Result:
    """Weigh, while the clock goes on until there is an answer."""
    results: list[Result] = []
    asking = threading.Thread(target=lambda: results.append(shop.weigh()))
    asked = shop.scale.asked
    asking.start()
    until(lambda: shop.scale.asked > asked)
    until(lambda: clock.advance(20) or results)
    return results[0]


def shows(standing: Standing, weight: str) -> bool:
    last = standing.last_measured
    return last is not None and last.values["weight"] == weight


class LoopScale(SerialScale):
    """The real driver on pyserial's loop, which does seven bits; it hears what it says itself."""

    opened: Wire | None = None

    def _open(self, address: str) -> Wire:
        self.opened = super()._open(address)
        return self.opened


def test_seven_bits_with_parity_are_what_a_toledo_gets_by_itself(
    store: Store, facts: Facts
) -> None:
    driver = LoopScale({})
    intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
    worker = Worker(driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5), ())
    worker.found(Candidate("port:loop", "loop://", "loop://", ""))
    worker.ensure_running()
    until(lambda: worker.standing.state is State.ONLINE)
    results: list[Result] = []
    asking = threading.Thread(
        target=lambda: results.append(worker.command(Order("read_weight", Nothing()), 10))
    )
    asking.start()
    until(lambda: worker.standing.pieces(0))
    assert driver.opened is not None
    driver.opened.write(b"\x02 1.234N\r")
    asking.join(10)
    worker.stop()
    worker.join()
    assert results[0].data == {"status": "stable", "weight": "1.234", "unit": "kg", "net": True}


@pytest.mark.parametrize(
    ("driver", "config", "why"),
    [
        (SerialScale, {"protocol": "abacus"}, "Invalid enum value"),
        (SerialScale, {"bits": "9N1"}, "Invalid enum value"),
        (SerialScale, {"answer_ms": 1}, "100"),
        (SerialScale, {"poll_ms": 50}, "200"),
        (NetworkScale, {"port": 4001}, "host"),
        (NetworkScale, {"host": "10.0.0.7"}, "port"),
        (NetworkScale, {"host": "", "port": 4001}, "1"),
    ],
)
def test_options_that_no_scale_has_are_refused_in_a_sentence(
    driver: type[Driver], config: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        driver(config)

"""The thread of a device: it dies and is started again, waits longer and longer, and moves on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from devices import catalogue, drivers
from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.commands import Nothing
from devices.driver import Candidate, Context, Driver, Finder, Kept, LineRefused, State
from devices.drivers.serial_scanner import SerialScanner
from devices.framing import Cut
from devices.intake import Intake
from devices.roster import Confirmation, Roster
from devices.standing import Standing
from devices.supervisor import Post, Sources, Supervisor
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.actor import SYSTEM
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE
from tests.devices.waiting import until

HERE = Candidate("port:here", "here", "here", "a fragile thing")


class Fragile(Driver):
    """Does what its script says, one step a connection; when it is through, it stays online."""

    kind: ClassVar[str] = "fragile"
    Options = Nothing
    finder = Finder(lambda _: [HERE])
    script: Sequence[str] = ()

    def __init__(self, config: Mapping[str, object]) -> None:
        self.steps = list(self.script)
        self.connections = 0
        self.kept: list[Kept] = []

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        return 50

    def run(self, context: Context) -> None:
        self.connections += 1
        step = self.steps.pop(0) if self.steps else ""
        if step == "die":
            raise RuntimeError("this driver has a mistake in it")
        if step == "refuse":
            raise LineRefused("port_busy")
        context.online()
        if step == "scan":
            context.emit(context.arrived(Cut("frame", b"A", b"A\r")))
        if step.startswith("record "):
            told = context.occurred(step.split()[1], {"reason": "no_sale"}, "of its own")
            self.kept = [context.record(told), context.record(told)]
        until(lambda: context.stopping)


@pytest.fixture
def make(facts: Facts, clock: ManualClock) -> Iterator[Callable[..., tuple[Worker, Fragile]]]:
    made = []

    def build(*script: str, first_s: float = 0.01) -> tuple[Worker, Fragile]:
        driver = Fragile({})
        driver.steps = list(script)
        intake = Intake(DEVICE, facts, clock, Rules(), window_ms=200, number=0)
        worker = Worker(driver, intake, Standing(clock), Backoff(first_s, first_s, lambda: 0.5))
        made.append(worker)
        worker.found(HERE)
        worker.ensure_running()
        return worker, driver

    yield build
    for worker in made:
        worker.stop()
    for worker in made:
        worker.join()


Make = Callable[..., tuple[Worker, Fragile]]


def test_a_thread_that_died_is_started_again_and_counted(make: Make) -> None:
    worker, driver = make("die", "scan")
    until(lambda: worker.standing.reason == "crashed")
    assert worker.standing.state is State.DEGRADED
    until(lambda: _revived(worker))
    until(lambda: worker.standing.frames == 1)
    assert worker.standing.restarts == 1
    assert driver.connections == 2


def _revived(worker: Worker) -> bool:
    worker.ensure_running()
    return worker.standing.restarts > 0


def test_a_thread_that_lives_is_not_started_twice(make: Make) -> None:
    worker, driver = make()
    until(lambda: worker.standing.state is State.ONLINE)
    worker.ensure_running()
    assert (worker.standing.restarts, driver.connections) == (0, 1)


def test_a_device_that_refuses_is_tried_again(make: Make) -> None:
    worker, driver = make("refuse", "refuse")
    until(lambda: worker.standing.state is State.ONLINE)
    assert driver.connections == 3


def test_reappearing_ends_the_pause(make: Make) -> None:
    worker, _ = make("refuse", first_s=3600.0)
    until(lambda: worker.standing.reason == "port_busy")
    worker.found(None)
    until(lambda: worker.standing.state is State.OFFLINE)
    worker.found(HERE)
    until(lambda: worker.standing.state is State.ONLINE)


def test_reconnecting_ends_the_pause_too(make: Make) -> None:
    worker, driver = make("refuse", first_s=3600.0)
    until(lambda: worker.standing.reason == "port_busy")
    worker.reconnect()
    until(lambda: worker.standing.state is State.ONLINE)
    worker.reconnect()
    until(lambda: driver.connections == 3)


def test_a_stop_ends_the_pause(make: Make) -> None:
    worker, _ = make("refuse", first_s=3600.0)
    until(lambda: worker.standing.reason == "port_busy")
    worker.stop()
    worker.join()
    assert worker.standing.reason == "port_busy"


def test_a_fact_that_the_driver_understood_is_kept_once(
    make: Make, told: Callable[[], Told]
) -> None:
    worker, driver = make("record drawer.opened")
    until(lambda: worker.standing.facts == 1)
    until(lambda: len(driver.kept) == 2)
    assert [kept.outcome for kept in driver.kept] == ["stored", "duplicate"]
    assert driver.kept[0].seq == driver.kept[1].seq
    assert [type for type, _ in told()] == ["device.online", "drawer.opened"]


def test_a_device_that_is_no_till_cannot_sell(make: Make) -> None:
    worker, driver = make("record sale.completed")
    until(lambda: len(driver.kept) == 2)
    assert driver.kept[0].outcome == "refused"
    assert driver.kept[0].problem
    assert not driver.kept[0].kept
    assert worker.standing.facts == 0


def test_a_dead_thread_is_found_by_the_supervisor(
    store: Store, facts: Facts, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fragile, "script", ("die",))
    roster = Roster(store)
    roster.propose([("port:here", "fragile")])
    decision = Confirmation("Thing", "fragile", {}, 1)
    device = roster.confirm(roster.proposals()[0].id, decision, SYSTEM)

    def hire(attached: object) -> Post:
        intake = Intake(DEVICE, facts, clock, Rules(), window_ms=200, number=0)
        worker = Worker(Fragile({}), intake, Standing(clock), Backoff(0.01, 0.01, lambda: 0.5))
        return Post(device, worker)

    supervisor = Supervisor(roster, {"fragile": Fragile}, hire, clock, 0.02, Sources())
    supervisor.start()
    try:
        worker = until(lambda: supervisor.posts.get(device.id)).worker
        assert worker is not None
        until(lambda: worker.standing.restarts == 1)
        until(lambda: worker.standing.state is State.ONLINE)
    finally:
        supervisor.stop()


def test_looking_goes_on_when_one_look_fails(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[str] = []

    def look(ports: Sequence[str]) -> Iterable[Candidate]:
        looks.append("look")
        if len(looks) == 1:
            raise OSError("the bus is being rearranged")
        return [HERE]

    class Broken(Fragile):
        finder = Finder(look)

    supervisor = Supervisor(Roster(store), {"fragile": Broken}, _nobody, clock, 0.02, Sources())
    supervisor.start()
    try:
        until(lambda: supervisor.sightings)
    finally:
        supervisor.stop()
    assert "looking for devices failed" in caplog.text


def _nobody(attached: object) -> Post:
    raise AssertionError("nothing is confirmed")


def test_the_surer_driver_gets_the_device(store: Store, clock: ManualClock) -> None:
    class Sure(Fragile):
        kind = "sure"

        @classmethod
        def match(cls, candidate: Candidate, /) -> int:
            return 90

    class Stranger(Fragile):
        kind = "stranger"

        @classmethod
        def match(cls, candidate: Candidate, /) -> int:
            return 0

    for order in ([Fragile, Sure, Stranger], [Stranger, Sure, Fragile]):
        supervisor = Supervisor(
            Roster(store), catalogue.collect(order), _nobody, clock, 1, Sources()
        )
        supervisor.look()
        assert supervisor.sightings["port:here"].drivers == ("sure", "fragile")
        supervisor.stop()
    assert [proposal.driver for proposal in Roster(store).proposals()] == ["sure"]


def test_pauses_double_and_are_spread() -> None:
    slow, fast = Backoff(1, 30, lambda: 1.0), Backoff(1, 30, lambda: 0.0)
    assert [round(slow.next_s(), 1) for _ in range(7)] == [1.2, 2.4, 4.8, 9.6, 19.2, 36.0, 36.0]
    assert [round(fast.next_s(), 1) for _ in range(7)] == [0.8, 1.6, 3.2, 6.4, 12.8, 24.0, 24.0]
    slow.reset()
    assert round(slow.next_s(), 1) == 1.2


def test_every_driver_in_the_folder_is_found() -> None:
    assert catalogue.load()["serial_scanner"] is SerialScanner


def test_two_drivers_of_one_kind_are_an_import_error() -> None:
    class Double(Fragile):
        kind = "serial_scanner"

    with pytest.raises(ImportError, match='both say that they drive "serial_scanner"'):
        catalogue.collect([SerialScanner, Double])


def test_a_driver_whose_library_is_missing_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "needs_a_lot.py").write_text("import a_library_that_nobody_has\n")
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(tmp_path)])
    assert "serial_scanner" in catalogue.load()
    assert "needs_a_lot is left out: a_library_that_nobody_has is not installed" in caplog.text


def test_a_driver_that_misses_a_part_of_the_house_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mistaken.py").write_text("import devices.no_such_part\n")
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_part"):
        catalogue.load()

"""What every driver keeps, whatever it drives: inherit from DriverContract and give it a rig.

The driver runs under the real worker, on a real store, against a device that is as real as it can
be made. Nothing here knows what kind of device it is.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.driver import Candidate, Driver, State
from devices.intake import Intake
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Captured, Facts
from gateway.facts.settle import Result
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.waiting import until

DEVICE = Actor("01890a5d-ac96-774b-bcce-b302099a8057", "Till 1", "device")


class Rig(ABC):
    """A driver and the device it drives."""

    driver: Driver

    @abstractmethod
    def candidate(self) -> Candidate:
        """Where the device is."""

    @abstractmethod
    def say(self, *codes: str) -> None:
        """Have the device send whole codes."""

    @abstractmethod
    def say_half(self, code: str) -> None:
        """Have the device send a code whose end does not come."""

    @abstractmethod
    def heard(self) -> bytes:
        """What the device has been told."""

    @abstractmethod
    def vanish(self) -> None:
        """Unplug it."""

    @abstractmethod
    def come_back(self) -> None:
        """Plug it in again."""


class Gate:
    """The real capture behind a gate: it may refuse, and it may hold everybody up."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.refusal: Problem | None = None
        self.mistake: RuntimeError | None = None
        self.open = threading.Event()
        self.open.set()
        self.asked = 0

    def capture(self, type: str, data: Mapping[str, object], **rest: Any) -> Result:
        self._pass()
        return self._facts.capture(type, data, **rest)

    def capture_all(self, captured: Sequence[Captured], **rest: Any) -> Sequence[Result]:
        self._pass()
        return self._facts.capture_all(captured, **rest)

    def _pass(self) -> None:
        self.asked += 1
        assert self.open.wait(10)
        if trouble := self.mistake or self.refusal:
            raise trouble


class DriverContract:
    """Subclass it as Test…, with a fixture ``rig``."""

    @pytest.fixture
    def gate(self, facts: Facts) -> Gate:
        return Gate(facts)

    @pytest.fixture
    def worker(self, rig: Rig, gate: Gate, store: Store) -> Iterator[Worker]:
        intake = Intake(DEVICE, gate, store.clock, Rules(), window_ms=200, number=0)
        backoff = Backoff(0.02, 0.1, lambda: 0.5)
        made = Worker(rig.driver, intake, Standing(store.clock), backoff, retry_s=(0.01, 0.02))
        made.found(rig.candidate())
        made.ensure_running()
        until(lambda: made.standing.state is State.ONLINE)
        yield made
        gate.open.set()
        gate.refusal = None
        made.stop()
        made.join()

    def test_it_keeps_what_the_device_sends_in_order(
        self, rig: Rig, worker: Worker, told: Callable[[], Told]
    ) -> None:
        codes = [f"CODE{number}" for number in range(50)]
        rig.say(*codes)
        until(lambda: worker.standing.frames == 50)
        until(lambda: len(told()) == 51)
        assert [data["text"] for _, data in told()[1:]] == codes
        assert [data["device_seq"] for _, data in told()[1:]] == list(range(1, 51))

    def test_it_says_that_the_device_is_there_and_gone(
        self, rig: Rig, worker: Worker, told: Callable[[], Told]
    ) -> None:
        rig.say_half("40063")
        rig.vanish()
        worker.found(None)
        until(lambda: worker.standing.state is State.OFFLINE)
        rig.come_back()
        worker.found(rig.candidate())
        until(lambda: not worker.stopping and worker.standing.state is State.ONLINE)
        rig.say("A")
        until(lambda: told()[-1][0] == "scan.captured")
        types = [type for type, _ in told() if type != "scan.partial"]
        # One that calls by itself may be cut off once more while its line is opened anew.
        comings = ["device.online", "device.offline"] * (len(types) // 2)
        assert types == [*comings[: len(types) - 1], "scan.captured"]
        assert types[-2] == "device.online"
        assert len(types) >= 4

    def test_half_a_code_is_partial_and_never_a_scan(
        self, rig: Rig, worker: Worker, told: Callable[[], Told]
    ) -> None:
        rig.say("WHOLE")
        rig.say_half("HALF")
        until(lambda: worker.standing.frames == 1)
        worker.stop()
        worker.join()
        kinds = {type: data.get("text") for type, data in told()}
        assert kinds["scan.captured"] == "WHOLE"
        assert kinds.get("scan.partial", "HALF") == "HALF"

    def test_nothing_good_is_said_before_the_commit(
        self, rig: Rig, worker: Worker, gate: Gate
    ) -> None:
        gate.open.clear()
        asked = gate.asked
        rig.say("A")
        until(lambda: gate.asked > asked)
        assert rig.heard() == b""
        gate.open.set()
        until(worker.standing.frames_seen)
        assert worker.standing.frames_seen()[0].outcome == "captured"

    def test_it_ends_when_told(self, worker: Worker) -> None:
        worker.stop()
        ended = threading.Thread(target=worker.join)
        ended.start()
        ended.join(10)  # half a second where nothing else runs
        assert not ended.is_alive()

    def test_nothing_is_lost_while_the_storage_refuses(
        self, rig: Rig, worker: Worker, gate: Gate, told: Callable[[], Told]
    ) -> None:
        gate.refusal = Problem("disk_full")
        rig.say("A", "B")
        until(lambda: worker.standing.state is State.DEGRADED)
        assert worker.standing.reason == "storage"
        assert rig.heard() == b""
        rig.say("C")
        gate.refusal = None
        until(lambda: worker.standing.state is State.ONLINE)
        until(lambda: len(told()) == 4)
        assert [data["text"] for _, data in told()[1:]] == ["A", "B", "C"]
        # However often it was tried, a frame is shown once, with what became of it in the end.
        until(lambda: len(worker.standing.frames_seen()) == 3)
        assert {seen.outcome for seen in worker.standing.frames_seen()} == {"captured"}
        assert worker.standing.errors <= 1

    def test_what_was_read_before_the_line_went_is_kept(
        self, rig: Rig, worker: Worker, gate: Gate, told: Callable[[], Told]
    ) -> None:
        gate.refusal = Problem("storage_failing", reason="the disk is away")
        rig.say("A", "B", "C")
        until(lambda: worker.standing.frames == 3)
        rig.vanish()
        worker.found(None)
        gate.refusal = None
        until(lambda: worker.standing.state is State.OFFLINE)
        assert [data.get("text") for _, data in told()] == [None, "A", "B", "C", None]

    def test_looking_for_devices_opens_none(self, rig: Rig, clock: ManualClock) -> None:
        where = rig.candidate()
        finder = type(rig.driver).finder
        if finder is None:
            return  # a person says where it is
        found = {candidate.identity: candidate for candidate in finder.look([where.address])}
        assert type(rig.driver).match(found[where.identity]) > 0
        handles = list(Path("/proc/self/fd").iterdir())
        opened = [str(handle.readlink()) for handle in handles if handle.is_symlink()]
        assert opened.count(where.target) <= self.own_handles

    # How many handles the rig itself has on the device.
    own_handles = 0

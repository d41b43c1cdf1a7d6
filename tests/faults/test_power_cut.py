"""Pulling the plug: whatever the disk had not written yet is lost, in any mixture; what was
acknowledged is not.
"""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock
from gateway.store import journal
from gateway.store.database import Store
from tests.faults import appender
from tests.faults.powercut import Disk, Event, read_log
from tests.faults.shim import Shim
from tests.torture.audit import Promises, audit
from tests.torture.gateway import ROOT

CUTS = 30


class Recording:
    """One run of the appender, from a folder at rest to its end: every write and sync, and every
    promise.
    """

    def __init__(self, work: Path, facts: int, *, disk_lies: bool = False) -> None:
        self.work = work
        self.data = work / "data"
        self.base = work / "base"
        work.mkdir(parents=True)
        _append(self.data, 8, dict(os.environ))
        shutil.copytree(self.data, self.base)
        shim = Shim(work, self.data)
        shim.set(sync_lies=disk_lies)
        said = _append(self.data, facts, {**os.environ, **shim.recording()})
        self.promises = sorted(
            (int(ns), identity, int(seq)) for ns, identity, seq in map(str.split, said.splitlines())
        )
        self.events: list[Event] = list(read_log(shim.log))

    def cut(self, place: int, chance: random.Random) -> tuple[Path, Promises]:
        """The folder after a power cut behind event ``place``, and what had been promised by then."""
        disk = Disk.of(self.base)
        for event in self.events[: place + 1]:
            disk.apply(event)
        folder = self.work / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in disk.after_cut(chance).items():
            # The shared index lives in memory, and the lock with its process.
            if not name.endswith(("-shm", ".lock")):
                (folder / name).write_bytes(content)
        last = place + 1 == len(self.events)
        until = self.promises[-1][0] + 1 if last else self.events[place + 1].at_ns
        promises = Promises()
        for ns, identity, seq in self.promises:
            if ns < until:
                promises.facts[identity] = (seq, appender.data(identity))
        return folder, promises


def lost_after_cuts(recording: Recording, cuts: int, seed: int) -> tuple[int, list[str]]:
    """(cuts after which an acknowledged fact was gone, every fault found) over seeded crash states."""
    chance = random.Random(seed)
    lossy, faults = 0, []
    for number in range(cuts):
        place = chance.randrange(len(recording.events))
        folder, promises = recording.cut(place, chance)
        findings = audit(folder, promises)
        lossy += bool(findings.faults)
        faults += [
            f"seed {seed}, cut {number} behind event {place}: {each}" for each in findings.faults
        ]
    return lossy, faults


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(tmp_path_factory.mktemp("cut") / "run", 400)


def test_nothing_acknowledged_is_lost_in_any_power_cut(recording: Recording) -> None:
    assert len(recording.promises) == 400
    assert lost_after_cuts(recording, CUTS, seed=1)[1] == []


def test_a_disk_that_lies_about_syncs_is_caught_losing_facts(tmp_path: Path) -> None:
    # The control: with the log never synced, as synchronous=NORMAL has it, the same check must find
    # loss.
    lossy, _ = lost_after_cuts(Recording(tmp_path / "run", 200, disk_lies=True), CUTS, seed=3)
    assert lossy > CUTS // 4


def test_the_store_opens_after_a_power_cut_and_goes_on(recording: Recording) -> None:
    chance = random.Random(4)
    for _ in range(5):
        folder, promises = recording.cut(chance.randrange(len(recording.events)), chance)
        store = Store(folder, StoreSettings(), SystemClock())
        try:
            before = store.head
            with store.read() as rows:
                assert journal.verify(rows, store.keyring)[0] == before >= len(promises.facts)
            (again,) = Facts(store).accept(
                appender.event("0" * 8 + "-0000-4000-8000-" + "0" * 12), appender.ACTOR
            )
            assert again.seq == before + 1
        finally:
            store.close()


def _append(data: Path, facts: int, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.appender", str(data), str(facts)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout

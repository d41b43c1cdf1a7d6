"""Pulling the plug: what the disk had not written is lost in any mixture, a promise never is."""

import random
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock
from gateway.store import journal
from gateway.store.database import Store
from tests.faults import appender
from tests.faults.recording import Recording
from tests.faults.shim import compiled

CUTS = 30

pytestmark = pytest.mark.timeout(400)
NEW_FACT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="module")
def recording(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(library, tmp_path_factory.mktemp("cut") / "run", 600)


def test_nothing_acknowledged_is_lost_in_any_power_cut(recording: Recording) -> None:
    assert len(recording.promises) == 600
    synced = {event.name for event in recording.events if event.op == "S"}
    assert synced == {"waystation.db", "waystation.db-wal"}, "the run must checkpoint, too"
    assert recording.faults_after(CUTS, seed=1) == [[]] * CUTS


def test_a_disk_that_lies_about_syncs_is_caught_losing_facts(library: Path, tmp_path: Path) -> None:
    # The control: with the log never synced, as synchronous=NORMAL has it, the check finds loss.
    lying = Recording(library, tmp_path / "run", 200, disk_lies=True)
    lossy = [faults for faults in lying.faults_after(CUTS, seed=3) if faults]
    assert len(lossy) > CUTS // 4


def test_the_store_opens_after_a_power_cut_and_goes_on(recording: Recording) -> None:
    chance = random.Random(4)
    for _ in range(5):
        folder, promises = recording.cut(chance.randrange(len(recording.events)), chance)
        store = Store(folder, StoreSettings(), SystemClock())
        try:
            before = store.head
            with store.read() as rows:
                assert journal.verify(rows, store.keyring)[0] == before >= len(promises.facts)
            (again,) = Facts(store).accept(appender.event(NEW_FACT), appender.ACTOR)
            assert again.seq == before + 1
        finally:
            store.close()


def test_a_failing_disk_and_a_power_cut_together_lose_nothing(
    library: Path, tmp_path: Path
) -> None:
    disturbed = Recording(library, tmp_path / "run", 1500, episodes=4, seed=5)
    assert disturbed.failed > 0
    assert len({identity for _, identity, _ in disturbed.promises}) == 1500
    assert disturbed.faults_after(CUTS, seed=6) == [[]] * CUTS

"""Pushing while the disk fails: what is answered is on it, and the rest comes again."""

import dataclasses
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.push import Push
from tests.phone import bench
from tests.phone.bench import Phone
from tests.torture.gateway import wait_until

FULL = "after this one the disk is full"


@contextmanager
def room_for_files_again() -> Iterator[None]:
    """Give back, whatever happens, the room that a test takes away from this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fill_disk(store: Store) -> None:
    """Let no file grow beyond what the write-ahead log has now."""
    size = (store.folder / "waystation.db-wal").stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def ana(store: Store, clock: ManualClock) -> Phone:
    def rule(data: Data) -> Iterator[Problem]:
        clock.advance(25)  # so that every operation is a slice of its own
        if data.get("name") == FULL:
            fill_disk(store)
        yield from ()

    kinds = {"customer": dataclasses.replace(bench.CUSTOMER, rules=(rule,))}
    push = Push(store, Records(store, kinds, GatewaySettings()), SyncSettings())
    return Phone(push, clock, 1, bench.ANA)


def test_a_disk_that_fills_up_half_way_keeps_the_first_half(store: Store, ana: Phone) -> None:
    batch = [ana.create(name) for name in ("One", "Two", FULL, "Four", "Five")]
    with room_for_files_again():
        settled = ana.send(*batch)
        assert [each.status for each in settled] == ["applied"] * 2 + ["retry"] * 3
        problem = settled[2].answer.problem
        assert problem is not None
        assert problem.retryable
    wait_until(lambda: store.failure() is None, 10)
    batch[2]["data"] = {"name": "Three"}
    assert ana.statuses(*batch) == ["duplicate"] * 2 + ["applied"] * 3


def test_a_push_of_which_nothing_could_be_stored_is_refused_whole(store: Store, ana: Phone) -> None:
    batch = [ana.create(FULL), ana.create("Two")]
    with room_for_files_again():
        with pytest.raises(Problem) as refused:
            ana.send(*batch)
        assert refused.value.status in (503, 507)
    wait_until(lambda: store.failure() is None, 10)
    batch[0]["data"] = {"name": "One"}
    assert ana.statuses(*batch) == ["applied"] * 2

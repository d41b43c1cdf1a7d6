"""A gateway that phones push to and pull from, with the cast's people signed in on theirs."""

from collections.abc import Callable

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.push import Push
from tests.phone import bench
from tests.phone.bench import Phone


@pytest.fixture
def records(store: Store) -> Records:
    return Records(store, {"customer": bench.CUSTOMER}, GatewaySettings())


@pytest.fixture
def push(store: Store, records: Records) -> Push:
    return Push(store, records, SyncSettings())


@pytest.fixture
def phone(push: Push, clock: ManualClock) -> Callable[..., Phone]:
    """Phones by number, each in the hands of a rep of the north unless somebody else is given."""

    def make(number: int = 1, actor: Actor = bench.ANA) -> Phone:
        return Phone(push, clock, number, actor)

    return make

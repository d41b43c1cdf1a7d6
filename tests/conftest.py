"""The parts every test builds on: a clock that moves when told, and a real encrypted store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    opened = Store(tmp_path / "data", StoreSettings(), clock)
    yield opened
    opened.close()

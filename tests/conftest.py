"""The parts every test builds on: a clock that moves when told, and a real encrypted store.

And how the tests are dealt out to several workers (``make test``).
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store

# How long an example takes says how busy the machine is, and nothing about the code.
# The same examples every time, so that a change is judged by what it changes; other ones are looked
# for with ``--hypothesis-profile=exploring``, and what they find becomes an ``@example``.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("exploring", settings.get_profile("house"), derandomize=False)
settings.load_profile("house")

# What takes longest comes first, so that at the end no worker is left with it. One of those that
# need Tryton installs it; the others come when that is done.
LONGEST = (
    "tests/erp/test_tryton.py",
    "tests/browser/console/",
    "tests/browser/",
    "tests/web/test_openapi",
    "tests/erp/test_tryton",
    "tests/faults/",
    "tests/torture/",
    "tests/commands/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On several workers: each takes the next file, whose tests share what is dear to make."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    long = [rank for rank, start in enumerate(LONGEST) if item.nodeid.startswith(start)]
    return long[0] if long else len(LONGEST)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that was just made, to begin with a copy of."""
    folder = tmp_path_factory.mktemp("founded") / "data"
    Store(folder, StoreSettings(), ManualClock()).close()
    return folder


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock, founded: Path) -> Iterator[Store]:
    opened = Store(shutil.copytree(founded, tmp_path / "data"), StoreSettings(), clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_loop() -> Iterator[None]:
    """Out of sight of the event loop that browser tests of this process keep in this thread: what
    runs a loop of its own must be able to, as it is in the gateway's own threads.
    """
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)

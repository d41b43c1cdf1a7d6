"""The parts every test builds on: a clock that moves when told, and a real encrypted store.

And how the tests are dealt out to several workers (``make test``).
"""

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

# What takes longest comes first, so that at the end no worker is left with it.
LONGEST = (
    "tests/erp/test_tryton",
    "tests/browser/console/",
    "tests/browser/",
    "tests/web/test_openapi",
    "tests/faults/",
    "tests/torture/",
    "tests/commands/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On several workers: what shares something dear stays together, and the rest goes anywhere."""
    if not hasattr(config, "workerinput"):
        return
    items.sort(key=_rank)
    for item in items:
        if shared := _shared(item):
            item.add_marker(pytest.mark.xdist_group(shared))


def _rank(item: pytest.Item) -> int:
    long = [rank for rank, start in enumerate(LONGEST) if item.nodeid.startswith(start)]
    return long[0] if long else len(LONGEST)


def _shared(item: pytest.Item) -> str:
    """The folder or file of the widest fixture that this test shares with its neighbours."""
    if not isinstance(item, pytest.Function):
        return ""
    made = [fixture[-1] for fixture in item._fixtureinfo.name2fixturedefs.values()]
    return min((one.baseid for one in made if one.scope in ("module", "package")), default="")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    opened = Store(tmp_path / "data", StoreSettings(), clock)
    yield opened
    opened.close()

"""Real facts in a real store, and a scanner on a pseudo-terminal."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.devices.refusing import Refusing

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def facts(store: Store) -> Facts:
    return Facts(store)


@pytest.fixture
def told(store: Store) -> Callable[[], Told]:
    """Type and data of every journal entry so far."""

    def read() -> Told:
        with store.read() as rows:
            found = rows.all("SELECT type, body FROM journal ORDER BY seq")
        return [(row["type"], json.loads(row["body"])["data"]) for row in found]

    return read


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SimulatedScanner]:
    """Plugged in."""
    made = SimulatedScanner(tmp_path / "ports" / "scanner")
    made.plug_in()
    yield made
    made.unplug()


@pytest.fixture
def storage(facts: Facts) -> Refusing:
    return Refusing(facts)


@pytest.fixture
def wing(store: Store, storage: Refusing) -> Iterator[Devices]:
    """Devices at work, on a storage that may refuse."""
    made = Devices(DevicesSettings(), store, storage, retry_s=(0.01,))
    made.start()
    yield made
    made.stop()

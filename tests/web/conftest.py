"""Gateways with their cast, for everything that goes through the door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly import Gateway
from config.schema import Settings
from gateway.store.database import Store
from tests.cast import World


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """The whole gateway as it is served, with the routes of records and of the wings."""
    built = Gateway(tmp_path / "whole", Settings())
    yield built
    built.store.close()


@pytest.fixture
def whole(gateway: Gateway) -> World:
    """The cast before the whole gateway."""
    return World.around(gateway.parts, gateway.blueprints())

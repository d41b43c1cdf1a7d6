"""A whole gateway with its cast, for everything that goes through the door."""

import pytest

from gateway.store.database import Store
from tests.cast import World


@pytest.fixture
def world(store: Store) -> World:
    return World(store)

"""A whole gateway with its cast, for everything that goes through the door."""

import pytest

from gateway.access.users import Users
from gateway.store.database import Store
from tests.cast import World


@pytest.fixture
def users(store: Store) -> Users:
    return Users(store)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)

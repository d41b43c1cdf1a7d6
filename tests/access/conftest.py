"""A whole gateway with its cast, for everything that goes through the door."""

import pytest

from gateway.access.pairing import Pairings
from gateway.access.users import User, Users
from gateway.store.database import Store
from tests.cast import PASSWORD, World


@pytest.fixture
def users(store: Store) -> Users:
    return Users(store)


@pytest.fixture
def ana(users: Users) -> User:
    return users.add("Ana", "rep", PASSWORD, "north")


@pytest.fixture
def ben(users: Users) -> User:
    return users.add("Ben", "manager", PASSWORD)


@pytest.fixture
def pairings(store: Store, users: Users) -> Pairings:
    return Pairings(store, users)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)

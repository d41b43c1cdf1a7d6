"""The whole gateway as it is served, with its cast at the door."""

from collections.abc import Iterator

import pytest

from assembly import Gateway
from config.schema import Settings
from tests.cast import World


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    built = Gateway(tmp_path_factory.mktemp("whole") / "data", Settings())
    yield built
    built.store.close()


@pytest.fixture(scope="module")
def whole(gateway: Gateway) -> World:
    return World.around(gateway.parts, gateway.blueprints())

"""A cluster and a database for the tests of a fleet."""

from collections.abc import Iterator

import pytest

from tests.fleet.cluster import Cluster, cluster
from tests.fleet.postgres import Postgres, postgres


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("hub")) as made:
        yield made


@pytest.fixture(scope="module")
def office() -> Iterator[Postgres]:
    with postgres() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def apart(own_loop: None) -> None:
    """Streams are spoken to in loops of their own."""

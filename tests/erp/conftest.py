"""A shop whose journal fills up, the batches cut from it, and ERPs to push them to."""

from collections.abc import Iterator

import pytest

from gateway.store.database import Store
from sync.erp.batch import Caps
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipts import Receipts
from tests.erp.shop import Shop
from tests.erp.tryton.install import install
from tests.erp.tryton.server import Server

ERP = Consumer("erp", device="erp-token")


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store)


@pytest.fixture
def offers(shop: Shop) -> Offers:
    return Offers(shop.store, shop.book, Caps(50, 1_000_000))


@pytest.fixture
def receipts(shop: Shop) -> Receipts:
    return Receipts(shop.store, shop.book)


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real Tryton for everything that is tested against it in a run."""
    with Server(install(), tmp_path_factory.mktemp("tryton")).serving() as serving:
        yield serving

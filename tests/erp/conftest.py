"""A shop whose journal fills up, and the batches cut from it."""

import pytest

from gateway.store.database import Store
from sync.erp.batch import Caps
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipts import Receipts
from tests.erp.shop import Shop

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

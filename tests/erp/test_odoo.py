"""The contract of connectors, kept against a recorded Odoo, over both of its doors."""

from collections.abc import Iterator

import pytest

from gateway.store.database import Store
from tests.erp.contract import ConnectorContract, TillContract
from tests.erp.odoo.bench import OdooBench
from tests.erp.odoo.server import serving


class TestJsonRpc(TillContract, ConnectorContract):
    @pytest.fixture
    def bench(self, store: Store) -> Iterator[OdooBench]:
        with serving() as server:
            yield OdooBench(server, store)


class TestJson2(TillContract, ConnectorContract):
    @pytest.fixture
    def bench(self, store: Store) -> Iterator[OdooBench]:
        with serving(version="19.0", json2=True) as server:
            server.books.rename()
            yield OdooBench(server, store)

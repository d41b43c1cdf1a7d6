"""The contract of connectors, kept against the ERP on paper that other tests push to."""

import pytest

from tests.erp.contract import ConnectorContract
from tests.erp.paper import PaperBench


@pytest.fixture
def bench() -> PaperBench:
    return PaperBench()


class TestPaper(ConnectorContract):
    pass

"""The contract of connectors, kept against a recorded ERPNext."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gateway.store.database import Store
from tests.erp.contract import Bench, ConnectorContract, TillContract
from tests.erp.erpnext.bench import ErpNextBench
from tests.erp.erpnext.server import serving
from tests.erp.shop import Shop, line


class TestErpNext(TillContract, ConnectorContract):
    @pytest.fixture
    def bench(self, store: Store) -> Iterator[ErpNextBench]:
        with serving() as server:
            yield ErpNextBench(server, store)

    def test_sums_are_those_of_the_receipts(self, bench: Bench, shop: Shop) -> None:
        """As every connector, but for a line that is taken back: ERPNext's orders have none."""
        reduced = "0.07"
        shop.sale(line(discount=100), line("2000000000022", quantity="3", unit_price=790))
        shop.sale(line(tax_rate=reduced), line("", sku="SKU-0002", tax_rate="0"))
        shop.sale(line(inclusive=True, unit_price=999), prices_include_tax=True)
        shop.sale(line(quantity="3", unit_price=199, tax_rate=reduced), rounding=1)
        shop.sale(*[line(quantity="1", unit_price=150, tax_rate=reduced)] * 5)
        shop.sale(line(quantity="7", unit_price=333, discount=1))
        push = shop.erp(bench.connector())
        assert push.round() is None
        assert push.held() == []
        for sale, total in shop.totals.items():
            (order,) = bench.orders(sale)
            assert (order.total, order.is_final) == (Decimal(total).scaleb(-2), True)

    def test_a_sale_with_a_line_that_is_taken_back_waits_for_a_person(
        self, bench: Bench, shop: Shop
    ) -> None:
        taken, other = shop.sale(line(quantity="2"), line(quantity="-1")), shop.sale()
        push = shop.erp(bench.connector())
        assert push.round() is None
        (held,) = push.held()
        assert (held.status, held.problem.code) == ("rejected", "erp_rejected")
        assert "must be positive" in held.problem.detail()
        assert [order.is_final for order in bench.orders(taken)] in ([], [False])
        assert bench.orders(other)[0].is_final

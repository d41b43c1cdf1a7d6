"""Articles as labels and receipts name them: from the product records."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from devices.printing.sheets import Article
from gateway.kernel.money import round_half_up
from gateway.records import queries
from gateway.records.records import Records


def find(records: Records, key: str, value: str) -> Article | None:
    """The product with a GTIN (14 digits) or an article number; ``key`` is gtin or sku."""
    kind = records.engine.kind("product")
    with records.store.read() as rows:
        head = queries.lookup(rows, kind, key, value)
    if head is None:
        return None
    data = head.data
    barcodes = data.get("barcodes") or []
    gtin = (
        value
        if key == "gtin"
        else str(barcodes[0])
        if isinstance(barcodes, list) and barcodes
        else ""
    )
    return Article(
        kind.title_of(data), str(data.get("sku") or head.number), gtin, _price(data),
        str(data.get("unit") or ""),
    )  # fmt: skip


def _price(data: Mapping[str, Any]) -> int | None:
    """What a customer pays, tax and all; None where the price is not known."""
    net = data.get("net_price")
    if not isinstance(net, int):
        return None
    return round_half_up(net * (1 + Decimal(str(data.get("tax_rate") or "0"))))

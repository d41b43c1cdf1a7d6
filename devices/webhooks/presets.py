"""Mappings for services that many shops use; a shop may begin with one and write its own.

Square tells payments whole and orders mostly as a reference: a completed payment is kept as
``payment.captured``, an order that comes with its lines as a sale. Shopify tells orders whole; the
paid ones are sales, with shipping as a line. Orders made to try a shop out are set aside.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_PAYMENT = "data.object.payment"
_ORDER = "data.object.order"


def _amount(path: str) -> dict[str, str]:
    return {"minor": f"{path}.amount"}


def _amounts(path: str, *names: str) -> list[dict[str, str]]:
    return [_amount(f"{path}.{name}") for name in names]


def _square_line() -> dict[str, Any]:
    quantity, price = {"text": "quantity"}, _amount("base_price_money")
    discount = {"first": [_amount("total_discount_money"), 0]}
    return {
        "sku?": {"first": ["catalog_object_id", "name"]},
        "quantity": quantity,
        "unit_price": price,
        "discount": discount,
        "tax": {"first": [_amount("total_tax_money"), 0]},
        "tax_rate": {"percents": {"each": f"$.{_ORDER}.taxes", "value": "percentage"}},
        "amount": {"less": [{"times": [quantity, price]}, discount]},
    }


_TENDERS = {"CASH": "cash", "CARD": "card", "WALLET": "wallet", "EXTERNAL": "external"}
_SQUARE: dict[str, Any] = {
    "event": "type",
    "id": "event_id",
    "rules": [
        {
            "from": "payment.*",
            "to": "payment.captured",
            "when": {f"{_PAYMENT}.status": "COMPLETED"},
            "id": f"{_PAYMENT}.id",
            "time": f"{_PAYMENT}.created_at",
            "data": {
                "register": {"first": [f"{_PAYMENT}.location_id", "=square"]},
                "currency": f"{_PAYMENT}.amount_money.currency",
                "amount": {"first": _amounts(_PAYMENT, "total_money", "amount_money")},
                "type": {"words": _TENDERS, "of": f"{_PAYMENT}.source_type", "else": "other"},
                "receipt?": f"{_PAYMENT}.receipt_number",
                "reference?": f"{_PAYMENT}.order_id",
            },
        },
        {"from": "payment.*", "to": ""},
        {
            "from": "order.*",
            "to": "sale.completed",
            "when": {f"{_ORDER}.state": "COMPLETED"},
            "id": f"{_ORDER}.id",
            "time": f"{_ORDER}.created_at",
            "data": {
                "register": {"first": [f"{_ORDER}.location_id", "=square"]},
                "receipt": f"{_ORDER}.id",
                "currency": f"{_ORDER}.total_money.currency",
                "lines": {"each": f"{_ORDER}.line_items", "object": _square_line()},
                "tenders": {
                    "each": f"{_ORDER}.tenders",
                    "object": {
                        "type": {"words": _TENDERS, "of": "type", "else": "other"},
                        "amount": _amount("amount_money"),
                    },
                },
                "net": {"less": _amounts(_ORDER, "total_money", "total_tax_money")},
                "tax": _amount(f"{_ORDER}.total_tax_money"),
                "total": _amount(f"{_ORDER}.total_money"),
            },
        },
        {"from": "order.*", "to": ""},
    ],
}  # fmt: skip


def _shopify_line(sku: object, quantity: object) -> dict[str, Any]:
    price, free = {"money": "price"}, {"price": ["0", "0.0", "0.00"]}
    discount = {"sum": [{"each": "discount_allocations", "value": {"money": "amount"}}]}
    taxes = {"each": "tax_lines", "without": free}
    return {
        "sku?": sku,
        "quantity": quantity,
        "unit_price": price,
        "discount": discount,
        "tax_rate": {"rates": {**taxes, "value": "rate"}},
        "tax": {"sum": [{**taxes, "value": {"money": "price"}}]},
        "amount": {"less": [{"times": [quantity, price]}, discount]},
    }


_SHOPIFY_SALE: dict[str, Any] = {
    "to": "sale.completed",
    "when": {"financial_status": "paid"},
    "id": "id",
    "time": "created_at",
    "data": {
        "register": {"first": ["source_name", "=shopify"]},
        "receipt": "name",
        "currency": "currency",
        "prices_include_tax": "taxes_included",
        "lines": [
            {
                "each": "line_items",
                "object": _shopify_line(
                    {"first": ["sku", {"text": "variant_id"}]}, {"text": "quantity"}
                ),
            },
            {"each": "shipping_lines", "object": _shopify_line("=shipping", "=1")},
        ],
        "tenders": [
            {
                "object": {
                    "type": {"first": ["payment_gateway_names.0", "=other"]},
                    "amount": {"money": "total_price"},
                }
            }
        ],
        "net": {"less": [{"money": "total_price"}, {"money": "total_tax"}]},
        "tax": {"money": "total_tax"},
        "total": {"money": "total_price"},
    },
}
_SHOPIFY: dict[str, Any] = {
    "event": "@x-shopify-topic",
    "rules": [
        {"from": "orders/*", "to": "", "when": {"test": "true"}},
        {"from": "orders/create", **_SHOPIFY_SALE},
        {"from": "orders/paid", **_SHOPIFY_SALE},
    ],
}

PRESETS: Final[Mapping[str, str]] = {
    "square": json.dumps(_SQUARE, indent=1),
    "shopify": json.dumps(_SHOPIFY, indent=1),
}

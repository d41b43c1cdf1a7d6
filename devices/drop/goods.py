"""Rows about goods, scans, shifts and cash as the facts they tell (pure)."""

from collections.abc import Sequence
from typing import Any, Final

from devices.drop.layout import Layout
from devices.drop.records import Row
from devices.drop.values import plain
from gateway.kernel import codes
from gateway.kernel.problems import Problem

_TEXT_MAX: Final = 80


def fact(rows: Sequence[Row], layout: Layout) -> tuple[str, dict[str, Any]]:
    """The type and the data of what the rows tell; Problem with what cannot be read of them."""
    kind = layout.becomes
    if kind.startswith("stock."):
        return kind, _goods(rows, layout)
    head = rows[0]
    if kind == "scan.captured":
        return kind, _scan(head)
    return kind, _till(head, layout)


def _goods(rows: Sequence[Row], layout: Layout) -> dict[str, Any]:
    parts = [part for row in rows for part in (row.lines or [row])]
    data: dict[str, Any] = {"lines": [_line(part, layout) for part in parts]}
    for name in ("location", "document", "supplier"):
        if text := rows[0].cells.get(name):
            data[name] = text[:_TEXT_MAX]
    if layout.becomes == "stock.adjusted":
        data["reason"] = _must(rows[0], "reason", layout.reason)[:400]
    return data


def _line(row: Row, layout: Layout) -> dict[str, Any]:
    quantity = layout.numbers.quantity(_must(row, "quantity"), row.name("quantity"))
    told: dict[str, Any] = {"quantity": plain(quantity)}
    for name in ("gtin", "sku", "lot", "unit"):
        if text := row.cells.get(name):
            told[name] = text[:_TEXT_MAX]
    if day := row.cells.get("expiry"):
        told["expiry"] = layout.times.day(day, row.name("expiry"))
    return told


def _scan(row: Row) -> dict[str, Any]:
    text = row.cells.get("text") or _must(row, "gtin")
    told: dict[str, Any] = {"text": text[:4096]}
    if gtin := codes.gtin14(row.cells.get("gtin") or text):
        told["gtin"] = gtin
    return told


def _till(row: Row, layout: Layout) -> dict[str, Any]:
    currency = _must(row, "currency", layout.currency).upper()
    data: dict[str, Any] = {
        "register": _must(row, "register", layout.register)[:_TEXT_MAX],
        "currency": currency,
    }
    for name in ("shift", "cashier"):
        if text := row.cells.get(name):
            data[name] = text[:_TEXT_MAX]
    member = {"shift.opened": "float", "shift.closed": "counted"}.get(layout.becomes, "amount")
    member = member if member in row.cells else "amount"
    amount = layout.numbers.minor(_must(row, member), currency, row.name(member))
    if layout.becomes == "shift.opened":
        return data | {"float": amount}
    if layout.becomes == "shift.closed":
        return data | {"counted": [{"type": layout.tender, "amount": amount}]}
    return data | {"amount": abs(amount), "reason": _must(row, "reason", layout.reason)[:400]}


def _must(row: Row, member: str, otherwise: str = "") -> str:
    """What a row says, or what holds where it says nothing; Problem row_value_missing."""
    text = row.cells.get(member) or otherwise
    if not text:
        raise Problem("row_value_missing", column=row.name(member))
    return text

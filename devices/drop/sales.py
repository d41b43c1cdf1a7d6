"""The rows of one receipt as the sale they tell (pure).

What a till says is taken as it says it; whether it adds up is judged where every fact is. Only what
it leaves out is worked out: an amount, a tax, a unit price that gives the amount again.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from devices.drop import words
from devices.drop.layout import Layout
from devices.drop.records import Row
from devices.drop.values import plain
from gateway.kernel.money import line_amount, line_tax, round_half_up
from gateway.kernel.problems import Problem

_TEXT_MAX: Final = 80


def sale(rows: Sequence[Row], layout: Layout) -> tuple[str, dict[str, Any]]:
    """The type and the data of a receipt; Problem with what cannot be read of it."""
    head = rows[0]
    currency = (head.cells.get("currency") or layout.currency).upper()
    if not currency:
        raise Problem("row_value_missing", column="currency")
    reader = _Receipt(layout, currency)
    parts = [line for row in rows for line in (row.lines or ([] if _is_bare(row) else [row]))]
    if not parts:
        raise Problem("row_value_missing", column="amount")
    lines = [reader.line(part) for part in parts]
    returned = any(words.is_return(row.cells.get("type", "")) for row in rows)
    negative = all(line["quantity"].startswith("-") for line in lines)
    flip = -1 if returned and not negative else 1
    data = _common(head, layout, currency)
    data["lines"] = [reader.mirrored(line, flip) for line in lines]
    data |= reader.totals(rows, data["lines"], flip)
    if returned or negative:
        data |= _original(head, data["register"])
        return "sale.returned", data
    return "sale.completed", data


def _is_bare(row: Row) -> bool:
    """Whether a row tells of the whole receipt and not of an article."""
    return not (row.cells.keys() & {"amount", "unit_price"})


def _common(head: Row, layout: Layout, currency: str) -> dict[str, Any]:
    register = head.cells.get("register") or layout.register
    if not register:
        raise Problem("row_value_missing", column="register")
    told = {
        "register": register,
        "receipt": head.cells["receipt"],
        "currency": currency,
        **{
            name: head.cells[name]
            for name in ("customer", "cashier", "shift", "location")
            if name in head.cells
        },
    }
    data: dict[str, Any] = {name: text[:_TEXT_MAX] for name, text in told.items()}
    if layout.inclusive:
        data["prices_include_tax"] = True
    return data


def _original(head: Row, register: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if original := head.cells.get("original"):
        told["original"] = {"register": register, "receipt": original[:_TEXT_MAX]}
    else:
        told["unverified"] = True
    if reason := head.cells.get("reason"):
        told["reason"] = reason[:400]
    return told


class _Receipt:
    """Reads the figures of one receipt."""

    def __init__(self, layout: Layout, currency: str) -> None:
        self._layout = layout
        self._numbers = layout.numbers
        self._currency = currency

    def line(self, row: Row) -> dict[str, Any]:
        """One line, as it is sold."""
        quantity = self._quantity(row)
        discount = self._money(row, "discount") or 0
        price, amount = self._money(row, "unit_price"), self._money(row, "amount")
        if price is None:
            if amount is None:
                raise Problem("row_value_missing", column=row.name("amount"))
            price = _unit_price(quantity, amount + discount, row.name("unit_price"))
        if quantity < 0 and amount is not None and amount > 0:
            amount, discount = -amount, -discount  # the sign stands with the quantity alone
        if amount is None:
            amount = line_amount(quantity, price) - discount
        line: dict[str, Any] = {
            "quantity": plain(quantity),
            "unit_price": price,
            "amount": amount,
            **{name: row.cells[name][:_TEXT_MAX] for name in ("gtin", "sku") if name in row.cells},
        }
        if discount:
            line["discount"] = discount
        return line | self._tax(row, amount)

    def mirrored(self, line: dict[str, Any], flip: int) -> dict[str, Any]:
        """A line as it is, or with everything turned round."""
        if flip > 0:
            return line
        turned = {**line, "quantity": plain(-Decimal(line["quantity"]))}
        for name in ("amount", "discount", "tax"):
            if name in line:
                turned[name] = -line[name]
        return turned

    def totals(
        self, rows: Sequence[Row], lines: Sequence[dict[str, Any]], flip: int
    ) -> dict[str, Any]:
        """What the receipt comes to, and how it was paid."""
        tax = sum(line.get("tax", 0) for line in lines)
        amounts = sum(line["amount"] for line in lines)
        net = amounts - tax if self._layout.inclusive else amounts
        told = next((row for row in rows if "total" in row.cells), None)
        total = net + tax if told is None else flip * (self._money(told, "total") or 0)
        if told is not None and total * (net + tax) < 0:
            total = -total  # a return whose total is told without its sign
        data: dict[str, Any] = {"net": net, "tax": tax, "total": total}
        if rounding := total - net - tax:
            data["rounding"] = rounding
        data["tenders"] = self._tenders(rows, total)
        return data

    def _tenders(self, rows: Sequence[Row], total: int) -> list[dict[str, Any]]:
        """How it was paid: told apart, on rows of the receipt, or all of it in one way."""
        told_apart = [tender for row in rows for tender in row.tenders]
        parts = told_apart or [row for row in rows if "paid" in row.cells]
        if not parts:
            named = next((row.cells["tender"] for row in rows if "tender" in row.cells), "")
            return [
                {"type": words.tender(named) if named else self._layout.tender, "amount": total}
            ]
        tenders: list[dict[str, Any]] = []
        for part in parts:
            member = "paid" if "paid" in part.cells else "amount"
            paid = self._money(part, member) or 0
            kind = part.cells.get("tender") or part.cells.get("type", "")
            paid = -abs(paid) if total < 0 else paid
            one = {"type": words.tender(kind) if kind else self._layout.tender, "amount": paid}
            if told_apart or one not in tenders:  # each line of a receipt may say the same
                tenders.append(one)
        return _with_change(tenders, total)

    def _quantity(self, row: Row) -> Decimal:
        text = row.cells.get("quantity")
        value = self._numbers.quantity(text, row.name("quantity")) if text else Decimal(1)
        if not value:
            raise Problem("row_value_missing", column=row.name("quantity"))
        return value

    def _money(self, row: Row, member: str) -> int | None:
        text = row.cells.get(member)
        return self._numbers.minor(text, self._currency, row.name(member)) if text else None

    def _tax(self, row: Row, amount: int) -> dict[str, Any]:
        text = row.cells.get("tax_rate")
        told = self._money(row, "tax")
        if text is None:
            return {"tax": told} if told else {}
        rate = self._numbers.rate(text, row.name("tax_rate"))
        worked_out = line_tax(amount, rate, inclusive=self._layout.inclusive)
        return {"tax_rate": plain(rate), "tax": worked_out if told is None else told}


def _unit_price(quantity: Decimal, gross: int, column: str) -> int:
    """The price that gives this amount; Problem row_value_missing where there is none."""
    signed = gross if quantity > 0 else -abs(gross)
    price = round_half_up(Decimal(signed) / quantity)
    if line_amount(quantity, price) != signed:
        raise Problem("row_value_missing", column=column)
    return price


def _with_change(tenders: list[dict[str, Any]], total: int) -> list[dict[str, Any]]:
    """What was given beyond the total came back in cash."""
    over = sum(tender["amount"] for tender in tenders) - total
    for tender in tenders:
        if 0 < over <= tender["amount"] and tender["type"] == "cash":
            tender["change"] = over
            break
    return tenders

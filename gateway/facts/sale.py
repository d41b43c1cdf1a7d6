"""Whether a sale adds up (pure).

The rules and their rounding are the wire contract: see docs/protocol.md.

amount = round(quantity x unit price) - discount, and tax = round(amount x rate), each rounded half
up on the absolute value once per line. Net, tax, total and tenders must then agree to the minor
unit.
"""

from decimal import Decimal

from gateway.facts.basic import CASH, Sale, SaleLine
from gateway.kernel.money import cash_step, exponent, line_amount, line_tax
from gateway.kernel.problems import Problem


def check(sale: Sale) -> Problem | None:
    """Every place where a sale does not add up, as one problem with pointers; None when it does."""
    found = errors(sale)
    return Problem("sale_invalid", errors=found) if found else None


def errors(sale: Sale) -> list[Problem]:
    """Every place where a sale, or its mirror image, does not add up."""
    found = _currency(sale)
    for number, line in enumerate(sale.lines):
        found += _line(line, f"/data/lines/{number}", inclusive=sale.prices_include_tax)
    return [*found, *_totals(sale), *_change(sale), *_rounding(sale)]


def _currency(sale: Sale) -> list[Problem]:
    try:
        exponent(sale.currency)
    except Problem as problem:
        return [Problem(problem.code, pointer="/data/currency", currency=sale.currency)]
    return []


def _line(line: SaleLine, pointer: str, *, inclusive: bool) -> list[Problem]:
    errors = []
    amount = line_amount(Decimal(line.quantity), line.unit_price) - line.discount
    if line.amount != amount:
        errors.append(_differs("sale_line_amount", f"{pointer}/amount", line.amount, amount))
    tax = line_tax(line.amount, Decimal(line.tax_rate), inclusive=inclusive)
    if line.tax != tax:
        errors.append(_differs("sale_line_tax", f"{pointer}/tax", line.tax, tax))
    return errors


def _totals(sale: Sale) -> list[Problem]:
    tax = sum(line.tax for line in sale.lines)
    amounts = sum(line.amount for line in sale.lines)
    net = amounts - tax if sale.prices_include_tax else amounts
    total = sale.net + sale.tax + sale.rounding
    paid = sum(tender.amount - tender.change for tender in sale.tenders)
    compared = (
        ("sale_net", "/data/net", sale.net, net),
        ("sale_tax", "/data/tax", sale.tax, tax),
        ("sale_total", "/data/total", sale.total, total),
        ("sale_tenders", "/data/tenders", paid, sale.total),
    )
    return [_differs(*one) for one in compared if one[2] != one[3]]


def _change(sale: Sale) -> list[Problem]:
    """Change is given back from what was handed over, so it is never more."""
    return [
        Problem("sale_change", pointer=f"/data/tenders/{number}/change", found=tender.change)
        for number, tender in enumerate(sale.tenders)
        if not 0 <= tender.change <= max(tender.amount, 0)
    ]


def _rounding(sale: Sale) -> list[Problem]:
    """A minor unit a line, and half of the smallest coin where cash changes hands.

    Of a payment in several ways only the cash part is rounded, so this is the limit there too.
    """
    cash = any(tender.type == CASH for tender in sale.tenders)
    limit = len(sale.lines) + (cash_step(sale.currency) // 2 if cash else 0)
    if abs(sale.rounding) <= limit:
        return []
    return [Problem("sale_rounding", pointer="/data/rounding", found=sale.rounding, expected=limit)]


def _differs(code: str, pointer: str, found: int, expected: int) -> Problem:
    return Problem(code, pointer=pointer, found=found, expected=expected)

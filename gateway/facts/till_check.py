"""Whether what a register says adds up (pure). Sales have rules of their own, in ``sale``."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from gateway.facts import sale as sales
from gateway.facts.basic import CASH
from gateway.facts.till import (
    CashMoved,
    Payment,
    Report,
    Reversal,
    ShiftClosed,
    ShiftOpened,
    TenderCount,
)
from gateway.kernel.money import exponent
from gateway.kernel.problems import Problem


def check(data: Struct) -> Problem | None:
    """Everything that does not fit, as one problem with pointers; None when all of it does."""
    if isinstance(data, Reversal):
        errors = [*_reversal(data), *sales.errors(data)]
        return Problem("sale_invalid", errors=errors) if errors else None
    errors = list(_errors(data))
    return Problem("till_invalid", errors=errors) if errors else None


def _errors(data: Struct) -> Iterator[Problem]:
    if isinstance(data, ShiftOpened | ShiftClosed | Report | Payment | CashMoved):
        yield from _currency(data.currency)
    if isinstance(data, ShiftClosed):
        yield from _once(data.counted, "/data/counted")
        yield from _denominations(data)
    elif isinstance(data, Report):
        yield from _report(data)


def _currency(currency: str) -> Iterator[Problem]:
    try:
        exponent(currency)
    except Problem as problem:
        yield Problem(problem.code, pointer="/data/currency", currency=currency)


def _reversal(data: Reversal) -> Iterator[Problem]:
    if data.original is None and not data.unverified:
        yield Problem("return_original_missing", pointer="/data/original")
    for number, line in enumerate(data.lines):
        if not line.quantity.startswith("-"):
            yield Problem("return_sign", pointer=f"/data/lines/{number}/quantity")


def _once(counted: Sequence[TenderCount], pointer: str) -> Iterator[Problem]:
    for name, times in Counter(each.type for each in counted).items():
        if times > 1:
            yield Problem("till_tender_twice", pointer=pointer, type=name)


def _denominations(data: ShiftClosed) -> Iterator[Problem]:
    found = sum(each.value * each.count for each in data.denominations)
    cash = sum(each.amount for each in data.counted if each.type == CASH)
    if data.denominations and found != cash:
        yield Problem(
            "shift_denominations", pointer="/data/denominations", found=found, expected=cash
        )


def _report(data: Report) -> Iterator[Problem]:
    expected = data.net + data.tax + data.rounding
    if data.total != expected:
        yield Problem("sale_total", pointer="/data/total", found=data.total, expected=expected)
    yield from _once(data.tenders, "/data/tenders")
    paid = sum(each.amount for each in data.tenders)
    if data.tenders and paid != data.total:
        yield Problem("sale_tenders", pointer="/data/tenders", found=paid, expected=data.total)

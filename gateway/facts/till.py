"""The shapes of what a register does beside selling: shifts, reports, returns, payments, cash."""

from typing import Annotated, Final

from msgspec import Meta, Struct, field

from gateway.facts.basic import (
    Amount,
    ArticleNumber,
    AtRegister,
    Counted,
    Currency,
    Decimal6,
    Minor,
    Name,
    Reason,
    Sale,
    Text,
)

Pieces = Annotated[int, Meta(ge=0, le=10**9)]


class Original(Struct, gc=False):
    """The receipt that is taken back."""

    register: Name
    receipt: Name


class Reversal(Sale, kw_only=True):
    """sale.returned, sale.voided: a sale mirrored, with negative quantities and amounts.

    It names the ``original``, or says with ``unverified`` that nobody could look it up.
    """

    original: Original | None = None
    unverified: bool = False
    reason: Text | None = None


class LineVoided(AtRegister, kw_only=True):
    """sale.line_voided: a line was taken off a receipt before it was paid. Moves nothing."""

    quantity: Decimal6
    reason: Reason
    receipt: Name | None = None
    gtin: ArticleNumber | None = None
    sku: Name | None = None
    amount: Minor = 0


class TenderCount(Struct, gc=False):
    """How much there is of one kind of payment, such as cash or card."""

    type: Name
    amount: Minor


class Denomination(Struct, gc=False):
    """Coins or notes of one value, in minor units, and how many there are."""

    value: Amount
    count: Pieces


class ShiftOpened(AtRegister, kw_only=True):
    """shift.opened: somebody took over a drawer with so much in it."""

    shift: Name
    currency: Currency
    opening: Amount = field(name="float")


class ShiftClosed(AtRegister, kw_only=True):
    """shift.closed: what was counted; coins and notes, where they are named, make up the cash."""

    shift: Name
    currency: Currency
    counted: Annotated[list[TenderCount], Meta(min_length=1, max_length=50)]
    denominations: Annotated[list[Denomination], Meta(max_length=60)] = field(default_factory=list)
    note: Text | None = None


class Report(AtRegister, kw_only=True):
    """report.x, report.z: the totals of a shift as the register printed them.

    ``report`` is its number there. After the first Z of a shift, whatever still comes for it is an
    amendment.
    """

    shift: Name
    currency: Currency
    report: Name
    net: Minor
    tax: Minor
    total: Minor
    rounding: Minor = 0
    sales: Pieces = 0
    returns: Pieces = 0
    tenders: Annotated[list[TenderCount], Meta(max_length=50)] = field(default_factory=list)


class Payment(AtRegister, kw_only=True):
    """payment.captured: money for something else than a sale here, such as an open invoice.

    ``reference`` is the terminal's, never a card number.
    """

    currency: Currency
    type: Name
    amount: Minor
    receipt: Name | None = None
    customer: Name | None = None
    reference: Annotated[str, Meta(max_length=80)] | None = None


class CashMoved(AtRegister, kw_only=True):
    """cash.paid_in, cash.paid_out, cash.drop, cash.float: cash that is no sale."""

    currency: Currency
    amount: Annotated[int, Meta(ge=1, le=10**15)]
    reason: Reason


class DrawerOpened(Counted, kw_only=True):
    """drawer.opened: the drawer sprang open, and why.

    ``opened_by`` is the id of who told this gateway to open it. ``unverified``: it was told to
    open, and the printer did not say that it was reached.
    """

    reason: Reason
    register: Name | None = None
    opened_by: Name | None = None
    unverified: bool = False


class PriceChecked(Counted, kw_only=True):
    """price.checked: somebody asked what a thing costs, and was told ``price``."""

    register: Name | None = None
    text: Text | None = None
    gtin: ArticleNumber | None = None
    sku: Name | None = None
    price: Minor | None = None
    currency: Currency | None = None


TILL_TYPES: Final[dict[str, type[Struct]]] = {
    "sale.returned": Reversal,
    "sale.voided": Reversal,
    "sale.line_voided": LineVoided,
    "shift.opened": ShiftOpened,
    "shift.closed": ShiftClosed,
    "report.x": Report,
    "report.z": Report,
    "payment.captured": Payment,
    "cash.paid_in": CashMoved,
    "cash.paid_out": CashMoved,
    "cash.drop": CashMoved,
    "cash.float": CashMoved,
    "drawer.opened": DrawerOpened,
    "price.checked": PriceChecked,
}
# What an ordinary device may say as well: neither moves money or goods.
HARMLESS: Final = frozenset({"drawer.opened", "price.checked"})

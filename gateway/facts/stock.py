"""What happens to goods: the shapes of stock facts, and whether one fits together (pure)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from gateway.facts.basic import ArticleNumber, Code, Decimal6, Name, Reason
from gateway.kernel import codes
from gateway.kernel.problems import Problem

# Where goods are that nobody has named a place for.
SHOP: Final = "shop"
FactId = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]


class StockLine(Struct, gc=False):
    """So much of one article.

    ``code`` is what was scanned where nobody knew it, ``mark`` what somebody was asked about.
    """

    quantity: Decimal6
    gtin: ArticleNumber | None = None
    sku: Name | None = None
    lot: Name | None = None
    expiry: Annotated[str, Meta(max_length=10)] | None = None
    unit: Name | None = None
    code: Code | None = None
    mark: Literal["unknown", "unexpected", "over"] | None = None


Lines = Annotated[list[StockLine], Meta(min_length=1, max_length=1000)]


class StockReceived(Struct, kw_only=True):
    """stock.received: goods came in, by a delivery or from nowhere in particular.

    ``document`` is the number of the delivery; several facts of one ``session`` were one arrival.
    """

    lines: Lines
    location: Name = SHOP
    document: Name | None = None
    supplier: Name | None = None
    session: Name | None = None


class StockTransferred(Struct, kw_only=True):
    """stock.transferred: goods went from one place to another."""

    lines: Lines
    source: Name = field(name="from")
    target: Name = field(name="to")
    document: Name | None = None


class StockCounted(Struct, kw_only=True):
    """stock.counted: so much was there when somebody looked. Articles that are not named were not
    counted. Several facts of one ``session`` were one count. It was ``blind`` if whoever counted
    was not told what to expect.
    """

    lines: Lines
    location: Name = SHOP
    document: Name | None = None
    session: Name | None = None
    blind: bool | None = None


class StockAdjusted(Struct, kw_only=True):
    """stock.adjusted: more or less than was known, and why; less is a negative quantity."""

    lines: Lines
    reason: Reason
    location: Name = SHOP
    document: Name | None = None


class StockReversed(Struct, kw_only=True):
    """stock.reversed: what another fact told of goods does not hold. ``corrects`` is the id of a
    stock.received, stock.counted or stock.adjusted, and ``lines`` and the rest are as they stand
    there. Levels are as if that fact had never come, whichever of the two comes first. A reversal
    is not reversed; what took place after all is told anew.
    """

    corrects: FactId
    reason: Reason
    lines: Lines
    location: Name = SHOP
    document: Name | None = None
    session: Name | None = None


Stock = StockReceived | StockTransferred | StockCounted | StockAdjusted | StockReversed
STOCK_TYPES: Final[dict[str, type[Struct]]] = {
    "stock.received": StockReceived,
    "stock.transferred": StockTransferred,
    "stock.counted": StockCounted,
    "stock.adjusted": StockAdjusted,
    "stock.reversed": StockReversed,
}


def check(fact: Stock) -> Problem | None:
    """Everything that does not fit, as one problem with pointers; None when all of it does."""
    errors = list(_lines(fact.lines, fact))
    if isinstance(fact, StockTransferred) and fact.source == fact.target:
        errors.append(Problem("stock_same_place", pointer="/data/to", location=fact.target))
    return Problem("stock_invalid", errors=errors) if errors else None


def _lines(lines: Sequence[StockLine], fact: Stock) -> Iterator[Problem]:
    for number, line in enumerate(lines):
        place = f"/data/lines/{number}"
        if line.gtin is None and line.sku is None:
            yield Problem("stock_article_missing", pointer=f"{place}/gtin")
        if line.gtin is not None and codes.gtin14(line.gtin) is None:
            yield Problem("gtin_invalid", pointer=f"{place}/gtin")
        if not _fits(Decimal(line.quantity), fact):
            yield Problem("stock_quantity", pointer=f"{place}/quantity", quantity=line.quantity)


def _fits(quantity: Decimal, fact: Stock) -> bool:
    """A count may find nothing, an adjustment goes either way, everything else moves something; a
    reversal repeats what was told.
    """
    if isinstance(fact, StockReversed):
        return True
    if isinstance(fact, StockAdjusted):
        return quantity != 0
    return quantity >= 0 if isinstance(fact, StockCounted) else quantity > 0

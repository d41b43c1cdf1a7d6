"""What is on hand, and what happened to one article, over HTTP."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct, convert
from msgspec.structs import asdict

from gateway.facts import receipts, stock_levels
from gateway.facts.receipts import Received
from gateway.facts.stock import SHOP
from gateway.facts.stock_levels import FIRST, NEWEST, Key, Level, Movement, Spot
from gateway.facts.till_rows import article
from gateway.kernel import codes
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes import place
from gateway.web.routes.place import After, Limit

Name = Annotated[str, Meta(max_length=80)]


class StockQuery(Struct, forbid_unknown_fields=True):
    """``location`` narrows to one place, ``gtin`` or ``sku`` to one article; movements without a
    place are those in the shop.
    """

    location: Name = ""
    gtin: Annotated[str, Meta(max_length=14)] = ""
    sku: Name = ""
    after: After = ""
    limit: Limit = 100


class Product(Struct):
    """The product that an article is."""

    id: str
    number: str | None
    name: str


class Told(Level):
    """What is on hand of an article, and which product it is where that is known."""

    product: Product | None = None


class Levels(Struct):
    """What is on hand; ``next`` is the ``after`` of the next page."""

    levels: list[Told]
    next: str | None


class Documents(Struct, forbid_unknown_fields=True):
    """The numbers of deliveries."""

    documents: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=100)
    ]


class Receipts(Struct):
    """What has come of each delivery, in the order of the request."""

    receipts: list[Received]


class Named(Movement):
    """A movement, and the name of the device that told of it; empty where it has none."""

    device_name: str = ""


class Movements(Struct):
    """What happened to an article at a place, newest first."""

    movements: list[Named]
    next: str | None


class Places(Struct):
    """Where goods are or were, by name."""

    places: list[str]


def blueprint(parts: Parts) -> Blueprint:
    """Routes under /api/v1/stock."""
    api = Blueprint("stock", __name__, url_prefix="/api/v1")

    @api.get("/stock/places")
    @allows("stock", "list", answers={200: Places}, summary="Every place that goods were ever at")
    def all_of_them() -> Any:
        with parts.store.read() as rows:
            return Places(stock_levels.places(rows))

    _add_levels(api, parts)
    _add_movements(api, parts)
    _add_receipts(api, parts)
    return api


def _add_levels(api: Blueprint, parts: Parts) -> None:
    @api.get("/stock")
    @allows(
        "stock",
        "list",
        query=StockQuery,
        answers={200: Levels},
        problems=("cursor_malformed", "gtin_invalid"),
        summary="What is on hand: the newest count of each article at a place and what moved since",
    )
    def levels() -> Any:
        asked = guard.query(StockQuery)
        one = _article(asked)
        with parts.store.read() as rows:
            if one is not None:
                everywhere = [asked.location] if asked.location else stock_levels.places(rows)
                found = [(location, *one) for location in everywhere]
            else:
                after = place.decode(asked.after, Key, FIRST)
                found = stock_levels.keys(rows, asked.location, after, asked.limit)
            there = [level for key in found if (level := stock_levels.level(rows, key))]
        told = [_told(parts, level) for level in there]
        more = one is None and len(found) == asked.limit
        return Levels(told, place.encode(found[-1]) if more else None)


def _add_movements(api: Blueprint, parts: Parts) -> None:
    @api.get("/stock/movements")
    @allows(
        "stock",
        "list",
        query=StockQuery,
        answers={200: Movements},
        problems=("cursor_malformed", "gtin_invalid", "stock_article_missing"),
        summary="What came, went and was counted of one article at a place, newest first",
    )
    def movements() -> Any:
        asked = guard.query(StockQuery)
        one = _article(asked)
        if one is None:
            raise Problem("stock_article_missing", pointer="/gtin")
        before = place.decode(asked.after, Spot, NEWEST)
        key = (asked.location or SHOP, *one)
        with parts.store.read() as rows:
            found = stock_levels.movements(rows, key, before, asked.limit)
        after = place.encode(found[-1][0]) if len(found) == asked.limit else None
        return Movements([_named(parts, movement) for _, movement in found], after)


def _told(parts: Parts, level: Level) -> Told:
    product = parts.product_of(level.gtin) if level.gtin else None
    return Told(**asdict(level), product=convert(product, Product) if product else None)


def _named(parts: Parts, movement: Movement) -> Named:
    return Named(**asdict(movement), device_name=parts.name_of(movement.device))


def _add_receipts(api: Blueprint, parts: Parts) -> None:
    @api.post("/stock/receipts")
    @allows(
        "stock",
        "list",
        body=Documents,
        answers={200: Receipts},
        summary="What has come so far of deliveries, added up from the facts that name them",
    )
    def receipts_of() -> Any:
        asked = guard.body(Documents)
        with parts.store.read() as rows:
            return Receipts([receipts.received(rows, number) for number in asked.documents])


def _article(asked: StockQuery) -> tuple[str, str] | None:
    """The article that was asked for; Problem gtin_invalid."""
    if asked.gtin and codes.gtin14(asked.gtin) is None:
        raise Problem("gtin_invalid", pointer="/gtin")
    return article(asked.gtin or None, asked.sku) if asked.gtin or asked.sku else None

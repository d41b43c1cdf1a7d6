"""What is on hand, and what happened to one article, over HTTP."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.facts import stock_levels
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
    """``location`` narrows to one place, ``gtin`` or ``sku`` to one article there."""

    location: Name = ""
    gtin: Annotated[str, Meta(max_length=14)] = ""
    sku: Name = ""
    after: After = ""
    limit: Limit = 100


class Levels(Struct):
    """What is on hand; ``next`` is the ``after`` of the next page."""

    levels: list[Level]
    next: str | None


class Movements(Struct):
    """What happened to an article at a place, newest first."""

    movements: list[Movement]
    next: str | None


def blueprint(parts: Parts) -> Blueprint:
    """Routes /api/v1/stock and /api/v1/stock/movements."""
    api = Blueprint("stock", __name__, url_prefix="/api/v1")
    _add_levels(api, parts)
    _add_movements(api, parts)
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
                found = [(asked.location or SHOP, *one)]
            else:
                after = place.decode(asked.after, Key, FIRST)
                found = stock_levels.keys(rows, asked.location, after, asked.limit)
            told = [level for key in found if (level := stock_levels.level(rows, key))]
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
        return Movements([movement for _, movement in found], after)


def _article(asked: StockQuery) -> tuple[str, str] | None:
    """The article that was asked for; Problem gtin_invalid."""
    if asked.gtin and codes.gtin14(asked.gtin) is None:
        raise Problem("gtin_invalid", pointer="/gtin")
    return article(asked.gtin or None, asked.sku) if asked.gtin or asked.sku else None

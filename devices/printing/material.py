"""What templates are filled from: stored facts, articles, and the shop itself."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, Protocol

from devices.printing.receipts import TITLES, Look, Sold
from devices.printing.sheets import Article
from gateway.facts import stock_levels
from gateway.kernel import ids
from gateway.kernel.codes import gtin14
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows

LISTED_MAX: Final = 500
_FACT: Final = "SELECT type, body, occurred_at FROM journal WHERE id = ? AND body IS NOT NULL"
_REPORT: Final = (
    "SELECT id FROM till_entries WHERE register = ? AND type IN ('report.x', 'report.z')"
    " AND detail = ? ORDER BY seq DESC LIMIT 1"
)
_SALE: Final = "SELECT id FROM sales WHERE register = ? AND receipt = ? ORDER BY seq DESC LIMIT 1"


class Shop(Protocol):
    """What the set-up asked for."""

    @property
    def name(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True)
class Told:
    """A stored fact. ``at_ms`` is when it happened."""

    type: str
    at_ms: int
    data: Mapping[str, Any]


class Material:
    """``shop`` is None before the set-up. ``article_of`` finds a product by (gtin or sku, value).

    ``zone`` is that of the shop's clock; None for this machine's.
    """

    def __init__(
        self,
        store: Store,
        shop: Callable[[], Shop | None],
        article_of: Callable[[str, str], Article | None],
        zone: tzinfo | None = None,
    ) -> None:
        self.store = store
        self._shop = shop
        self._article_of = article_of
        self._zone = zone

    @property
    def look(self) -> Look:
        """Whose paper it is."""
        shop = self._shop()
        return Look(shop.name, shop.language, self._zone) if shop else Look("", "en", self._zone)

    @property
    def currency(self) -> str:
        """The shop's; of no shop there is no price."""
        shop = self._shop()
        return shop.currency if shop else "EUR"

    def report(self, identity: str, register: str, number: str) -> Told:
        """An X or Z by its id, or by its number at a register; Problem print_nothing."""
        with self.store.read() as rows:
            key = rows.value(_REPORT, (register, number)) if not identity else None
            if not identity and key is None:
                raise Problem("print_nothing", pointer="/report")
            told = _fact(rows, key or ids.key(identity, "print_nothing"))
        if told.type not in ("report.x", "report.z"):
            raise Problem("print_nothing", pointer="/fact")
        return told

    def sold(self, identity: str, register: str, receipt: str) -> Sold:
        """A sale, a return or a void by its id, or a sale by its receipt; Problem print_nothing."""
        with self.store.read() as rows:
            key = rows.value(_SALE, (register, receipt)) if not identity else None
            if not identity and key is None:
                raise Problem("print_nothing", pointer="/receipt")
            told = _fact(rows, key or ids.key(identity, "print_nothing"))
        if told.type not in TITLES:
            raise Problem("print_nothing", pointer="/fact")
        return Sold(told.type, told.at_ms, told.data, self._name_of)

    def article(self, code: str) -> Article:
        """An article by its GTIN or its number; Problem print_nothing."""
        gtin = gtin14(code)
        found = (gtin and self._article_of("gtin", gtin)) or self._article_of("sku", code)
        if not found:
            raise Problem("print_nothing", pointer="/article")
        return found

    def stocked(self, location: str) -> list[tuple[str, str]]:
        """Names and numbers of the articles that have ever been at a place, in order of number."""
        with self.store.read() as rows:
            keys = stock_levels.keys(rows, location, stock_levels.FIRST, LISTED_MAX)
        if not keys:
            raise Problem("print_nothing", pointer="/location")
        return [(self._named(scheme, item), item) for _, scheme, item in keys]

    def _named(self, scheme: str, item: str) -> str:
        found = self._article_of(scheme, item)
        return found.name if found else item

    def _name_of(self, line: Mapping[str, Any]) -> str:
        """What a line of a receipt is called: as the till said, or as the product is."""
        if isinstance(name := line.get("name"), str) and name:
            return name
        gtin, sku = gtin14(line.get("gtin") or ""), line.get("sku")
        if gtin:
            return self._named("gtin", gtin)
        return self._named("sku", sku) if sku else "?"


def _fact(rows: Rows, key: bytes) -> Told:
    row = rows.one(_FACT, (key,))
    if row is None:
        raise Problem("print_nothing")
    return Told(row["type"], row["occurred_at"], json.loads(row["body"]).get("data", {}))

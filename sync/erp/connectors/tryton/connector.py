"""Tryton as a connector: the line to one database, customers first, then sales, then the rest.

Customers and sales need choices that no mapping can tell (taxes, addresses, terms): they have code
of their own. Everything else goes by ``config/mappings/tryton.toml``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from config.schema import TrytonSettings
from gateway.facts.types import SALE
from sync.erp.connector import Entry
from sync.erp.connectors.tryton.buyers import Buyers
from sync.erp.connectors.tryton.catalogue import Catalogue
from sync.erp.connectors.tryton.line import TrytonLine
from sync.erp.connectors.tryton.parties import Parties
from sync.erp.connectors.tryton.sales import Sales
from sync.erp.connectors.tryton.twins import Twins
from sync.erp.mapping.reading import Fault, MappingRefused
from sync.erp.pushing.engine import Engine
from sync.erp.receipt import Receipt

NAME: Final = "tryton"
CUSTOMER: Final = "customer"
SALES: Final = (SALE, "sale.returned", "sale.voided")


class Tryton:
    """Pushes what ``settings.takes`` names to Tryton 8.0 and later; MappingRefused."""

    name = NAME

    def __init__(self, settings: TrytonSettings, by_mapping: Engine) -> None:
        assert isinstance(by_mapping.line, TrytonLine), "the line to a Tryton"
        self._settings = settings
        self._engine = by_mapping
        self.line = by_mapping.line
        self.mapping = by_mapping.mapping
        self.takes = settings.takes
        if faults := [_untold(one) for one in self.takes if self.mapping.find(one) is None]:
            raise MappingRefused(faults)

    def probe(self) -> str:
        """The company whose books the key opens, with its currency; Trouble if nothing answers."""
        return self.line.answers()

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry: customers first, because the others name them."""
        catalogue = Catalogue(self.line.client, self.line.open())
        yield from Parties(self.line.client, catalogue).push(
            [entry for entry in entries if entry.kind == CUSTOMER]
        )
        buyers = Buyers(self.line.client, self._settings.walk_in_party)
        sales = Sales(self.line.client, catalogue, buyers, self._settings.request_limit_s)
        yield from sales.push([entry for entry in entries if entry.type in SALES])
        others = [one for one in entries if one.kind != CUSTOMER and one.type not in SALES]
        yield from self._engine.push(others)

    def tidy(self) -> None:
        """Cancel drafts of sales and other documents that are there twice; Trouble."""
        self.line.open()
        Twins(self.line.client).tidy()
        self._engine.tidy()


def _untold(name: str) -> Fault:
    sentence = f'"{name}" is to be pushed, and has no table in the mapping'
    return Fault("the settings", "tryton", "takes", sentence)

"""Tryton as a connector: the line to one database, customers first, then sales."""

from collections.abc import Iterator, Sequence

from config.schema import TrytonSettings
from gateway.facts.types import SALE
from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Trouble
from sync.erp.connectors.tryton.buyers import Buyers
from sync.erp.connectors.tryton.catalogue import Catalogue
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.parties import Parties
from sync.erp.connectors.tryton.sales import Sales
from sync.erp.connectors.tryton.twins import Twins
from sync.erp.receipt import Receipt

CUSTOMER = "customer"


class Tryton:
    """Pushes customers and sales to Tryton 8.0 and later."""

    name = "tryton"
    takes: tuple[str, ...] = (CUSTOMER, SALE)

    def __init__(self, settings: TrytonSettings, timeout_s: float) -> None:
        self._settings = settings
        self._client = Client(settings, timeout_s)
        self._company = 0

    def probe(self) -> str:
        """The company whose books the key opens, with its currency; Trouble if nothing answers."""
        fields = ["party.name", "currency.code"]
        found = self._client.find("company.company", [["id", "=", self._open()]], fields)
        return f"Tryton, {found[0]['party.']['name']} ({found[0]['currency.']['code']})"

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry: customers first, because sales name them."""
        catalogue = Catalogue(self._client, self._open())
        yield from Parties(self._client, catalogue).push(
            [entry for entry in entries if entry.kind == CUSTOMER]
        )
        buyers = Buyers(self._client, self._settings.walk_in_party)
        sales = Sales(self._client, catalogue, buyers, self._settings.request_limit_s)
        yield from sales.push([entry for entry in entries if entry.type == SALE])

    def tidy(self) -> None:
        """Cancel drafts of sales that are there twice; Trouble."""
        self._open()
        Twins(self._client).tidy()

    def _open(self) -> int:
        """Make sure of the company that the key's user works in."""
        if not self._company:
            preferences = self._client.call("res.user", "get_preferences", context_only=True)
            self._company = preferences.get("company") or 0
            if not self._company:
                raise Trouble(Problem("erp_not_there", what="company that the key's user works in"))
            self._client.use_company(self._company)
        return self._company

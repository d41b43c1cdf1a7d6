"""What a Tryton database calls the things that entries name: countries, taxes, products, terms.

Everything is read when first needed and kept for one batch, so that what somebody adds in the ERP
is found by the next one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from gateway.kernel.languages import TRADITIONAL, nearest
from gateway.kernel.problems import Problem
from sync.erp.canonical import Line
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.client import Client

_PRODUCT = (
    "code",
    "identifiers.code",
    "default_uom",
    "template.sale_uom",
    "template.account_category.customer_taxes.rate",
)


@dataclass(frozen=True, slots=True)
class Product:
    """An article: its id, the unit it is sold in, and its own taxes (id -> rate)."""

    id: int
    unit: int
    taxes: Mapping[int, Decimal]


class Catalogue:
    """The reference data of one database, as far as one batch needs it."""

    def __init__(self, client: Client, company: int) -> None:
        self._client = client
        self._company = company
        self._products: dict[str, Product] = {}

    @property
    def timezone(self) -> ZoneInfo:
        """The company's zone: an ERP's day is not a UTC day."""
        return ZoneInfo(self._books["timezone"] or "UTC")

    @property
    def own_currency(self) -> str:
        """The ISO 4217 code of the currency that the company keeps its books in."""
        return str(self._books["currency."]["code"])

    @cached_property
    def tax_id_types(self) -> frozenset[str]:
        """The kinds of tax numbers Tryton knows and checks, such as ``de_vat``."""
        types = self._client.call("party.identifier", "get_types")
        return frozenset(name for name, _ in types if name)

    def country(self, code: str) -> int | None:
        """A country by ISO 3166 code, None for none; Refusal."""
        if code and code not in self._countries:
            raise _missing(Problem("erp_value_unknown", what="country", name=code))
        return self._countries.get(code)

    def currency(self, code: str) -> int:
        """A currency by ISO 4217 code; Refusal."""
        found = self._currencies.get(code)
        if found is None:
            raise _missing(Problem("erp_value_unknown", what="currency", name=code))
        return found

    def language(self, code: str) -> int | None:
        """A language by tag (``zh-CN``, ``de``); None where the ERP has no such language."""
        known = self._languages
        return next((known[name] for name in language_names(code) if name in known), None)

    def terms(self, days: int) -> int | None:
        """A payment term that asks for the whole sum after so many days; None without one."""
        return self._terms.get(days)

    def load_products(self, lines: Iterable[Line]) -> None:
        """Fetch the products of many lines in one question."""
        lines = list(lines)
        codes = {code for line in lines for code in line.codes} - self._products.keys()
        skus = {line.sku for line in lines if line.sku} - self._products.keys()
        if not codes and not skus:
            return
        domain = [
            "OR",
            [["identifiers.code", "in", sorted(codes)]],
            [["code", "in", sorted(skus)]],
        ]
        for row in self._client.find("product.product", domain, _PRODUCT):
            product = _product(row)
            names = [row["code"], *(one["code"] for one in row["identifiers."])]
            for name in names:
                if name in codes or name in skus:
                    self._products.setdefault(name, product)

    def product(self, line: Line) -> Product:
        """The product of a line, by its article number or else our code for it; Refusal."""
        for code in (*line.codes, line.sku):
            if code in self._products:
                return self._products[code]
        raise _missing(Problem("erp_product_unknown", product=line.name))

    def taxes(self, product: Product, rate: Decimal) -> list[int]:
        """The taxes that make up a rate: the product's own if they do, else the only such tax.

        Refusal where that leaves a doubt: a line stored untaxed is a mistake nobody sees.
        """
        if rate == 0:
            return []
        if sum(product.taxes.values()) == rate:
            return sorted(product.taxes)
        matching = [identity for identity, value in self._taxes.items() if value == rate]
        if len(matching) != 1:
            problem = Problem("erp_tax_unknown", rate=f"{(rate * 100).normalize():f} %")
            raise Refusal(Outcome.NEEDS_PERSON, problem)
        return matching

    @cached_property
    def _books(self) -> dict[str, Any]:
        fields = ["timezone", "currency.code"]
        return self._client.find("company.company", [["id", "=", self._company]], fields)[0]

    @cached_property
    def _countries(self) -> dict[str, int]:
        return self._by_code("country.country")

    @cached_property
    def _currencies(self) -> dict[str, int]:
        return self._by_code("currency.currency")

    @cached_property
    def _languages(self) -> dict[str, int]:
        return self._by_code("ir.lang")

    @cached_property
    def _taxes(self) -> dict[int, Decimal]:
        domain = [["company", "=", self._company], ["parent", "=", None]]
        kept = [["type", "=", "percentage"], ["OR", ["group", "=", None], _SALE_GROUP]]
        found = self._client.find("account.tax", [*domain, *kept], ["rate"])
        return {row["id"]: row["rate"] for row in found}

    @cached_property
    def _terms(self) -> dict[int, int]:
        fields = ["lines.type", *(f"lines.relativedeltas.{name}" for name in ("days", *_CALENDAR))]
        found = self._client.find("account.invoice.payment_term", [], fields)
        terms: dict[int, int] = {}
        for row in found:
            days = _days(row["lines."])
            if days is not None:
                terms.setdefault(days, row["id"])
        return terms

    def _by_code(self, model: str) -> dict[str, int]:
        return {row["code"]: row["id"] for row in self._client.find(model, [], ["code"])}


_CALENDAR = ("months", "month", "day", "weekday", "weeks")
_SALE_GROUP = ["group.kind", "in", ["sale", "both"]]


def _missing(problem: Problem) -> Refusal:
    """Something that will be there once somebody adds it: the entry waits and tries again."""
    return Refusal(Outcome.RETRY, problem)


def _product(row: Mapping[str, Any]) -> Product:
    category = row["template."].get("account_category.") or {}
    taxes = {tax["id"]: tax["rate"] for tax in category.get("customer_taxes.", [])}
    return Product(row["id"], row["template."]["sale_uom"] or row["default_uom"], taxes)


def _days(lines: Sequence[Mapping[str, Any]]) -> int | None:
    """The days of a term with one part and no calendar rule in it; None for any other."""
    if len(lines) != 1 or lines[0]["type"] != "remainder":
        return None
    deltas = lines[0]["relativedeltas."]
    if any(delta[name] for delta in deltas for name in _CALENDAR):
        return None
    return sum(int(delta["days"]) for delta in deltas)


def language_names(tag: str) -> tuple[str, ...]:
    """What Tryton may call the language of a tag, the best name first.

    A language is named after its country there: traditional Chinese is that of Taiwan.
    """
    exact = tag.replace("-", "_")
    if nearest(tag) == TRADITIONAL:
        return exact, "zh_TW"
    return exact, exact.partition("_")[0]

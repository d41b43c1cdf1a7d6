"""The receipt of a sale, of a return, and of a sale that was taken back (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final

from devices.escpos.document import (
    AnyPart,
    Barcode,
    Cell,
    Cut,
    Document,
    Feed,
    Pulse,
    Row,
    Rule,
    Text,
)
from devices.printing.words import amount, moment, price, quantity, rate, say

TITLES: Final = {
    "sale.completed": "receipt",
    "sale.returned": "return",
    "sale.voided": "void",
}


@dataclass(frozen=True)
class Look:
    """Whose paper it is: the shop's name, its language and its clock."""

    shop: str
    language: str
    zone: tzinfo | None = None

    def say(self, key: str) -> str:
        """A word in the shop's language."""
        return say(key, self.language)

    def at(self, unix_ms: int) -> str:
        """An instant as the shop writes it."""
        return moment(unix_ms, self.language, self.zone)


@dataclass(frozen=True)
class Sold:
    """A stored sale, or its mirror image; ``name_of`` names the article of a line."""

    type: str
    at_ms: int
    data: Mapping[str, Any]
    name_of: Callable[[Mapping[str, Any]], str]

    @property
    def cash(self) -> bool:
        """Whether cash changed hands."""
        return any(tender["type"] == "cash" for tender in self.data["tenders"])


def receipt(sold: Sold, look: Look, *, drawer: bool = False) -> Document:
    """Everything of a sale as it was recorded: nothing is added up anew.

    With ``drawer`` the drawer opens as it is printed.
    """
    data = sold.data
    parts: list[AnyPart] = []
    if drawer:
        parts.append(Pulse("sale", data["register"]))
    parts += [
        Text(look.shop, bold=True, large=True, align="centre"),
        Text(look.say(TITLES[sold.type]), bold=True, align="centre"),
        Feed(1),
        *_head(sold, look),
        Rule(),
        *_lines(sold, look),
        Rule(),
        *_totals(data, look),
        Rule(),
        *_tenders(data, look),
        Feed(1),
        Barcode(data["receipt"]),
        Cut(),
    ]
    return Document(parts)


def pair(label: str, value: str, *, bold: bool = False) -> Row:
    """A word at the left, and what it stands for at the right."""
    return Row([Cell(label), Cell(value, "right", fit=True)], bold)


def _head(sold: Sold, look: Look) -> Iterator[AnyPart]:
    data = sold.data
    yield pair(look.say("number"), data["receipt"])
    yield pair(look.say("register"), data["register"])
    if cashier := data.get("cashier"):
        yield pair(look.say("cashier"), cashier)
    yield pair(look.say("date"), look.at(sold.at_ms))
    if original := data.get("original"):
        yield pair(look.say("of_receipt"), f"{original['register']} {original['receipt']}")
    if data.get("unverified"):
        yield Text(look.say("unverified"))


def _lines(sold: Sold, look: Look) -> Iterator[AnyPart]:
    currency = sold.data["currency"]
    for line in sold.data["lines"]:
        discount = line.get("discount", 0)
        before = amount(line["amount"] + discount, currency)
        yield pair(sold.name_of(line), before)
        if line["quantity"] != "1":
            times = f"  {quantity(line['quantity'])} x {amount(line['unit_price'], currency)}"
            yield Text(times)
        if discount:
            yield pair(f"  {look.say('discount')}", amount(-discount, currency))


def _totals(data: Mapping[str, Any], look: Look) -> Iterator[AnyPart]:
    currency = data["currency"]
    yield pair(look.say("net"), amount(data["net"], currency))
    for share, tax in sorted(_taxes(data).items()):
        yield pair(f"{look.say('tax')} {rate(str(share))}", amount(tax, currency))
    if data.get("rounding"):
        yield pair(look.say("rounding"), amount(data["rounding"], currency))
    total = Row(
        [Cell(look.say("total")), Cell(price(data["total"], currency), "right", fit=True)],
        bold=True,
    )
    yield total


def _taxes(data: Mapping[str, Any]) -> Mapping[Decimal, int]:
    """By rate, as the lines have it."""
    taxes: defaultdict[Decimal, int] = defaultdict(int)
    for line in data["lines"]:
        taxes[Decimal(line.get("tax_rate", "0")).normalize()] += line.get("tax", 0)
    return {share: tax for share, tax in taxes.items() if share or tax}


def _tenders(data: Mapping[str, Any], look: Look) -> Iterator[AnyPart]:
    currency = data["currency"]
    for tender in data["tenders"]:
        yield pair(look.say(f"tender.{tender['type']}"), amount(tender["amount"], currency))
        if change := tender.get("change", 0):
            yield pair(look.say("change"), amount(change, currency))

"""Reports of a shift, lists to count by, labels for prices and shelves, the test page (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devices.escpos.document import (
    AnyPart,
    Barcode,
    Cell,
    Cut,
    Document,
    Feed,
    Qr,
    Row,
    Rule,
    Text,
)
from devices.printing.receipts import Look, pair
from devices.printing.words import amount, price


@dataclass(frozen=True)
class Article:
    """What a label says; ``price`` in minor units is what a customer pays, None if unknown."""

    name: str
    number: str
    gtin: str
    price: int | None
    unit: str = ""


def report(type: str, at_ms: int, data: Mapping[str, Any], look: Look) -> Document:
    """An X or Z as the register reported it."""
    currency = data["currency"]
    figures = [("net", data["net"]), ("tax", data["tax"])]
    if data.get("rounding"):
        figures.append(("rounding", data["rounding"]))
    parts: list[AnyPart] = [
        Text(look.shop, bold=True, large=True, align="centre"),
        Text(f"{look.say(type)} {data['report']}", bold=True, align="centre"),
        Feed(1),
        pair(look.say("register"), data["register"]),
        pair(look.say("shift"), data["shift"]),
        pair(look.say("date"), look.at(at_ms)),
        Rule(),
        pair(look.say("sales"), str(data.get("sales", 0))),
        pair(look.say("returns"), str(data.get("returns", 0))),
        Rule(),
        *(pair(look.say(word), amount(minor, currency)) for word, minor in figures),
        pair(look.say("total"), price(data["total"], currency), bold=True),
        Rule(),
    ]
    parts += [
        pair(look.say(f"tender.{tender['type']}"), amount(tender["amount"], currency))
        for tender in data.get("tenders", [])
    ]
    return Document([*parts, Feed(1), Cut()])


def count_list(
    location: str, at_ms: int, articles: Sequence[tuple[str, str]], look: Look
) -> Document:
    """A list to count by, of names and numbers. It does not say how many there should be."""
    rows = [
        Row([Cell(f"{name}\n{number}"), Cell("______", "right", fit=True)])
        for name, number in articles
    ]
    return Document(
        [
            Text(look.say("count_list"), bold=True, large=True, align="centre"),
            pair(look.say("location"), location),
            pair(look.say("date"), look.at(at_ms)),
            Rule(double=True),
            Row([Cell(look.say("article")), Cell(look.say("counted"), "right", fit=True)], True),
            Rule(),
            *rows,
            Rule(double=True),
            pair(look.say("articles"), str(len(articles))),
            Feed(2),
            Text(f"{look.say('signature')} ____________"),
            Cut(),
        ]
    )


def labels(article: Article, currency: str, copies: int, *, shelf: bool) -> Document:
    """Labels of one article, each cut off. A shelf label says its number as well."""
    return Document(list(_label(article, currency, shelf=shelf)) * copies)


def _label(article: Article, currency: str, *, shelf: bool) -> Iterable[AnyPart]:
    yield Text(article.name, bold=True)
    if article.price is not None:
        unit = f" / {article.unit}" if article.unit else ""
        yield Text(price(article.price, currency) + unit, bold=True, large=True, align="right")
    if shelf and article.number:
        yield Text(article.number)
    if article.gtin:
        ean = article.gtin.startswith("0")
        yield Barcode(
            article.gtin[1:] if ean else article.gtin, "ean13" if ean else "code128"
        )  # fmt: skip
    yield Cut()


def test_page(name: str, at_ms: int, look: Look) -> Document:
    """Everything that a printer can do, so that somebody sees what it cannot."""
    return Document(
        [
            Text(look.say("test_page"), bold=True, large=True, align="centre"),
            Text(f"{look.shop}\n{name}\n{look.at(at_ms)}", align="centre"),
            Rule(double=True),
            Text(look.say("test_page.text")),
            Text(look.say("left")),
            Text(look.say("centre"), align="centre"),
            Text(look.say("right"), align="right"),
            Text(look.say("bold"), bold=True),
            Text(look.say("large"), large=True),
            Text("ÄÖÜ äöü ß éèç ñ € £ ¥"),
            Text("绿茶 咖啡 / 綠茶 咖啡"),
            pair("1234567890", "1234567890"),
            Rule(),
            Barcode("4006381333931", "ean13"),
            Barcode("WAYSTATION"),
            Qr("https://id.gs1.org/01/04006381333931"),
            Cut(),
        ]
    )

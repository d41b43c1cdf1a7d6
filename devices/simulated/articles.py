"""What a simulated shop sells, and codes to scan."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """Something to scan and sell; ``net_price`` in minor units of the shop's currency."""

    sku: str
    gtin: str
    name: str
    net_price: int
    tax_rate: str = "0.19"

    def data(self) -> dict[str, object]:
        """The article as a product record."""
        return {
            "name": self.name,
            "sku": self.sku,
            "barcodes": [self.gtin],
            "net_price": self.net_price,
            "tax_rate": self.tax_rate,
        }


# The same articles that the Tryton of the tests is seeded with, so that demo sales find theirs.
ARTICLES = (
    Article("SKU-0001", "2000000000015", "Espresso beans 1 kg", 1850),
    Article("SKU-0002", "2000000000022", "Filter coffee 500 g", 790),
    Article("SKU-0003", "2000000000039", "Green tea 100 g", 540),
    Article("SKU-0004", "2000000000046", "Oat drink 1 l", 195),
    Article("SKU-0005", "2000000000053", "Dark chocolate 100 g", 230),
    Article("SKU-0006", "2000000000060", "Cane sugar 1 kg", 210),
    Article("SKU-0007", "2000000000077", "Paper cups 50 pcs", 425),
    Article("SKU-0008", "2000000000084", "Wooden stirrers 500 pcs", 360),
)


def serial_codes(line: str, run: str) -> Iterator[str]:
    """GS1 element strings that never come twice: an article with a serial number of its own.

    ``line`` and ``run`` keep those of other lines and other runs apart; both are short.
    """
    for number in itertools.count(1):
        article = ARTICLES[number % len(ARTICLES)]
        yield f"010{article.gtin}21{run}{line}N{number}"


def article_codes(chance: random.Random) -> Iterator[str]:
    """The bar codes of articles, as customers bring them."""
    while True:
        yield chance.choice(ARTICLES).gtin

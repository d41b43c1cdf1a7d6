"""A whole virtual shop.

Articles, a scanner on a real terminal, and a till that posts its sales over HTTP.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import requests

from devices.simulate import SimulatedScanner, scan_along
from gateway.kernel import ids
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.money import line_amount, round_half_up

SCAN_EVERY_S = 3.0
SALE_EVERY_S = 7.0
TIMEOUT_S = 10.0

log = logging.getLogger(__name__)


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


class VirtualShop:
    """Scans and sells at a newcomer's pace until stopped. ``url`` and ``token`` are the till's."""

    def __init__(
        self, scanner: SimulatedScanner, url: str, token: str, currency: str, clock: Clock
    ) -> None:
        self._scanner = scanner
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._currency = currency
        self._clock = clock
        self._stop = threading.Event()
        codes = [article.gtin for article in ARTICLES]
        self._threads = [
            threading.Thread(
                target=scan_along, args=(scanner, codes, SCAN_EVERY_S, self._stop), daemon=True
            ),
            threading.Thread(target=self._sell, name="virtual till", daemon=True),
        ]

    def start(self) -> None:
        """Open the shop."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close it."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._scanner.unplug()

    def _sell(self) -> None:
        receipt = 0
        while not self._stop.wait(SALE_EVERY_S * (0.5 + ids.jitter())):
            receipt += 1
            event = sale_event(receipt, self._currency, self._clock.now_ms())
            # A till keeps a sale until it is answered; this one offers the same event once more.
            if not self._post(event):
                self._post(event)

    def _post(self, event: Mapping[str, object]) -> bool:
        try:
            answer = requests.post(
                f"{self._url}/api/v1/facts", json=event, headers=self._headers, timeout=TIMEOUT_S
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            log.warning("the virtual till could not post its sale: %s", error)
            return False
        return True


def sale_event(receipt: int, currency: str, now_ms: int) -> dict[str, object]:
    """A sale of one to three articles as a CloudEvent, paid in cash, adding up to the cent."""
    lines = [_line(_any_article()) for _ in range(1 + int(ids.jitter() * 3))]
    net = sum(int(str(line["amount"])) for line in lines)
    tax = sum(int(str(line["tax"])) for line in lines)
    total = net + tax
    given = -(-total // 1000) * 1000  # the next round note
    return {
        "specversion": "1.0",
        "id": ids.uuid7(now_ms),
        "source": "virtual-till",
        "type": "sale.completed",
        "time": to_iso(now_ms),
        "data": {
            "register": "DEMO-1",
            "receipt": f"{now_ms}-{receipt}",
            "currency": currency,
            "lines": lines,
            "tenders": [{"type": "cash", "amount": given, "change": given - total}],
            "net": net,
            "tax": tax,
            "total": total,
        },
    }


def _any_article() -> Article:
    return ARTICLES[int(ids.jitter() * len(ARTICLES))]


def _line(article: Article) -> dict[str, object]:
    quantity = 1 + int(ids.jitter() * 3)
    amount = line_amount(Decimal(quantity), article.net_price)
    return {
        "gtin": article.gtin,
        "quantity": str(quantity),
        "unit_price": article.net_price,
        "tax_rate": article.tax_rate,
        "tax": round_half_up(amount * Decimal(article.tax_rate)),
        "amount": amount,
    }

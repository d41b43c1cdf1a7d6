"""The demo: furnishes a data folder as a small shop, and opens a virtual one in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devices.simulate import SimulatedScanner
from devices.virtual_shop import ARTICLES, VirtualShop
from devices.wing import Devices
from gateway.access.setup import Shop
from gateway.access.users import Change
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.web.door.parts import Parts

PERSON = "demo"
TILL = "Virtual till"
SCANNER = "Virtual scanner"
# Articles come from the ERP in a real shop.
ERP = Actor(id="demo", name="Demo", role="erp", device="demo")


def scanner_link(data: Path) -> Path:
    """Where the virtual scanner's terminal appears."""
    return data / "scanner"


@dataclass(frozen=True)
class Demo:
    """``password`` is of the administrator ``demo``; ``close`` ends the shop."""

    password: str
    close: Callable[[], None]


def open_shop(parts: Parts, records: Records, wing: Devices, url: str) -> Demo:
    """Furnish the folder where that is not done yet, plug in the scanner, and start selling."""
    password = _administrator(parts)
    currency = records.engine.home.currency
    for article in ARTICLES:
        record = ids.to_text(ids.event_key("demo", "article", article.sku))
        records.create(Origin(ERP), "product", article.data(), record)
    for till in parts.devices.list():
        if till.name == TILL and not till.revoked:
            parts.devices.revoke(till.id)
    _, token = parts.devices.add(TILL, "pos")
    link = scanner_link(parts.store.folder)
    scanner = SimulatedScanner(link)
    scanner.plug_in()
    wing.adopt(str(link), SCANNER)
    shop = VirtualShop(scanner, url, token, currency, parts.clock)
    shop.start()
    return Demo(password, shop.stop)


def _administrator(parts: Parts) -> str:
    password = ids.random_token()[:16]
    if parts.setup.needed():
        gateway = parts.settings.gateway
        shop = Shop("Demo shop", gateway.country, gateway.currency, gateway.language)
        parts.setup.complete(parts.setup.code(), shop, PERSON, password, "demo")
    else:
        parts.users.change(parts.users.named(PERSON).id, Change(password=password))
    return password

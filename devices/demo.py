"""The demo: furnishes a data folder as a small shop, and opens a simulated store in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devices.changes.leaving import Leaving
from devices.driver import State
from devices.simulated.articles import ARTICLES, article_codes
from devices.simulated.store import Plan, SimulatedStore
from devices.wing import Devices
from gateway.access.setup import Shop
from gateway.access.users import Change
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.web.door.parts import Parts

PERSON = "demo"
# A newcomer's pace: a scan every few seconds, somebody at the till now and then.
PLAN = Plan(scanners=1, tcp_scanners=1, tills=1, printers=1, scales=1, rate=0.25, till_rate=0.15)
# Articles come from the ERP in a real shop.
ERP = Actor(id="demo", name="Demo", role="erp", device="demo")


@dataclass(frozen=True)
class Demo:
    """``password`` is of the administrator ``demo``; ``close`` ends the shop."""

    password: str
    close: Callable[[], None]


class _Inside:
    """The hands of a store inside the gateway itself. What it added before is taken away first."""

    def __init__(self, parts: Parts, wing: Devices, leaving: Leaving, currency: str) -> None:
        self.url = ""
        self.currency = currency
        self._parts = parts
        self._wing = wing
        self._leaving = leaving

    def adopt(self, port: str, name: str, config: Mapping[str, object]) -> str:
        return self._wing.adopt(port, name, config).attached.id

    def add(self, driver: str, name: str, config: Mapping[str, object]) -> str:
        kin = [v.attached for v in self._wing.devices() if v.attached.driver == driver]
        self.leave([one.id for one in kin if one.name.startswith(name.rsplit(" ", 1)[0])], [])
        return self._wing.add(driver, name, config, SYSTEM).attached.id

    def command(self, device: str, command: str) -> Mapping[str, Any]:
        came = self._wing.command(device, command, {}, SYSTEM)
        return {"outcome": came.outcome, "reason": came.reason, "data": dict(came.data)}

    def online(self, device: str) -> bool:
        return self._wing.device(device).state is State.ONLINE

    def token(self, name: str) -> tuple[str, str]:
        before = [one.id for one in self._parts.devices.list() if one.name == name]
        self.leave([], before)
        added, token = self._parts.devices.add(name, "pos")
        return added, token

    def leave(self, devices: Iterable[str], tokens: Iterable[str]) -> None:
        for device in devices:
            self._leaving.remove(device, SYSTEM)
        for token in tokens:
            self._parts.devices.revoke(token)


def open_shop(parts: Parts, records: Records, wing: Devices, leaving: Leaving, url: str) -> Demo:
    """Furnish the folder where that is not done yet, plug everything in, and start selling."""
    password = _administrator(parts)
    currency = records.engine.home.currency
    for article in ARTICLES:
        record = ids.to_text(ids.event_key("demo", "article", article.sku))
        records.create(Origin(ERP), "product", article.data(), record)
    hands = _Inside(parts, wing, leaving, currency)
    hands.url = url
    plan = replace(PLAN, seed=parts.clock.now_ms())
    shop = SimulatedStore(
        hands, plan, links(parts.store.folder), parts.clock, lambda _, chance: article_codes(chance)
    )
    shop.open()
    shop.start()

    def close() -> None:
        shop.stop()
        shop.close(leave=False)

    return Demo(password, close)


def told(shop: Demo, url: str) -> str:
    """What a person needs to know of it when the gateway has started."""
    return (
        f"\n  demo shop     a scanner scans and a till sells: watch them at {url}/console\n"
        f"  sign in       {PERSON}, password {shop.password}"
    )


def links(data: Path) -> Path:
    """Where the terminals of the simulated scanners appear."""
    return data / "simulated"


def _administrator(parts: Parts) -> str:
    password = ids.random_token()[:16]
    if parts.setup.needed():
        gateway = parts.settings.gateway
        shop = Shop("Demo shop", gateway.country, gateway.currency, gateway.language)
        parts.setup.complete(parts.setup.code(), shop, PERSON, password, "demo")
    else:
        parts.users.change(parts.users.named(PERSON).id, Change(password=password))
    return password

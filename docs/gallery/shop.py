"""A shop as it stands after a busy morning: everything that a screen can show is there once."""

import datetime as dt
import json
import os
import tty
from pathlib import Path
from typing import Any

import requests

from docs.gallery.goods import (
    COFFEE,
    CUSTOMERS,
    DELIVERY,
    HONEY,
    MILK,
    PEOPLE,
    PRODUCTS,
    TASKS,
    TEA,
    TWINS,
)
from tests.browser.conftest import Office
from tests.browser.console.cast import setup_code
from tests.browser.phone import PASSWORD
from tests.torture.gateway import GatewayProcess, wait_until

ADMIN = "ada"
HEAD_OFFICE = "head-office"
ID = "0192d1a0-0000-7000-8000-"
TIMEOUT_S = 30
WORKLIST_S = 120


class Shop:
    """A running gateway that nobody has set up, two scanners at its ports, a till and an ERP that
    pulls. ``twins``: two customers that may be one, ``delivery`` one that is partly here.
    """

    def __init__(self, folder: Path) -> None:
        pairs = [os.openpty(), os.openpty()]
        self._near = [near for near, _ in pairs]
        for _, far in pairs:
            tty.setraw(far)
        data = folder / "data"
        data.mkdir(parents=True)
        ports = json.dumps([os.ttyname(far) for _, far in pairs])
        (data / "site.toml").write_text(f"[devices]\nextra_ports = {ports}\npoll_s = 1\n")
        self.gateway = GatewayProcess(data)
        self.till = self.gateway.token("Till 1", "pos")
        self.erp = self.gateway.token("Head office", "erp")
        self.gateway.start()
        self.twins = ("", "")
        self.delivery = ""
        self._facts = 0

    @property
    def url(self) -> str:
        """Where its people reach it."""
        return f"http://localhost:{self.gateway.port}"

    def close(self) -> None:
        """End the gateway."""
        self.gateway.stop()
        for near in self._near:
            os.close(near)

    def at_desk(self, name: str) -> Office:
        """Somebody's own way in."""
        return Office(self.gateway, name)

    def open(self) -> None:
        """Its first visitor sets it up, and hires everybody."""
        shop = {"shop": "Lindenhof", "country": "DE", "currency": "EUR", "language": "en"}
        person = {"name": ADMIN, "password": PASSWORD, "code": setup_code(self.gateway)}
        answer = requests.post(f"{self.url}/api/v1/setup", json=shop | person, timeout=TIMEOUT_S)
        answer.raise_for_status()
        for name, role in PEOPLE.items():
            self.gateway.user(name, role, PASSWORD)

    def furnish(self) -> list[str]:
        """Fill it; ids of the customers, in the order of the list."""
        clara = self.at_desk("clara")
        self._products()
        made = [self._create(clara, "customer", data) for data in CUSTOMERS]
        pairs = [(self._create(clara, "customer", one), two) for one, two in TWINS]
        twins = [(one, self._create(clara, "customer", two)) for one, two in pairs]
        self.twins = twins[0]
        for title, customer, days in TASKS:
            due = (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).date().isoformat()
            data = {"title": title, "customer": made[customer], "due": due, "owner": "mira"}
            self._create(clara, "task", data)
        self._propose(made)
        self._contest(clara, made[5])
        self._plug_in()
        self._stock()
        self._sell()
        self._take()
        self._open_the_doors()
        return made

    def await_worklist(self) -> None:
        """Wait until what is to be mended has been weighed, which happens in the background."""
        bruno = self.at_desk("bruno")
        wait_until(
            lambda: bool(bruno.call("GET", "/api/v1/worklist/customer")["items"]), WORKLIST_S
        )

    def scan(self, code: str) -> None:
        """A scan of the confirmed scanner."""
        os.write(self._near[0], f"{code}\r\n".encode())

    def post(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """A fact of the till; what became of it."""
        self._facts += 1
        event = {
            "specversion": "1.0",
            "id": f"{ID}{self._facts:012x}",
            "source": "urn:till:1",
            "type": kind,
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")[:23] + "Z",
            "data": data,
        }
        found: list[dict[str, Any]] = self._machine("/api/v1/facts", [event], self.till)["results"]
        return found[0]

    def _machine(self, path: str, body: object, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        method = "GET" if body is None else "POST"
        answer = requests.request(
            method, self.url + path, json=body, headers=headers, timeout=TIMEOUT_S
        )
        answer.raise_for_status()
        return answer.json()

    def _create(self, who: Office, kind: str, data: dict[str, Any], reason: str = "") -> str:
        body = {"data": data} | ({"reason": reason} if reason else {})
        return str(who.call("POST", f"/api/v1/records/{kind}", body)["id"])

    def _products(self) -> None:
        bruno = self.at_desk("bruno")
        for sku, gtin, name, price, tax in PRODUCTS:
            data = {"name": name, "sku": sku, "barcodes": [gtin], "net_price": price}
            self._create(bruno, "product", data | {"tax_rate": tax})

    def _propose(self, made: list[str]) -> None:
        """What two people have to agree on."""
        mira = self.at_desk("mira")
        account = {"b1": {"iban": "DE89370400440532013000", "holder": "Nordwind Handel GmbH"}}
        for record, patch, reason in (
            (made[0], {"credit_limit": 900_000}, "A tender for the whole season."),
            (made[1], {"payment_terms": 60}, "对方年度框架合同。"),
            (made[0], {"bank_accounts": account}, "New account, by letter."),
        ):
            path = f"/api/v1/records/customer/{record}"
            version = mira.call("GET", path)["version"]
            mira.call("POST", path, {"base_version": version, "patch": patch, "reason": reason})

    def _contest(self, clara: Office, record: str) -> None:
        """Two people say two things of one customer."""
        path = f"/api/v1/records/customer/{record}"
        version = clara.call("GET", path)["version"]
        for who, name, phone in (
            (clara, "Kornblum Feinkost GmbH", "+494030901830"),
            (self.at_desk("noor"), "Kornblum & Söhne e. K.", "+494030901840"),
        ):
            patch = {"legal_name": name, "phone": phone}
            who.call("POST", path, {"base_version": version, "patch": patch})

    def _plug_in(self) -> None:
        ada = self.at_desk(ADMIN)

        def found() -> list[dict[str, Any]]:
            shown: list[dict[str, Any]] = ada.call("GET", "/api/v1/devices")["proposals"]
            return shown

        wait_until(lambda: len(found()) == 2, TIMEOUT_S, lambda: "the scanners were not found")
        port = os.ttyname(self._near[0])
        first = next((one for one in found() if port in str(one)), found()[0])
        decision = {"action": "confirm", "name": "Goods in"}
        ada.call("POST", f"/api/v1/devices/proposals/{first['id']}", decision)

    def _stock(self) -> None:
        """The till's day has begun; goods came, went to the shop, and were counted."""
        delivery = self._machine("/api/v1/records/delivery", {"data": DELIVERY}, self.erp)
        self.delivery = str(delivery["id"])
        at = {"register": "1", "shift": "41", "currency": "EUR"}
        self.post("shift.opened", {**at, "float": 15_000, "number": "LH-1-a-1"})
        for kind, lines, more in (
            ("stock.counted", [(COFFEE, "12"), (TEA, "40"), (MILK, "64"), (HONEY, "21")], {}),
            (
                "stock.received",
                [(COFFEE, "18"), (MILK, "48")],
                {"location": "cellar", "document": DELIVERY["number"]},
            ),
            ("stock.transferred", [(COFFEE, "6")], {"from": "cellar", "to": "shop"}),
        ):
            told = [{"gtin": gtin, "quantity": quantity} for gtin, quantity in lines]
            self.post(kind, {"lines": told, **more})

    def _sell(self) -> None:
        for number, (gtin, price) in enumerate(((COFFEE, 1850), (TEA, 540), (MILK, 195)) * 4):
            self.post("sale.completed", sale(1001 + number, gtin, 1 + number % 3, price))
            self.post("scan.captured", {"text": gtin})
        wrong = sale(1099, COFFEE, 2, 1850)
        self.post("sale.completed", wrong | {"total": wrong["total"] + 30})
        self.post("sale.completed", wrong | {"currency": "EURO"})

    def _open_the_doors(self) -> None:
        """The next customers come in: sales and scans, the newest of all."""
        for code in (COFFEE, TEA, HONEY, MILK, COFFEE):
            self.scan(code)
        for number, (gtin, price) in enumerate(((COFFEE, 1850), (HONEY, 690), (TEA, 540)) * 3):
            self.post("sale.completed", sale(1101 + number, gtin, 1 + number % 2, price))
            self.post("scan.captured", {"text": gtin, "gtin": f"0{gtin}"})

    def _take(self) -> None:
        """The ERP takes all of it, and does not like two entries."""
        path = f"/api/v1/erp/batches/next?consumer={HEAD_OFFICE}&limit=60"
        while (batch := self._machine(path, None, self.erp))["count"]:
            receipts = [{"seq": entry["seq"], "status": "accepted"} for entry in batch["entries"]]
            receipts[3] |= {"status": "deferred", "message": "The customer is being checked."}
            receipts[-1] |= {"status": "rejected", "message": "The period is closed.", "code": "P4"}
            said = {"sha256": batch["sha256"], "receipts": receipts}
            self._machine(f"/api/v1/erp/batches/{batch['id']}/receipts", said, self.erp)


def sale(receipt: int, gtin: str, quantity: int, price: int) -> dict[str, Any]:
    """A sale of one article, paid in cash; ``price`` net, in cents."""
    net = quantity * price
    tax = (net * 7 + 50) // 100
    line = {
        "gtin": gtin,
        "quantity": str(quantity),
        "unit_price": price,
        "discount": 0,
        "tax_rate": "0.07",
        "tax": tax,
        "amount": net,
    }
    return {
        "register": "1",
        "receipt": str(receipt),
        "currency": "EUR",
        "lines": [line],
        "tenders": [{"type": "cash", "amount": net + tax, "change": 0}],
        "net": net,
        "tax": tax,
        "total": net + tax,
    }

"""Everybody who leans on a gateway at once over HTTP: tills, phones, and somebody who reads the
journal.

Each client keeps sending a thing until it is acknowledged, the way the real ones do, and writes
down what it was promised only when the answer was whole.
"""

import random
import threading
import uuid
from abc import ABC, abstractmethod
from typing import Any

from tests.torture.audit import Promises
from tests.torture.ledger import Ledger, Station
from tests.torture.wire import Unreachable, Wire

UNIT_PRICE = 1850


class Client(ABC, threading.Thread):
    """A thread that works against a gateway until it is told to stop."""

    def __init__(self, name: str, station: Station) -> None:
        super().__init__(name=name, daemon=True)
        self.wire = Wire(station.address)
        self.chance = random.Random(f"{station.seed}/{name}")
        self.ledger = Ledger(station.papers / f"{name}.jsonl")
        self.answered = 0
        self.refused: dict[int, int] = {}
        self.faults: list[str] = []
        self.rest_s = 0.05  # the longest rest between two turns
        self._finished = threading.Event()

    def run(self) -> None:
        while not self._finished.is_set():
            try:
                self.turn()
            except Unreachable:
                self._finished.wait(0.02)
            except Exception as error:  # noqa: BLE001 (a broken client is a finding like any other)
                self.faults.append(f"{self.name}: {type(error).__name__}: {error}")
                return

    @abstractmethod
    def turn(self) -> None:
        """Do one thing; Unreachable when nobody answered."""

    def gateway_died(self) -> None:
        """Told after every shot, once nobody lives to answer any more."""

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def finish(self) -> None:
        """Stop after what is under way; safe to call again."""
        self._finished.set()
        if self.is_alive():
            self.join(30)
        self.wire.close()
        self.ledger.close()

    def promises(self) -> Promises:
        """What was promised so far, as it stands on paper."""
        return self.ledger.promises()

    def rest(self) -> None:
        self._finished.wait(self.chance.random() * self.rest_s)

    def backed_off(self, status: int) -> None:
        """The gateway refused for now: come again a little later."""
        self.refused[status] = self.refused.get(status, 0) + 1
        self._finished.wait(0.05)


class Till(Client):
    """A POS that posts sales and scans in small batches. ``article`` is what it sells."""

    def __init__(
        self,
        name: str,
        station: Station,
        token: str,
        article: tuple[str, str] = ("sku", "BEANS"),
    ) -> None:
        super().__init__(name, station)
        self._article = dict([article])
        self._headers = {"Authorization": f"Bearer {token}"}
        self._count = 0
        self._batch: list[dict[str, Any]] = []

    def turn(self) -> None:
        if not self._batch:
            self._batch = [self._event() for _ in range(self.chance.randint(1, 6))]
        status, answer, _ = self.wire.request("POST", "/api/v1/facts", self._batch, self._headers)
        if status != 200:
            self.backed_off(status)
            return
        for event, result in zip(self._batch, answer["results"], strict=True):
            self._take(event, result)
        self._batch = []
        self.rest()

    def _take(self, event: dict[str, Any], result: dict[str, Any]) -> None:
        if result["status"] not in ("stored", "duplicate") or result["id"] != event["id"]:
            self.faults.append(f"{self.name}: {event['id']} was answered {result}")
            return
        self.answered += 1
        self.ledger.fact(event["id"], result["seq"], event["data"])

    def _event(self) -> dict[str, Any]:
        self._count += 1
        kind, data = self._sale() if self._count % 3 else self._scan()
        return {
            "specversion": "1.0", "id": self.uuid(),
            "source": f"till/{self.name}", "type": kind, "time": "2026-11-22T10:00:00Z",
            "data": data,
        }  # fmt: skip

    def _scan(self) -> tuple[str, dict[str, Any]]:
        return "scan.captured", {"text": f"{self.name}-{self._count}"}

    def _sale(self) -> tuple[str, dict[str, Any]]:
        quantity = self.chance.randint(1, 9)
        amount = quantity * UNIT_PRICE
        tax = (amount * 19 + 50) // 100
        line = {
            **self._article, "quantity": str(quantity), "unit_price": UNIT_PRICE, "discount": 0,
            "tax_rate": "0.19", "tax": tax, "amount": amount,
        }  # fmt: skip
        return "sale.completed", {
            "register": self.name, "receipt": str(self._count), "currency": "EUR", "lines": [line],
            "tenders": [{"type": "cash", "amount": amount + tax}],
            "net": amount, "tax": tax, "total": amount + tax,
        }  # fmt: skip


class Reader(Client):
    """Somebody who follows the journal, as the ERP does: what was read must stay where it was."""

    def __init__(self, name: str, station: Station, token: str) -> None:
        super().__init__(name, station)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._cursor = ""

    def turn(self) -> None:
        path = f"/api/v1/journal?after={self._cursor}&limit=200"
        status, page, _ = self.wire.request("GET", path, None, self._headers)
        if status != 200:
            self.backed_off(status)
            return
        for entry in page["entries"]:
            self.ledger.entry(entry["seq"], entry["id"])
        self.answered += len(page["entries"])
        self._cursor = page["cursor"]
        if not page["more"]:
            self.rest()


class Phone(Client):
    """A rep's phone: customers, edits on top of edits, and camera scans, pushed in batches.

    A batch is sent again, unchanged, until every operation in it has an answer, the way an outbox
    does after its answer was lost.
    """

    def __init__(self, name: str, station: Station, login: tuple[str, str]) -> None:
        super().__init__(name, station)
        self._login = {"name": login[0], "password": login[1]}
        self._headers = {
            "X-Waystation": "1", "X-Waystation-Protocol": "1", "X-Waystation-Build": "torture",
            "X-Waystation-Device": self.uuid(),
        }  # fmt: skip
        self._epoch = self.uuid()
        self._seq = 0
        self._batch: list[dict[str, Any]] = []
        self._customers: list[tuple[str, str]] = []  # (record, the newest operation on it)

    def turn(self) -> None:
        if "Cookie" not in self._headers and not self._sign_in():
            return
        if not self._batch:
            self._batch = [self._operation() for _ in range(self.chance.randint(1, 8))]
        body = {"origin_epoch": self._epoch, "operations": self._batch}
        status, answer, _ = self.wire.request("POST", "/api/v1/push", body, self._headers)
        if status == 401:
            del self._headers["Cookie"]
        elif status != 200:
            self.backed_off(status)
        else:
            pairs = zip(self._batch, answer["results"], strict=True)
            self._batch = [sent for sent, result in pairs if not self._settled(sent, result)]
            self.rest()

    def _sign_in(self) -> bool:
        headers = {"X-Waystation": "1"}
        status, _, found = self.wire.request("POST", "/api/v1/session", self._login, headers)
        if status == 200:
            self._headers["Cookie"] = str(found["Set-Cookie"]).partition(";")[0]
        else:
            self.backed_off(status)
        return status == 200

    def _settled(self, sent: dict[str, Any], result: dict[str, Any]) -> bool:
        """Whether the gateway has answered for good."""
        verdict = result.get("result", result["status"])
        if verdict in ("retry", "blocked_by"):
            return False
        if verdict not in ("applied", "merged") or result["id"] != sent["id"]:
            self.faults.append(f"{self.name}: {sent['id']} was answered {result}")
            return True
        self.answered += 1
        self.ledger.operation(sent["id"], sent.get("record", ""))
        if sent["type"] == "record.create":
            self.ledger.mark(sent["data"]["legal_name"])
        return True

    def _operation(self) -> dict[str, Any]:
        self._seq += 1
        common = {
            "id": self.uuid(), "origin_seq": self._seq, "at": "2026-11-22T10:00:00Z",
            "revision": 0, "depends_on": [],
        }  # fmt: skip
        what = self.chance.choice(("create", "edit", "edit", "scan"))
        if what == "edit" and self._customers:
            place = self.chance.randrange(len(self._customers))
            record, before = self._customers[place]
            self._customers[place] = record, common["id"]
            return {
                **common, "type": "record.edit", "kind": "customer", "record": record,
                "base_version": 0, "base_op": before, "depends_on": [before],
                "patch": {"notes": f"note {self._seq}"},
            }  # fmt: skip
        if what == "scan":
            event = {
                "specversion": "1.0", "id": self.uuid(), "source": "camera",
                "type": "scan.captured", "data": {"text": f"{self.name}-{self._seq}"},
            }  # fmt: skip
            return {**common, "type": "fact", "event": event}
        record = self.uuid()
        self._customers.append((record, common["id"]))
        return {
            **common, "type": "record.create", "kind": "customer", "record": record,
            "data": {"legal_name": f"{self.name} customer {self._seq}"},
        }  # fmt: skip

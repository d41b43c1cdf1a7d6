"""Everybody who leans on a gateway at once: tills, phones, scanners, and somebody who reads the
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
from tests.torture.wire import Unreachable, Wire

UNIT_PRICE = 1850


class Client(ABC, threading.Thread):
    """A thread that works against ``address`` until it is told to stop."""

    def __init__(self, name: str, address: tuple[str, int], seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.wire = Wire(address)
        self.chance = random.Random(f"{seed}/{name}")
        self.answered = 0
        self.refused: dict[int, int] = {}
        self.faults: list[str] = []
        self._promises = Promises()
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                self.turn()
            except Unreachable:
                self._stop.wait(0.02)
            except Exception as error:
                self.faults.append(f"{self.name}: {type(error).__name__}: {error}")
                return

    @abstractmethod
    def turn(self) -> None:
        """Do one thing; Unreachable when nobody answered."""

    def finish(self) -> None:
        self._stop.set()
        self.join(30)
        self.wire.close()

    def promises(self) -> Promises:
        """A copy of what was promised so far."""
        with self._lock:
            copy = Promises()
            copy.update(self._promises)
            return copy

    def pause(self, most_s: float) -> None:
        self._stop.wait(self.chance.random() * most_s)

    def backed_off(self, status: int) -> None:
        """The gateway refused for now: come again a little later."""
        self.refused[status] = self.refused.get(status, 0) + 1
        self._stop.wait(0.05)


class Till(Client):
    """A POS that posts sales and scans in small batches."""

    def __init__(self, name: str, address: tuple[str, int], seed: int, token: str) -> None:
        super().__init__(name, address, seed)
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
        self.pause(0.01)

    def _take(self, event: dict[str, Any], result: dict[str, Any]) -> None:
        if result["status"] not in ("stored", "duplicate") or result["id"] != event["id"]:
            self.faults.append(f"{self.name}: {event['id']} was answered {result}")
            return
        self.answered += 1
        with self._lock:
            self._promises.facts[event["id"]] = (result["seq"], event["data"])

    def _event(self) -> dict[str, Any]:
        self._count += 1
        kind, data = self._sale() if self._count % 3 else self._scan()
        return {
            "specversion": "1.0", "id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "source": f"till/{self.name}", "type": kind, "time": "2026-11-22T10:00:00Z", "data": data,
        }  # fmt: skip

    def _scan(self) -> tuple[str, dict[str, Any]]:
        return "scan.captured", {"text": f"{self.name}-{self._count}"}

    def _sale(self) -> tuple[str, dict[str, Any]]:
        quantity = self.chance.randint(1, 9)
        amount = quantity * UNIT_PRICE
        tax = (amount * 19 + 50) // 100
        line = {
            "sku": "BEANS", "quantity": str(quantity), "unit_price": UNIT_PRICE, "discount": 0,
            "tax_rate": "0.19", "tax": tax, "amount": amount,
        }  # fmt: skip
        return "sale.completed", {
            "register": self.name, "receipt": str(self._count), "currency": "EUR", "lines": [line],
            "tenders": [{"type": "cash", "amount": amount + tax}],
            "net": amount, "tax": tax, "total": amount + tax,
        }  # fmt: skip


class Reader(Client):
    """Somebody who follows the journal, as the ERP does: what was read once must stay where it was."""

    def __init__(self, name: str, address: tuple[str, int], seed: int, token: str) -> None:
        super().__init__(name, address, seed)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._cursor = ""

    def turn(self) -> None:
        path = f"/api/v1/journal?after={self._cursor}&limit=200"
        status, page, _ = self.wire.request("GET", path, None, self._headers)
        if status != 200:
            self.backed_off(status)
            return
        with self._lock:
            for entry in page["entries"]:
                self._promises.read[entry["seq"]] = entry["id"]
        self.answered += len(page["entries"])
        self._cursor = page["cursor"]
        if not page["more"]:
            self.pause(0.1)

"""Everybody who leans on a gateway at once: tills, phones, scanners, and somebody who reads the
journal.

Each client keeps sending a thing until it is acknowledged, the way the real ones do, and writes
down what it was promised only when the answer was whole.
"""

import os
import random
import select
import threading
import tty
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.torture.audit import Promises
from tests.torture.wire import Unreachable, Wire

UNIT_PRICE = 1850
ACK = b"\x06"
OPENING_S = 0.3


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
        self._finished.set()
        self.join(30)
        self.wire.close()

    def promises(self) -> Promises:
        """A copy of what was promised so far."""
        with self._lock:
            copy = Promises()
            copy.update(self._promises)
            return copy

    def pause(self, most_s: float) -> None:
        self._finished.wait(self.chance.random() * most_s)

    def backed_off(self, status: int) -> None:
        """The gateway refused for now: come again a little later."""
        self.refused[status] = self.refused.get(status, 0) + 1
        self._finished.wait(0.05)


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
        self.pause(0.05)

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
            "sku": "BEANS", "quantity": str(quantity), "unit_price": UNIT_PRICE, "discount": 0,
            "tax_rate": "0.19", "tax": tax, "amount": amount,
        }  # fmt: skip
        return "sale.completed", {
            "register": self.name, "receipt": str(self._count), "currency": "EUR", "lines": [line],
            "tenders": [{"type": "cash", "amount": amount + tax}],
            "net": amount, "tax": tax, "total": amount + tax,
        }  # fmt: skip


class Reader(Client):
    """Somebody who follows the journal, as the ERP does: what was read must stay where it was."""

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


class Phone(Client):
    """A rep's phone: customers, edits on top of edits, and camera scans, pushed in batches.

    A batch is sent again, unchanged, until every operation in it has an answer, the way an outbox
    does after its answer was lost.
    """

    def __init__(
        self, name: str, address: tuple[str, int], seed: int, login: tuple[str, str]
    ) -> None:
        super().__init__(name, address, seed)
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
            self.pause(0.1)

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
        with self._lock:
            self._promises.operations[sent["id"]] = sent.get("record", "")
            if sent["type"] == "record.create":
                self._promises.marks.add(sent["data"]["legal_name"])
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


class Scanner(Client):
    """A serial scanner: it beeps when the gateway has said ACK, else the thing is scanned again.

    ``readers`` lists the processes that may have its line open. What is sent while nobody reads is
    lost, on a real line as on this one, so a person would not scan then.
    """

    def __init__(
        self,
        name: str,
        address: tuple[str, int],
        seed: int,
        link: Path,
        readers: Callable[[], list[int]],
    ) -> None:
        super().__init__(name, address, seed)
        self._master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self._line = os.ttyname(slave)
        # The other side stays open here as well, so that a dying gateway is no unplugging.
        link.symlink_to(self._line)
        self._readers = readers
        self._count = 0
        self._listening = False
        self._died = threading.Event()

    def turn(self) -> None:
        if not self._listening:
            self._wait_for_a_reader()
            return
        self._listen(0)
        self._count += 1
        mark = f"{self.name}-{self._count:06d}"
        os.write(self._master, f"{mark}\r".encode())
        if not self._acknowledged():
            return
        self.answered += 1
        with self._lock:
            self._promises.marks.add(mark)
        self.pause(0.05)

    def gateway_died(self) -> None:
        self._died.set()

    def _wait_for_a_reader(self) -> None:
        self._died.clear()
        if any(map(self._is_open_in, self._readers())):
            # Opening empties the line's buffer a moment later.
            self._finished.wait(OPENING_S)
            self._listening = True
        else:
            self._finished.wait(0.05)

    def _acknowledged(self) -> bool:
        """Whether the scan is safe; a dead gateway says nothing, and a living one may be slow."""
        while not self._listen(0.05):
            if self._died.is_set():
                self._listening = False
                return self._listen(0)
            if self._finished.is_set():
                return False
        return True

    def _listen(self, patience_s: float) -> bool:
        """Whether an ACK has come."""
        ready, _, _ = select.select([self._master], [], [], patience_s)
        return bool(ready) and ACK in os.read(self._master, 1000)

    def _is_open_in(self, process: int) -> bool:
        try:
            links = [os.readlink(each) for each in Path(f"/proc/{process}/fd").iterdir()]
        except OSError:
            return False
        return self._line in links

"""Receipts that come out by themselves: of the sales of registers that a printer is told to follow.

It walks along the journal, so that no sale's receipt is forgotten over a restart, and none is
printed twice: a sale's receipt has one id for each printer. What a till brings late is not printed,
because the customer has left.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from devices.printing.asking import receipt_title
from devices.printing.jobs import NewJob, insert
from devices.printing.material import Material
from devices.printing.receipts import receipt
from devices.roster import Attached
from devices.views import DeviceView
from devices.wing import Devices
from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.transaction import Tx

LATE_MS: Final = 15 * 60_000
PAGE: Final = 200
BEHIND_MAX: Final = 20_000
WAIT_S: Final = 1.0
PACE_S: Final = 0.1
STOP_S: Final = 5.0
_SALES: Final = (
    "SELECT seq, id, occurred_at FROM journal WHERE seq > ? AND seq <= ?"
    " AND type IN ('sale.completed', 'sale.returned') ORDER BY seq LIMIT ?"
)
_NOTE: Final = (
    "INSERT INTO print_watch (one, seq) VALUES (1, ?)"
    " ON CONFLICT (one) DO UPDATE SET seq = excluded.seq"
)

log = logging.getLogger(__name__)


class Watch:
    """One thread. ``wake`` is told the printer that has something to print."""

    def __init__(self, devices: Devices, material: Material, wake: Callable[[str], None]) -> None:
        self._devices = devices
        self._material = material
        self._store: Store = material.store
        self._wake = wake
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="receipts", daemon=True)
        self._seq = 0

    def start(self) -> None:
        """Go on where it was left; a gateway that never watched begins with the next sale."""
        head = self._store.head
        with self._store.read() as rows:
            noted = rows.value("SELECT seq FROM print_watch")
        self._seq = head if noted is None else min(head, max(noted, head - BEHIND_MAX))
        self._thread.start()

    def stop(self) -> None:
        """Finish the sale it is at, and note how far it came."""
        self._ending.set()
        self._store.stir()
        if self._thread.is_alive():
            self._thread.join(STOP_S)
            self._note()

    def _run(self) -> None:
        while not self._ending.is_set():
            head = self._store.wait_beyond(self._seq, WAIT_S, self._ending.is_set)
            if head <= self._seq:
                continue
            try:
                self._look(head)
            except Problem as problem:
                log.warning("receipts cannot be queued at present: %s", problem)
                self._ending.wait(WAIT_S)
            self._ending.wait(PACE_S)

    def _look(self, head: int) -> None:
        """Queue the receipts of the sales up to an entry of the journal."""
        printers = followers(self._devices.devices())
        while printers and not self._ending.is_set():
            with self._store.read() as rows:
                found = rows.tuples(_SALES, (self._seq, head, PAGE))
            for seq, identity, at_ms in found:
                self._queue(ids.to_text(identity), at_ms, printers)
                self._seq = seq
            if len(found) < PAGE:
                break
        if not self._ending.is_set():
            self._seq = head
            if printers:
                self._note()

    def _queue(self, identity: str, at_ms: int, printers: Mapping[str, Sequence[Attached]]) -> None:
        if self._store.clock.now_ms() - at_ms > LATE_MS:
            return
        sold = self._material.sold(identity, "", "")
        for printer in printers.get(sold.data["register"], ()):
            look = self._material.look
            drawer = bool(printer.config.get("drawer_on_cash")) and sold.cash
            drawer = drawer and sold.type == "sale.completed"
            new = NewJob(
                ids.to_text(ids.event_key(printer.id, "receipts", f"receipt {identity}")),
                printer.id, "receipt", receipt_title(sold, look), ["watch", identity],
                receipt(sold, look, drawer=drawer), LATE_MS // 1000,
            )  # fmt: skip

            def apply(tx: Tx, new: NewJob = new) -> Any:
                return insert(tx, new, None)

            self._store.write(apply)
            self._wake(printer.id)

    def _note(self) -> None:
        seq = self._seq
        try:
            self._store.write(lambda tx: tx.execute(_NOTE, (seq,)))
        except Problem as problem:
            log.warning("how far receipts were printed could not be noted: %s", problem)


def followers(devices: Sequence[DeviceView]) -> dict[str, list[Attached]]:
    """The printers that follow each register."""
    found: dict[str, list[Attached]] = {}
    for view in devices:
        attached = view.attached
        for register in str(attached.config.get("receipts_of", "")).split():
            if attached.enabled:
                found.setdefault(register, []).append(attached)
    return found

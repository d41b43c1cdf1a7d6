"""An RFID reader made of software, for the demo, for trying things out, and for tests.

It publishes to a real broker what readers publish: the JSON of a fixed reader, that of a sled,
plain text, and rubbish. Wait with ``settle`` until the broker has all of it.
"""

import json
import threading
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final, Protocol, Self

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

SETTLE_S: Final = 20.0
ANTENNAS: Final = 4


class Chance(Protocol):
    """What decides on strengths and antennas: a ``random.Random`` with its seed."""

    def randint(self, a: int, b: int) -> int:
        """A number from ``a`` to ``b``."""


class SimulatedReader:
    """A reader that publishes to ``topic``; a context manager."""

    def __init__(
        self,
        port: int,
        topic: str,
        chance: Chance,
        *,
        host: str = "127.0.0.1",
        user: str = "",
        password: str = "",
    ) -> None:
        self._place = (host, port)
        self._topic = topic
        self._chance = chance
        self._number = 0
        self._connected = threading.Event()
        self._waiting: list[MQTTMessageInfo] = []
        self._client = Client(
            CallbackAPIVersion.VERSION2, f"reader-{topic}", protocol=MQTTProtocolVersion.MQTTv5
        )
        self._client.on_connect = lambda *_: self._connected.set()
        self._client.on_disconnect = lambda *_: self._connected.clear()
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(1000)
        if user:
            self._client.username_pw_set(user, password)

    def __enter__(self) -> Self:
        self._client.connect(*self._place)
        self._client.loop_start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def see(self, *epcs: str, times: int = 1) -> None:
        """Report tags, one message each, as a fixed reader does."""
        for _ in range(times):
            for epc in epcs:
                self.send(json.dumps(self._report(epc)).encode())

    def see_together(self, epcs: Sequence[str]) -> None:
        """Report tags in one message, as a fixed reader does that collects them."""
        self.send(json.dumps([self._report(epc) for epc in epcs]).encode())

    def sweep(self, epcs: Iterable[str], barcodes: Iterable[str] = ()) -> None:
        """Report what a sled has found."""
        tags = [self._report(epc)["data"] for epc in epcs]
        codes = [
            {"decodedBarcode": code, "symbology": "EAN13", "eventNum": self._next()}
            for code in barcodes
        ]
        told = {"tagData": tags, "barcodeData": codes}
        event = {"type": "INVENTORY", "timestamp": "2026-03-01T10:00:00.000+0000", "data": told}
        self.send(json.dumps(event).encode())

    def send(self, payload: bytes) -> None:
        """Publish anything, when there is a broker; TimeoutError when there is none for long."""
        if not self._connected.wait(SETTLE_S):
            raise TimeoutError("the broker does not answer")
        self._waiting.append(self._client.publish(self._topic, payload, qos=1))

    def settle(self) -> None:
        """Wait until the broker has everything; TimeoutError."""
        waiting, self._waiting = self._waiting, []
        for info in waiting:
            info.wait_for_publish(SETTLE_S)
            if not info.is_published():
                raise TimeoutError("the broker has not taken what was published")

    def _report(self, epc: str) -> dict[str, object]:
        data = {
            "antenna": self._chance.randint(1, ANTENNAS),
            "eventNum": self._next(),
            "format": "epc",
            "idHex": epc.lower(),
            "peakRssi": -30 - self._chance.randint(0, 400) / 10,
        }
        return {"data": data, "timestamp": "2026-03-01T10:00:00.000+0000", "type": "CUSTOM"}

    def _next(self) -> int:
        self._number += 1
        return self._number

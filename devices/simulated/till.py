"""A till made of software: it posts what its register does, and keeps each fact until answered."""

import http.client
import json
import random
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from devices.simulated.faults import Faults
from devices.simulated.ledger import TillLedger
from devices.simulated.register import Register
from gateway.kernel import ids
from gateway.kernel.clock import Clock, to_iso

FACTS = "/api/v1/facts"
TIMEOUT_S = 10.0
AGAIN_S = 0.2
GIVE_UP = 300  # a minute of a gateway that is away


class SimulatedTill:
    """One thread that posts to ``url`` with ``token``; ``rate`` is in facts a second.

    ``unplug``: the connection breaks off in the middle of a request or before its answer, and the
    same fact is posted again. ``double``: it is posted twice. The others do not happen to a till.
    """

    def __init__(
        self,
        register: Register,
        where: tuple[str, str],
        ledger: TillLedger,
        faults: Faults,
        chance: random.Random,
        rate: float,
    ) -> None:
        self.ledger = ledger
        self._url, token = where
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._session = requests.Session()
        self._register = register
        self._faults = faults
        self._chance = chance
        self._every_s = 1 / rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=ledger.name, daemon=True)

    def start(self, clock: Clock) -> None:
        """Open the till."""
        self._clock = clock
        self._thread.start()

    def stop(self) -> None:
        """No new facts; the one that waits for an answer is still delivered."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the last answer."""
        self._thread.join()
        self._session.close()

    def _run(self) -> None:
        for type, data in self._facts():
            if self._stop.wait(self._every_s * (0.5 + self._chance.random())):
                return
            self._deliver(self._event(type, data))

    def _facts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        while True:
            yield from self._register.day()

    def _event(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        now_ms = self._clock.now_ms()
        return {
            "specversion": "1.0", "id": ids.uuid7(now_ms), "source": f"till/{self.ledger.name}",
            "type": type, "time": to_iso(now_ms), "data": data,
        }  # fmt: skip

    def _deliver(self, event: Mapping[str, Any]) -> None:
        """Post until it is answered; a till never forgets a sale."""
        self.ledger.posted(event["id"], event["type"], event["data"])
        if self._chance.random() < self._faults.unplug:
            self.ledger.retries += 1
            self._break_off(json.dumps(event).encode())
        for _ in range(GIVE_UP):
            if self._post(event):
                break
            self.ledger.retries += 1
            threading.Event().wait(AGAIN_S)
        if self._chance.random() < self._faults.double:
            self.ledger.retries += 1
            self._post(event)

    def _post(self, event: Mapping[str, Any]) -> bool:
        """Whether it was answered for good."""
        try:
            answer = self._session.post(
                self._url + FACTS, json=event, headers=self._headers, timeout=TIMEOUT_S
            )
        except requests.RequestException:
            return False
        if answer.status_code != 200:
            return self._refused(answer.status_code, answer.text)
        (result,) = answer.json()["results"]
        if result["status"] not in ("stored", "duplicate"):
            return self._refused(200, json.dumps(result))
        self.ledger.answered(event["id"])
        return True

    def _refused(self, status: int, why: str) -> bool:
        """Whether there is no use in trying again."""
        if status in (429, 503):
            return False
        self.ledger.refused.append(f"{status} {why[:200]}")
        return True

    def _break_off(self, body: bytes) -> None:
        """Send a request and hang up: in the middle of it, or without hearing the answer."""
        place = urlsplit(self._url)
        kind = (
            http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(place.netloc, timeout=TIMEOUT_S)
        whole = self._chance.random() < 0.5
        try:
            connection.putrequest("POST", FACTS)
            for name, value in {**self._headers, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
            connection.endheaders(body if whole else body[: len(body) // 2])
        except OSError:
            return  # nobody answers at present; it is posted again anyway
        finally:
            connection.close()

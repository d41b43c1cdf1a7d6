"""Who works on while a file is imported: a till that sells, and a phone that brings customers."""

import http.client
import json
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

EVERY_S: Final = 0.2


class Bystander:
    """Does one thing five times a second on a connection of its own; how long each took, in ms."""

    def __init__(self, port: int, act: Callable[[http.client.HTTPConnection, int], int]) -> None:
        self._port = port
        self._act = act
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.taken: list[float] = []
        self.failed = 0
        self._thread.start()

    def cut(self) -> list[float]:
        """What was measured since the last call."""
        taken, self.taken = self.taken, []
        return taken

    def end(self) -> None:
        """Go home."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(_connected(self._port)) as connection:
            count = 0
            while not self._over.wait(EVERY_S):
                count += 1
                started = time.perf_counter()
                status = self._act(connection, count)
                self.taken.append((time.perf_counter() - started) * 1000)
                self.failed += status != 200


def captures(port: int, token: str) -> Bystander:
    """A till that sends one scan after the other."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def scan(connection: http.client.HTTPConnection, count: int) -> int:
        event = {
            "specversion": "1.0", "id": f"portal-{count}", "source": "urn:till:1",
            "type": "scan.captured", "time": "2026-11-22T10:00:00.000Z",
            "data": {"text": f"{4_000_000_000_000 + count}"},
        }  # fmt: skip
        return _posted(connection, "/api/v1/facts", event, headers)[0]

    return Bystander(port, scan)


def pushes(port: int, name: str, password: str) -> Bystander:
    """A phone that enters one customer after the other."""
    headers = {
        "Content-Type": "application/json", "X-Waystation": "1", "X-Waystation-Protocol": "1",
        "X-Waystation-Build": "bench", "X-Waystation-Device": str(uuid.uuid4()),
    }  # fmt: skip
    login = {"name": name, "password": password}
    with closing(_connected(port)) as door:
        _, found = _posted(door, "/api/v1/session", login, headers)
    headers["Cookie"] = found.partition(";")[0]
    epoch = str(uuid.uuid4())
    # Customers like each other would be compared with each other: that is not the question here.
    chance = random.Random(11)

    def push(connection: http.client.HTTPConnection, count: int) -> int:
        operation: dict[str, Any] = {
            "id": str(uuid.uuid4()), "origin_seq": count, "at": "2026-11-22T10:00:00Z",
            "revision": 0, "depends_on": [], "type": "record.create", "kind": "customer",
            "record": str(uuid.uuid4()),
            "data": {"legal_name": " ".join(_word(chance) for _ in range(3))},
        }  # fmt: skip
        body = {"origin_epoch": epoch, "operations": [operation]}
        return _posted(connection, "/api/v1/push", body, headers)[0]

    return Bystander(port, push)


def _connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def _word(chance: random.Random) -> str:
    """A word that nobody has heard."""
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(4))


def _posted(
    connection: http.client.HTTPConnection, path: str, body: object, headers: dict[str, str]
) -> tuple[int, str]:
    """The status of an answer, and the cookie it sets."""
    connection.request("POST", path, json.dumps(body).encode(), headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("Set-Cookie", "")


def told(taken: list[float]) -> str:
    """Half, 99 of 100, and the longest, in ms."""
    if len(taken) < 2:
        return "none"
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return f"{cuts[49]:.0f} / {cuts[98]:.0f} / {max(taken):.0f} ms of {len(taken)}"

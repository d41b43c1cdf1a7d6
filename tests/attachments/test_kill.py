"""A gateway that is shot in the middle of an upload goes on with what it has acknowledged."""

import hashlib
import http.client
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.attachments.blocks import BLOCK_BYTES
from tests.torture.gateway import GatewayProcess

SCAN = b"%PDF-1.7 " + b"what the shop window looks like " * 30_000
IDENTITY = hashlib.sha256(SCAN).hexdigest()
ADDRESS = f"/api/v1/attachments/{IDENTITY}"


class Phone:
    def __init__(self, gateway: GatewayProcess) -> None:
        self.gateway = gateway
        self.cookie = gateway.sign_in("Ana", "seven quiet harbours")

    def ask(self, method: str, path: str, body: bytes = b"", type_: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*self.gateway.address, timeout=60)
        headers = {"Cookie": self.cookie, "X-Waystation": "1"}
        headers |= {"Content-Type": type_ or "application/json"} if body else {}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def announce(self) -> Any:
        told = {
            "id": IDENTITY, "size": len(SCAN), "type": "application/pdf", "kind": "visit",
            "record": "01890a5d-ac96-774b-bcce-b302099a8057",
        }  # fmt: skip
        status, content = self.ask("POST", "/api/v1/attachments", json.dumps(told).encode())
        assert status == 200, content
        return json.loads(content)

    def put(self, offset: int) -> Any:
        piece = SCAN[offset : offset + BLOCK_BYTES]
        status, content = self.ask(
            "PUT", f"{ADDRESS}/upload?offset={offset}", piece, "application/octet-stream"
        )
        assert status == 200, content
        return json.loads(content)

    def break_off(self, offset: int) -> None:
        """Half a piece, and then nothing: what a tunnel does to a train."""
        connection = http.client.HTTPConnection(*self.gateway.address, timeout=60)
        connection.putrequest("PUT", f"{ADDRESS}/upload?offset={offset}")
        for name, value in (
            ("Cookie", self.cookie),
            ("X-Waystation", "1"),
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", str(BLOCK_BYTES)),
        ):
            connection.putheader(name, value)
        connection.endheaders(SCAN[offset : offset + BLOCK_BYTES // 2])
        connection.close()


@pytest.mark.timeout(300)
def test_what_was_acknowledged_is_there_after_a_kill_and_the_rest_goes_on(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path / "data")
    gateway.user("Ana", "rep", "seven quiet harbours")
    gateway.start()
    try:
        phone = Phone(gateway)
        progress = phone.announce()
        while not progress["complete"]:
            progress = phone.put(progress["received"])
            phone.break_off(progress["received"])
            gateway.kill()
            gateway.start()
            assert phone.announce()["received"] == progress["received"]
        assert phone.ask("GET", ADDRESS) == (200, SCAN)
    finally:
        gateway.kill()

"""Whoever copies a box after it crashed finds no secret: not in its data, log, temporary or core
files.

A real gateway under a passphrase is told a secret of each sort, then aborted.
"""

import base64
import json
import os
import resource
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests

from config.schema import KeysSettings
from gateway.backup import sheet
from gateway.keys import opening
from gateway.store.places import KEYRING
from tests.commands.test_backup_drill import post_scan, sheet_of
from tests.security.test_at_rest import written_as
from tests.torture.gateway import ROOT, GatewayProcess, wait_until

PASSPHRASE = "correct kestrel battery staple"
PASSWORD = "kestrel-Passw0rd-planted"
WRONG = "kestrel-wr0ng-guess-planted"
HOOK = "whsec_" + base64.b64encode(b"kestrel hook secret 0123").decode()
IBAN = "DE89370400440532013000"
NAME = "Plantedkestrel Trading"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    levels = {"TMPDIR": str(scratch), "WAYSTATION_KEYS_TIER": "passphrase"}
    made = GatewayProcess(tmp_path / "data", environment=levels, fresh=True)
    yield made
    made.kill()
    resource.setrlimit(resource.RLIMIT_CORE, before)


def started(gateway: GatewayProcess) -> None:
    words = f"{PASSPHRASE}\n"
    gateway.command("keys", "wrap", "--passphrase-stdin", "--tier", "passphrase", stdin=words)
    gateway.launch()
    told = "the gateway is locked"
    wait_until(lambda: gateway.log.exists() and told in gateway.log.read_text(), 60)
    gateway.command("unlock", "--passphrase-stdin", stdin=words)
    wait_until(gateway.answers, 60, gateway.log.read_text)


def told(gateway: GatewayProcess) -> list[str]:
    """Tell it a secret of each sort; those that it has given out are among them."""
    words = sheet_of(gateway)
    token = gateway.token("Till", "pos")
    for name, role in (("Ada", "admin"), ("Ben", "manager"), ("Cleo", "clerk")):
        gateway.user(name, role, PASSWORD)
    with pytest.raises(AssertionError, match="refused"):
        gateway.sign_in("Cleo", WRONG)
    ada, ben, cleo = (gateway.sign_in(name, PASSWORD) for name in ("Ada", "Ben", "Cleo"))
    post = partial(_post, gateway)
    account = {"holder": NAME, "iban": IBAN}
    post(cleo, "records/customer", data={
        "type": "company", "country": "DE", "legal_name": NAME, "bank_accounts": {"a1": account},
    })  # fmt: skip
    hook = {"secret": HOOK}
    post(ada, "devices", driver="webhook", name="Cloud till", config=hook)
    file = f"legal_name,country,notes\n{NAME},DE,{NAME}\n".encode()
    _asked(gateway, cleo, "POST", "imports?kind=customer&name=customers.csv", file)
    assert _asked(gateway, ben, "GET", "exports/customer?format=xlsx").startswith(b"PK")
    assert post_scan(gateway, token, "scan-1")["status"] == "stored"
    gateway.command("backup")
    session = [one.partition("=")[2] for one in (ada, ben, cleo)]
    return [PASSPHRASE, PASSWORD, WRONG, HOOK, IBAN, NAME, token, *session, words,
            sheet.identity(words)]  # fmt: skip


def _post(gateway: GatewayProcess, session: str, path: str, **body: object) -> None:
    _asked(gateway, session, "POST", path, json.dumps(body).encode(), "application/json")


def _asked(
    gateway: GatewayProcess, session: str, method: str, path: str, body: bytes = b"",
    kind: str = "application/octet-stream",
) -> bytes:  # fmt: skip
    origin = "http://{}:{}".format(*gateway.address)
    headers = {"Cookie": session, "Origin": origin, "X-Waystation": "1", "Content-Type": kind}
    address = f"{origin}/api/v1/{path}"
    answer = requests.request(method, address, data=body, headers=headers, timeout=30)
    assert answer.ok, answer.text
    return answer.content


def cores() -> set[Path]:
    return {one for one in ROOT.glob("core*") if one.is_file()}


def test_a_box_that_crashed_holds_no_secret_in_any_file(gateway: GatewayProcess) -> None:
    before = cores()
    started(gateway)
    secrets = told(gateway)
    keyring = opening.opened(gateway.data / KEYRING, KeysSettings(), PASSPHRASE)
    limits = Path(f"/proc/{gateway.processes()[0]}/limits").read_text()
    assert "Max core file size        0                    0" in limits
    os.kill(gateway.processes()[0], signal.SIGABRT)
    gateway.kill()
    assert cores() == before
    files = {one: one.read_bytes() for one in gateway.data.parent.rglob("*") if one.is_file()}
    assert {"waystation.db", "waystation.db-wal", "data.log"} <= {one.name for one in files}
    wanted = {text: written_as(text) for text in secrets}
    wanted["the key"] = [keyring.database_key, *written_as(keyring.database_key.hex())]
    found = [
        (one.name, text)
        for one, content in files.items()
        for text, forms in wanted.items()
        if any(form in content for form in forms)
    ]
    assert found == []

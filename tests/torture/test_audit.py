"""The auditor itself: it must find whatever is planted, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.schema import GatewaySettings, StoreSettings, SyncSettings
from gateway.access.users import Users
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.fleet import Caller
from sync.phone.wing import Phones
from tests.phone.bench import new_id
from tests.torture.audit import Promises, audit, copy_folder, opened

TILL = Actor("till-1", "Till", "pos")
REP = Actor(new_id(), "Ana", "rep")


@pytest.fixture
def promised(tmp_path: Path, clock: ManualClock) -> tuple[Path, Promises]:
    """A copied folder with three scans and a customer, and the promises about them."""
    store = Store(tmp_path / "data", StoreSettings(), clock)
    promises = Promises()
    for number in range(3):
        event = {
            "specversion": "1.0", "id": new_id(), "source": "t", "type": "scan.captured",
            "data": {"text": f"mark-{number}"},
        }  # fmt: skip
        (result,) = Facts(store).accept(json.dumps(event).encode(), TILL)
        assert result.seq is not None
        promises.facts[str(event["id"])] = (result.seq, event["data"])
        promises.marks.add(f"mark-{number}")
        promises.read[result.seq] = str(event["id"])
    operation = {
        "id": new_id(), "type": "record.create", "origin_seq": 1, "at": "2026-11-22T10:00:00Z",
        "kind": "customer", "record": new_id(), "data": {"legal_name": "Nordwind"},
    }  # fmt: skip
    phones = Phones(store, Records(store, KINDS, GatewaySettings()), Users(store), SyncSettings())
    body = json.dumps({"origin_epoch": "e", "operations": [operation]}).encode()
    (answer,) = phones.push(body, Caller(new_id(), REP.id, "b", 1), REP)
    assert answer.settled.status == "applied"
    promises.operations[str(operation["id"])] = str(operation["record"])
    store.close()
    return copy_folder(tmp_path / "data", tmp_path / "copy"), promises


def test_kept_promises_are_found_kept(promised: tuple[Path, Promises]) -> None:
    findings = audit(*promised)
    assert findings.faults == []
    assert (findings.entries, findings.checked) == (4, 7)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("DELETE FROM journal WHERE seq = 2", "is there 0 times"),
        ("UPDATE journal SET seq = 99 WHERE seq = 3", "and stands at 99"),
        (
            "UPDATE journal SET body ="
            " CAST(replace(CAST(body AS TEXT), 'mark-1', 'mark-9') AS BLOB)",
            "was changed",
        ),
        (
            "UPDATE journal SET body ="
            " CAST(replace(CAST(body AS TEXT), 'mark-1', 'mark-0') AS BLOB)",
            "mark-0 was acknowledged",
        ),
        ("UPDATE journal SET chain = zeroblob(32) WHERE seq = 2", "chain broken at 2"),
        ("UPDATE journal SET digest = zeroblob(32) WHERE seq = 1", "chain broken at 1"),
        ("UPDATE journal SET body = CAST('{\"data\":{}}' AS BLOB) WHERE seq = 1", "its digest"),
        ("DELETE FROM operations", "is not remembered"),
        ("UPDATE operations SET status = 'retry'", "remembered as retry"),
        ("DELETE FROM records", "its record"),
        ("DELETE FROM journal WHERE seq = 4", "its entry 4 is missing"),
        ("UPDATE journal SET id = randomblob(16) WHERE seq = 2", "was read from the journal"),
    ],
)
def test_what_is_planted_is_found(
    promised: tuple[Path, Promises], damage: str, expected: str
) -> None:
    folder, promises = promised
    with opened(folder, writable=True) as connection:
        connection.execute(damage)
        connection.commit()
    assert any(expected in fault for fault in audit(folder, promises).faults)


def test_a_damaged_file_is_found(promised: tuple[Path, Promises]) -> None:
    folder, promises = promised
    path = folder / "waystation.db"
    raw = bytearray(path.read_bytes())
    raw[20_000:20_064] = bytes(64)
    path.write_bytes(raw)
    assert audit(folder, promises).faults != []


def test_a_thing_stored_twice_under_two_ids_is_found(
    tmp_path: Path, clock: ManualClock, promised: tuple[Path, Promises]
) -> None:
    store = Store(promised[0], StoreSettings(), clock)
    event: dict[str, Any] = {
        "specversion": "1.0", "id": new_id(), "source": "t", "type": "scan.captured",
        "data": {"text": "mark-2"},
    }  # fmt: skip
    Facts(store).accept(json.dumps(event).encode(), TILL)
    store.close()
    assert audit(*promised).faults == ["mark-2 was acknowledged, and is there 2 times"]

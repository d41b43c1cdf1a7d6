"""An independent look at a gateway's database: nothing here uses the gateway's own code.

The folder is copied first, because merely opening a database that was killed repairs it: the
gateway under test has to do that for itself.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

FILES = ("waystation.db", "waystation.db-wal", "keyring.json")


@dataclass
class Promises:
    """What a gateway told its clients is safe.

    ``facts``: fact id -> (seq it answered with, the data that was sent). ``operations``: operation
    id -> the record it was about, empty for a fact. ``marks``: texts of which each occurs in one
    entry only. ``read``: seq -> id, as somebody following the journal was told.
    """

    facts: dict[str, tuple[int, object]] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    read: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.facts) + len(self.operations) + len(self.marks)

    def update(self, other: "Promises") -> None:
        self.facts |= other.facts
        self.operations |= other.operations
        self.marks |= other.marks
        self.read |= other.read

    @classmethod
    def of(cls, parts: "Iterable[Promises]") -> "Promises":
        """All of them together."""
        whole = cls()
        for part in parts:
            whole.update(part)
        return whole


@dataclass
class Findings:
    """What the audit came to; ``faults`` is empty when every promise was kept."""

    entries: int = 0
    checked: int = 0
    faults: list[str] = field(default_factory=list)


def copy_folder(data: Path, target: Path) -> Path:
    """The database of a folder nobody has open, its write-ahead log and keys, as they lie there.

    Without ``archive/``: what the audit looks for is never old enough to have left the journal.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in FILES:
        if (data / name).exists():
            shutil.copyfile(data / name, target / name)
    return target


@contextmanager
def opened(folder: Path, *, writable: bool = False) -> Iterator[dbapi2.Connection]:
    """A copied database, open for reading, or for damaging it."""
    keys = json.loads((folder / "keyring.json").read_text())
    connection = dbapi2.connect(str(folder / "waystation.db"))
    try:
        connection.execute(f"PRAGMA key = \"x'{keys['database']}'\"")
        connection.execute(f"PRAGMA query_only = {'OFF' if writable else 'ON'}")
        yield connection
    finally:
        connection.close()


def audit(folder: Path, promises: Promises) -> Findings:
    """Everything at once: structure, chain, and every promise."""
    findings = Findings()
    try:
        _audit(folder, promises, findings)
    except dbapi2.DatabaseError as error:
        findings.faults.append(f"the database cannot be read: {error}")
    findings.checked = len(promises)
    return findings


def _audit(folder: Path, promises: Promises, findings: Findings) -> None:
    with opened(folder) as connection:
        answer = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        if answer != ["ok"]:
            findings.faults.append(f"integrity_check: {answer[:3]}")
            return
        findings.faults += chain_faults(connection, folder)
        findings.faults += fact_faults(connection, promises)
        findings.faults += operation_faults(connection, promises)
        findings.faults += mark_faults(connection, promises.marks)
        findings.faults += reader_faults(connection, promises)
        findings.entries = _one(connection, "SELECT count(*) FROM journal")


def chain_faults(connection: dbapi2.Connection, folder: Path) -> Iterator[str]:
    """The hash chain from its beginning: link = SHA-256(link before, seq, id, digest), digest =
    keyed BLAKE2b of the body.
    """
    key = bytes.fromhex(json.loads((folder / "keyring.json").read_text())["digest"])
    chain = bytes(32)
    for seq, identity, body, digest, link in connection.execute(
        "SELECT seq, id, body, digest, chain FROM journal ORDER BY seq"
    ):
        chain = hashlib.sha256(chain + seq.to_bytes(8, "big") + identity + digest).digest()
        if link != chain:
            yield f"chain broken at {seq}"
            return
        if hashlib.blake2b(body, key=key, digest_size=32).digest() != digest:
            yield f"entry {seq}: the body does not fit its digest"


def fact_faults(connection: dbapi2.Connection, promises: Promises) -> Iterator[str]:
    """Facts lost, moved or changed."""
    for identity, (seq, data) in promises.facts.items():
        rows = connection.execute(
            "SELECT seq, body FROM journal WHERE id = ?", (_raw(identity),)
        ).fetchall()
        if len(rows) != 1:
            yield f"fact {identity} was acknowledged, and is there {len(rows)} times"
        elif rows[0][0] != seq:
            yield f"fact {identity} was acknowledged as {seq}, and stands at {rows[0][0]}"
        elif json.loads(rows[0][1])["data"] != data:
            yield f"fact {identity} was changed: {rows[0][1][:200]!r}"


def operation_faults(connection: dbapi2.Connection, promises: Promises) -> Iterator[str]:
    """Phone operations without a remembered answer, without their one entry, or without their
    record.
    """
    for identity, record in promises.operations.items():
        row = connection.execute(
            "SELECT status, seq FROM operations WHERE id = ?", (_raw(identity),)
        ).fetchone()
        if row is None:
            yield f"operation {identity} was acknowledged, and is not remembered"
            continue
        if row[0] not in ("applied", "merged", "conflict"):
            yield f"operation {identity} was acknowledged, and is remembered as {row[0]}"
        if row[1] is not None and not _one(
            connection, "SELECT count(*) FROM journal WHERE seq = ?", row[1]
        ):
            yield f"operation {identity}: its entry {row[1]} is missing"
        if (
            record
            and _one(connection, "SELECT count(*) FROM records WHERE id = ?", _raw(record)) != 1
        ):
            yield f"operation {identity}: its record {record} is missing"


def mark_faults(connection: dbapi2.Connection, marks: Iterable[str]) -> Iterator[str]:
    """Things that were sent under a text of their own, and are there twice or not at all."""
    counts = dict.fromkeys(marks, 0)
    for (body,) in connection.execute("SELECT body FROM journal"):
        for text in _texts(json.loads(body)):
            if text in counts:
                counts[text] += 1
    for mark, count in counts.items():
        if count != 1:
            yield f"{mark} was acknowledged, and is there {count} times"


def reader_faults(connection: dbapi2.Connection, promises: Promises) -> Iterator[str]:
    """Entries that somebody has read already, and that are gone or stand elsewhere."""
    for seq, identity in promises.read.items():
        if (
            _one(
                connection,
                "SELECT count(*) FROM journal WHERE seq = ? AND id = ?",
                seq,
                _raw(identity),
            )
            != 1
        ):
            yield f"entry {seq} ({identity}) was read from the journal, and is not there"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)


def _raw(identity: str) -> bytes:
    return bytes.fromhex(identity.replace("-", ""))


def _one(connection: dbapi2.Connection, sql: str, *params: object) -> Any:
    return connection.execute(sql, params).fetchone()[0]

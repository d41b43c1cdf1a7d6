"""The devices a person has confirmed, and the proposals that wait for one.

Every decision is a journal entry in the same transaction (``device.confirmed`` and its relatives).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from devices import secrets
from devices.secrets import Vault
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.archiver import Hold
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 80
FOUND = "mdns:"  # how the identity of what was found on the network begins
FORGOTTEN_MS = 30 * 24 * 60 * 60_000
# Arrivals carry their number into the journal, so what was counted since the last note is found
# there: even after a power cut no number is given twice.
_NEWEST_NUMBER = (
    "SELECT max(json_extract(CAST(body AS TEXT), '$.data.device_seq')) FROM journal"
    " WHERE seq > ? AND device = ? AND body IS NOT NULL"
)


@dataclass(frozen=True)
class Attached:
    """A confirmed device. ``config`` is what differs from its driver's defaults, secrets sealed."""

    id: str
    identity: str
    driver: str
    name: str
    config: Mapping[str, object]
    config_version: int
    enabled: bool


@dataclass(frozen=True)
class Proposal:
    """A device that was found and has not been confirmed."""

    id: str
    identity: str
    driver: str
    ignored: bool


@dataclass(frozen=True)
class Confirmation:
    """What a person decides when confirming a proposal, or adding a device that cannot be found.

    ``secret`` are the names of the options that nobody may read.
    """

    name: str
    driver: str
    config: Mapping[str, object]
    config_version: int
    secret: frozenset[str] = frozenset()


class Roster:
    """Reads and writes both tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._vault = Vault(store.keyring)

    def head(self) -> int:
        """The newest journal entry."""
        return self._store.head

    def devices(self) -> list[Attached]:
        """Every confirmed device, in the order they were confirmed."""
        with self._store.read() as rows:
            return [
                _attached(row) for row in rows.all("SELECT * FROM attached_devices ORDER BY id")
            ]

    def device(self, identity: str) -> Attached:
        """One device by its id; Problem device_unknown."""
        with self._store.read() as rows:
            return find(rows, identity)

    def proposals(self) -> list[Proposal]:
        """Everything that was ever found and not confirmed."""
        with self._store.read() as rows:
            found = rows.all("SELECT * FROM device_proposals ORDER BY id")
        return [
            Proposal(
                ids.to_text(row["id"]), row["identity"], row["driver"], ignored=bool(row["ignored"])
            )
            for row in found
        ]

    def propose(self, found: Iterable[tuple[str, str]]) -> None:
        """Note newly found (identity, driver) pairs; known ones are left as they are."""
        pairs = list(found)

        def insert(tx: Tx) -> None:
            tx.executemany(
                "INSERT OR IGNORE INTO device_proposals"
                " (id, identity, driver, proposed_at, seen_at) VALUES (?,?,?,?,?)",
                [
                    (ids.to_bytes(ids.uuid7(tx.now_ms)), identity, driver, tx.now_ms, tx.now_ms)
                    for identity, driver in pairs
                ],
            )

        if pairs:
            self._store.write(insert)

    def tend(self, seen: Iterable[str]) -> None:
        """Note which identities are there, and forget what was found on the network, has not been
        there for long, and was never decided about.
        """
        here = [(identity,) for identity in seen]

        def apply(tx: Tx) -> None:
            stamp = f"UPDATE device_proposals SET seen_at = {tx.now_ms:d} WHERE identity = ?"  # noqa: S608
            tx.executemany(stamp, here)
            tx.execute(
                "DELETE FROM device_proposals"
                " WHERE ignored = 0 AND seen_at < ? AND substr(identity, 1, ?) = ?",
                (tx.now_ms - FORGOTTEN_MS, len(FOUND), FOUND),
            )

        self._store.write(apply)

    def confirm(self, proposal: str, decision: Confirmation, actor: Actor) -> Attached:
        """Make a proposal a device; Problem proposal_unknown, name_malformed or name_taken."""

        def apply(tx: Tx) -> Attached:
            row = find_proposal(tx, proposal)
            tx.execute("DELETE FROM device_proposals WHERE id = ?", (row["id"],))
            return _attach(tx, row["identity"], decision, actor, self._vault)

        return self._store.write(apply)

    def add(self, decision: Confirmation, actor: Actor) -> Attached:
        """A device that nobody can find by looking; Problem name_malformed or name_taken."""

        def apply(tx: Tx) -> Attached:
            identity = f"{decision.driver}:{ids.uuid7(tx.now_ms)}"
            return _attach(tx, identity, decision, actor, self._vault)

        return self._store.write(apply)

    def ignore(self, proposal: str, actor: Actor) -> None:
        """Stop showing a proposal; Problem proposal_unknown."""

        def apply(tx: Tx) -> None:
            row = find_proposal(tx, proposal)
            tx.execute("UPDATE device_proposals SET ignored = 1 WHERE id = ?", (row["id"],))
            record(tx, "ignored", actor, proposal, {"identity": row["identity"]})

        self._store.write(apply)

    def rename(self, device: str, name: str, actor: Actor) -> None:
        """Give a device another name; Problem device_unknown, name_malformed or name_taken."""
        name = _name(name)

        def apply(tx: Tx) -> None:
            attached = find(tx, device)
            _refuse_taken(tx, name, attached.name)
            tx.execute(
                "UPDATE attached_devices SET name = ? WHERE id = ?", (name, ids.to_bytes(device))
            )
            record(tx, "renamed", actor, device, {"name": name, "before": attached.name})

        self._store.write(apply)

    def enable(self, device: str, actor: Actor, *, enabled: bool) -> None:
        """Use a device or leave it alone; Problem device_unknown."""

        def apply(tx: Tx) -> None:
            attached = find(tx, device)
            if attached.enabled is not enabled:
                tx.execute(
                    "UPDATE attached_devices SET enabled = ? WHERE id = ?",
                    (int(enabled), ids.to_bytes(device)),
                )
                record(tx, "enabled" if enabled else "disabled", actor, device, {})

        self._store.write(apply)

    def note(self, device: str, event: str, body: Mapping[str, object], actor: Actor) -> None:
        """Record what a person had a device do (reconnected, commanded); Problem device_unknown."""

        def apply(tx: Tx) -> None:
            find(tx, device)
            record(tx, event, actor, device, body)

        self._store.write(apply)

    def newest_number(self, device: str) -> int:
        """The newest arrival number that a device was ever given."""
        with self._store.read() as rows:
            row = rows.one(
                "SELECT number, numbered_seq FROM attached_devices WHERE id = ?",
                (ids.to_bytes(device),),
            )
            if row is None:
                return 0
            since = rows.value(_NEWEST_NUMBER, (row["numbered_seq"], device))
        return max(int(row["number"]), int(since or 0))

    def note_numbers(self, seq: int, numbers: Sequence[tuple[str, int]]) -> None:
        """Remember (device, number) pairs; they count everything up to the journal's ``seq``."""
        rows = [(number, seq, ids.to_bytes(device)) for device, number in numbers]
        sql = (
            "UPDATE attached_devices SET number = max(number, ?),"
            " numbered_seq = max(numbered_seq, ?) WHERE id = ?"
        )
        self._store.write(lambda tx: tx.executemany(sql, rows))

    def note_all(self) -> None:
        """Remember how far every device has counted, also those that are not used at present."""
        head = self._store.head
        numbers = [(device.id, self.newest_number(device.id)) for device in self.devices()]
        if numbers:
            self.note_numbers(head, numbers)


def hold(rows: Rows) -> Hold | None:
    """What the archive must leave in the journal: arrivals whose number is noted nowhere else."""
    seq = rows.value("SELECT min(numbered_seq) FROM attached_devices")
    return None if seq is None else Hold(seq, f"devices are numbered up to entry {seq}")


def _attach(tx: Tx, identity: str, decision: Confirmation, actor: Actor, vault: Vault) -> Attached:
    name = _name(decision.name)
    _refuse_taken(tx, name, "")
    device = ids.uuid7(tx.now_ms)
    told = secrets.kept(decision.config, {}, decision.secret)
    config = vault.seal(told, decision.secret, device)
    attached = Attached(
        device, identity, decision.driver, name, config, decision.config_version, enabled=True
    )
    tx.execute(
        "INSERT INTO attached_devices (id, identity, driver, name, config, config_version,"
        " confirmed_at, numbered_seq) VALUES (?,?,?,?,?,?,?,?)",
        (ids.to_bytes(device), identity, decision.driver, name,
         json.dumps(config), decision.config_version, tx.now_ms, tx.seq),
    )  # fmt: skip
    body = {"name": name, "identity": identity, "driver": decision.driver}
    record(tx, "confirmed", actor, attached.id, body)
    return attached


def _attached(row: Row) -> Attached:
    return Attached(
        ids.to_text(row["id"]), row["identity"], row["driver"], row["name"],
        json.loads(row["config"]), row["config_version"], enabled=bool(row["enabled"]),
    )  # fmt: skip


def find(rows: Rows, device: str) -> Attached:
    """One device by its id; Problem device_unknown."""
    query = "SELECT * FROM attached_devices WHERE id = ?"
    return _attached(rows.by_id(query, device, "device_unknown"))


def find_proposal(tx: Tx, proposal: str) -> Row:
    return tx.by_id("SELECT * FROM device_proposals WHERE id = ?", proposal, "proposal_unknown")


def _name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise Problem("name_malformed", pointer="/name", length_max=NAME_LENGTH_MAX)
    return name


def _refuse_taken(tx: Tx, name: str, own: str) -> None:
    if name != own and tx.one("SELECT 1 FROM attached_devices WHERE name = ?", (name,)):
        raise Problem("name_taken", pointer="/name")


def record(tx: Tx, event: str, actor: Actor, subject: str, body: Mapping[str, object]) -> None:
    """What was decided, as a journal entry of the same transaction."""
    tx.append(
        Entry(
            id=ids.uuid7(tx.now_ms),
            type=f"device.{event}",
            body=body,
            subject=subject,
            actor=actor.id,
            device=actor.device,
        )
    )

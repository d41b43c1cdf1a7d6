"""The devices a person has confirmed, and the proposals that wait for one.

Every decision is a journal entry in the same transaction (``device.confirmed`` and its relatives).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.store.archiver import Hold
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 80
# Arrivals carry their number into the journal, so what was counted since the last note is found
# there: even after a power cut no number is given twice.
_NEWEST_NUMBER = (
    "SELECT max(json_extract(CAST(body AS TEXT), '$.data.device_seq')) FROM journal"
    " WHERE seq > ? AND device = ? AND body IS NOT NULL"
)


@dataclass(frozen=True)
class Attached:
    """A confirmed device. ``config`` is what differs from its driver's defaults."""

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
    """What a person decides when confirming a proposal, or adding a device that cannot be found."""

    name: str
    driver: str
    config: Mapping[str, object]
    config_version: int


class Roster:
    """Reads and writes both tables."""

    def __init__(self, store: Store) -> None:
        self._store = store

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
            return _one(rows, identity)

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
                "INSERT OR IGNORE INTO device_proposals (id, identity, driver, proposed_at)"
                " VALUES (?,?,?,?)",
                [
                    (ids.to_bytes(ids.uuid7(tx.now_ms)), identity, driver, tx.now_ms)
                    for identity, driver in pairs
                ],
            )

        if pairs:
            self._store.write(insert)

    def confirm(self, proposal: str, decision: Confirmation, actor: Actor) -> Attached:
        """Make a proposal a device; Problem proposal_unknown, name_malformed or name_taken."""

        def apply(tx: Tx) -> Attached:
            row = _proposal(tx, proposal)
            tx.execute("DELETE FROM device_proposals WHERE id = ?", (row["id"],))
            return _attach(tx, row["identity"], decision, actor)

        return self._store.write(apply)

    def add(self, decision: Confirmation, actor: Actor) -> Attached:
        """A device that nobody can find by looking; Problem name_malformed or name_taken."""

        def apply(tx: Tx) -> Attached:
            return _attach(tx, f"{decision.driver}:{ids.uuid7(tx.now_ms)}", decision, actor)

        return self._store.write(apply)

    def ignore(self, proposal: str, actor: Actor) -> None:
        """Stop showing a proposal; Problem proposal_unknown."""

        def apply(tx: Tx) -> None:
            row = _proposal(tx, proposal)
            tx.execute("UPDATE device_proposals SET ignored = 1 WHERE id = ?", (row["id"],))
            _record(tx, "ignored", actor, proposal, {"identity": row["identity"]})

        self._store.write(apply)

    def rename(self, device: str, name: str, actor: Actor) -> None:
        """Give a device another name; Problem device_unknown, name_malformed or name_taken."""
        name = _name(name)

        def apply(tx: Tx) -> None:
            attached = _one(tx, device)
            _refuse_taken(tx, name, attached.name)
            tx.execute(
                "UPDATE attached_devices SET name = ? WHERE id = ?", (name, ids.to_bytes(device))
            )
            _record(tx, "renamed", actor, device, {"name": name, "before": attached.name})

        self._store.write(apply)

    def enable(self, device: str, actor: Actor, *, enabled: bool) -> None:
        """Use a device or leave it alone; Problem device_unknown."""

        def apply(tx: Tx) -> None:
            attached = _one(tx, device)
            if attached.enabled is not enabled:
                tx.execute(
                    "UPDATE attached_devices SET enabled = ? WHERE id = ?",
                    (int(enabled), ids.to_bytes(device)),
                )
                _record(tx, "enabled" if enabled else "disabled", actor, device, {})

        self._store.write(apply)

    def configure(
        self, device: str, config: Mapping[str, object], version: int, actor: Actor
    ) -> None:
        """Replace a configuration by one its driver accepts; Problem device_unknown."""

        def apply(tx: Tx) -> None:
            before = _one(tx, device).config
            tx.execute(
                "UPDATE attached_devices SET config = ?, config_version = ? WHERE id = ?",
                (json.dumps(config), version, ids.to_bytes(device)),
            )
            _record(tx, "configured", actor, device, {"config": config, "before": before})

        self._store.write(apply)

    def migrate(self, device: Attached, config: Mapping[str, object], version: int) -> None:
        """What an older version of its driver was told, in the form of this one."""

        def apply(tx: Tx) -> None:
            tx.execute(
                "UPDATE attached_devices SET config = ?, config_version = ? WHERE id = ?",
                (json.dumps(config), version, ids.to_bytes(device.id)),
            )
            body = {"config": config, "before": device.config, "version": version}
            _record(tx, "migrated", SYSTEM, device.id, body)

        self._store.write(apply)

    def note(self, device: str, event: str, body: Mapping[str, object], actor: Actor) -> None:
        """Record what a person had a device do (reconnected, commanded); Problem device_unknown."""

        def apply(tx: Tx) -> None:
            _one(tx, device)
            _record(tx, event, actor, device, body)

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


def _attach(tx: Tx, identity: str, decision: Confirmation, actor: Actor) -> Attached:
    name = _name(decision.name)
    _refuse_taken(tx, name, "")
    attached = Attached(
        ids.uuid7(tx.now_ms), identity, decision.driver, name,
        decision.config, decision.config_version, enabled=True,
    )  # fmt: skip
    tx.execute(
        "INSERT INTO attached_devices (id, identity, driver, name, config, config_version,"
        " confirmed_at, numbered_seq) VALUES (?,?,?,?,?,?,?,?)",
        (ids.to_bytes(attached.id), identity, decision.driver, name,
         json.dumps(decision.config), decision.config_version, tx.now_ms, tx.seq),
    )  # fmt: skip
    body = {"name": name, "identity": identity, "driver": decision.driver}
    _record(tx, "confirmed", actor, attached.id, body)
    return attached


def _attached(row: Row) -> Attached:
    return Attached(
        ids.to_text(row["id"]), row["identity"], row["driver"], row["name"],
        json.loads(row["config"]), row["config_version"], enabled=bool(row["enabled"]),
    )  # fmt: skip


def _one(rows: Rows, device: str) -> Attached:
    query = "SELECT * FROM attached_devices WHERE id = ?"
    return _attached(rows.by_id(query, device, "device_unknown"))


def _proposal(tx: Tx, proposal: str) -> Row:
    return tx.by_id("SELECT * FROM device_proposals WHERE id = ?", proposal, "proposal_unknown")


def _name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise Problem("name_malformed", pointer="/name", length_max=NAME_LENGTH_MAX)
    return name


def _refuse_taken(tx: Tx, name: str, own: str) -> None:
    if name != own and tx.one("SELECT 1 FROM attached_devices WHERE name = ?", (name,)):
        raise Problem("name_taken", pointer="/name")


def _record(tx: Tx, event: str, actor: Actor, subject: str, body: Mapping[str, object]) -> None:
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

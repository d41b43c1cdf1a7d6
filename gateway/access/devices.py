"""Tokens of machines: scanners' programs, tills, the ERP, forms on a web site.

Shown once; only their hash is kept. One that is replaced is good for a while beside its successor:
the machine stays the same, so what it has read and taken stays its own.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.access import audit
from gateway.access.policy import KEEP_HOURS_MAX, MACHINES
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 80
HOUR_MS = 3_600_000
_SELECT = (
    "SELECT id, name, role, created_at, made_at, old_until, last_seen_at, revoked_at FROM tokens"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A machine with a token. Instants are Unix milliseconds: ``made_at`` is of the token in use,
    ``old_until`` is when the one before ends, None where there is none any more.
    """

    id: str
    name: str
    role: str
    created_at: int
    made_at: int
    old_until: int | None
    last_seen_at: int | None
    revoked: bool


class Devices:
    """All valid tokens live in memory: asking the database would cost more than storing a scan."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, int] = {}
        self._saved: dict[str, int] = {}
        self._changes = threading.Lock()
        self._now_ms = store.clock.now_ms
        self._actors: Mapping[bytes, Actor] = {}
        self._old: Mapping[bytes, tuple[Actor, int]] = {}
        self._load()

    def add(self, name: str, role: str, *, actor: Actor = SYSTEM) -> tuple[str, str]:
        """Add a machine with role device, pos, erp or web: (id, token).

        The token cannot be read again.

        Problem form_invalid or name_taken.
        """
        name = name.strip()
        if faults := _faults(name, role):
            raise Problem("form_invalid", errors=faults)
        token = ids.random_token()
        with self._changes:
            identity = self._store.write(lambda tx: _insert(tx, name, role, token, actor))
            self._load()
        return identity, token

    def authenticate(self, token: str) -> Actor | None:
        """The machine a token belongs to, in about a microsecond; None if unknown or revoked."""
        key = token_hash(token)
        actor = self._actors.get(key) or self._before(key)
        if actor is not None:
            self._seen[actor.id] = self._now_ms()
        return actor

    def replace(self, identity: str, keep_hours: int, *, actor: Actor = SYSTEM) -> str:
        """Another token for the same machine: it cannot be read again.

        The one so far is good for so many hours, at most ``KEEP_HOURS_MAX``; one before that ends.
        Problem token_missing, also for a machine whose token was revoked.
        """
        if not 0 <= keep_hours <= KEEP_HOURS_MAX:
            raise ValueError(f"{keep_hours} hours")
        token = ids.random_token()
        with self._changes:
            self._store.write(lambda tx: _replace(tx, identity, token, keep_hours, actor))
            self._load()
        return token

    def _before(self, key: bytes) -> Actor | None:
        actor, until = self._old.get(key, (None, 0))
        return actor if self._now_ms() < until else None

    def revoke(self, identity: str, *, actor: Actor = SYSTEM) -> Device:
        """Stop accepting a token from the next request on; Problem token_missing."""
        with self._changes:
            self._store.write(lambda tx: _revoke(tx, identity, actor))
            self._load()
        return self.get(identity)

    def list(self) -> list[Device]:
        """Every machine, the revoked ones too, in the order they were added."""
        with self._store.read() as rows:
            found = rows.all(_SELECT + " ORDER BY id")
        return [self._device(row) for row in found]

    def get(self, identity: str) -> Device:
        """One machine by id; Problem token_missing."""
        with self._store.read() as rows:
            row = rows.by_id(_SELECT + " WHERE id = ?", identity, "token_missing")
        return self._device(row)

    def name(self, identity: str) -> str:
        """The name of a machine, also after its token was revoked; empty for an unknown id."""
        return self._names.get(identity, "")

    def remember_seen(self) -> None:
        """Store when each machine was last seen: now and then and at the end, never per request."""
        seen = dict(self._seen)
        news = [(at, ids.to_bytes(key)) for key, at in seen.items() if self._saved.get(key) != at]
        if news:
            sql = "UPDATE tokens SET last_seen_at = ? WHERE id = ?"
            self._store.write(lambda tx: tx.executemany(sql, news))
        self._saved = seen

    def _load(self) -> None:
        # A whole new mapping instead of a changed one: the hot path reads it without a lock.
        with self._store.read() as rows:
            found = rows.all(
                "SELECT id, token, name, role, revoked_at, old_token, old_until FROM tokens"
            )
        self._names = {ids.to_text(row["id"]): str(row["name"]) for row in found}
        valid = [row for row in found if row["revoked_at"] is None]
        self._actors = {row["token"]: _actor(row) for row in valid}
        replaced = [row for row in valid if row["old_token"] is not None]
        self._old = {row["old_token"]: (_actor(row), row["old_until"]) for row in replaced}

    def _device(self, row: Row) -> Device:
        identity = ids.to_text(row["id"])
        until = row["old_until"] or 0
        return Device(
            id=identity,
            name=row["name"],
            role=row["role"],
            created_at=row["created_at"],
            made_at=row["made_at"],
            old_until=until if until > self._now_ms() and row["revoked_at"] is None else None,
            last_seen_at=self._seen.get(identity, row["last_seen_at"]),
            revoked=row["revoked_at"] is not None,
        )


def _insert(tx: Tx, name: str, role: str, token: str, actor: Actor) -> str:
    if tx.one("SELECT 1 FROM tokens WHERE name = ? AND revoked_at IS NULL", (name,)):
        raise Problem("name_taken", pointer="/name")
    identity = ids.uuid7(tx.now_ms)
    tx.execute(
        "INSERT INTO tokens (id, token, name, role, created_at, made_at) VALUES (?,?,?,?,?,?)",
        (ids.to_bytes(identity), token_hash(token), name, role, tx.now_ms, tx.now_ms),
    )
    audit.record(tx, "token_added", actor, identity, role=role)
    return identity


def _replace(tx: Tx, identity: str, token: str, keep_hours: int, actor: Actor) -> None:
    key = ids.key(identity, "token_missing")
    row = tx.one("SELECT role FROM tokens WHERE id = ? AND revoked_at IS NULL", (key,))
    if row is None:
        raise Problem("token_missing")
    tx.execute(
        "UPDATE tokens SET old_token = CASE WHEN ?1 THEN token END,"
        " old_until = CASE WHEN ?1 THEN ?2 END, token = ?3, made_at = ?4 WHERE id = ?5",
        (keep_hours, tx.now_ms + keep_hours * HOUR_MS, token_hash(token), tx.now_ms, key),
    )
    audit.record(tx, "token_replaced", actor, identity, role=row["role"])


def _revoke(tx: Tx, identity: str, actor: Actor) -> None:
    key = ids.key(identity, "token_missing")
    row = tx.one("SELECT role, revoked_at FROM tokens WHERE id = ?", (key,))
    if row is None:
        raise Problem("token_missing")
    if row["revoked_at"] is None:
        tx.execute("UPDATE tokens SET revoked_at = ? WHERE id = ?", (tx.now_ms, key))
        audit.record(tx, "token_revoked", actor, identity, fields=["revoked"], role=row["role"])


def _actor(row: Row) -> Actor:
    identity = ids.to_text(row["id"])
    return Actor(id=identity, name=row["name"], role=row["role"], device=identity)


def _faults(name: str, role: str) -> list[Problem]:
    faults = []
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        faults.append(Problem("name_malformed", pointer="/name", length_max=NAME_LENGTH_MAX))
    if role not in MACHINES:
        faults.append(Problem("role_unknown", pointer="/role", roles=", ".join(MACHINES)))
    return faults

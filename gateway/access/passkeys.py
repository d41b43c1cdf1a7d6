"""Passkeys of people: added, listed, taken away, and signed in with.

A passkey asks for the finger, the face or the code of what holds it, so it is two factors at once.
It is bound to the one name that the pages have. A challenge is good once, for a few minutes, for
one purpose; challenges live in memory, and a restart asks again.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.access import audit
from gateway.access.users import Users
from gateway.access.webauthn import Asked, NewKey, Origin
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 60
KEYS_MAX = 10
CHALLENGE_MS = 5 * 60_000
# Anybody may ask for one, so the oldest makes room.
CHALLENGES_MAX = 200
SIGN_IN = ""

_SELECT = "SELECT id, user, credential, data, name, counter, added_at, used_at FROM passkeys"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key of somebody's. Instants are Unix milliseconds; ``used_at`` is None until it was."""

    id: str
    name: str
    added_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    asked: Asked
    whose: str  # the id of the user who adds a key, or SIGN_IN
    made_ms: int


class Passkeys:
    """``origin`` is None where the pages have no name that a passkey could be bound to."""

    def __init__(self, store: Store, users: Users, origin: Origin | None) -> None:
        self._store = store
        self._users = users
        self._origin = origin
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}

    @property
    def offered(self) -> bool:
        """Whether the pages have a name that a passkey can be bound to."""
        return self._origin is not None

    def own(self, actor: Actor) -> list[Passkey]:
        """A person's own keys, newest first."""
        return [_passkey(row) for row in self._of(actor)]

    def begin_adding(self, actor: Actor) -> tuple[str, dict[str, Any]]:
        """The id of a challenge, and what the browser makes a key with.

        Problem passkeys_not_here or passkeys_many.
        """
        known = [row["data"] for row in self._of(actor)]
        if len(known) >= KEYS_MAX:
            raise Problem("passkeys_many", count_max=KEYS_MAX)
        asked = self._place().ask_for_new(ids.to_bytes(actor.id), actor.name, known)
        return self._wait(asked, actor.id)

    def add(self, actor: Actor, challenge: str, name: str, answer: Mapping[str, Any]) -> Passkey:
        """Keep a key that was just made, under a name its person gave.

        Problem passkey_refused, or form_invalid for the name.
        """
        name = name.strip()
        if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
            fault = Problem("name_malformed", pointer="/name", length_max=NAME_LENGTH_MAX)
            raise Problem("form_invalid", errors=[fault])
        new = self._place().made(self._take(challenge, actor.id), answer)
        return self._store.write(lambda tx: _add(tx, actor, name, new))

    def remove(self, actor: Actor, identity: str) -> None:
        """Take one of a person's own keys away; Problem passkey_unknown for any other."""
        self._store.write(lambda tx: _remove(tx, actor, identity))

    def begin_signing_in(self) -> tuple[str, dict[str, Any]]:
        """The id of a challenge, and what the browser has any key sign; passkeys_not_here."""
        return self._wait(self._place().ask_for_any(), SIGN_IN)

    def prove(self, challenge: str, credential: bytes, answer: Mapping[str, Any]) -> Actor:
        """Who a key speaks for; Problem passkey_refused. The challenge is used up in any case."""
        place, asked = self._place(), self._take(challenge, SIGN_IN)
        with self._store.read() as rows:
            row = rows.one(_SELECT + " WHERE credential = ?", (credential,))
        if row is None:
            raise Problem("passkey_refused")
        counter = place.signed(asked, row["data"], answer)
        user = self._users.get(ids.to_text(row["user"]))
        if user.disabled:
            raise Problem("passkey_refused")
        self._store.write(lambda tx: _used(tx, row["id"], counter))
        return user.actor()

    def _of(self, actor: Actor) -> list[Row]:
        with self._store.read() as rows:
            sql = _SELECT + " WHERE user = ? ORDER BY added_at DESC"
            return list(rows.all(sql, (ids.to_bytes(actor.id),)))

    def _place(self) -> Origin:
        if self._origin is None:
            raise Problem("passkeys_not_here")
        return self._origin

    def _wait(self, asked: Asked, whose: str) -> tuple[str, dict[str, Any]]:
        identity, now = ids.random_token(), self._store.clock.monotonic_ms()
        with self._lock:
            while len(self._waiting) >= CHALLENGES_MAX:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[identity] = _Waiting(asked, whose, now)
        return identity, asked.options

    def _take(self, challenge: str, whose: str) -> Asked:
        with self._lock:
            found = self._waiting.pop(challenge, None)
        now = self._store.clock.monotonic_ms()
        if found is None or found.whose != whose or now - found.made_ms > CHALLENGE_MS:
            raise Problem("passkey_refused")
        return found.asked


def _add(tx: Tx, actor: Actor, name: str, new: NewKey) -> Passkey:
    if tx.one("SELECT 1 FROM passkeys WHERE credential = ?", (new.credential,)):
        raise Problem("passkey_refused")
    found = Passkey(ids.uuid7(tx.now_ms), name, tx.now_ms, None)
    tx.execute(
        "INSERT INTO passkeys (id, user, credential, data, name, counter, added_at)"
        " VALUES (?,?,?,?,?,?,?)",
        (ids.to_bytes(found.id), ids.to_bytes(actor.id), new.credential, new.data, name,
         new.counter, tx.now_ms),
    )  # fmt: skip
    audit.record(tx, "passkey_added", actor, found.id)
    return found


def _remove(tx: Tx, actor: Actor, identity: str) -> None:
    row = tx.by_id(_SELECT + " WHERE id = ?", identity, "passkey_unknown")
    if row["user"] != ids.to_bytes(actor.id):
        raise Problem("passkey_unknown")
    tx.execute("DELETE FROM passkeys WHERE id = ?", (row["id"],))
    audit.record(tx, "passkey_removed", actor, identity)


def _used(tx: Tx, key: bytes, counter: int) -> None:
    """A key that counts and does not go on counting is one of two: neither is believed."""
    known = tx.value("SELECT counter FROM passkeys WHERE id = ?", (key,))
    if known is None or (max(known, counter) > 0 and counter <= known):
        raise Problem("passkey_refused")
    tx.execute(
        "UPDATE passkeys SET counter = ?, used_at = ? WHERE id = ?", (counter, tx.now_ms, key)
    )


def _passkey(row: Row) -> Passkey:
    return Passkey(ids.to_text(row["id"]), row["name"], row["added_at"], row["used_at"])

"""Leave to bring a phone in: a QR code's token, and a code that is typed where no camera helps.

Whoever may pair asks for one; the first phone that shows either within ten minutes is the one that
is let in. The token has 256 random bits and needs no other protection. The code has 40, so every
wrong one counts against all codes that are open, wherever it was typed: after ``MISSES_MAX`` of
them a code is dead, and its QR code still works. So a code that lives as long as it can is guessed
with a chance of ``MISSES_MAX`` in 2 ** 40, or 1 in 22 thousand million, however many addresses take
part. What one address may try in that time is less still: see ``gateway.access.throttle``.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from gateway.access import audit
from gateway.access.phones import NewPhone, arrive
from gateway.access.users import User, Users
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx

LIFE_MS = 10 * 60_000
KEPT_MS = 24 * 60 * 60_000
MISSES_MAX = 50
# A name of a user cannot hold a line end, so nobody's sign-in shares this door's pauses.
DOOR = "\npairing"
# Whose phone a manager may pair. Whoever is handed a pairing could use it in another's name, so it
# leads to nobody who decides what two people are needed for; the own one leads to nobody else.
PAIRED_BY_MANAGERS = ("rep", "clerk")

_READ_AS = str.maketrans("OIL", "011", " \t\r\n-–—·.")
_OPEN = "phone IS NULL AND issued_at <= ? AND issued_at > ?"
_GOOD = "issued_at <= ? AND issued_at > ? AND user IN (SELECT id FROM users WHERE disabled = 0)"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new pairing with what opens it; neither can be read again. Good for ``LIFE_MS``."""

    id: str
    user: User
    token: str
    code: str
    issued_at: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """How a pairing stands: open, over, or claimed by ``phone`` (an id, else empty)."""

    id: str
    state: Literal["open", "over", "claimed"]
    phone: str


class Pairings:
    """Issues and redeems pairings."""

    def __init__(self, store: Store, users: Users) -> None:
        self._store = store
        self._users = users

    def may_pair(self, actor: Actor) -> list[User]:
        """Whose phones somebody may pair, by name."""
        return [user for user in self._users.list() if not user.disabled and _may(actor, user)]

    def issue(self, user: str, actor: Actor) -> Invitation:
        """Give leave to pair one phone of a person; an older one that is still open ends.

        Problem user_unknown or pairing_not_allowed.
        """
        person = self._users.get(user)
        if person.disabled or not _may(actor, person):
            raise Problem("pairing_not_allowed")
        token, code = ids.random_token(), ids.pairing_code()
        return self._store.write(lambda tx: self._insert(tx, person, token, code, actor))

    def look(self, identity: str) -> Pairing:
        """How a pairing stands; Problem pairing_unknown."""
        with self._store.read() as rows:
            row = rows.by_id("SELECT * FROM pairings WHERE id = ?", identity, "pairing_unknown")
        now = self._store.clock.now_ms()
        if row["phone"]:
            return Pairing(identity, "claimed", ids.to_text(row["phone"]))
        return Pairing(identity, "open" if _is_young(row, now) else "over", "")

    def withdraw(self, identity: str) -> None:
        """End a pairing that nobody has claimed; one that was claimed stays."""
        key = ids.key(identity, "pairing_unknown")
        sql = "DELETE FROM pairings WHERE id = ? AND phone IS NULL"
        self._store.write(lambda tx: tx.execute(sql, (key,)))

    def claim(self, token: str, code: str, phone: NewPhone, source: str) -> User:
        """Let a phone in by the token of a QR code, else by a typed code: whose phone it is now.

        The same phone may ask again while the pairing is young: its answer may have been lost.
        Problem pairing_over, pairing_code_wrong, throttled, phone_key_unfit or form_invalid.
        """
        phone.check()
        if token:
            user = self._by_token(token_hash(token), phone)
        else:
            self._users.throttle.attempt(DOOR, source)
            digest = code_digest(self._store, code)
            user = self._store.write(lambda tx: _redeem_code(tx, digest, phone))
            if user:
                self._users.throttle.succeeded(DOOR, source)
        if user is None:
            raise Problem("pairing_over" if token else "pairing_code_wrong")
        self._users.generation += 1  # an older key of this phone may have ended
        return self._users.get(user)

    def _by_token(self, digest: bytes, phone: NewPhone) -> str | None:
        with self._store.read() as rows:
            known = rows.value("SELECT 1 FROM pairings WHERE token = ?", (digest,))
        # Guessing 256 bits is hopeless; it must not keep the disk busy either.
        return self._store.write(lambda tx: _redeem(tx, "token", digest, phone)) if known else None

    def _insert(self, tx: Tx, person: User, token: str, code: str, actor: Actor) -> Invitation:
        identity, user = ids.uuid7(tx.now_ms), ids.to_bytes(person.id)
        tx.execute(
            "DELETE FROM pairings WHERE issued_at <= ? OR (user = ? AND phone IS NULL)",
            (tx.now_ms - KEPT_MS, user),
        )
        tx.execute(
            "INSERT INTO pairings (id, user, token, code, issued_at, issued_by)"
            " VALUES (?,?,?,?,?,?)",
            (ids.to_bytes(identity), user, token_hash(token), code_digest(self._store, code),
             tx.now_ms, actor.id),
        )  # fmt: skip
        audit.record(tx, "pairing_issued", actor, person.id, role=person.role)
        return Invitation(identity, person, token, code, tx.now_ms)


def code_of(typed: str) -> str:
    """A typed code as it is compared: case, blanks, hyphens and full-width letters do not matter,
    and O, I and L are the digits they are taken for.
    """
    return unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)


def code_digest(store: Store, typed: str) -> bytes:
    """What the database keeps of a code: keyed, because 40 bits could be tried out."""
    return store.keyring.blind_index(f"pairing:{code_of(typed)}")


def _may(actor: Actor, person: User) -> bool:
    return actor.role == "admin" or person.id == actor.id or person.role in PAIRED_BY_MANAGERS


def _is_young(row: Row, now: int) -> bool:
    """A clock that was set back must not make a pairing last longer."""
    return 0 <= now - int(row["issued_at"]) < LIFE_MS


def _redeem_code(tx: Tx, digest: bytes, phone: NewPhone) -> str | None:
    if user := _redeem(tx, "code", digest, phone):
        return user
    tx.execute(f"UPDATE pairings SET misses = misses + 1 WHERE {_OPEN}", _window(tx))  # noqa: S608
    return None


def _redeem(tx: Tx, column: str, digest: bytes, phone: NewPhone) -> str | None:
    """The user of the pairing that this phone has now; None when there is none for it."""
    key = ids.to_bytes(phone.id)
    taken = tx.all(
        f"UPDATE pairings SET phone = ? WHERE {column} = ? AND (phone IS NULL OR phone = ?)"  # noqa: S608
        f" AND (misses < ? OR {column} = token) AND {_GOOD} RETURNING user, issued_by",
        (key, digest, key, MISSES_MAX, *_window(tx)),
    )
    if not taken:
        return None
    user = ids.to_text(taken[0]["user"])
    arrive(tx, phone, user, taken[0]["issued_by"])
    return user


def _window(tx: Tx) -> tuple[int, int]:
    """When a pairing that is good now was issued: not after, and after."""
    return tx.now_ms, tx.now_ms - LIFE_MS

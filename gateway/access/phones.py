"""Paired phones: each proves who it is with a key that never leaves it, and can be put out.

A phone asks for a challenge and signs it. A challenge is good once, for a minute, for one phone,
one purpose and this life of the gateway; no clock of the phone takes part. Challenges live in
memory: after a restart a phone asks for another one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from gateway.access import audit, leaving
from gateway.access.leaving import Order, State
from gateway.access.users import User, Users
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import is_public_key, signed_by
from gateway.store.database import Store
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 60
CHALLENGE_MS = 60_000
# Several tabs of one phone may ask at once; more than that is somebody else.
CHALLENGES_MAX = 8
PURPOSE = "session"

_SELECT = (
    "SELECT p.id, p.user, users.name AS person, p.device, p.name, p.public_key, p.paired_at,"
    " p.paired_by, p.seen_at, p.retired_at, p.leaving, p.wiped_at, p.wiped_unsent"
    " FROM paired_phones p JOIN users ON users.id = p.user"
)


@dataclass(frozen=True, slots=True)
class NewPhone:
    """What a phone says of itself: ``id`` is made for this pairing, ``device`` is the phone."""

    id: str
    device: str
    name: str
    public_key: bytes

    def check(self) -> None:
        """Problem phone_key_unfit, or form_invalid with the member at fault."""
        if not is_public_key(self.public_key):
            raise Problem("phone_key_unfit", pointer="/public_key")
        if not 1 <= len(self.name) <= NAME_LENGTH_MAX or not self.name.isprintable():
            fault = Problem("name_malformed", pointer="/name", length_max=NAME_LENGTH_MAX)
            raise Problem("form_invalid", errors=[fault])


@dataclass(frozen=True, slots=True)
class PairedPhone:
    """A phone of one person. Instants are Unix milliseconds, ``paired_by`` is a user's id.

    ``leaving`` is the order it is under, ``retired_at`` since when; ``wiped_at`` when it said that
    it is empty, and ``wiped_unsent`` how much that nobody else has went with it.
    """

    id: str
    user: str
    person: str
    device: str
    name: str
    paired_at: int
    paired_by: str
    seen_at: int
    retired_at: int | None
    leaving: Order
    wiped_at: int | None
    wiped_unsent: int | None

    @property
    def retired(self) -> bool:
        """Whether it is put out, for whatever reason."""
        return self.retired_at is not None

    @property
    def state(self) -> State:
        """How it stands: in_use, draining, lost, wiped, or out without any order."""
        if not self.retired:
            return "in_use"
        if self.wiped_at is not None:
            return "wiped"
        if not self.leaving:
            return "out"
        return "draining" if self.leaving == leaving.RETIRE else "lost"


@dataclass(frozen=True, slots=True)
class PhoneReport:
    """What a phone said when it talked last: whose it was then (an id), when (Unix milliseconds),
    and how much it still holds, None when it did not say.
    """

    user: str
    seen_at: int
    unsent: int | None


class PairedPhones:
    """Lists and proves them, and puts them out."""

    def __init__(self, store: Store, users: Users) -> None:
        self._store = store
        self._users = users
        self._lock = threading.Lock()
        self._challenges: dict[str, dict[str, int]] = {}

    @property
    def epoch(self) -> str:
        """The life of the gateway that signatures count for."""
        return self._store.epoch

    def list(self) -> list[PairedPhone]:
        """Every phone that was ever paired: those in use first, the newest of them on top."""
        with self._store.read() as rows:
            found = rows.all(_SELECT + " ORDER BY p.retired_at IS NOT NULL, p.id DESC")
        return [_phone(row) for row in found]

    def get(self, identity: str) -> PairedPhone:
        """One phone by its id; Problem phone_unknown."""
        with self._store.read() as rows:
            return _phone(rows.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unknown"))

    def challenge(self, identity: str) -> str:
        """What a phone has to sign next; Problem phone_unpaired, phone_retired or phone_lost."""
        with self._store.read() as rows:
            self._usable(rows, identity)
        nonce, now = ids.random_token(), self._store.clock.monotonic_ms()
        with self._lock:
            waiting = self._challenges.setdefault(identity, {})
            for old in [key for key, at in waiting.items() if now - at > CHALLENGE_MS]:
                del waiting[old]
            while len(waiting) >= CHALLENGES_MAX:
                del waiting[next(iter(waiting))]
            waiting[nonce] = now
        return nonce

    def prove(self, identity: str, nonce: str, signature: bytes) -> tuple[User, str]:
        """Who a phone speaks for, and its device, once it has signed ``message``.

        Problem phone_unpaired, phone_retired or phone_lost. The challenge is used up in any case.
        """
        fresh = self._take(identity, nonce)
        with self._store.read() as rows:
            row = self._usable(rows, identity)
        text = message(self.epoch, identity, nonce)
        if not fresh or not signed_by(row["public_key"], text, signature):
            raise Problem("phone_unpaired")
        user = self._users.get(ids.to_text(row["user"]))
        if user.disabled:
            raise Problem("phone_unpaired")
        seen = "UPDATE paired_phones SET seen_at = ? WHERE id = ?"
        self._store.write(lambda tx: tx.execute(seen, (tx.now_ms, row["id"])))
        return user, row["device"]

    def orders(self, identity: str) -> dict[str, str]:
        """By order: what a phone knows the word of it by."""
        return leaving.digests(self._store, identity)

    def retire(self, identity: str, actor: Actor) -> PairedPhone:
        """Have a phone hand over what it holds, and then empty itself; Problem phone_unknown."""
        return self._put_out(identity, lambda tx: leaving.retire(tx, identity, actor))

    def lose(self, identity: str, actor: Actor) -> PairedPhone:
        """Refuse a phone at once and have it empty itself; Problem phone_unknown."""
        return self._put_out(identity, lambda tx: leaving.lose(tx, identity, actor))

    def unpair(self, identity: str, actor: Actor) -> None:
        """Let people put out a phone of their own; Problem phone_unknown for any other."""
        if self.get(identity).user != actor.id:
            raise Problem("phone_unknown")
        self._put_out(identity, lambda tx: leaving.retire(tx, identity, actor, ""))

    def wiped(self, identity: str, word: str, unsent: int) -> None:
        """A phone says that it followed its order; Problem phone_unpaired without its word."""
        store = self._store
        store.write(lambda tx: leaving.wiped(tx, store, identity, word, unsent))
        self._users.generation += 1

    def _put_out(self, identity: str, change: Callable[[Tx], None]) -> PairedPhone:
        self._store.write(change)
        self._users.generation += 1
        return self.get(identity)

    def _usable(self, rows: Rows, identity: str) -> Row:
        row = rows.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unpaired")
        state = _phone(row).state
        if state == "lost":
            raise leaving.lost(self._store, identity)
        if state not in ("in_use", "draining"):
            raise Problem("phone_retired")
        return row

    def _take(self, identity: str, nonce: str) -> bool:
        with self._lock:
            made = self._challenges.get(identity, {}).pop(nonce, None)
        return made is not None and self._store.clock.monotonic_ms() - made <= CHALLENGE_MS


def message(epoch: str, identity: str, nonce: str) -> bytes:
    """What a phone signs to be given a session."""
    return "\n".join(("waystation phone 1", PURPOSE, epoch, identity, nonce)).encode()


def arrive(tx: Tx, phone: NewPhone, user: str, paired_by: str) -> None:
    """Store a phone that was let in, once; Problem pairing_over when its id is another phone's.

    A phone that this person paired before has a new key now, and the old one is worth nothing.
    """
    key, owner = ids.to_bytes(phone.id), ids.to_bytes(user)
    known = tx.one("SELECT user, public_key, retired_at FROM paired_phones WHERE id = ?", (key,))
    if known == {"user": owner, "public_key": phone.public_key, "retired_at": None}:
        return
    if known is not None:
        raise Problem("pairing_over")
    tx.execute(
        "UPDATE paired_phones SET retired_at = ? WHERE user = ? AND device = ?"
        " AND retired_at IS NULL",
        (tx.now_ms, owner, phone.device),
    )
    tx.execute(
        "INSERT INTO paired_phones"
        " (id, user, device, name, public_key, paired_at, paired_by, seen_at)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (key, owner, phone.device, phone.name, phone.public_key, tx.now_ms, paired_by, tx.now_ms),
    )
    person = Actor(id=user, name="", role="", device=phone.device)
    audit.record(tx, "phone_paired", person, phone.id)


def _phone(row: Row) -> PairedPhone:
    return PairedPhone(
        id=ids.to_text(row["id"]),
        user=ids.to_text(row["user"]),
        person=row["person"],
        device=row["device"],
        name=row["name"],
        paired_at=row["paired_at"],
        paired_by=row["paired_by"],
        seen_at=row["seen_at"],
        retired_at=row["retired_at"],
        leaving=row["leaving"],
        wiped_at=row["wiped_at"],
        wiped_unsent=row["wiped_unsent"],
    )

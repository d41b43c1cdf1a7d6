"""Paired phones: each proves who it is with a key that never leaves it, and can be put out.

One that is retired hands over what it holds, is given nothing more, and empties itself. One that is
lost is refused from the next request on, and told to empty itself at once.

A phone asks for a challenge and signs it. A challenge is good once, for a minute, for one phone,
one purpose and this life of the gateway; no clock of the phone takes part. Challenges live in
memory: after a restart a phone asks for another one.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from gateway.access import audit
from gateway.access.users import User, Users
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import is_public_key, signed_by
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx

NAME_LENGTH_MAX = 60
CHALLENGE_MS = 60_000
# Several tabs of one phone may ask at once; more than that is somebody else.
CHALLENGES_MAX = 8
PURPOSE = "session"

PhoneState = Literal["paired", "leaving", "emptied", "lost"]

_SELECT = (
    "SELECT p.id, p.user, users.name AS person, p.device, p.name, p.public_key, p.paired_at,"
    " p.paired_by, p.seen_at, p.retired_at, p.emptied_at, p.lost_at"
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

    ``state`` is ``leaving`` while a retired one still hands over, and ``emptied`` from when it said
    that it holds nothing. ``emptied_at`` of a lost one is when it was told to; 0 before.
    """

    id: str
    user: str
    person: str
    device: str
    name: str
    paired_at: int
    paired_by: str
    seen_at: int
    state: PhoneState
    emptied_at: int

    @property
    def retired(self) -> bool:
        """Whether it is in use no more, in whatever way."""
        return self.state != "paired"


@dataclass(frozen=True, slots=True)
class PhoneReport:
    """What a phone said when it talked last: whose it was then (an id), when (Unix milliseconds),
    and how much it still holds, None when it did not say.
    """

    user: str
    seen_at: int
    unsent: int | None


class PairedPhones:
    """Lists, proves and retires."""

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
        self._usable(identity)
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
        row = self._usable(identity)
        text = message(self.epoch, identity, nonce)
        if not fresh or not signed_by(row["public_key"], text, signature):
            raise Problem("phone_unpaired")
        user = self._users.get(ids.to_text(row["user"]))
        if user.disabled:
            raise Problem("phone_unpaired")
        seen = "UPDATE paired_phones SET seen_at = ? WHERE id = ?"
        self._store.write(lambda tx: tx.execute(seen, (tx.now_ms, row["id"])))
        return user, row["device"]

    def retire(self, identity: str, actor: Actor) -> PairedPhone:
        """From now on a phone only hands over; Problem phone_unknown."""
        return self._put_out(_retire, identity, actor)

    def lose(self, identity: str, actor: Actor) -> PairedPhone:
        """Refuse a phone from now on, and have it empty itself; Problem phone_unknown.

        One that has emptied itself already has nothing left to lose.
        """
        return self._put_out(_lose, identity, actor)

    def unpair(self, identity: str, actor: Actor) -> None:
        """A phone says that it holds nothing any more; Problem phone_unknown for anybody else's."""
        if self.get(identity).user != actor.id:
            raise Problem("phone_unknown")
        self._put_out(_empty, identity, actor)

    def refuse_lost(self, device: str) -> None:
        """Problem phone_lost when this phone is, and was not paired anew by anybody since: whoever
        found it may know a password as well.
        """
        with self._store.read() as rows:
            row = rows.one(
                "SELECT id, lost_at FROM paired_phones WHERE device = ?"
                " ORDER BY retired_at IS NULL DESC, paired_at DESC LIMIT 1",
                (device,),
            )
        if row is not None and row["lost_at"] is not None:
            raise told_lost(self._store, row["id"])

    def _put_out(
        self, act: Callable[[Tx, str, Actor], object], identity: str, actor: Actor
    ) -> PairedPhone:
        self._store.write(lambda tx: act(tx, identity, actor))
        self._users.generation += 1
        return self.get(identity)

    def _usable(self, identity: str) -> Row:
        with self._store.read() as rows:
            row = rows.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unpaired")
        if row["lost_at"] is not None:
            raise told_lost(self._store, row["id"])
        if row["emptied_at"] is not None:
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
        "UPDATE paired_phones SET retired_at = coalesce(retired_at, ?1), emptied_at = ?1"
        " WHERE user = ?2 AND device = ?3 AND emptied_at IS NULL",
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


def told_lost(store: Store, key: bytes) -> Problem:
    """What a lost phone is answered. The first time is noted: from then on it is empty, if it is
    ours that was asked.
    """
    note = "UPDATE paired_phones SET emptied_at = ? WHERE id = ? AND emptied_at IS NULL"
    with suppress(Problem):  # a box that cannot write refuses it all the same
        store.write(lambda tx: tx.execute(note, (tx.now_ms, key)))
    return Problem("phone_lost", phone=ids.to_text(key))


def _retire(tx: Tx, identity: str, actor: Actor) -> None:
    _end(tx, tx.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unknown"), actor)


def _end(tx: Tx, row: Row, actor: Actor) -> None:
    if row["retired_at"] is not None:
        return
    tx.execute("UPDATE paired_phones SET retired_at = ? WHERE id = ?", (tx.now_ms, row["id"]))
    # Also those that a password began on it: what holds for the phone holds for them.
    tx.execute(
        "UPDATE sessions SET paired = ? WHERE user = ? AND phone = ?",
        (row["id"], row["user"], row["device"]),
    )
    audit.record(tx, "phone_retired", actor, ids.to_text(row["id"]))


def _lose(tx: Tx, identity: str, actor: Actor) -> None:
    """What is lost is the thing itself, with everybody's pairing on it."""
    row = tx.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unknown")
    if row["emptied_at"] is not None:
        return
    on_it = " WHERE p.device = ? AND p.emptied_at IS NULL AND p.lost_at IS NULL"
    for each in tx.all(_SELECT + on_it, (row["device"],)):
        _end(tx, each, actor)
        tx.execute("UPDATE paired_phones SET lost_at = ? WHERE id = ?", (tx.now_ms, each["id"]))
        audit.record(tx, "phone_lost", actor, ids.to_text(each["id"]))


def _empty(tx: Tx, identity: str, actor: Actor) -> None:
    row = tx.by_id(_SELECT + " WHERE p.id = ?", identity, "phone_unknown")
    _end(tx, row, actor)
    if row["emptied_at"] is None:
        tx.execute("UPDATE paired_phones SET emptied_at = ? WHERE id = ?", (tx.now_ms, row["id"]))
        audit.record(tx, "phone_emptied", actor, identity)


def _state(row: Row) -> PhoneState:
    if row["retired_at"] is None:
        return "paired"
    if row["lost_at"] is not None:
        return "lost"
    return "leaving" if row["emptied_at"] is None else "emptied"


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
        state=_state(row),
        emptied_at=row["emptied_at"] or 0,
    )

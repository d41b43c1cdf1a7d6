"""Sessions of people: an opaque token in a cookie, its hash in the database, and two limits.

A desk's session ends after a while without a request. A phone is out of reach for days, so only the
absolute limit counts for it, and for a field rep wherever they sign in; what was captured waits on
the phone whatever becomes of its session.
"""

from contextlib import suppress
from dataclasses import dataclass

from config.schema import AccessSettings
from gateway.access import audit, leaving
from gateway.access.users import Users
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from gateway.store.transaction import Tx

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
YEAR_MS = 365 * DAY_MS
# How much of the idle time may pass between two notes of "seen" on the disk.
SAVED_EVERY = 10
REMEMBERED_MAX = 2_000

_SELECT = (
    "SELECT sessions.phone, started_at, sessions.seen_at, signed, users.id AS id, users.name, role,"
    " territory, language, person, iif(p.retired_at IS NULL, NULL, p.id) AS leaving"
    " FROM sessions JOIN users ON users.id = sessions.user"
    " LEFT JOIN paired_phones p ON p.id = sessions.paired"
    " WHERE token = ? AND disabled = 0"
    " AND (p.retired_at IS NULL OR (p.leaving = 'retire' AND p.wiped_at IS NULL))"
)
_PUT_OUT = (
    "SELECT p.id, p.leaving FROM sessions JOIN paired_phones p ON p.id = sessions.paired"
    " WHERE token = ? AND p.retired_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class DeskSession:
    """A session at a desk as its person sees it. Instants are Unix milliseconds; ``browser`` is in
    a word or two, empty where it did not say; ``here`` is the one that asks.
    """

    id: str
    browser: str
    started_at: int
    seen_at: int
    here: bool


@dataclass(slots=True)
class _Session:
    actor: Actor
    started_at: int
    seen_at: int
    saved_at: int
    signed: bool


class Sessions:
    """Live sessions are remembered, and looked up again whenever a user has changed."""

    def __init__(self, store: Store, users: Users, settings: AccessSettings | None = None) -> None:
        settings = settings or AccessSettings()
        self._store = store
        self._users = users
        self._idle_ms = settings.session_idle_min * MINUTE_MS
        self._life_ms = settings.session_days_max * DAY_MS
        self._proof_ms = settings.password_again_min * MINUTE_MS
        self._remembered: dict[bytes, _Session] = {}
        self._generation = users.generation

    @property
    def life_s(self) -> int:
        """Seconds after which a session ends in any case."""
        return self._life_ms // 1000

    def start(self, actor: Actor, phone: str = "", paired: str = "", *, browser: str = "") -> str:
        """Begin a session of a person who proved who they are: the token for the cookie.

        ``paired`` is the paired phone whose signature was the proof, empty for a password; on a
        phone that is lost even that gets Problem phone_lost.
        ``browser`` says where it is, in a word or two.
        """
        token = ids.random_token()
        row = (token_hash(token), phone, paired, browser)
        self._store.write(lambda tx: self._insert(tx, actor, *row))
        return token

    def at_desks(self, actor: Actor, token: str) -> list[DeskSession]:
        """A person's living sessions at desks, newest first. Those of phones are not among them:
        a phone that is put out is put out for good.
        """
        now, here = self._store.clock.now_ms(), token_hash(token)
        with self._store.read() as rows:
            found = rows.all(
                "SELECT token, id, browser, started_at, seen_at FROM sessions"
                " WHERE user = ? AND phone = '' ORDER BY started_at DESC",
                (ids.to_bytes(actor.id),),
            )
        return [
            DeskSession(ids.to_text(row["id"]), row["browser"], row["started_at"], row["seen_at"],
                        row["token"] == here)
            for row in found
            if not self._over(_Session(actor, row["started_at"], row["seen_at"], 0, False), now)
        ]  # fmt: skip

    def end_one(self, actor: Actor, identity: str) -> None:
        """End one of a person's own sessions at desks; Problem session_unknown for any other."""
        self._store.write(lambda tx: _end_one(tx, actor, identity))
        self._remembered = {}

    def end_others(self, actor: Actor, token: str) -> None:
        """End all of a person's sessions at desks but the one that asks."""
        self._store.write(lambda tx: _end_others(tx, actor, token_hash(token)))
        self._remembered = {}

    def actor(self, token: str) -> Actor | None:
        """Who is behind a cookie; None when the session is unknown, over, or its user disabled."""
        self._forget_changed()
        key = token_hash(token)
        session = self._remembered.get(key) or self._load(key)
        now = self._store.clock.now_ms()
        if session is None or self._over(session, now):
            self._remembered.pop(key, None)
            return None
        if session.started_at > now:
            self._save_begun(key, session, now)
        session.seen_at = now
        if now - session.saved_at > self._idle_ms // SAVED_EVERY:
            self._save(key, session)
        return session.actor

    def proven(self, token: str) -> bool:
        """Whether the session began lately enough for what asks for the password again.

        A session begins with a password or a passkey, so using it again begins the next one. One
        that a phone's key began proves the phone, and not who holds it.
        """
        key = token_hash(token)
        session = self._remembered.get(key) or self._load(key)
        if session is None or session.signed:
            return False
        age = self._store.clock.now_ms() - session.started_at
        return not self._proof_ms or 0 <= age <= self._proof_ms

    def end(self, token: str) -> None:
        """Sign out: the token is worth nothing from now on."""
        key = token_hash(token)
        session = self._remembered.get(key) or self._load(key)
        if session is not None:
            actor = session.actor
            self._store.write(lambda tx: _delete(tx, key, actor))
        self._remembered.pop(key, None)

    def put_out(self, token: str) -> Problem | None:
        """Why a session is over when its phone was put out: phone_lost or phone_retired."""
        with self._store.read() as rows:
            row = rows.one(_PUT_OUT, (token_hash(token),))
        if row is None:
            return None
        if row["leaving"] == leaving.LOSE:
            return leaving.lost(self._store, ids.to_text(row["id"]))
        return Problem("phone_retired")

    def _insert(
        self, tx: Tx, actor: Actor, key: bytes, phone: str, paired: str, browser: str
    ) -> None:
        signed = bool(paired)
        if phone and not signed:
            order, paired = leaving.bound_to(tx, ids.to_bytes(actor.id), phone)
            if order == leaving.LOSE:
                raise leaving.lost(self._store, paired)
        # Begun in a future that a wrong clock told of: they end as others do, counted from now.
        begun = tx.now_ms - self._proof_ms - 1
        tx.execute(
            "UPDATE sessions SET started_at = ?, seen_at = ? WHERE started_at > ?",
            (begun, tx.now_ms, tx.now_ms),
        )
        # A year in which nobody was seen is rather a wrong clock: that takes nobody's session away.
        tx.execute(
            "DELETE FROM sessions WHERE started_at < ? AND (SELECT max(seen_at) FROM sessions) > ?",
            (tx.now_ms - self._life_ms, tx.now_ms - YEAR_MS),
        )
        tx.execute(
            "INSERT INTO sessions"
            " (token, id, user, phone, browser, started_at, seen_at, paired, signed)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            (key, ids.to_bytes(ids.uuid7(tx.now_ms)), ids.to_bytes(actor.id), phone, browser,
             tx.now_ms, tx.now_ms, ids.to_bytes(paired) if paired else None, signed),
        )  # fmt: skip
        audit.record(tx, "session_started", actor, actor.id)

    def _load(self, key: bytes) -> _Session | None:
        generation = self._users.generation
        with self._store.read() as rows:
            row = rows.one(_SELECT, (key,))
        if row is None:
            return None
        actor = Actor(
            id=ids.to_text(row["id"]),
            name=row["name"],
            role=row["role"],
            device=row["phone"],
            territory=row["territory"],
            language=row["language"],
            person=row["person"],
            leaving=ids.to_text(row["leaving"]) if row["leaving"] else "",
        )
        seen_at = row["seen_at"]
        session = _Session(actor, row["started_at"], seen_at, seen_at, bool(row["signed"]))
        # A user that changed between the read and here would otherwise be remembered as they were.
        if generation == self._users.generation and len(self._remembered) < REMEMBERED_MAX:
            self._remembered[key] = session
        return session

    def _over(self, session: _Session, now: int) -> bool:
        if now - session.started_at > self._life_ms:
            return True
        in_the_field = session.actor.device or session.actor.role == "rep"
        return not in_the_field and now - session.seen_at > self._idle_ms

    def _save_begun(self, key: bytes, session: _Session, now: int) -> None:
        """A session of the future begins now, or it would end years later than others; not so
        lately that its password counts as just entered.
        """
        session.started_at = now - self._proof_ms - 1
        sql = "UPDATE sessions SET started_at = ? WHERE token = ?"
        row = (session.started_at, key)
        with suppress(Problem):  # a box that cannot write must still show its screens
            self._store.write(lambda tx: tx.execute(sql, row))

    def _save(self, key: bytes, session: _Session) -> None:
        seen_at = session.seen_at
        sql = "UPDATE sessions SET seen_at = ? WHERE token = ?"
        try:
            self._store.write(lambda tx: tx.execute(sql, (seen_at, key)))
        except Problem as problem:
            if not problem.retryable:
                raise
            return  # a box that cannot write must still show its screens; the next request retries
        session.saved_at = seen_at

    def _forget_changed(self) -> None:
        generation = self._users.generation
        if generation != self._generation:
            self._remembered = {}
            self._generation = generation


def _end_one(tx: Tx, actor: Actor, identity: str) -> None:
    sql = "SELECT token FROM sessions WHERE user = ?2 AND phone = '' AND id = ?1"
    try:
        found = tx.value(sql, (ids.to_bytes(identity), ids.to_bytes(actor.id)))
    except ValueError:
        found = None
    if found is None:
        raise Problem("session_unknown")
    _delete(tx, found, actor)


def _end_others(tx: Tx, actor: Actor, here: bytes) -> None:
    sql = "SELECT token FROM sessions WHERE user = ? AND phone = '' AND token != ?"
    for row in tx.all(sql, (ids.to_bytes(actor.id), here)):
        _delete(tx, row["token"], actor)


def _delete(tx: Tx, key: bytes, actor: Actor) -> None:
    if tx.execute("DELETE FROM sessions WHERE token = ?", (key,)):
        audit.record(tx, "session_ended", actor, actor.id)

"""People: names, roles and passwords."""

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from config.schema import AccessSettings
from gateway.access import audit, passwords
from gateway.access.policy import PEOPLE
from gateway.access.throttle import Throttle
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.languages import ENGLISH, LANGUAGES
from gateway.kernel.problems import Problem
from gateway.kernel.sparing import Sparing
from gateway.store.database import Store
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

_log = logging.getLogger(__name__)

_SELECT = (
    "SELECT id, name, role, territory, language, disabled, created_at, person, password FROM users"
)


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in. ``created_at`` is Unix milliseconds.

    ``person`` is the id of the same human being's first account, empty where this is it: what takes
    two people is not done by one with two accounts.
    """

    id: str
    name: str
    role: str
    territory: str
    language: str
    disabled: bool = False
    created_at: int = 0
    person: str = ""

    def actor(self, phone: str = "") -> Actor:
        """This person acting, at a desk or on a phone."""
        place = (self.territory, self.language, self.person)
        return Actor(self.id, self.name, self.role, phone, *place)


@dataclass(frozen=True, slots=True)
class Change:
    """What shall change about a user; None leaves it as it is. ``person`` is the id of another
    account of the same human being, empty for none.
    """

    role: str | None = None
    territory: str | None = None
    language: str | None = None
    disabled: bool | None = None
    password: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user that was checked and can be stored: the slow part is done."""

    user: User
    login: str
    password: str  # Argon2id


class Users:
    """``generation`` rises with every change, so that who remembers a user knows to look again."""

    def __init__(self, store: Store, settings: AccessSettings | None = None) -> None:
        self.settings = settings or AccessSettings()
        self.throttle = Throttle(store, self.settings.throttle_s_max)
        self.generation = 0
        self._store = store
        self._log = Sparing(store.clock, _log)

    def add(
        self,
        name: str,
        role: str,
        password: str,
        territory: str = "",
        *,
        language: str = "",
        actor: Actor = SYSTEM,
    ) -> User:
        """Add a person, who is spoken to in the shop's language where none is named.

        Problem name_taken, or form_invalid with every fault at once.
        """
        spoken = language or self._shop_language()
        new = self.prepare(User("", name.strip(), role, territory, spoken), password)
        return self._store.write(lambda tx: put(tx, new, actor))

    def _shop_language(self) -> str:
        with self._store.read() as rows:
            found = rows.value("SELECT value FROM settings WHERE name = 'shop.language'")
        return str(found or ENGLISH)

    def prepare(self, user: User, password: str, names: Sequence[str] = ()) -> NewUser:
        """Check a new user and hash the password; ``names`` are more words it must not be."""
        length_min = self.settings.password_length_min
        faults = [*_faults(user), *_password_faults(password, length_min, (user.name, *names))]
        if faults:
            raise Problem("form_invalid", errors=faults)
        return NewUser(user, login_of(user.name), passwords.sealed(password))

    def verify(self, name: str, password: str, source: str) -> Actor:
        """Who signs in with this name and password from this address.

        Problem credentials_wrong or throttled. An unknown name takes as long, for the same answer.
        """
        login = login_of(name)
        tries = self.throttle.attempt(login, source)
        with self._store.read() as rows:
            row = rows.one(_SELECT + " WHERE login = ?", (login,))
        known = passwords.matches(row["password"] if row else None, password)
        if row is None or not known or row["disabled"]:
            # Never what was typed: people type their password where the name belongs.
            whose = ids.to_text(row["id"]) if row else "no account"
            self._log.warn("sign-in refused: %s, from %s, try %d in a row", whose, source, tries)
            raise Problem("credentials_wrong")
        self.throttle.succeeded(login, source)
        return _user(row).actor()

    def list(self) -> list[User]:
        """Everybody, by name."""
        with self._store.read() as rows:
            return [_user(row) for row in rows.all(_SELECT + " ORDER BY login")]

    def get(self, identity: str) -> User:
        """One user by id; Problem user_unknown."""
        with self._store.read() as rows:
            return _find(rows, identity)

    def named(self, name: str) -> User:
        """One user by name, as written or in any case; Problem user_unknown."""
        with self._store.read() as rows:
            row = rows.one(_SELECT + " WHERE login = ?", (login_of(name),))
        if row is None:
            raise Problem("user_unknown")
        return _user(row)

    def change(self, identity: str, change: Change, *, actor: Actor = SYSTEM) -> User:
        """Change what is given, all or nothing. A new password and disabling end every session.

        Problem user_unknown, admin_last, or form_invalid with every fault at once.
        """
        user = self.get(identity)
        given = {name: value for name, value in asdict(change).items() if value is not None}
        password = given.pop("password", None)
        faults = _faults(replace(user, **given))
        if password is not None:
            faults += _password_faults(password, self.settings.password_length_min, (user.name,))
        if faults:
            raise Problem("form_invalid", errors=faults)
        stored = None if password is None else passwords.sealed(password)
        changed = self._store.write(lambda tx: _apply(tx, identity, given, stored, actor))
        self.generation += 1
        return changed

    def change_password(self, actor: Actor, current: str, password: str, source: str) -> None:
        """Let people who know their password choose another; Problem credentials_wrong."""
        self.verify(actor.name, current, source)
        self.change(actor.id, Change(password=password), actor=actor)


def login_of(name: str) -> str:
    """The form in which names are compared: people do not remember capitals or blanks."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def human_of(rows: Rows, identity: str) -> str:
    """One id for all accounts of the human being who has this one."""
    try:
        key = ids.to_bytes(identity)
    except ValueError:
        return identity  # the ERP, or the gateway itself
    return str(rows.value("SELECT person FROM users WHERE id = ?", (key,)) or identity)


def put(tx: Tx, new: NewUser, actor: Actor) -> User:
    """Store a prepared user; Problem name_taken."""
    if tx.one("SELECT 1 FROM users WHERE login = ?", (new.login,)):
        raise Problem("name_taken", pointer="/name")
    user = replace(new.user, id=ids.uuid7(tx.now_ms), created_at=tx.now_ms)
    tx.execute(
        "INSERT INTO users (id, login, name, role, territory, language, password, created_at)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (ids.to_bytes(user.id), new.login, user.name, user.role, user.territory, user.language,
         new.password, tx.now_ms),
    )  # fmt: skip
    audit.record(tx, "user_added", actor, user.id, role=user.role)
    return user


def _apply(
    tx: Tx, identity: str, given: dict[str, Any], password: str | None, actor: Actor
) -> User:
    before = _find(tx, identity)
    changed = replace(before, **given)
    if changed.person != before.person:
        changed = replace(changed, person=_joined(tx, identity, changed.person))
    key = ids.to_bytes(identity)
    said = (changed.role, changed.territory, changed.language, changed.disabled, changed.person)
    tx.execute(
        "UPDATE users SET role = ?, territory = ?, language = ?, disabled = ?, person = ?,"
        " password = coalesce(?, password) WHERE id = ?",
        (*said, password, key),
    )
    if before.role == "admin" and not _admins(tx):
        raise Problem("admin_last")
    if changed.disabled or password is not None:
        tx.execute("DELETE FROM sessions WHERE user = ?", (key,))
    if password is not None and actor.id != identity:
        # Whoever is let in anew by somebody else: what opened the account before no longer does.
        tx.execute("DELETE FROM passkeys WHERE user = ?", (key,))
    fields = [name for name in given if getattr(before, name) != getattr(changed, name)]
    fields += [] if password is None else ["password"]
    if fields:
        audit.record(tx, "user_changed", actor, identity, fields=fields, role=changed.role)
    return changed


def _joined(tx: Tx, identity: str, other: str) -> str:
    """Whose account this is once it belongs to the same person as another, or to nobody else."""
    if not other:
        return ""
    person = human_of(tx, _find(tx, other).id)
    tx.execute("UPDATE users SET person = ? WHERE person = ?", (person, identity))
    return "" if person == identity else person


def _admins(tx: Tx) -> int:
    return int(tx.value("SELECT count(*) FROM users WHERE role = 'admin' AND disabled = 0"))


def _faults(user: User) -> list[Problem]:
    faults = []
    if not 1 <= len(user.name) <= 80 or not user.name.isprintable():
        faults.append(Problem("name_malformed", pointer="/name", length_max=80))
    if user.role not in PEOPLE:
        faults.append(Problem("role_unknown", pointer="/role", roles=", ".join(PEOPLE)))
    if len(user.territory) > 80 or not user.territory.isprintable():
        faults.append(Problem("name_malformed", pointer="/territory", length_max=80))
    if user.language not in LANGUAGES:
        languages = ", ".join(LANGUAGES)
        faults.append(Problem("language_unknown", pointer="/language", languages=languages))
    return faults


def _password_faults(password: str, length_min: int, names: Sequence[str]) -> list[Problem]:
    try:
        passwords.check(password, length_min, names)
    except Problem as problem:
        problem.pointer = "/password"
        return [problem]
    return []


def _find(rows: Rows, identity: str) -> User:
    return _user(rows.by_id(_SELECT + " WHERE id = ?", identity, "user_unknown"))


def _user(row: Row) -> User:
    return User(
        id=ids.to_text(row["id"]),
        name=row["name"],
        role=row["role"],
        territory=row["territory"],
        language=row["language"],
        disabled=bool(row["disabled"]),
        created_at=row["created_at"],
        person=row["person"],
    )

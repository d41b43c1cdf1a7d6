"""First run: a code from the gateway's own screen names the shop and makes its administrator."""

import re
import unicodedata
from dataclasses import asdict, dataclass

from gateway.access import audit
from gateway.access.users import NewUser, User, Users, put
from gateway.kernel import countries, ids, money
from gateway.kernel.actor import SYSTEM
from gateway.kernel.languages import LANGUAGES
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from gateway.store.transaction import Tx

# A name of a user cannot hold a line end, so nobody's sign-in shares this door's pauses.
DOOR = "\nsetup"


@dataclass(frozen=True, slots=True)
class Shop:
    """What the set-up asked for: country as ISO 3166, currency as ISO 4217."""

    name: str
    country: str
    currency: str
    language: str


class Setup:
    """The code lives in memory only: it is good for this run and for one administrator."""

    def __init__(self, store: Store, users: Users) -> None:
        self._store = store
        self._users = users
        self._shop = _stored(store)
        self._code = "" if self._shop else ids.setup_code()

    def needed(self) -> bool:
        """Whether the first-run set-up still has to be done."""
        return self._shop is None

    def code(self) -> str:
        """The code to print at start; empty once the set-up is done."""
        return self._code

    def shop(self) -> Shop | None:
        """The shop as it was set up, or None before that."""
        return self._shop

    def complete(self, code: str, shop: Shop, name: str, password: str, source: str) -> User:
        """Store the shop and make its administrator, once.

        Problem setup_done, setup_code_wrong, throttled, or form_invalid with every fault at once.
        """
        if not self.needed():
            raise Problem("setup_done")
        self._users.throttle.attempt(DOOR, source)
        if token_hash(_letters(code)) != token_hash(_letters(self._code)):
            raise Problem("setup_code_wrong", pointer="/code")
        self._users.throttle.succeeded(DOOR, source)
        new = self._prepare(shop, name, password)
        user = self._store.write(lambda tx: _complete(tx, shop, new))
        self._shop, self._code = shop, ""
        return user

    def _prepare(self, shop: Shop, name: str, password: str) -> NewUser:
        faults = _faults(shop)
        try:
            user = User("", name.strip(), "admin", "", shop.language)
            new = self._users.prepare(user, password, (shop.name,))
        except Problem as problem:
            faults = [*faults, *(e for e in problem.errors if e.pointer != "/language")]
            raise Problem("form_invalid", errors=faults) from problem
        if faults:
            raise Problem("form_invalid", errors=faults)
        return new


def _stored(store: Store) -> Shop | None:
    with store.read() as rows:
        found = {row["name"]: row["value"] for row in rows.all("SELECT name, value FROM settings")}
    if not found:
        return None
    return Shop(**{name: found[f"shop.{name}"] for name in Shop.__slots__})


def _complete(tx: Tx, shop: Shop, new: NewUser) -> User:
    if tx.value("SELECT count(*) FROM settings"):
        raise Problem("setup_done")
    values = [(f"shop.{name}", value) for name, value in asdict(shop).items()]
    tx.executemany("INSERT INTO settings (name, value) VALUES (?,?)", values)
    user = put(tx, new, SYSTEM)
    audit.record(tx, "setup_completed", user.actor(), user.id, fields=[name for name, _ in values])
    return user


def _faults(shop: Shop) -> list[Problem]:
    faults = []
    if not 1 <= len(shop.name.strip()) <= 80 or not shop.name.isprintable():
        faults.append(Problem("name_malformed", pointer="/shop", length_max=80))
    if shop.language not in LANGUAGES:
        languages = ", ".join(LANGUAGES)
        faults.append(Problem("language_unknown", pointer="/language", languages=languages))
    for pointer, check, value in (
        ("/country", countries.code, shop.country),
        ("/currency", money.exponent, shop.currency),
    ):
        try:
            check(value)
        except Problem as problem:
            problem.pointer = pointer
            faults.append(problem)
    return faults


def _letters(code: str) -> str:
    """A code as it is compared: people type blanks, hyphens and small letters as they like."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()

"""The named people and machines of every test that goes through the door.

Ana sells in the north, Otto in the south; Cleo is the clerk, Ben the manager, Fay keeps the books,
Ada administers, Udo audits. The till may post sales, the scanner may not, the ERP takes batches.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from flask import Blueprint
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.schema import Settings
from gateway.access import passwords
from gateway.access.devices import Devices
from gateway.access.sessions import Sessions
from gateway.access.setup import Setup, Shop
from gateway.access.users import NewUser, User, Users, login_of, put
from gateway.facts.accept import Facts
from gateway.kernel.actor import SYSTEM, Actor
from gateway.store.database import Store
from gateway.web.app import create_app
from gateway.web.door.guard import COOKIE
from gateway.web.door.health import Health
from gateway.web.door.parts import Parts

PASSWORD = "seven quiet harbours"
SHOP = Shop("Corner Shop", "DE", "EUR", "en")
PEOPLE = {
    "ana": ("rep", "north"),
    "otto": ("rep", "south"),
    "cleo": ("clerk", ""),
    "ben": ("manager", ""),
    "fay": ("finance", ""),
    "ada": ("admin", ""),
    "udo": ("auditor", ""),
}
MACHINES = {"till": "pos", "scanner": "device", "erp": "erp", "site": "web"}


class Caller:
    """Somebody at the door: a browser with a cookie, a machine with a token, or nobody."""

    def __init__(self, client: FlaskClient, headers: Mapping[str, str]) -> None:
        self.client = client
        self.headers = dict(headers)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, json: object = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.send("DELETE", path, **more)

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **more)


class World:
    """A whole gateway on a real store. People and machines are made when they are first named."""

    def __init__(
        self,
        store: Store,
        *,
        settings: Settings | None = None,
        blueprints: Sequence[Blueprint] = (),
        **parts: Any,
    ) -> None:
        settings = settings or Settings()
        users = Users(store, settings.access)
        built = Parts(
            settings=settings,
            clock=store.clock,
            store=store,
            facts=Facts(store),
            users=users,
            devices=Devices(store),
            sessions=Sessions(store, users, settings.access),
            setup=Setup(store, users),
            health=Health(),
            **parts,
        )
        self._join(built, blueprints)

    @classmethod
    def around(cls, parts: Parts, blueprints: Sequence[Blueprint]) -> "World":
        """The cast before a gateway that somebody else has built."""
        world = cls.__new__(cls)
        world._join(parts, blueprints)
        return world

    def _join(self, parts: Parts, blueprints: Sequence[Blueprint]) -> None:
        self.parts = parts
        self.store = parts.store
        self.app = create_app(parts, blueprints)

    def __getattr__(self, name: str) -> Caller:
        if name in PEOPLE:
            caller = self.signed_in(self.user(name))
        elif name in MACHINES:
            caller = self.machine(name)
        else:
            raise AttributeError(name)
        setattr(self, name, caller)
        return caller

    @cached_property
    def nobody(self) -> Caller:
        return Caller(self.app.test_client(), {})

    def user(self, name: str) -> User:
        """A person of the cast, added without hashing the password anew for everyone."""
        role, territory = PEOPLE[name]
        user = User("", name.capitalize(), role, territory, "en")
        new = NewUser(user, login_of(user.name), _hashed())
        return self.store.write(lambda tx: put(tx, new, SYSTEM))

    def actor(self, name: str) -> Actor:
        """Who a person or machine of the cast is."""
        getattr(self, name)
        if name in PEOPLE:
            return self.parts.users.named(name).actor()
        device = next(device for device in self.parts.devices.list() if device.name == name)
        return Actor(device.id, device.name, device.role, device.id)

    def signed_in(self, user: User) -> Caller:
        """A browser with a session of this person."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.parts.sessions.start(user.actor()))
        return Caller(client, {"X-Waystation": "1"})

    def machine(self, name: str) -> Caller:
        """A machine with a token."""
        _, token = self.parts.devices.add(name, MACHINES[name])
        return Caller(self.app.test_client(), {"Authorization": f"Bearer {token}"})

    def journal(self, prefix: str = "") -> list[dict[str, Any]]:
        """What the journal holds, of types with this prefix."""
        with self.store.read() as rows:
            return rows.all(
                "SELECT seq, type, subject, actor, device, body FROM journal"
                " WHERE substr(type, 1, ?) = ? ORDER BY seq",
                (len(prefix), prefix),
            )


@cache
def _hashed() -> str:
    return passwords.sealed(PASSWORD)


def scan(identity: str = "1", text: str = "4006381333931", **data: object) -> dict[str, object]:
    """A scan as a scanner's program sends it."""
    return {
        "specversion": "1.0",
        "id": identity,
        "source": "counter",
        "type": "scan.captured",
        "data": {"text": text, **data},
    }

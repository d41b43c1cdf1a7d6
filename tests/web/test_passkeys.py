"""Passkeys at a desk: added by who proved it, good for their own person, once a challenge."""

from dataclasses import replace
from typing import Any

import pytest
from fido2.utils import websafe_encode

from config.schema import Settings, TlsSettings, WebSettings
from gateway.access.passkeys import CHALLENGE_MS
from gateway.access.users import Change
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.access.passkey import SoftKey
from tests.cast import Caller, World

NAMED = "http://localhost:8420"
MINUTE_MS = 60_000


@pytest.fixture
def world(store: Store) -> World:
    return World(store, settings=Settings(web=WebSettings(listen="127.0.0.1:8420")))


def asked(caller: Caller, path: str) -> dict[str, Any]:
    answer = caller.post(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def added(caller: Caller, key: SoftKey, origin: str = NAMED, name: str = "Yellow key") -> Any:
    begun = asked(caller, "/api/v1/passkeys/new/options")
    credential = key.register(begun["options"], origin)
    form = {"challenge": begun["challenge"], "name": name, "credential": credential}
    return caller.post("/api/v1/passkeys", form)


def a_desk(world: World) -> Caller:
    """A browser in which nobody is signed in."""
    return Caller(world.app.test_client(), {"X-Waystation": "1"})


def signed_in(world: World, key: SoftKey, origin: str = NAMED) -> Any:
    desk = a_desk(world)
    begun = asked(desk, "/api/v1/session/passkey/options")
    form = {"challenge": begun["challenge"], "credential": key.sign(begun["options"], origin)}
    return desk.post("/api/v1/session/passkey", form)


def code(answer: Any) -> str:
    return str(answer.json["code"])


SHORT_OF_BYTES = (b"", b"\xa3", b"\x1a\x00", b"\x81" * 8_000 + b"\x00", b"\xa1\x81\x00\x00")


@pytest.mark.parametrize("attestation", SHORT_OF_BYTES)
def test_a_key_that_nobody_can_read_is_refused(world: World, attestation: bytes) -> None:
    begun = asked(world.ben, "/api/v1/passkeys/new/options")
    credential = SoftKey().register(begun["options"], NAMED)
    credential["response"]["attestationObject"] = websafe_encode(attestation)
    form = {"challenge": begun["challenge"], "name": "Key", "credential": credential}
    answer = world.ben.post("/api/v1/passkeys", form)
    assert (answer.status_code, code(answer)) == (403, "passkey_refused")


def test_a_key_signs_its_person_in_and_is_listed_and_removed(world: World) -> None:
    key = SoftKey()
    assert added(world.ben, key).status_code == 201
    answer = signed_in(world, key)
    assert (answer.status_code, answer.json["user"]["name"]) == (200, "Ben")
    (listed,) = world.ben.get("/api/v1/passkeys").json["passkeys"]  # type: ignore[index]
    assert listed["name"] == "Yellow key"
    assert listed["last_used_at"]
    assert world.cleo.get("/api/v1/passkeys").json["passkeys"] == []  # type: ignore[index]
    path = f"/api/v1/passkeys/{listed['id']}"
    assert code(world.cleo.delete(path)) == "passkey_unknown"
    assert world.ben.delete(path).status_code == 204
    assert code(signed_in(world, key)) == "passkey_refused"
    events = [one["type"] for one in world.journal("access.passkey")]
    assert events == ["access.passkey_added", "access.passkey_removed"]


def test_a_key_is_added_only_by_who_entered_the_password_just_now(
    world: World, clock: ManualClock
) -> None:
    world.actor("ben")
    clock.advance(14 * MINUTE_MS)
    begun = asked(world.ben, "/api/v1/passkeys/new/options")
    clock.advance(2 * MINUTE_MS)
    assert code(world.ben.post("/api/v1/passkeys/new/options")) == "password_needed"
    credential = SoftKey().register(begun["options"], NAMED)
    form = {"challenge": begun["challenge"], "name": "Late", "credential": credential}
    assert code(world.ben.post("/api/v1/passkeys", form)) == "password_needed"


def test_a_challenge_is_good_once_for_one_person_and_one_purpose(
    world: World, clock: ManualClock
) -> None:
    key = SoftKey()
    begun = asked(world.ben, "/api/v1/passkeys/new/options")
    credential = key.register(begun["options"], NAMED)
    form = {"challenge": begun["challenge"], "name": "Key", "credential": credential}
    assert code(world.cleo.post("/api/v1/passkeys", form)) == "passkey_refused"
    assert code(world.ben.post("/api/v1/passkeys", form)) == "passkey_refused", "used up"
    assert added(world.ben, key).status_code == 201
    desk = a_desk(world)
    begun = asked(desk, "/api/v1/session/passkey/options")
    form = {"challenge": begun["challenge"], "credential": key.sign(begun["options"], NAMED)}
    assert desk.post("/api/v1/session/passkey", form).status_code == 200
    assert code(desk.post("/api/v1/session/passkey", form)) == "passkey_refused"
    begun = asked(desk, "/api/v1/session/passkey/options")
    clock.advance(CHALLENGE_MS + 1)
    form = {"challenge": begun["challenge"], "credential": key.sign(begun["options"], NAMED)}
    assert code(desk.post("/api/v1/session/passkey", form)) == "passkey_refused"


def test_what_a_foreign_page_or_another_key_signed_is_refused(world: World) -> None:
    key = SoftKey()
    assert code(added(world.ben, key, "https://localhost.example")) == "passkey_refused"
    assert code(added(world.ben, SoftKey("elsewhere.example"))) == "passkey_refused"
    assert added(world.ben, key).status_code == 201
    assert code(signed_in(world, key, "http://localhost:9999")) == "passkey_refused"
    # Another key that calls itself by the same name.
    assert code(signed_in(world, SoftKey())) == "passkey_refused"
    assert code(added(world.cleo, SoftKey())) == "passkey_refused", "the name is taken"
    assert code(signed_in(world, SoftKey(name=b"nobody's"))) == "passkey_refused"


def test_a_key_that_did_not_ask_who_holds_it_is_one_factor_and_refused(world: World) -> None:
    key = SoftKey()
    key.verified = False
    assert code(added(world.ben, key)) == "passkey_refused"
    key.verified = True
    assert added(world.ben, key).status_code == 201
    key.verified = False
    assert code(signed_in(world, key)) == "passkey_refused"


def test_a_copied_key_shows_by_its_counter(world: World) -> None:
    key = SoftKey()
    assert added(world.ben, key).status_code == 201
    assert signed_in(world, key).status_code == 200
    key.counter = 0
    assert code(signed_in(world, key)) == "passkey_refused"


def test_a_password_given_by_somebody_else_takes_the_keys_away_and_the_own_one_does_not(
    world: World,
) -> None:
    key, ben = SoftKey(), world.actor("ben")
    assert added(world.ben, key).status_code == 201
    users = world.parts.users
    users.change(ben.id, Change(password="one of my own choice"), actor=ben)
    assert signed_in(world, key).status_code == 200
    users.change(ben.id, Change(password="one somebody gave me"), actor=world.actor("ada"))
    assert code(signed_in(world, key)) == "passkey_refused"


def test_the_key_of_a_disabled_person_lets_nobody_in(world: World) -> None:
    key, ben = SoftKey(), world.actor("ben")
    assert added(world.ben, key).status_code == 201
    world.parts.users.change(ben.id, Change(disabled=True))
    assert code(signed_in(world, key)) == "passkey_refused"


@pytest.mark.parametrize(
    ("names", "origin"),
    [
        (("192.168.1.20",), ""),
        (("192.168.1.20", "shop.local"), "https://shop.local:8420"),
    ],
)
def test_a_key_is_bound_to_a_name_and_never_to_an_address(
    store: Store, names: tuple[str, ...], origin: str
) -> None:
    settings = Settings(web=WebSettings(listen="127.0.0.1:8420"))
    world = World(store, settings=replace(settings, tls=TlsSettings(names=names)))
    told = world.ben.get("/api/v1/passkeys").json
    assert told == {"offered": bool(origin), "origin": origin, "passkeys": []}
    if not origin:
        assert code(world.ben.post("/api/v1/passkeys/new/options")) == "passkeys_not_here"
        assert code(world.nobody.post("/api/v1/session/passkey/options")) == "passkeys_not_here"

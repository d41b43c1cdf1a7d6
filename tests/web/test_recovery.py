"""What opens a locked phone: kept for its person, given for a password alone."""

import base64
from typing import Any

import pytest

from gateway.access.recovery import KEPT
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.access.phone_keys import DEVICE
from tests.cast import PASSWORD, Caller, World

MINUTE_MS = 60_000
SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def keep(caller: Caller, identity: str, secret: str = SECRET) -> Any:
    form = {"id": identity, "device": DEVICE, "secret": secret}
    return caller.post("/api/v1/recoveries", form)


def ask(caller: Caller, identity: str) -> Any:
    return caller.post(f"/api/v1/recoveries/{identity}")


def test_a_secret_comes_back_to_its_person_and_to_nobody_else(world: World) -> None:
    identity = ids.uuid7(0)
    assert keep(world.ana, identity).status_code == 204
    assert keep(world.ana, identity).status_code == 204
    assert ask(world.ana, identity).json == {"secret": SECRET}
    for caller in (world.ben, world.nobody):
        assert SECRET not in ask(caller, identity).text
    assert ask(world.ben, identity).json["code"] == "recovery_unknown"
    assert ask(world.nobody, identity).status_code == 401
    assert ask(world.ana, "0").json["code"] == "recovery_unknown"


def test_an_id_has_one_secret_and_one_person(world: World) -> None:
    identity = ids.uuid7(0)
    keep(world.ana, identity)
    other = base64.b64encode(bytes(32)).decode()
    assert keep(world.ana, identity, other).json["code"] == "id_reused"
    assert keep(world.ben, identity).json["code"] == "id_reused"
    assert ask(world.ana, identity).json == {"secret": SECRET}


def test_it_is_given_only_for_a_password_that_was_entered_just_now(
    world: World, clock: ManualClock
) -> None:
    identity = ids.uuid7(0)
    keep(world.ana, identity)
    clock.advance(15 * MINUTE_MS + 1)
    refused = ask(world.ana, identity)
    assert (refused.status_code, refused.json["code"]) == (403, "password_needed")
    world.ana.post("/api/v1/session", {"name": "Ana", "password": PASSWORD})
    assert ask(world.ana, identity).json == {"secret": SECRET}


def test_the_journal_says_that_it_was_given_and_not_what(world: World) -> None:
    identity = ids.uuid7(0)
    keep(world.ana, identity)
    ask(world.ana, identity)
    with world.store.read() as rows:
        found = rows.all(
            "SELECT type, body FROM journal WHERE type LIKE 'access.recovery%' ORDER BY seq"
        )
    assert [row["type"] for row in found] == ["access.recovery_kept", "access.recovery_given"]
    assert all(SECRET not in str(row["body"]) for row in found)


def test_the_newest_few_of_a_phone_are_kept(world: World, clock: ManualClock) -> None:
    made = []
    for number in range(KEPT + 1):
        clock.advance(1)
        made.append(ids.uuid7(number))
        keep(world.ana, made[-1])
    assert ask(world.ana, made[0]).json["code"] == "recovery_unknown"
    assert ask(world.ana, made[1]).status_code == 200


@pytest.mark.parametrize("secret", ["A" * 44, "!" * 44, base64.b64encode(bytes(33)).decode()])
def test_a_secret_of_another_size_is_refused(world: World, secret: str) -> None:
    assert keep(world.ana, ids.uuid7(0), secret).status_code == 422

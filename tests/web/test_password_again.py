"""What takes two people asks for the password again once it was entered too long ago."""

from typing import Any

import pytest

from config.schema import AccessSettings, GatewaySettings, Settings
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import PASSWORD, Caller, World

MINUTE_MS = 60_000
CUSTOMERS = "/api/v1/records/customer"


def built(store: Store, minutes: int) -> World:
    records = Records(store, KINDS, GatewaySettings())
    settings = Settings(access=AccessSettings(password_again_min=minutes))
    return World(store, settings=settings, blueprints=(records_api.blueprint(records),))


@pytest.fixture
def world(store: Store) -> World:
    return built(store, 15)


def proposed(world: World) -> str:
    """A large limit that Ana asks for; where it is decided."""
    made = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Corner", "credit_limit": 900_000}})
    assert made.json is not None
    return f"/api/v1/approvals/{made.json['proposals'][0]['id']}"


def decided(caller: Caller, where: str) -> Any:
    seen = caller.get(where).json
    assert seen is not None
    return caller.post(where, {"decision": "approve", "hash": seen["hash"]})


def enter_password(caller: Caller, name: str, password: str = PASSWORD) -> Any:
    return caller.post("/api/v1/session", {"name": name, "password": password})


def test_an_old_password_entry_decides_nothing_and_a_new_one_goes_on(
    world: World, clock: ManualClock
) -> None:
    where = proposed(world)
    assert world.ben.get(where).status_code == 200
    clock.advance(15 * MINUTE_MS + 1)
    refused = decided(world.ben, where)
    assert (refused.status_code, refused.json["code"]) == (403, "password_needed")
    assert world.ben.get(where).json["state"] == "open"  # type: ignore[index]
    assert enter_password(world.ben, "Ben", "not it").status_code == 401
    assert decided(world.ben, where).json["code"] == "password_needed"
    assert enter_password(world.ben, "Ben").status_code == 200
    assert decided(world.ben, where).json["state"] == "approved"


def test_a_fresh_entry_is_not_asked_for_again(world: World, clock: ManualClock) -> None:
    where = proposed(world)
    assert world.ben.get(where).status_code == 200
    clock.advance(15 * MINUTE_MS)
    assert decided(world.ben, where).json["state"] == "approved"


def test_a_shop_may_never_ask(store: Store, clock: ManualClock) -> None:
    world = built(store, 0)
    where = proposed(world)
    assert world.ben.get(where).status_code == 200
    clock.advance(600 * MINUTE_MS)
    assert decided(world.ben, where).json["state"] == "approved"


def contested(world: World, field: str, *values: object) -> str:
    """A field that Ben and Fay have set differently; where it is decided."""
    made = world.erp.post(CUSTOMERS, {"data": {"legal_name": "Corner"}}).json
    assert made is not None
    for value in values:
        change = {"base_version": 1, "patch": {field: value}}
        world.ben.post(f"{CUSTOMERS}/{made['id']}", change)
    (conflict,) = world.ben.get("/api/v1/conflicts").json["conflicts"]  # type: ignore[index]
    return f"/api/v1/conflicts/{conflict['id']}"


@pytest.mark.parametrize(
    ("field", "values", "asked"),
    [("payment_terms", (10, 20), True), ("phone", ("030 1234567", "030 7654321"), False)],
)
def test_a_contested_value_is_asked_about_only_where_it_is_guarded(
    world: World, clock: ManualClock, field: str, values: tuple[object, ...], asked: bool
) -> None:
    where = contested(world, field, *values)
    clock.advance(16 * MINUTE_MS)
    answer = world.ben.post(where, {"decision": "current", "version": 2})
    assert answer.status_code == (403 if asked else 200)
    assert asked == (answer.json is not None and answer.json.get("code") == "password_needed")


def test_a_machine_is_proven_by_its_token(store: Store, clock: ManualClock) -> None:
    world = World(
        store,
        blueprints=(records_api.blueprint(Records(store, KINDS, GatewaySettings())),),
    )
    where = proposed(world)
    clock.advance(600 * MINUTE_MS)
    refused = decided(world.erp, where)
    assert refused.json["code"] == "not_allowed", "this shop has not named the ERP as second person"


def test_an_administrator_enters_the_password_again_before_giving_anybody_more(
    world: World, clock: ManualClock
) -> None:
    ana, _ = world.actor("ana"), world.actor("ada")
    clock.advance(15 * MINUTE_MS)
    world.ada.get("/api/v1/users")
    clock.advance(1)
    new = {"name": "Kim", "role": "rep", "password": PASSWORD}
    asking = (
        ("/api/v1/users", new),
        (f"/api/v1/users/{ana.id}", {"role": "clerk"}),
        (f"/api/v1/users/{ana.id}", {"password": "another one of hers"}),
        ("/api/v1/tokens", {"name": "Till 7", "role": "pos"}),
    )
    for path, body in asking:
        assert world.ada.post(path, body).json["code"] == "password_needed"  # type: ignore[index]
    assert world.parts.users.get(ana.id).role == "rep"
    # Whoever has to go is put out at once.
    assert world.ada.post(f"/api/v1/users/{ana.id}", {"disabled": True}).status_code == 200
    assert enter_password(world.ada, "Ada").status_code == 200
    assert world.ada.post("/api/v1/users", new).status_code == 201

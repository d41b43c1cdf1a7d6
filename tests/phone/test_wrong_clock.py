"""A box without a clock chip: all work goes on, no session lives for ever, none dies for good."""

from collections.abc import Callable

import pytest

from gateway.access.sessions import DAY_MS
from gateway.kernel.clock import ManualClock, SystemClock
from gateway.store.database import Store
from tests.cast import World, scan
from tests.phone.bench import Phone as Operations
from tests.web import test_pairing as pairing

NOW = 1_800_000_000_000
YEARS = 10 * 365 * DAY_MS
WRONG = {"1970": 1, "ten years ahead": NOW + YEARS}


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_scans_are_taken_phones_paired_and_entries_pushed(
    store: Store,
    world: World,
    clock: ManualClock,
    phone: Callable[..., Operations],
    wrong: int,
) -> None:
    clock.set(wrong)
    assert world.scanner.post("/api/v1/facts", scan("1")).json["results"][0]["status"] == "stored"
    new = pairing.Phone(world)
    claimed = pairing.content(new.claim(code=pairing.invite(world, world.ben)["code"]), 201)
    assert new.sign(claimed["challenge"]).status_code == 200
    ana = phone()
    (settled,) = ana.send(ana.create("Nordwind"))
    assert settled.status == "applied"
    clock.set(NOW)
    assert world.scanner.post("/api/v1/facts", scan("1")).json["results"][0]["status"] == (
        "duplicate"
    )
    assert new.renew().status_code == 200


def test_a_code_for_pairing_ends_although_the_clock_stands_before_the_floor(
    world: World, clock: ManualClock
) -> None:
    clock.raise_floor(NOW + YEARS)
    assert not clock.trusted()
    code = pairing.invite(world, world.ben)["code"]
    clock.advance(pairing.LIFE_MS + 1)
    assert pairing.Phone(world).claim(code=code).status_code != 201


def test_a_session_begun_in_the_future_ends_as_others_do(world: World, clock: ManualClock) -> None:
    clock.set(NOW + YEARS)
    ana = world.ana
    assert ana.get("/api/v1/session").status_code == 200
    clock.set(NOW)
    assert ana.get("/api/v1/session").status_code == 200
    clock.advance(30 * DAY_MS + 1)
    assert ana.get("/api/v1/session").status_code == 401


def test_one_that_nobody_used_meanwhile_ends_with_the_others(
    world: World, clock: ManualClock
) -> None:
    clock.set(NOW + YEARS)
    ana = world.ana
    clock.set(NOW)
    assert world.ben.get("/api/v1/session").status_code == 200
    clock.advance(31 * DAY_MS)
    assert ana.get("/api/v1/session").status_code == 401


def test_sessions_of_before_live_again_when_the_clock_is_right(
    world: World, clock: ManualClock
) -> None:
    ana = world.ana
    clock.set(NOW + YEARS)
    assert ana.get("/api/v1/session").status_code == 401
    assert world.ben.get("/api/v1/session").status_code == 200, "people sign in"
    clock.set(NOW + 1_000)
    assert ana.get("/api/v1/session").status_code == 200


def test_a_session_of_the_future_is_no_password_just_entered(
    world: World, clock: ManualClock
) -> None:
    clock.set(NOW + YEARS)
    ben = world.ben
    clock.set(NOW)
    assert ben.get("/api/v1/session").status_code == 200
    user = world.actor("ana").id
    assert ben.post("/api/v1/pairings", {"user": user}).json["code"] == "password_needed"


def test_time_goes_on_below_the_floor() -> None:
    clock = SystemClock()
    clock.raise_floor(SystemClock().now_ms() + YEARS)
    floor = clock.now_ms()
    begun = clock.monotonic_ms()
    while clock.monotonic_ms() - begun < 2:
        pass
    assert clock.now_ms() > floor
    assert not clock.trusted()

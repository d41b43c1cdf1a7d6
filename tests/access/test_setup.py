"""The first run: one code, one administrator, one shop."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gateway.access.setup import Setup
from gateway.access.users import User, Users
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.cast import PASSWORD, SHOP, World

SOURCE = "192.0.2.7"


@pytest.fixture
def setup(store: Store, users: Users) -> Setup:
    return Setup(store, users)


def complete(setup: Setup, code: str | None = None) -> User:
    return setup.complete(setup.code() if code is None else code, SHOP, "Ada", PASSWORD, SOURCE)


def test_the_code_makes_the_first_administrator(setup: Setup, users: Users) -> None:
    assert setup.needed()
    user = complete(setup)
    assert (user.name, user.role) == ("Ada", "admin")
    assert users.verify("Ada", PASSWORD, SOURCE).role == "admin"
    assert not setup.needed()
    assert setup.shop() == SHOP
    assert setup.code() == ""


def test_the_code_may_be_typed_as_people_type(setup: Setup) -> None:
    assert complete(setup, f" {setup.code().lower().replace('-', ' ')} ")


def test_what_was_set_up_is_there_after_a_restart(setup: Setup, store: Store, users: Users) -> None:
    complete(setup)
    again = Setup(store, users)
    assert not again.needed()
    assert again.shop() == SHOP
    assert again.code() == ""


def test_the_code_works_once(setup: Setup) -> None:
    code = setup.code()
    complete(setup)
    with pytest.raises(Problem, match="setup_done"):
        complete(setup, code)


def test_a_set_up_raced_by_two_makes_one_administrator(setup: Setup, users: Users) -> None:
    code = setup.code()

    def race(name: str) -> str:
        try:
            return setup.complete(code, SHOP, name, PASSWORD, name).name
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(race, ("Ada", "Alf", "Amy", "Art")))
    assert results.count("setup_done") == 3
    assert len(users.list()) == 1


def test_every_start_has_a_code_of_its_own(setup: Setup, store: Store, users: Users) -> None:
    assert Setup(store, users).code() != setup.code()


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "AAAA"])
def test_a_wrong_code_makes_nobody(setup: Setup, users: Users, code: str) -> None:
    with pytest.raises(Problem, match="setup_code_wrong"):
        complete(setup, code)
    assert users.list() == []
    assert setup.needed()


def test_guessing_the_code_is_slowed_down(setup: Setup) -> None:
    for _ in range(5):
        with pytest.raises(Problem, match="setup_code_wrong"):
            complete(setup, "AAAA-AAAA")
    with pytest.raises(Problem, match="throttled"):
        complete(setup, setup.code())


def test_every_fault_is_told_at_once_and_the_code_stays_good(setup: Setup) -> None:
    shop = replace(SHOP, name=" ", country="XX", currency="ABC", language="tlh")
    with pytest.raises(Problem) as refused:
        setup.complete(setup.code(), shop, "", "short", SOURCE)
    found = {error.pointer: error.code for error in refused.value.errors}
    assert found == {
        "/shop": "name_malformed",
        "/country": "country_unknown",
        "/currency": "currency_unknown",
        "/language": "language_unknown",
        "/name": "name_malformed",
        "/password": "password_short",
    }
    assert complete(setup)


def test_the_name_of_the_shop_is_no_password(setup: Setup) -> None:
    with pytest.raises(Problem, match="password_common"):
        setup.complete(setup.code(), SHOP, "Ada", "corner-shop-1", SOURCE)


def test_people_added_before_do_not_stand_in_for_the_set_up(setup: Setup, users: Users) -> None:
    users.add("Ben", "manager", PASSWORD)
    assert setup.needed()
    assert complete(setup).role == "admin"


def test_the_journal_has_it_without_a_value(world: World) -> None:
    user = complete(world.parts.setup)
    (entry,) = world.journal("access.setup_")
    assert entry["actor"] == entry["subject"] == user.id
    assert b"Corner" not in entry["body"]
    assert b"shop.currency" in entry["body"]

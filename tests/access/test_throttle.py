"""Pauses after wrong passwords: they grow, spare everybody else, and outlive a restart."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.schema import AccessSettings
from gateway.access import throttle
from gateway.access.throttle import FREE_TRIES, Throttle, pause_s
from gateway.access.users import Users
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.cast import PASSWORD

HERE = "192.0.2.7"
ELSEWHERE = "192.0.2.8"


@pytest.fixture
def pauses(store: Store) -> Throttle:
    return Throttle(store, 900)


def wait_s(pauses: Throttle, door: str = "ana", source: str = HERE) -> int:
    """Seconds until the next try is let through; 0 counts as that try."""
    try:
        pauses.attempt(door, source)
    except Problem as problem:
        return int(str(problem.params["retry_after_s"]))
    return 0


def fail(pauses: Throttle, clock: ManualClock, times: int) -> None:
    """So many wrong tries, each as early as the pause allows."""
    for _ in range(times):
        while seconds := wait_s(pauses):
            clock.advance(1000 * seconds)


def test_five_tries_are_free_and_then_the_pause_doubles_up_to_the_limit() -> None:
    pauses = [pause_s(failures, 900) for failures in range(1, 20)]
    assert pauses[: FREE_TRIES - 1] == [0, 0, 0, 0]
    assert pauses[FREE_TRIES - 1 : 15] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert pause_s(10_000, 900) == 900


def test_a_pause_ends_by_itself_within_a_quarter_of_an_hour(
    pauses: Throttle, clock: ManualClock
) -> None:
    fail(pauses, clock, 40)
    assert wait_s(pauses) == 900
    clock.advance(899_000)
    assert wait_s(pauses) == 1
    clock.advance(1_000)
    assert wait_s(pauses) == 0


def test_a_colleague_behind_the_same_address_is_not_held_up(
    pauses: Throttle, clock: ManualClock
) -> None:
    fail(pauses, clock, 6)
    assert wait_s(pauses) > 0
    assert wait_s(pauses, door="ben") == 0


def test_the_owner_at_another_address_is_not_held_up(pauses: Throttle, clock: ManualClock) -> None:
    fail(pauses, clock, 20)
    assert wait_s(pauses, source=ELSEWHERE) == 0


def test_a_restart_gives_nothing_back(pauses: Throttle, store: Store, clock: ManualClock) -> None:
    fail(pauses, clock, 8)
    assert wait_s(Throttle(store, 900)) == 8


def test_asking_again_during_a_pause_does_not_make_it_longer(
    pauses: Throttle, clock: ManualClock
) -> None:
    fail(pauses, clock, 8)
    assert [wait_s(pauses) for _ in range(5)] == [8] * 5


def test_the_right_password_clears_the_slate(store: Store, clock: ManualClock) -> None:
    users = Users(store, AccessSettings())
    users.add("Ana", "rep", PASSWORD)
    for _ in range(4):
        with pytest.raises(Problem, match="credentials_wrong"):
            users.verify("Ana", "wrong words", HERE)
    users.verify("Ana", PASSWORD, HERE)
    for _ in range(4):
        with pytest.raises(Problem, match="credentials_wrong"):
            users.verify("Ana", "wrong words", HERE)
    users.verify("Ana", PASSWORD, HERE)


def test_tries_sent_at_once_are_counted_before_any_of_them_is_looked_at(pauses: Throttle) -> None:
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: wait_s(pauses), range(40)))
    assert waits.count(0) == FREE_TRIES


def test_wrong_tries_are_forgotten_after_a_day(pauses: Throttle, clock: ManualClock) -> None:
    fail(pauses, clock, 20)
    clock.advance(24 * 3600 * 1000)
    assert [wait_s(pauses) for _ in range(4)] == [0, 0, 0, 0]


def test_a_clock_that_is_set_back_does_not_lock_anybody_out(
    pauses: Throttle, clock: ManualClock
) -> None:
    clock.advance(10 * 365 * 24 * 3600 * 1000)
    fail(pauses, clock, 8)
    clock.advance(-10 * 365 * 24 * 3600 * 1000)
    assert wait_s(pauses) <= 900


def test_trying_every_name_there_is_does_not_fill_the_disk(
    pauses: Throttle, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ROWS_MAX", 10)
    for number in range(30):
        pauses.attempt(f"name {number}", HERE)
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM throttle") == 10


def test_the_table_does_not_show_what_was_typed_as_a_name(pauses: Throttle, store: Store) -> None:
    pauses.attempt("my secret password", HERE)
    with store.read() as rows:
        row = rows.one("SELECT * FROM throttle")
    assert row is not None
    assert b"secret" not in bytes(row["door"])

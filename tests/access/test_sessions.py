"""Sessions: opaque, bounded, and over at once when they should be."""

import pytest

from gateway.access.sessions import DAY_MS, MINUTE_MS, Sessions
from gateway.access.users import Change, User, Users
from gateway.kernel.clock import ManualClock
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from tests.cast import PASSWORD, World

PHONE = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def sessions(store: Store, users: Users) -> Sessions:
    return Sessions(store, users)


@pytest.fixture
def ben(users: Users) -> User:
    return users.add("Ben", "manager", PASSWORD)


@pytest.fixture
def ana(users: Users) -> User:
    return users.add("Ana", "rep", PASSWORD, "north")


def test_only_the_hash_of_a_session_is_kept(sessions: Sessions, store: Store, ben: User) -> None:
    token = sessions.start(ben.actor())
    with store.read() as rows:
        row = rows.one("SELECT * FROM sessions")
    assert row is not None
    assert row["token"] == token_hash(token)
    assert len(token) >= 43, "256 bits in base 64"


def test_it_tells_who_is_behind_a_cookie(sessions: Sessions, ana: User) -> None:
    actor = sessions.actor(sessions.start(ana.actor(), PHONE))
    assert actor is not None
    assert (actor.id, actor.role, actor.territory, actor.device) == (ana.id, "rep", "north", PHONE)


def test_a_session_outlives_a_restart(
    sessions: Sessions, store: Store, users: Users, ben: User
) -> None:
    token = sessions.start(ben.actor())
    again = Sessions(store, Users(store)).actor(token)
    assert again is not None
    assert again.id == ben.id


def test_signing_out_kills_the_session_and_no_other(sessions: Sessions, ben: User) -> None:
    first, second = sessions.start(ben.actor()), sessions.start(ben.actor())
    assert sessions.actor(first)
    sessions.end(first)
    assert sessions.actor(first) is None
    assert sessions.actor(second)


def test_a_desk_left_alone_is_signed_out(sessions: Sessions, ben: User, clock: ManualClock) -> None:
    token = sessions.start(ben.actor())
    clock.advance(719 * MINUTE_MS)
    assert sessions.actor(token)
    clock.advance(719 * MINUTE_MS)
    assert sessions.actor(token), "every request starts the idle time anew"
    clock.advance(721 * MINUTE_MS)
    assert sessions.actor(token) is None


def test_the_idle_time_is_kept_across_a_restart(
    sessions: Sessions, store: Store, ben: User, clock: ManualClock
) -> None:
    token = sessions.start(ben.actor())
    clock.advance(700 * MINUTE_MS)
    assert sessions.actor(token)
    clock.advance(700 * MINUTE_MS)
    assert Sessions(store, Users(store)).actor(token)


def test_no_session_lives_for_ever(sessions: Sessions, ben: User, clock: ManualClock) -> None:
    token = sessions.start(ben.actor())
    for _ in range(30 * 3):
        clock.advance(DAY_MS // 3)
        assert sessions.actor(token)
    clock.advance(MINUTE_MS)
    assert sessions.actor(token) is None


def test_a_phone_may_be_out_of_reach_for_weeks(
    sessions: Sessions, ana: User, ben: User, clock: ManualClock
) -> None:
    rep, manager = sessions.start(ana.actor()), sessions.start(ben.actor(), PHONE)
    clock.advance(29 * DAY_MS)
    assert sessions.actor(rep)
    assert sessions.actor(manager)


def test_disabling_a_person_ends_every_session_at_once_and_for_good(
    sessions: Sessions, users: Users, ana: User
) -> None:
    token = sessions.start(ana.actor())
    assert sessions.actor(token)
    users.change(ana.id, Change(disabled=True))
    assert sessions.actor(token) is None
    users.change(ana.id, Change(disabled=False))
    assert sessions.actor(token) is None


def test_a_new_password_ends_every_session(sessions: Sessions, users: Users, ana: User) -> None:
    token = sessions.start(ana.actor())
    assert sessions.actor(token)
    users.change(ana.id, Change(password="another fine phrase"))
    assert sessions.actor(token) is None


def test_a_new_role_or_territory_counts_from_the_next_request_on(
    sessions: Sessions, users: Users, ana: User
) -> None:
    token = sessions.start(ana.actor())
    assert sessions.actor(token)
    users.change(ana.id, Change(role="clerk", territory="south"))
    actor = sessions.actor(token)
    assert actor is not None
    assert (actor.role, actor.territory) == ("clerk", "south")


def test_an_unknown_cookie_is_nobody(sessions: Sessions) -> None:
    assert sessions.actor("") is None
    assert sessions.actor("x" * 43) is None
    sessions.end("x" * 43)


def test_old_sessions_leave_the_disk(
    sessions: Sessions, store: Store, ben: User, clock: ManualClock
) -> None:
    sessions.start(ben.actor())
    clock.advance(31 * DAY_MS)
    sessions.start(ben.actor())
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM sessions") == 1


def test_the_journal_tells_who_came_and_went(world: World) -> None:
    ben = world.user("ben")
    token = world.parts.sessions.start(ben.actor())
    world.parts.sessions.end(token)
    entries = world.journal("access.session_")
    assert [entry["type"] for entry in entries] == [
        "access.session_started",
        "access.session_ended",
    ]
    assert {entry["actor"] for entry in entries} == {ben.id}

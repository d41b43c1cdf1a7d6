"""People see their own sessions at desks, and end them."""

import pytest

from gateway.kernel.clock import ManualClock
from gateway.web.door import browser
from tests.cast import PASSWORD, Caller, World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Safari/605.1.15"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0"
)


def another_desk(world: World, name: str, user_agent: str = FIREFOX, **headers: str) -> Caller:
    caller = Caller(world.app.test_client(), {"X-Waystation": "1"})
    form = {"name": name, "password": PASSWORD}
    headers = {"User-Agent": user_agent, **headers}
    assert caller.post("/api/v1/session", form, headers=headers).status_code == 200
    return caller


def seen_by(caller: Caller) -> list[dict[str, object]]:
    found = caller.get("/api/v1/sessions").json
    assert found is not None
    return list(found["sessions"])


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [(FIREFOX, "Firefox, Windows"), (SAFARI, "Safari, macOS"), (EDGE, "Edge, Windows"),
     ("curl/8", "")],
)  # fmt: skip
def test_a_browser_is_told_in_a_word_or_two(user_agent: str, told: str) -> None:
    assert browser.told(user_agent) == told


def test_people_see_their_own_sessions_and_end_one(world: World, clock: ManualClock) -> None:
    world.actor("ben")
    world.actor("cleo")
    clock.advance(60_000)
    other = another_desk(world, "Ben")
    newest, here = seen_by(world.ben)
    assert (newest["browser"], newest["here"], here["here"]) == ("Firefox, Windows", False, True)
    assert str(newest["started_at"]) > str(here["started_at"])
    # Nobody else's.
    refused = world.cleo.delete(f"/api/v1/sessions/{newest['id']}")
    assert (refused.status_code, refused.json["code"]) == (404, "session_unknown")
    assert world.ben.delete("/api/v1/sessions/none").status_code == 404
    assert other.get("/api/v1/session").status_code == 200
    assert world.ben.delete(f"/api/v1/sessions/{newest['id']}").status_code == 204
    assert other.get("/api/v1/session").status_code == 401
    assert [one["here"] for one in seen_by(world.ben)] == [True]
    assert world.journal("access.session_ended")[-1]["actor"] == world.actor("ben").id


def test_all_others_end_at_once_and_phones_go_on(world: World) -> None:
    world.actor("ben")
    others = [another_desk(world, "Ben") for _ in range(2)]
    phone = "01890a5d-ac96-774b-bcce-b302099a8057"
    pocket = another_desk(world, "Ben", **{"X-Waystation-Device": phone})
    assert len(seen_by(world.ben)) == 3, "the phone is listed with the phones"
    assert world.ben.delete("/api/v1/sessions").status_code == 204
    assert [other.get("/api/v1/session").status_code for other in others] == [401, 401]
    assert pocket.get("/api/v1/session").status_code == 200
    assert world.ben.get("/api/v1/session").status_code == 200


def test_a_session_that_is_over_is_not_listed(world: World, clock: ManualClock) -> None:
    world.actor("ben")
    another_desk(world, "Ben")
    for _ in range(4):
        clock.advance(world.parts.settings.access.session_idle_min * 15_000 + 1)
        world.ben.get("/api/v1/session")
    assert [one["here"] for one in seen_by(world.ben)] == [True]

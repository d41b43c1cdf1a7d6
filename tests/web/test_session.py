"""Set-up, sign-in and sign-out as a browser sees them."""

import pytest

from gateway.kernel.clock import ManualClock
from gateway.web.door.guard import COOKIE
from tests.cast import PASSWORD, Caller, World

PHONE = "01890a5d-ac96-774b-bcce-b302099a8057"


def form(world: World, **changes: str) -> dict[str, str]:
    return {
        "code": world.parts.setup.code(),
        "shop": "Corner Shop",
        "name": "Ada",
        "password": PASSWORD,
        "country": "DE",
        "currency": "EUR",
        "language": "en",
        **changes,
    }


def test_the_first_run_makes_an_administrator_who_is_signed_in(world: World) -> None:
    state = {"needed": True, "shop": None, "signed_in": False}
    assert world.nobody.get("/api/v1/setup").json == state
    answer = world.nobody.post("/api/v1/setup", form(world))
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["user"]["role"] == "admin"
    state = {"needed": False, "shop": "Corner Shop", "signed_in": True}
    assert world.nobody.get("/api/v1/setup").json == state
    session = world.nobody.get("/api/v1/session").json
    assert session is not None
    assert session["gateway"] == {
        "name": "Corner Shop",
        "epoch": world.store.epoch,
        "country": "DE",
        "currency": "EUR",
        "build": session["gateway"]["build"],
        "phone": {"unlock": "offered", "lock_after_min": 15, "lease_days": 7},
        "codes": [],
    }
    assert session["protocol"] == 1


def test_the_first_run_tells_every_fault_at_once(world: World) -> None:
    answer = world.nobody.post(
        "/api/v1/setup", form(world, shop="", country="", currency="", name="", password="")
    )
    assert answer.status_code == 422
    assert answer.json is not None
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {"/shop", "/country", "/currency", "/name", "/password"}


def test_a_shop_in_taiwan_is_spoken_to_in_traditional_chinese(world: World) -> None:
    taiwan = form(world, country="TW", currency="TWD", language="zh-Hant")
    made = world.nobody.post("/api/v1/setup", taiwan)
    assert made.status_code == 201
    assert made.json is not None
    assert made.json["user"]["language"] == "zh-Hant"
    # Nothing is asked for, so what is known of the person decides.
    own = {"X-Waystation": "1"}
    refused = world.nobody.post("/api/v1/session", {"name": "Ada"}, headers=own)
    assert refused.json is not None
    assert "請求主體的格式不正確" in refused.json["detail"]
    new = {"name": "Kim", "role": "rep", "password": PASSWORD}
    assert world.nobody.post("/api/v1/users", new, headers=own).json["language"] == "zh-Hant"


def test_a_second_set_up_is_refused(world: World) -> None:
    first = form(world)
    world.nobody.post("/api/v1/setup", first)
    answer = world.nobody.post("/api/v1/setup", first, headers={"X-Waystation": "1"})
    assert answer.status_code == 409


def test_before_the_set_up_the_gateway_has_the_name_of_its_settings(world: World) -> None:
    session = world.ana.get("/api/v1/session").json
    assert session is not None
    assert session["gateway"]["name"] == "Waystation"


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_has_all_its_attributes(world: World, scheme: str, secure: bool) -> None:
    world.user("ana")
    sign_in = {"name": "Ana", "password": PASSWORD}
    base = f"{scheme}://localhost"
    answer = world.nobody.post("/api/v1/session", sign_in, base_url=base)
    assert answer.status_code == 200
    (cookie,) = answer.headers.getlist("Set-Cookie")
    attributes = {part.strip().partition("=")[0] for part in cookie.split(";")}
    wanted = {
        f"__Host-{COOKIE}" if secure else COOKIE,
        "HttpOnly",
        "SameSite",
        "Path",
        "Max-Age",
        "Expires",
    }
    assert attributes == wanted | ({"Secure"} if secure else set())
    assert "SameSite=Strict" in cookie
    assert "Path=/;" in f"{cookie};"
    assert "Domain" not in cookie


def test_every_sign_in_gets_a_session_of_its_own_and_ends_the_old_one(world: World) -> None:
    world.user("ana")
    sign_in = {"name": "Ana", "password": PASSWORD}
    browser = Caller(world.app.test_client(), {"X-Waystation": "1"})
    tokens = []
    for _ in range(2):
        assert browser.post("/api/v1/session", sign_in).status_code == 200
        cookie = browser.client.get_cookie(COOKIE)
        assert cookie is not None
        tokens.append(cookie.value)
    assert tokens[0] != tokens[1]
    assert world.parts.sessions.actor(tokens[0]) is None
    assert world.parts.sessions.actor(tokens[1])


def test_signing_out_kills_the_session_at_the_gateway(world: World) -> None:
    cookie = world.ana.client.get_cookie(COOKIE)
    assert cookie is not None
    answer = world.ana.delete("/api/v1/session")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    stolen = world.app.test_client()
    stolen.set_cookie(COOKIE, cookie.value)
    assert stolen.get("/api/v1/session").status_code == 401


def test_disabling_somebody_ends_what_they_have_open(world: World) -> None:
    assert world.ana.get("/api/v1/session").status_code == 200
    ana = world.actor("ana")
    answer = world.ada.post(f"/api/v1/users/{ana.id}", {"disabled": True})
    assert answer.status_code == 200
    assert world.ana.get("/api/v1/session").status_code == 401


def test_guessing_is_slowed_down_and_the_colleague_still_gets_in(world: World) -> None:
    world.user("ana")
    world.user("ben")
    for _ in range(5):
        wrong = world.nobody.post("/api/v1/session", {"name": "Ana", "password": "no"})
        assert wrong.status_code == 401
    held = world.nobody.post("/api/v1/session", {"name": "Ana", "password": PASSWORD})
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "1"
    colleague = world.nobody.post("/api/v1/session", {"name": "Ben", "password": PASSWORD})
    assert colleague.status_code == 200


def test_an_unknown_and_a_known_name_get_the_same_bytes(world: World) -> None:
    world.user("ana")
    known = world.nobody.post("/api/v1/session", {"name": "Ana", "password": "no"})
    unknown = world.nobody.post("/api/v1/session", {"name": "Zoe", "password": "no"})
    assert known.data == unknown.data
    assert known.status_code == unknown.status_code == 401


def test_a_phone_that_names_itself_stays_signed_in(world: World, clock: ManualClock) -> None:
    world.user("ben")
    phone = Caller(world.app.test_client(), {"X-Waystation": "1", "X-Waystation-Device": PHONE})
    phone.post("/api/v1/session", {"name": "Ben", "password": PASSWORD})
    clock.advance(20 * 24 * 3600 * 1000)
    assert phone.get("/api/v1/session").status_code == 200
    assert world.ada.get("/api/v1/session").status_code == 200


def test_a_name_that_is_no_phone_s_is_a_desk(world: World, clock: ManualClock) -> None:
    world.user("ben")
    desk = Caller(world.app.test_client(), {"X-Waystation": "1", "X-Waystation-Device": "<x>"})
    desk.post("/api/v1/session", {"name": "Ben", "password": PASSWORD})
    clock.advance(20 * 24 * 3600 * 1000)
    assert desk.get("/api/v1/session").status_code == 401


def test_a_machine_has_no_session(world: World) -> None:
    assert world.till.get("/api/v1/session").status_code == 403

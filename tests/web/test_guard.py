"""The door: who gets in, what a foreign page cannot do, and which routes stop the start."""

import logging
import re

import pytest
from flask import Blueprint
from msgspec import Struct

from gateway.access import policy
from gateway.access.policy import PEOPLE
from gateway.store.database import Store
from gateway.web.door import mark
from gateway.web.door.guard import COOKIE, SAFE, allows
from tests.cast import Caller, World

CAST = {
    "rep": "ana",
    "clerk": "cleo",
    "manager": "ben",
    "finance": "fay",
    "admin": "ada",
    "auditor": "udo",
    "device": "scanner",
    "pos": "till",
    "erp": "erp",
}
NEW_TOKEN = {"name": "Till 9", "role": "pos"}


def routes(world: World) -> list[tuple[str, str, mark.Mark]]:
    """Method, an address and the mark of every route."""
    found = []
    for route in world.app.url_map.iter_rules():
        said = mark.of(world.app.view_functions[route.endpoint])
        assert said is not None
        path = re.sub(r"<(?:[a-z]+:)?\w+>", "7", route.rule)
        found += [(method, path, said) for method in route.methods or () if method != "HEAD"]
    return found


def test_every_route_refuses_every_role_that_has_no_row(whole: World) -> None:
    for method, path, said in routes(whole):
        for role, name in CAST.items():
            if policy.find(role, said.resource, said.action) is None:
                answer = getattr(whole, name).send(method, path, json={})
                assert answer.status_code == 403, (role, method, path)
                assert answer.json is not None
                assert answer.json["code"] == "not_allowed"


def test_every_route_that_is_not_public_refuses_nobody(whole: World) -> None:
    for method, path, said in routes(whole):
        if policy.find("public", said.resource, said.action) is None:
            far = {"REMOTE_ADDR": "192.0.2.7"}
            answer = whole.nobody.send(method, path, json={}, environ_base=far)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_every_role_gets_in_where_it_has_a_row(whole: World) -> None:
    for method, path, said in routes(whole):
        if method != "GET" or path == "/api/v1/live":
            continue
        for role, name in CAST.items():
            if policy.find(role, said.resource, said.action):
                status = getattr(whole, name).get(path).status_code
                assert status not in (401, 403), (role, path)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic YTpi", "Token x", "Bearer x y", " ", "bearer\tx"]
)
def test_a_wrong_authorization_is_refused_even_beside_a_good_cookie(
    world: World, header: str
) -> None:
    answer = world.ada.get("/api/v1/users", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_cookie_alone_cannot_change_anything(world: World) -> None:
    ada = Caller(world.ada.client, {})
    assert ada.get("/api/v1/tokens").status_code == 200
    answer = ada.post("/api/v1/tokens", NEW_TOKEN)
    assert (answer.status_code, code(answer)) == (403, "request_forged")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Waystation": "0"},
        {"X-Waystation": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_request_of_a_foreign_page_is_refused(world: World, headers: dict[str, str]) -> None:
    answer = world.ada.post("/api/v1/tokens", NEW_TOKEN, headers=headers)
    assert (answer.status_code, code(answer)) == (403, "request_forged")
    assert world.parts.devices.list() == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}],
)
def test_a_request_of_the_own_page_is_let_through(world: World, headers: dict[str, str]) -> None:
    assert world.ada.post("/api/v1/tokens", NEW_TOKEN, headers=headers).status_code == 201


def test_a_foreign_page_cannot_sign_somebody_in_as_somebody_else(world: World) -> None:
    form = {"name": "Ana", "password": "x"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = world.nobody.post("/api/v1/session", form, headers=foreign)
    assert code(answer) == "request_forged"


# A token that is missing or wrong (a page without a cookie has nothing to steal), another site.
FOREIGN: tuple[dict[str, str], ...] = (
    {"X-Waystation": ""},
    {"X-Waystation": "guessed"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
)


def test_every_unsafe_route_refuses_a_foreign_page_and_a_form(whole: World) -> None:
    for method, path, said in routes(whole):
        people = [r for r in (*PEOPLE, "public") if policy.find(r, said.resource, said.action)]
        if method in SAFE or not people:
            continue
        role = people[0]
        caller = whole.nobody if role == "public" else getattr(whole, CAST[role])
        for headers in FOREIGN if role != "public" else FOREIGN[2:]:
            foreign = caller.send(method, path, json={}, headers=headers)
            assert code(foreign) == "request_forged", (method, path, headers)
        if said.body is not None:
            form = caller.send(method, path, data={"a": "b"})
            assert form.status_code == 415, (method, path)


def test_a_machine_needs_no_header_against_forgery(world: World) -> None:
    answer = world.till.post("/api/v1/facts", [], headers={"Origin": "https://till.example"})
    assert answer.status_code == 200


def test_a_revoked_token_is_refused_on_the_next_request(world: World) -> None:
    assert world.till.post("/api/v1/facts", []).status_code == 200
    world.parts.devices.revoke(world.actor("till").id)
    assert code(world.till.post("/api/v1/facts", [])) == "token_unknown"


def test_a_forged_forwarding_header_changes_nobody_s_address(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number in range(5):
        sign_in(world, f"203.0.113.{number}")
    assert code(sign_in(world, "203.0.113.99")) == "throttled"
    figures = world.nobody.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert figures.status_code == 401
    assert "203.0.113" not in caplog.text


def sign_in(world: World, forwarded: str):  # type: ignore[no-untyped-def]
    form = {"name": "Ana", "password": "wrong words"}
    return world.nobody.post("/api/v1/session", form, headers={"X-Forwarded-For": forwarded})


def code(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.json["code"])


# The page over plain HTTP asks it whether the browser trusts the gateway; there is nothing in it.
EMPTY_ON_PURPOSE = "/trust/test"


def test_no_answer_lets_another_origin_read_it(whole: World) -> None:
    for method, path, _ in routes(whole):
        if path == "/api/v1/live":
            continue
        for caller in (whole.nobody, whole.ada):
            answer = caller.send(method, path, headers={"Origin": "https://evil.example"})
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            policy_told = answer.headers["Cross-Origin-Resource-Policy"]
            assert policy_told == ("cross-origin" if path == EMPTY_ON_PURPOSE else "same-origin")
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            if path.startswith("/api/"):
                assert answer.headers["Cache-Control"] == "no-store"


def test_a_cookie_of_another_name_is_nobody(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie(f"{COOKIE}2", "x")
    assert client.get("/api/v1/session").status_code == 401


def blueprint_with(view) -> Blueprint:  # type: ignore[no-untyped-def]
    blueprint = Blueprint("extra", __name__)
    blueprint.get("/extra")(view)
    return blueprint


def test_a_route_without_a_mark_stops_the_start(store: Store) -> None:
    def view() -> str:
        return ""

    with pytest.raises(RuntimeError, match=r"/extra: its view needs @guard\.allows"):
        World(store, blueprints=[blueprint_with(view)])


def test_a_route_that_passes_over_parameters_stops_the_start(store: Store) -> None:
    class Lax(Struct):
        limit: int = 1

    @allows("health", "read", query=Lax)
    def view() -> str:
        return ""

    with pytest.raises(RuntimeError, match="Lax needs forbid_unknown_fields=True"):
        World(store, blueprints=[blueprint_with(view)])


def test_a_route_that_no_row_covers_stops_the_start(store: Store) -> None:
    @allows("customer", "hypnotise")
    def view() -> str:
        return ""

    with pytest.raises(RuntimeError, match="no role may hypnotise customer"):
        World(store, blueprints=[blueprint_with(view)])

"""Every refusal is a problem document, in the caller's language, and gives nothing away."""

import logging

import pytest
from flask import Blueprint
from werkzeug.test import Client

from gateway.kernel.clock import SystemClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.web.door.guard import allows
from gateway.web.listening.front import Front
from tests.cast import World
from tests.rsgi import Served

PROBLEM = "application/problem+json"


def failing() -> Blueprint:
    """Routes that go wrong in the ways a view can."""
    blueprint = Blueprint("failing", __name__)

    @blueprint.get("/api/v1/bug")
    @allows("health", "read")
    def bug() -> str:
        raise KeyError("a secret value")

    @blueprint.get("/api/v1/busy")
    @allows("health", "read")
    def busy() -> str:
        raise Problem("store_busy")

    return blueprint


@pytest.fixture
def broken(store: Store) -> World:
    return World(store, blueprints=[failing()])


def test_an_address_without_anything_is_a_problem_not_a_page(world: World) -> None:
    answer = world.nobody.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.content_type == PROBLEM
    assert answer.json == {
        "type": "/problems/not_found",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "There is nothing at this address.",
    }


def test_a_person_who_typed_a_wrong_address_gets_a_sentence_and_a_way_back(world: World) -> None:
    answer = world.nobody.get(
        "/nothing", headers={"Accept": "text/html,*/*", "Accept-Language": "zh"}
    )
    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert '<a href="/">' in answer.text
    assert "此地址没有内容" in answer.text


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"])
def test_a_page_for_taiwan_and_hong_kong_is_marked_as_traditional(world: World, tag: str) -> None:
    answer = world.nobody.get("/nothing", headers={"Accept": "text/html", "Accept-Language": tag})
    assert '<html lang="zh-Hant">' in answer.text
    assert "此地址沒有內容" in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_served_is_told_which_are(world: World, method: str) -> None:
    answer = world.nobody.send(method, "/api/v1/setup")
    assert answer.status_code == 405
    assert answer.content_type == PROBLEM
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_bug_of_ours_is_told_as_such_and_nothing_about_the_inside(
    broken: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.nobody.get("/api/v1/bug")
    assert answer.status_code == 500
    assert answer.content_type == PROBLEM
    assert answer.json is not None
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text
    assert caplog.records[0].exc_info is not None


def test_what_may_succeed_later_says_when_to_try(broken: World) -> None:
    answer = broken.nobody.get("/api/v1/busy")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


def test_a_sentence_is_in_the_language_of_the_caller(world: World) -> None:
    english = world.nobody.get("/api/v1/session").json
    chinese = world.nobody.get("/api/v1/session", headers={"Accept-Language": "zh-CN"}).json
    assert english is not None
    assert chinese is not None
    assert english["code"] == chinese["code"] == "not_signed_in"
    assert "Sign in" in english["detail"]
    assert "登录" in chinese["detail"]


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b'{"a":1,"a":2}', 400),
        ({"Content-Type": "application/json"}, b'{"a":1.0}', 400),
        ({"Content-Type": "application/json"}, b"[" * 99 + b"]" * 99, 400),
        ({"Content-Type": "application/json"}, b"{}", 422),
        ({"Content-Type": "application/json"}, b" " * 8_388_609, 413),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_its_status(
    world: World, headers: dict[str, str], data: bytes, status: int
) -> None:
    answer = world.nobody.send("POST", "/api/v1/session", data=data, headers=headers)
    assert answer.status_code == status
    assert answer.content_type == PROBLEM


def test_an_unknown_parameter_is_refused(world: World) -> None:
    answer = world.erp.get("/api/v1/journal?sort=asc")
    assert answer.status_code == 400
    assert answer.json is not None
    assert (answer.json["code"], answer.json["pointer"]) == ("parameter_invalid", "/sort")


def test_a_head_request_answers_as_a_get_without_its_body(world: World) -> None:
    answer = world.nobody.send("HEAD", "/healthz")
    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"name":' * 100_000,
        b'{"a":1,' * 100_000,
        b" " * 1_048_577,
        b'{"name":"' + b"x" * 16_000,
        b"\x1f\x8b" + bytes(1000),
    ],
)
def test_a_hostile_body_is_refused_quickly(world: World, data: bytes) -> None:
    world.nobody.post("/api/v1/session", {})
    began = SystemClock().monotonic_ms()
    answer = world.nobody.send(
        "POST", "/api/v1/session", data=data, headers={"Content-Type": "application/json"}
    )
    assert 400 <= answer.status_code < 500
    assert SystemClock().monotonic_ms() - began < 200


def test_what_goes_wrong_around_the_application_is_a_problem_too(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(store)

    def fails(*_: object) -> list[bytes]:
        raise KeyError("nobody foresaw this")

    world.app.wsgi_app = fails  # type: ignore[method-assign]
    answer = Client(Served(Front(world.app, world.parts))).get("/api/v1/anything")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert b"foresaw" not in answer.data
    assert "a request failed" in caplog.text

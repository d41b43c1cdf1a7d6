"""Posting facts: the documented Flask route and the capture lane in front of it answer alike."""

import json
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gateway.web.door.guard import COOKIE
from gateway.web.listening.front import Front
from tests.cast import World, scan
from tests.rsgi import Served

BATCH = "application/cloudevents-batch+json"


@pytest.fixture(params=["flask", "lane"])
def client(request: pytest.FixtureRequest, world: World) -> Client:
    app = Served(Front(world.app, world.parts)) if request.param == "lane" else world.app
    return Client(app)


def post(
    client: Client, world: World, body: object, who: str = "till", **more: Any
) -> TestResponse:
    headers = {**getattr(world, who).headers, "Content-Type": BATCH, **more.pop("headers", {})}
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post("/api/v1/facts", data=data, headers=headers, **more)


def results(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    assert answer.json is not None
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def test_one_event_is_stored_and_answered(client: Client, world: World) -> None:
    for media_type in ("application/json", "application/cloudevents+json; charset=utf-8"):
        headers = {"Content-Type": media_type}
        (result,) = results(post(client, world, scan(media_type), headers=headers))
        assert (result["id"], result["status"]) == (media_type, "stored")
        assert result["seq"] == world.store.head


def test_a_batch_is_answered_in_its_order(client: Client, world: World) -> None:
    bad = {**scan("b"), "type": "no.such"}
    found = results(post(client, world, [scan("a"), bad, {"id": "c"}, scan("a")]))
    assert [(item["id"], item["status"]) for item in found] == [
        ("a", "stored"),
        ("b", "quarantined"),
        ("c", "refused"),
        ("a", "duplicate"),
    ]
    assert found[0]["seq"] == found[3]["seq"]
    assert found[1]["problem"]["code"] == "fact_type_unknown"


def test_an_empty_batch_stores_nothing(client: Client, world: World) -> None:
    assert results(post(client, world, [])) == []


def test_a_scanner_may_not_book_a_sale(client: Client, world: World) -> None:
    sale = {**scan("s"), "type": "sale.completed"}
    (result,) = results(post(client, world, sale, "scanner"))
    assert (result["status"], result["problem"]["code"]) == ("refused", "fact_not_allowed")


def test_a_problem_is_told_in_the_language_of_the_caller(client: Client, world: World) -> None:
    bad = {**scan("b"), "type": "no.such"}
    (result,) = results(post(client, world, bad, headers={"Accept-Language": "zh-CN"}))
    assert "隔离区" in result["problem"]["detail"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Authorization": "Bearer wrong"}, b"[]", 401, "token_unknown"),
        ({"Content-Type": "text/plain"}, b"[]", 415, "media_type_refused"),
        ({"Content-Encoding": "gzip"}, b"[]", 415, "encoding_refused"),
        ({}, b"{", 400, "json_malformed"),
        ({}, b"", 400, "json_malformed"),
        ({}, b" " * 8_388_609, 413, "body_too_large"),
        ({}, json.dumps([scan(str(n)) for n in range(1001)]).encode(), 413, "facts_too_many"),
    ],
)
def test_a_request_that_is_wrong_as_a_whole_is_a_problem_and_stores_nothing(
    client: Client, world: World, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    world.actor("till")
    before = world.store.head
    answer = post(client, world, body, headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == code
    assert world.store.head == before


def test_the_erp_and_whoever_visits_nobody_post_no_facts(client: Client, world: World) -> None:
    answer = post(client, world, [scan()], "erp")
    assert answer.status_code == 403
    assert as_person(client, world, "fay", scan()).status_code == 403


def test_people_post_nothing_but_visits(client: Client, world: World) -> None:
    for type_ in ("scan.captured", "sale.completed", "device.online"):
        (result,) = results(as_person(client, world, "ben", {**scan(), "type": type_}))
        assert (result["status"], result["problem"]["code"]) == ("refused", "fact_not_allowed")
    visit = {
        "customer": "01890a5d-ac96-774b-bcce-b302099a8057", "check_in": "2026-11-22T10:00:00Z",
        "check_out": "2026-11-22T10:20:00Z", "outcome": "order", "position_missing": "denied",
    }  # fmt: skip
    event = {**scan("v"), "type": "visit.completed", "data": visit}
    (result,) = results(as_person(client, world, "ben", event))
    assert result["status"] == "stored"


def as_person(client: Client, world: World, name: str, event: object) -> TestResponse:
    cookie = getattr(world, name).client.get_cookie(COOKIE)
    assert cookie is not None
    client.set_cookie(COOKIE, cookie.value)
    return client.post("/api/v1/facts", json=[event], headers={"X-Waystation": "1"})


def test_an_answer_is_never_kept_by_a_cache(client: Client, world: World) -> None:
    answer = post(client, world, [scan()])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_answer_is_counted_whoever_gave_it(client: Client, world: World) -> None:
    post(client, world, [scan("a")])
    post(client, world, [scan("b")])
    post(client, world, b"[")
    figures = world.nobody.get("/metrics").text.splitlines()
    labels = 'waystation_requests_total{method="POST",route="/api/v1/facts"'
    assert f'{labels},status="200"}} 2.0' in figures
    assert f'{labels},status="400"}} 1.0' in figures
    assert 'waystation_request_seconds_count{route="/api/v1/facts"} 3.0' in figures


def attributes(**more: str) -> dict[str, str]:
    event = {"specversion": "1.0", "id": "b-1", "source": "lane-1", "type": "scan.captured"}
    headers = {f"ce-{name}": value for name, value in {**event, **more}.items()}
    return {**headers, "Content-Type": "application/json"}


def test_an_event_in_binary_mode_is_the_same_event(client: Client, world: World) -> None:
    data = {"text": "4006381333931"}
    named = attributes(subject="caf%C3%A9 %22x%22", traceparent="00-abc")
    (first,) = results(post(client, world, data, headers=named))
    assert first["status"] == "stored"
    whole = {
        "specversion": "1.0", "id": "b-1", "source": "lane-1", "type": "scan.captured",
        "subject": 'café "x"', "traceparent": "00-abc", "data": data,
    }  # fmt: skip
    (again,) = results(post(client, world, [whole]))
    assert again == {**first, "status": "duplicate"}


def test_what_is_no_event_in_binary_mode_is_refused(client: Client, world: World) -> None:
    broken = post(client, world, b'{}, "id": 1', headers=attributes())
    assert (broken.status_code, broken.json and broken.json["code"]) == (400, "json_malformed")
    foreign = post(client, world, {}, headers=attributes(data="x"))
    assert (foreign.status_code, foreign.json and foreign.json["code"]) == (422, "event_malformed")
    (nameless,) = results(post(client, world, {"text": "x"}, headers=attributes(id="")))
    assert nameless["status"] == "refused"
    (priced,) = results(post(client, world, b'{"text": 1.5}', headers=attributes()))
    assert priced["problem"]["code"] in ("json_float", "fact_data_invalid")


def test_a_structured_event_keeps_its_word_whatever_its_headers_say(
    client: Client, world: World
) -> None:
    headers = {**attributes(id="other"), "Content-Type": "application/cloudevents+json"}
    (result,) = results(post(client, world, scan("own"), headers=headers))
    assert (result["id"], result["status"]) == ("own", "stored")

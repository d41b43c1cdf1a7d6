"""The past and the quality of records over HTTP, through the door."""

from typing import Any

import pytest

from config.schema import GatewaySettings
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import World

CUSTOMERS = "/api/v1/records/customer"


@pytest.fixture
def records(store: Store) -> Records:
    return Records(store, KINDS, GatewaySettings())


@pytest.fixture
def world(store: Store, records: Records) -> World:
    return World(store, blueprints=(records_api.blueprint(records),))


def made(world: World, **data: Any) -> str:
    answer = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Corner Cafe", **data}})
    assert answer.status_code == 201
    return f"{CUSTOMERS}/{answer.json['id']}"


def test_the_time_line_comes_in_pages(world: World) -> None:
    place = made(world)
    for number in (1, 2):
        world.ana.post(place, {"base_version": number, "patch": {"notes": f"n{number}"}})
    first = world.ana.get(f"{place}/history?limit=2").json
    assert [one["version"] for one in first["versions"]] == [3, 2]
    assert first["versions"][0]["changes"] == [{"field": "notes", "old": "n1", "new": "n2"}]
    rest = world.ana.get(f"{place}/history?limit=2&before={first['next']}").json
    assert ([one["version"] for one in rest["versions"]], rest["next"]) == ([1], None)


def test_two_versions_are_compared(world: World) -> None:
    place = made(world, phone="030 1234567")
    world.ana.post(place, {"base_version": 1, "patch": {"phone": "030 7654321"}})
    told = world.ana.get(f"{place}/diff?from=1&to=2").json
    change = {"field": "phone", "old": "+49301234567", "new": "+49307654321"}
    assert (told["from"]["version"], told["to"]["actor"]) == (1, "Ana")
    assert told["changes"] == [change]
    assert world.ana.get(f"{place}/diff?from=1").json["changes"] == [change]
    assert world.ana.get(f"{place}/diff?to=1").json["code"] == "parameter_invalid"
    assert world.ana.get(f"{place}/diff?from=9").json["code"] == "version_missing"
    assert world.otto.get(f"{place}/diff?from=1").status_code == 404


def test_a_version_is_brought_back_and_nothing_else_about_the_past_can_be_changed(
    world: World,
) -> None:
    place = made(world, phone="030 1234567", notes="old")
    world.ana.post(place, {"base_version": 1, "patch": {"phone": "030 7654321", "notes": "new"}})
    one = {"version": 1, "base_version": 2, "fields": ["phone"]}
    answer = world.ana.post(f"{place}/restore", one).json
    assert (answer["status"], answer["left"]) == ("applied", [])
    assert answer["record"]["data"]["phone"] == "+49301234567"
    assert answer["record"]["data"]["notes"] == "new"
    whole = world.ana.post(f"{place}/restore", {"version": 1, "base_version": 3}).json
    assert whole["record"]["data"]["notes"] == "old"
    refused = world.ana.post(f"{place}/restore", {**one, "fields": ["secret"]})
    assert (refused.status_code, refused.json["code"]) == (422, "record_invalid")
    assert refused.json["errors"][0]["pointer"] == "/secret"
    assert world.ada.post(f"{place}/restore", one).status_code == 403
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert world.ben.send(method, f"{place}/history", json={}).status_code == 405


def test_the_quality_of_a_record_and_who_checked_it(world: World) -> None:
    place = made(world)
    told = world.ana.get(f"{place}/quality").json
    assert 0 < told["score"] < 100
    phone = next(one for one in told["findings"] if one["field"] == "phone")
    assert (phone["code"], phone["detail"][:13]) == ("quality_missing", "Nothing stand")
    checked = world.cleo.post(f"{place}/checked", {"version": 1})
    assert (checked.status_code, checked.json["verified_by"]) == (200, "Cleo")
    assert world.ana.get(f"{place}/quality").json["verified_by"] == "Cleo"
    moved = world.cleo.post(f"{place}/checked", {"version": 2})
    assert (moved.status_code, moved.json["code"]) == (409, "check_moved")
    assert world.udo.post(f"{place}/checked", {"version": 1}).status_code == 403


def test_the_worklist_is_told_in_the_language_of_the_caller(world: World, records: Records) -> None:
    made(world)
    records.judging.run()
    listed = world.ben.get("/api/v1/worklist/customer", headers={"Accept-Language": "zh-CN"}).json
    (item,) = listed["items"]
    assert (item["title"], listed["next"]) == ("Corner Cafe", None)
    assert item["findings"][0]["detail"].startswith("此处还没有内容")
    assert world.ben.get("/api/v1/worklist/customer?due=true").json["items"] == []
    assert world.otto.get("/api/v1/worklist/customer").json["items"] == []
    assert world.ben.get("/api/v1/worklist/customer?after=x").json["code"] == "cursor_malformed"
    assert world.till.get("/api/v1/worklist/customer").status_code == 403

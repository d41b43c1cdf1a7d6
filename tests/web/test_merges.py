"""Pairs and merges over HTTP: list, side by side, preview, merge by two people, undo."""

from typing import Any

import pytest

from config.schema import GatewaySettings
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import Caller, World

API = "/api/v1"


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    records = Records(store, KINDS, GatewaySettings())
    return World(store, blueprints=[records_api.blueprint(records)])


def add(world: World, name: str, **data: object) -> dict[str, Any]:
    said = {"data": {"legal_name": name, **data}}
    answer = world.cleo.post(f"{API}/records/customer", json=said)
    assert answer.status_code == 201, answer.json
    return answer.json  # type: ignore[no-any-return]


def send(caller: Caller, one: dict[str, Any], two: dict[str, Any], **more: Any) -> Any:
    said = {"alias": two["id"], "version": one["version"], "alias_version": two["version"], **more}
    return caller.post(f"{API}/records/customer/{one['id']}/merge", json=said)


def merged(world: World, one: dict[str, Any], two: dict[str, Any], **more: Any) -> dict[str, Any]:
    approval = send(world.ben, one, two, **more).json["approval"]
    decision = {"decision": "approve", "hash": approval["hash"]}
    done = world.fay.post(f"{API}/approvals/{approval['id']}", json=decision)
    assert done.status_code == 200, done.json
    found = world.ben.get(f"{API}/merges?record={one['id']}").json["merges"]
    return found[0]  # type: ignore[no-any-return]


def test_a_pair_is_listed_compared_previewed_merged_and_undone(world: World) -> None:
    one = add(world, "Linden Bakery", notes="Early.")
    two = add(world, "Linden Bakery GmbH", email="office@linden.example", notes="Late.")
    told = world.ben.get(f"{API}/records/customer/{one['id']}/merge/{two['id']}").json
    places = {place["field"]: place for place in told["places"]}
    assert (places["legal_name"]["proposed"], places["legal_name"]["reason"]) == ("other", "longer")
    assert places["notes"]["sides"] == ["kept", "other", "both"]
    shown = send(world.ben, one, two, dry_run=True, choices={"notes": "kept"}).json
    assert (shown["status"], shown["problems"], shown["approval"]) == ("preview", [], None)
    assert shown["record"]["data"]["notes"] == "Early."
    assert {change["field"] for change in shown["changes"]} == {"email", "legal_name"}
    done = merged(world, one, two, choices={"notes": "kept"}, reason="One bakery.")
    assert (done["by"], done["approved_by"], done["undone_at"]) == ("Ben", "Fay", None)
    answer = world.cleo.get(f"{API}/records/customer/{two['id']}").json
    assert (answer["id"], answer["alias_of"]) == (one["id"], one["id"])
    assert answer["aliases"] == [{"id": two["id"], "number": two["number"]}]
    versions = world.ben.get(f"{API}/records/customer/{one['id']}/history").json["versions"]
    assert versions[0]["merge"]["number"] == two["number"]
    back = world.ben.post(f"{API}/merges/{done['id']}/undo", json={"not_same": True})
    assert (back.status_code, back.json["stays"]) == (200, [])
    assert back.json["restored"]["data"]["email"] == "office@linden.example"
    assert world.cleo.get(f"{API}/records/customer/{two['id']}").json["id"] == two["id"]


def test_who_may_not_merge_is_told_so_and_sees_no_comparison(world: World) -> None:
    one, two = add(world, "One"), add(world, "Two")
    for caller in (world.ana, world.cleo, world.fay, world.ada, world.udo):
        answer = caller.get(f"{API}/records/customer/{one['id']}/merge/{two['id']}")
        assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
        assert send(caller, one, two).status_code == 403
    assert world.nobody.get(f"{API}/duplicates").status_code == 401


def test_not_the_same_is_remembered_and_refused_once_merged(world: World) -> None:
    one, two = add(world, "One"), add(world, "Two")
    path = f"{API}/records/customer/{one['id']}/not-same"
    assert world.cleo.post(path, json={"other": two["id"]}).json == {"state": "not_same"}
    assert world.cleo.get(f"{API}/duplicates").json == {"pairs": [], "next": None, "count": 0}
    merged(world, one, two)
    answer = world.cleo.post(path, json={"other": two["id"]})
    assert (answer.status_code, answer.json["code"]) == (409, "pair_decided")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"version": 9}, "merge_moved"),
        ({"choices": {"legal_name": "both"}}, "merge_choice_fixed"),
        ({"choices": {"nonsense": "kept"}}, "merge_choice_unknown"),
        ({"choices": {"legal_name": "mine"}}, "body_invalid"),
        ({"alias": "x"}, "record_id_malformed"),
        ({"more": 1}, "body_invalid"),
    ],
)
def test_bad_orders_are_refused_with_a_reason(
    world: World, more: dict[str, Any], code: str
) -> None:
    answer = send(world.ben, add(world, "One"), add(world, "Twoo"), **more)
    assert (answer.status_code // 100, answer.json["code"]) == (4, code)
    assert not [e for e in world.journal("record.") if e["type"] != "record.created"]

"""Records over HTTP, through the door, as the cast of the shop."""

from typing import Any

import pytest

from tests.cast import World

CUSTOMERS = "/api/v1/records/customer"
PRODUCTS = "/api/v1/records/product"


def created(world: World, **data: Any) -> dict[str, Any]:
    answer = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Corner Cafe", **data}})
    assert answer.status_code == 201
    return answer.json


def test_a_customer_is_created_listed_and_read(world: World) -> None:
    record = created(world, phone="030 1234567")
    assert (record["number"], record["version"], record["warnings"]) == ("W1-C000001", 1, [])
    listed = world.ana.get(CUSTOMERS).json
    assert (listed["records"][0]["id"], listed["next"]) == (record["id"], None)
    read = world.ana.get(f"{CUSTOMERS}/{record['id']}").json
    assert read["data"]["phone"] == "+49301234567"
    assert world.ana.get(f"{CUSTOMERS}?q=corner%20cafe").json["records"] == listed["records"]
    assert world.ana.get(f"{CUSTOMERS}?q=bar").json["records"] == []


def test_a_client_that_names_the_id_may_repeat_the_creation(world: World) -> None:
    body = {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "data": {"legal_name": "Corner"}}
    first, second = (world.ana.post(CUSTOMERS, body) for _ in range(2))
    assert (first.status_code, first.json) == (201, second.json)
    other = world.ana.post(CUSTOMERS, {**body, "data": {"legal_name": "Other"}})
    assert (other.status_code, other.json["code"]) == (409, "id_reused")


def test_every_problem_comes_at_once_in_the_language_of_the_caller(world: World) -> None:
    body = {"data": {"phone": "1", "email": "x"}}
    answer = world.ana.post(CUSTOMERS, body, headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.json["code"]) == (422, "record_invalid")
    errors = {error["pointer"]: error for error in answer.json["errors"]}
    assert set(errors) == {"/legal_name", "/phone", "/email"}
    assert errors["/legal_name"]["detail"] == "请填写此项。"


def test_a_warning_comes_with_the_record(world: World) -> None:
    record = created(world, phone="95588", country="CN")
    assert [w["code"] for w in record["warnings"]] == ["phone_unusual"]


def test_edits_merge_and_conflicts_are_decided(world: World) -> None:
    record = created(world)
    place = f"{CUSTOMERS}/{record['id']}"
    first = world.ana.post(place, {"base_version": 1, "patch": {"phone": "030 1111111"}})
    second = world.cleo.post(place, {"base_version": 1, "patch": {"notes": "n"}})
    third = world.cleo.post(place, {"base_version": 1, "patch": {"phone": "030 2222222"}})
    assert [a.json["status"] for a in (first, second, third)] == ["applied", "merged", "conflict"]
    (conflict,) = third.json["conflicts"]
    assert world.ben.get("/api/v1/conflicts").json["conflicts"] == [conflict]
    where = f"/api/v1/conflicts/{conflict['id']}"
    moved = world.ben.post(where, {"decision": "proposed", "version": 2})
    assert (moved.status_code, moved.json["code"]) == (409, "conflict_moved")
    decided = world.ben.post(where, {"decision": "proposed", "version": 3})
    assert decided.json["data"]["phone"] == "+49302222222"
    assert world.ben.get("/api/v1/conflicts?state=proposed").json["conflicts"][0]["by"] == "Cleo"


def test_history_is_told_newest_first(world: World) -> None:
    record = created(world)
    place = f"{CUSTOMERS}/{record['id']}"
    world.ana.post(place, {"base_version": 1, "patch": {"notes": "n"}})
    versions = world.ana.get(f"{place}/history").json["versions"]
    assert [version["version"] for version in versions] == [2, 1]
    assert versions[0]["changes"] == [{"field": "notes", "old": None, "new": "n"}]


def test_products_come_from_the_manager_and_the_erp(world: World) -> None:
    body = {"data": {"name": "Coffee", "net_price": 450, "tax_rate": "0.19"}}
    assert world.ben.post(PRODUCTS, body).status_code == 201
    assert world.erp.post(PRODUCTS, body).status_code == 201
    assert world.ana.post(PRODUCTS, body).status_code == 403
    seen = world.ana.get(PRODUCTS).json["records"][0]["data"]
    assert seen == {"name": "Coffee", "net_price": 450, "tax_rate": "0.19", "active": True}


def test_the_kinds_come_as_each_role_needs_them(world: World) -> None:
    kinds = world.ana.get("/api/v1/kinds").json["kinds"]
    assert [kind["name"] for kind in kinds] == ["customer", "product", "task"]
    kinds = world.fay.get("/api/v1/kinds").json["kinds"]
    assert [kind["name"] for kind in kinds] == ["customer", "delivery", "product"]
    assert world.nobody.get("/api/v1/kinds").status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/records/spaceship", 404, "kind_unknown"),
        (f"{CUSTOMERS}/42", 400, "record_id_malformed"),
        (f"{CUSTOMERS}/01890a5d-ac96-774b-bcce-b302099a8057", 404, "record_missing"),
        (f"{CUSTOMERS}?after=x", 400, "cursor_malformed"),
        (f"{CUSTOMERS}?limit=0", 400, "parameter_invalid"),
    ],
)
def test_what_does_not_exist_is_refused_plainly(
    world: World, path: str, status: int, code: str
) -> None:
    answer = world.ana.get(path)
    assert (answer.status_code, answer.json["code"]) == (status, code)


@pytest.mark.parametrize(
    "body", [{}, {"base_version": 0, "patch": {}}, {"patch": {"notes": "n"}}, {"base_version": 1}]
)
def test_an_edit_names_its_version_and_its_patch(world: World, body: dict[str, Any]) -> None:
    record = created(world)
    answer = world.ana.post(f"{CUSTOMERS}/{record['id']}", body)
    assert (answer.status_code, answer.json["code"]) == (422, "body_invalid")


def test_another_territory_sees_nothing(world: World) -> None:
    record = created(world)
    place = f"{CUSTOMERS}/{record['id']}"
    assert world.otto.get(CUSTOMERS).json["records"] == []
    for answer in (
        world.otto.get(place),
        world.otto.get(f"{place}/history"),
        world.otto.post(place, {"base_version": 1, "patch": {"notes": "n"}}),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "record_missing")


@pytest.mark.parametrize("machine", ["till", "scanner"])
def test_machines_of_the_shop_have_no_business_with_customers(world: World, machine: str) -> None:
    created(world)
    caller = getattr(world, machine)
    for path in (CUSTOMERS, "/api/v1/conflicts", "/api/v1/kinds"):
        assert caller.get(path).status_code == 403


def test_a_float_is_refused_wherever_it_stands(world: World) -> None:
    answer = world.ana.post(CUSTOMERS, {"data": {"legal_name": "A", "credit_limit": 18.5}})
    assert (answer.status_code, answer.json["code"]) == (400, "json_float")


def test_the_routes_are_described(world: World) -> None:
    paths = world.nobody.get("/api/v1/openapi.json").json["paths"]
    assert "/api/v1/records/{kind}/{identity}" in paths
    assert "409" in paths["/api/v1/conflicts/{identity}"]["post"]["responses"]


def test_a_guarded_change_is_proposed_decided_and_told_over_http(world: World) -> None:
    record = created(world)
    place = f"{CUSTOMERS}/{record['id']}"
    patch = {"base_version": 1, "patch": {"credit_limit": 900_000}, "reason": "A tender."}
    edited = world.ana.post(place, patch)
    assert (edited.status_code, edited.json["status"]) == (200, "proposed")
    (mine,) = edited.json["proposals"]
    assert (mine["proposed"], mine["own"], mine["reason"]) == ("••••", True, "A tender.")
    listed = world.ben.get("/api/v1/approvals").json
    assert (listed["next"], [one["id"] for one in listed["approvals"]]) == (None, [mine["id"]])
    where = f"/api/v1/approvals/{mine['id']}"
    seen = world.ben.get(where).json
    assert (seen["proposed"], seen["decidable"], seen["title"]) == (900_000, True, "Corner Cafe")
    changed = world.ben.post(where, {"decision": "approve", "hash": "other"})
    assert (changed.status_code, changed.json["code"]) == (409, "approval_changed")
    done = world.ben.post(where, {"decision": "approve", "hash": seen["hash"]})
    assert (done.status_code, done.json["state"], done.json["decided_by"]) == (
        200,
        "approved",
        "Ben",
    )
    assert world.ben.get(place).json["data"]["credit_limit"] == 900_000
    assert world.ben.get(f"{place}/history").json["versions"][0]["approved_by"] == "Ben"
    approved = world.ben.get("/api/v1/approvals?state=approved").json["approvals"]
    assert [one["id"] for one in approved] == [mine["id"]]


def test_a_proposal_is_withdrawn_over_http_by_its_author_alone(world: World) -> None:
    record = created(world, credit_limit=900_000)
    (waiting,) = record["proposals"]
    where = f"/api/v1/approvals/{waiting['id']}/withdraw"
    assert world.ben.post(where, {}).json["code"] == "approval_not_own"
    assert world.otto.post(where, {}).status_code == 404
    assert world.ana.post(where, {}).json["ended"] == "author"
    assert world.ana.get(f"{CUSTOMERS}/{record['id']}").json["proposals"] == []


@pytest.mark.parametrize("name", ["ana", "ada", "udo", "erp"])
def test_who_has_no_authority_is_refused_at_the_door_or_behind_it(world: World, name: str) -> None:
    record = created(world, credit_limit=900_000)
    where = f"/api/v1/approvals/{record['proposals'][0]['id']}"
    body = {"decision": "approve", "hash": "x"}
    assert getattr(world, name).post(where, body).status_code == 403


def test_pages_of_approvals_go_on(world: World) -> None:
    for _ in range(3):
        created(world, credit_limit=900_000)
    first = world.ben.get("/api/v1/approvals?limit=2").json
    rest = world.ben.get(f"/api/v1/approvals?limit=2&after={first['next']}").json
    assert (len(first["approvals"]), len(rest["approvals"]), rest["next"]) == (2, 1, None)
    assert world.ben.get("/api/v1/approvals?after=x").json["code"] == "cursor_malformed"

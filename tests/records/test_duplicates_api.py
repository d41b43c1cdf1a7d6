"""Duplicates over HTTP, through the door, as the cast of the shop."""

from typing import Any

import pytest

from tests.cast import World

CUSTOMERS = "/api/v1/records/customer"
LIKE = f"{CUSTOMERS}/duplicates"
TAX = "DE136695976"


def created(world: World, **data: Any) -> dict[str, Any]:
    answer = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Corner Cafe", **data}})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_what_is_being_typed_is_compared_with_what_is_on_file(world: World) -> None:
    record = created(world, phone="030 12345678")
    answer = world.cleo.post(LIKE, {"data": {"legal_name": "Corner Café", "phone": "03012345678"}})
    (found,) = answer.json["candidates"]
    assert (found["id"], found["grade"], found["number"]) == (record["id"], "strong", "W1-C000001")
    assert found["score"] > 0.9
    assert {reason["field"] for reason in found["reasons"]} == {"legal_name", "phone"}
    own = world.cleo.post(LIKE, {"data": {"legal_name": "Corner Café"}, "id": record["id"]})
    assert own.json == {"candidates": []}


def test_a_rep_learns_of_a_customer_elsewhere_whom_to_ask_and_no_more(world: World) -> None:
    record = created(world, tax_id=TAX, phone="030 12345678")
    answer = world.otto.post(LIKE, {"data": {"legal_name": "Corner Cafe", "tax_id": TAX}})
    (found,) = answer.json["candidates"]
    assert (found["id"], found["grade"]) == (record["id"], "same")
    assert (found["in_scope"], found["number"], found["title"]) == (False, None, "C••••")
    assert found["ask"]["name"] == "Ana"
    assert world.otto.get(f"{CUSTOMERS}/{record['id']}").status_code == 404


def test_the_same_tax_number_is_refused_until_it_is_confirmed(world: World) -> None:
    record = created(world, tax_id=TAX)
    body: dict[str, Any] = {"data": {"legal_name": "Other", "tax_id": TAX}}
    refused = world.otto.post(CUSTOMERS, body, headers={"Accept-Language": "zh-CN"})
    assert (refused.status_code, refused.json["code"]) == (409, "duplicate_found")
    assert refused.json["params"]["records"] == record["id"]
    assert refused.json["detail"].startswith("已有税号相同的记录")
    kept = world.otto.post(CUSTOMERS, {**body, "not_duplicate_of": [record["id"]]})
    assert kept.status_code == 201
    assert [one["grade"] for one in kept.json["duplicates"]] == ["same"]


def test_an_edit_may_say_as_well_that_it_is_another(world: World) -> None:
    record = created(world, tax_id=TAX)
    other = world.otto.post(CUSTOMERS, {"data": {"legal_name": "Other"}}).json
    change = {"base_version": 1, "patch": {"tax_id": TAX}, "not_duplicate_of": [record["id"]]}
    assert world.otto.post(f"{CUSTOMERS}/{other['id']}", change).status_code == 200
    asked = {"id": other["id"], "data": {"legal_name": "Other", "tax_id": TAX}}
    assert world.otto.post(LIKE, asked).json["candidates"] == []


@pytest.mark.parametrize(
    "body", [{}, {"data": []}, {"data": {}, "id": "x" * 40}, {"data": {}, "more": 1}]
)
def test_a_malformed_question_is_refused(world: World, body: dict[str, Any]) -> None:
    assert world.ana.post(LIKE, body).status_code == 422


def test_whoever_does_not_see_customers_cannot_ask(world: World) -> None:
    assert world.nobody.post(LIKE, {"data": {}}).status_code in (401, 403)
    assert world.ana.post("/api/v1/records/nothing/duplicates", {"data": {}}).status_code == 404

"""Trying an entry: what the gateway would say to it, without storing anything."""

import re
from typing import Any

from tests.cast import World

CUSTOMERS = "/api/v1/records/customer"
CHECK = f"{CUSTOMERS}/check"
IBAN = "DE89 3704 0044 0532 0130 00"


def tried(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = world.ana.post(CHECK, body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_the_stored_form_is_told_and_nothing_is_stored(world: World) -> None:
    typed = {"legal_name": " Ｎordwind  GMBH ", "phone": "030 1234567", "tax_id": "de 136.695.976"}
    found = tried(world, {"data": typed})
    data = found["data"]
    assert (data["legal_name"], data["phone"], data["tax_id"]) == (
        "Nordwind GmbH",
        "+49301234567",
        "136695976",
    )
    assert found["problems"] == []
    assert world.ana.get(CUSTOMERS).json["records"] == []


def test_every_problem_is_named_at_once_in_the_language_of_the_caller(world: World) -> None:
    body = {"data": {"phone": "ask Ute", "tax_id": "DE1"}}
    answer = world.ana.post(CHECK, body, headers={"Accept-Language": "zh-CN"}).json
    places = [(problem["code"], problem["pointer"]) for problem in answer["problems"]]
    assert places == [
        ("field_required", "/legal_name"),
        ("phone_impossible", "/phone"),
        ("tax_id_invalid", "/tax_id"),
    ]
    assert answer["data"] is None
    assert all(re.search("[\u4e00-\u9fff]", problem["detail"]) for problem in answer["problems"])


def test_what_is_only_unusual_is_a_warning(world: World) -> None:
    found = tried(world, {"data": {"legal_name": "Bank", "country": "CN", "phone": "95588"}})
    assert [warning["code"] for warning in found["warnings"]] == ["phone_unusual"]
    assert found["data"]["phone"] == "+8695588"


def test_an_account_comes_back_hidden_from_those_who_may_not_see_it(world: World) -> None:
    account = {"holder": "Nordwind", "iban": IBAN}
    found = tried(world, {"data": {"legal_name": "Nordwind", "bank_accounts": {"b1": account}}})
    assert "bank_accounts.b1.iban" in found["masked"]
    assert "0440532" not in str(found["data"])


def test_an_edit_is_judged_by_what_it_touches(world: World) -> None:
    made = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Nordwind"}}).json
    edit = {"id": made["id"], "base_version": 1, "patch": {"phone": "030 1234567"}}
    assert tried(world, edit)["data"]["phone"] == "+49301234567"
    (problem,) = tried(world, {**edit, "patch": {"legal_name": None}})["problems"]
    assert (problem["code"], problem["pointer"]) == ("field_required", "/legal_name")
    assert world.ana.get(f"{CUSTOMERS}/{made['id']}").json["version"] == 1


def test_a_record_out_of_reach_is_as_good_as_none(world: World) -> None:
    made = world.ana.post(CUSTOMERS, {"data": {"legal_name": "Nordwind"}}).json
    body = {"id": made["id"], "base_version": 1, "patch": {"notes": "n"}}
    assert world.otto.post(CHECK, body).status_code == 404
    assert world.ana.post(CHECK, {**body, "base_version": 7}).json["code"] == "version_unknown"


def test_who_may_not_write_may_not_try(world: World) -> None:
    assert world.udo.post(CHECK, {"data": {"legal_name": "N"}}).status_code == 403
    assert world.nobody.post(CHECK, {"data": {}}).status_code == 401
    assert world.ana.post(CHECK, {"data": [], "more": 1}).status_code == 422

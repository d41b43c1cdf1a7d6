"""Traditional Chinese over HTTP: refusals of a record, labels, and what is found by it."""

from typing import Any

import pytest

from config.schema import GatewaySettings
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import World

CUSTOMERS = "/api/v1/records/customer"
TAIWAN = {"Accept-Language": "zh-TW,zh;q=0.9,en;q=0.8"}


@pytest.fixture
def world(store: Store) -> World:
    records = Records(store, KINDS, GatewaySettings(country="TW", currency="TWD"))
    return World(store, blueprints=(records_api.blueprint(records),))


def test_every_fault_of_a_record_is_told_in_traditional_characters(world: World) -> None:
    wrong = {"phone": "1", "email": "x", "wechat": "?", "status": "vip", "tax_id": "12345678"}
    answer = world.ana.post(CUSTOMERS, {"data": wrong}, headers=TAIWAN)
    assert (answer.status_code, answer.json["code"]) == (422, "record_invalid")
    assert answer.json["detail"] == "有 6 處需要更正。未做任何更改；各處已在下方標出。"
    said = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert said["/legal_name"] == "請填寫此項。"
    assert said["/email"].startswith("這不是電子郵件地址")
    assert said["/tax_id"].startswith("該統一編號不符合台灣的規則")
    assert said["/phone"].startswith("台灣不可能有這樣的電話號碼")
    assert said["/wechat"].startswith("這不是微信號")
    assert said["/status"] == "請從給出的選項中選擇。"


def test_the_form_of_a_customer_has_its_words_in_traditional_characters(world: World) -> None:
    kinds = world.ana.get("/api/v1/kinds").json["kinds"]
    customer = next(kind for kind in kinds if kind["name"] == "customer")
    said = {field["name"]: field["labels"]["zh-Hant"] for field in customer["fields"]}
    assert customer["labels"]["zh-Hant"] == "客戶"
    assert said["credit_limit"] == "信用額度"
    assert said["tax_id"] == "統一編號"


def test_either_writing_finds_a_customer_and_its_duplicate(world: World) -> None:
    made: dict[str, Any] = world.ana.post(
        CUSTOMERS, {"data": {"legal_name": "臺灣華新貿易有限公司"}}, headers=TAIWAN
    ).json
    for typed in ("華新貿易", "华新贸易", "台湾华新"):
        found = world.ana.get(f"{CUSTOMERS}?q={typed}").json["records"]
        assert [one["id"] for one in found] == [made["id"]], typed
    like = {"data": {"legal_name": "台湾华新贸易有限公司"}}
    (candidate,) = world.ana.post(f"{CUSTOMERS}/duplicates", like).json["candidates"]
    assert candidate["id"] == made["id"]

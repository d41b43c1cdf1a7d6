"""What a form outside the house sends: it comes in whole, and tells nobody who is a customer."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from config.schema import GatewaySettings, StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.records.submissions import HOUR_MS
from gateway.store.database import Store
from gateway.web.record_routes import records_api
from tests.cast import Caller, World
from tests.records.conftest import BEN, CLEO, Shop

PATH = "/api/v1/submissions/customer"
NORDWIND: dict[str, Any] = {
    "legal_name": "Nordwind Feinkost GmbH", "tax_id": "DE136695976", "phone": "030 1234567",
    "email": "office@nordwind.example", "addresses": {"main": {
        "purpose": "billing", "street": "Lindenstr. 5", "postal_code": "10115", "city": "Berlin",
        "country": "DE"}},
}  # fmt: skip


def send(site: Caller, identity: str = "w-1", key: str = "", **data: Any) -> TestResponse:
    body = {"id": identity, "data": {"legal_name": "Nordwind Feinkost", **data}}
    return site.post(PATH, {**body, "key": key} if key else body)


def customers(shop: Shop) -> list[dict[str, Any]]:
    return shop.records.page(BEN, "customer")[0]


def versions(shop: Shop, record: str) -> list[dict[str, Any]]:
    return shop.records.history(BEN, "customer", record)


def test_what_a_form_sends_becomes_a_customer_of_the_channel_web(shop: Shop, world: World) -> None:
    answer = send(world.site, "w-1", phone="030 1234567")
    assert (answer.status_code, answer.json) == (200, {"id": "w-1", "status": "received"})
    [made] = customers(shop)
    assert made["data"]["source_channel"] == "web"
    [first] = versions(shop, made["id"])
    assert (first["channel"], first["actor"]) == ("web", "site")


def test_the_same_again_is_taken_once_and_something_else_under_its_id_is_not(
    shop: Shop, world: World
) -> None:
    answers = [send(world.site, "w-1", phone="030 1234567") for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}
    other = send(world.site, "w-1", phone="030 7654321")
    assert (other.status_code, other.json and other.json["code"]) == (409, "submission_id_reused")
    assert len(customers(shop)) == 1


def test_by_its_own_key_a_sender_says_something_new_of_the_same_customer(
    shop: Shop, world: World
) -> None:
    send(world.site, "w-1", "K7", phone="030 1234567")
    send(world.site, "w-2", "K7", phone="030 7654321", website="https://nordwind.example")
    [made] = customers(shop)
    assert made["data"]["phone"] == "+49307654321"
    assert made["data"]["website"] == "https://nordwind.example"
    assert [one["channel"] for one in versions(shop, made["id"])] == ["web", "web"]


def test_a_new_token_of_the_same_name_goes_on_where_the_old_one_ended(
    shop: Shop, world: World
) -> None:
    send(world.site, "w-1", "K7")
    [old] = [one for one in world.parts.devices.list() if one.name == "site"]
    world.parts.devices.revoke(old.id)
    again = world.machine("site")
    assert send(world.site, "w-2", "K7").status_code == 401
    send(again, "w-2", "K7", website="https://nordwind.example")
    send(again, "w-1", "K7")
    assert len(customers(shop)) == 1


def test_what_a_person_entered_stands_and_the_word_of_the_form_waits(
    shop: Shop, world: World
) -> None:
    send(world.site, "w-1", "K7", phone="030 1234567")
    [made] = customers(shop)
    shop.edit(CLEO, made["id"], {"phone": "030 1111111"}, made["version"])
    answer = send(world.site, "w-2", "K7", phone="030 7654321")
    assert answer.json == {"id": "w-2", "status": "received"}
    [now] = customers(shop)
    assert now["data"]["phone"] == "+49301111111"
    [waiting] = shop.records.conflicts(BEN)
    assert (waiting["proposed"], waiting["channel"]) == ("+49307654321", "web")
    # What it has said before is no new word.
    send(world.site, "w-3", "K7", phone="030 7654321")
    assert len(shop.records.conflicts(BEN)) == 1


def test_what_does_not_fit_the_record_any_more_becomes_one_of_its_own(
    shop: Shop, world: World
) -> None:
    send(world.site, "w-1", "K7", legal_name="Nordwind", industry="trade")
    [made] = customers(shop)
    shop.edit(CLEO, made["id"], {"type": "person", "industry": None}, made["version"])
    answer = send(world.site, "w-2", "K7", legal_name="Nordwind", industry="mining")
    assert answer.json == {"id": "w-2", "status": "received"}
    kept = [one["data"].get("industry") for one in customers(shop)]
    waiting = [one["proposed"] for one in shop.records.conflicts(BEN)]
    assert "mining" in (*kept, *waiting)


def test_one_that_is_a_customer_already_is_laid_before_people(shop: Shop, world: World) -> None:
    shop.create(CLEO, **NORDWIND)
    assert world.site.post(PATH, {"id": "w-1", "data": NORDWIND}).status_code == 200
    assert len(customers(shop)) == 2
    shop.records.comparing.run()
    with shop.store.read() as rows:
        assert rows.all("SELECT grade, state FROM duplicate_pairs") == [
            {"grade": "same", "state": "open"}
        ]


def test_every_fault_is_told_with_its_place(world: World) -> None:
    answer = send(world.site, phone="call me", email="nobody", credit_limit=5, status="closed",
                  tags=["vip"], no_such_field="x")  # fmt: skip
    assert answer.status_code == 422
    assert answer.json is not None
    places = {error["pointer"] for error in answer.json["errors"]}
    assert {"/phone", "/email", "/credit_limit", "/status", "/tags", "/no_such_field"} <= places


@pytest.mark.parametrize(
    "field", ["status", "territory", "tags", "account_manager", "payment_method", "erp_number"]
)
def test_what_the_house_decides_no_form_may_say(shop: Shop, world: World, field: str) -> None:
    kind = shop.engine.kind("customer")
    value: Any = "closed" if field == "status" else ["vip"] if field == "tags" else "north"
    value = "invoice" if field == "payment_method" else value
    answer = send(world.site, **{field: value})
    assert answer.status_code in (403, 422)
    assert f"/{field}" in answer.text
    assert kind.field(field) is not None
    assert customers(shop) == []


def test_nothing_is_read_and_nothing_else_written_with_its_token(world: World) -> None:
    send(world.site, "w-1", "K7")
    asked = [
        ("GET", "/api/v1/records/customer"), ("POST", "/api/v1/records/customer"),
        ("POST", "/api/v1/records/customer/duplicates"), ("GET", "/api/v1/kinds"),
        ("POST", "/api/v1/push"), ("GET", "/api/v1/pull"), ("POST", "/api/v1/facts"),
        ("GET", "/api/v1/journal"), ("GET", "/metrics"), ("POST", "/api/v1/submissions/product"),
    ]  # fmt: skip
    body = {"id": "x", "data": {"legal_name": "X"}}
    answers = [world.site.send(way, path, json=body if way == "POST" else None)
               for way, path in asked]  # fmt: skip
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert world.till.post(PATH, body).status_code == 403
    assert world.ben.post(PATH, body).status_code == 403
    assert world.nobody.post(PATH, body).status_code == 401


def test_too_much_in_an_hour_is_asked_to_come_again(store: Store, clock: ManualClock) -> None:
    records = Records(store, KINDS, GatewaySettings(submissions_per_hour=3))
    world = World(store, blueprints=(records_api.blueprint(records),))
    for number in range(3):
        assert send(world.site, f"w-{number}").status_code == 200
    clock.advance(HOUR_MS // 4)
    full = send(world.site, "w-3")
    assert full.status_code == 429
    assert full.headers["Retry-After"] == "2700"
    assert send(world.site, "w-1").status_code == 200, "what is on the disk is said again"
    clock.advance(HOUR_MS * 3 // 4)
    assert send(world.site, "w-3").status_code == 200


def test_what_is_too_large_is_refused(world: World) -> None:
    assert send(world.site, notes="x" * 70_000).status_code == 413


def test_ids_and_keys_lie_in_no_readable_form(shop: Shop, world: World) -> None:
    send(world.site, "office@nordwind.example", "fay@nordwind.example")
    with shop.store.read() as rows:
        stored = repr(rows.all("SELECT * FROM submissions")) + repr(
            rows.all("SELECT * FROM submission_keys")
        )
    assert "nordwind" not in stored


ENTRIES = st.fixed_dictionaries(
    {
        "legal_name": st.sampled_from(["Nordwind Feinkost GmbH", "Nordwind", "Südwind AG", ""]),
        "tax_id": st.sampled_from(["DE136695976", "DE129273398", "DE000000000"]),
    },
    optional={
        "phone": st.sampled_from(["030 1234567", "030 7654321", "call me"]),
        "email": st.sampled_from(["office@nordwind.example", "nobody"]),
        "type": st.sampled_from(["company", "person"]),
        "industry": st.sampled_from(["trade", "mining"]),
        "status": st.just("closed"),
    },
)
SENT = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["w-1", "w-2", "w-3"]),
            "key": st.sampled_from(["", "K7", "K8"]),
            "data": ENTRIES,
        }
    ),
    min_size=1,
    max_size=5,
)


# Each example builds two gateways: none is worth an hour of making it smaller.
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)


@contextmanager
def house(fill: Callable[[Shop], object]) -> Iterator[Callable[[dict[str, Any]], str]]:
    """A gateway of its own; what a form hears there."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), StoreSettings(encryption="off"), ManualClock(1_800_000_000_000))
        shop = Shop(store, Records(store, KINDS, GatewaySettings()))
        world = World(store, blueprints=(records_api.blueprint(shop.records),))
        fill(shop)

        def heard(sent: dict[str, Any]) -> str:
            answer = world.site.post(PATH, sent)
            told = {name: value for name, value in (answer.json or {}).items() if name != "id"}
            steady = {name: value for name, value in answer.headers.items() if name != "Date"}
            return json.dumps([answer.status_code, told, sorted(steady.items())])

        try:
            yield heard
        finally:
            store.close()


def regulars(shop: Shop) -> None:
    """Somebody who may be the one who is sent, with everything a form could ask about."""
    shop.create(CLEO, **NORDWIND)
    shop.create(CLEO, legal_name="Südwind AG", tax_id="DE129273398", status="closed")


@FEW
@given(SENT)
def test_no_answer_tells_whether_there_is_such_a_customer(sent: list[dict[str, Any]]) -> None:
    with house(lambda shop: None) as empty, house(regulars) as full:
        assert [empty(one) for one in sent] == [full(one) for one in sent]


@FEW
@given(SENT, ENTRIES)
def test_no_answer_tells_what_people_have_made_of_it(
    sent: list[dict[str, Any]], later: dict[str, Any]
) -> None:
    shops: list[Shop] = []

    def changed(shop: Shop) -> None:
        for made in customers(shop):
            change = {name: value for name, value in later.items() if name != "tax_id"}
            try:
                shop.edit(CLEO, made["id"], {**change, "trade_name": "Ours"}, made["version"])
            except Problem:
                shop.edit(CLEO, made["id"], {"trade_name": "Ours"}, made["version"])

    with house(lambda shop: None) as left, house(shops.append) as mended:
        heard = [left(one) for one in sent]
        told = []
        for one in sent:
            told.append(mended(one))
            changed(shops[-1])
        assert heard == told

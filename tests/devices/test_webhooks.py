"""What cloud registers send: signed or not believed, mapped or kept whole, and never kept twice."""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices import api
from devices.driver import State
from devices.hooks import api as hooks_api
from devices.orders import api as orders_api
from devices.webhooks import mapping
from devices.webhooks.presets import PRESETS
from devices.wing import Devices
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.cast import World
from tests.devices.refusing import Refusing
from tests.devices.waiting import until
from tests.fuzz import webhook_body

BODIES = Path(__file__).with_name("bodies")
KEY = b"seventeen seagulls over the harbour"
WHSEC = f"whsec_{base64.b64encode(KEY).decode()}"
OTHER = f"whsec_{base64.b64encode(b'another key of twenty-four b').decode()}"
SALE = {
    "register": "1", "receipt": "R-1", "currency": "EUR", "net": 1850, "tax": 0, "total": 1850,
    "lines": [{"quantity": "1", "unit_price": 1850, "amount": 1850}],
    "tenders": [{"type": "cash", "amount": 1850}],
}  # fmt: skip
EVENT = {"event_id": "e-1", "type": "sale.completed", "data": SALE}
Hook = Callable[..., Any]


@pytest.fixture
def world(store: Store, wing: Devices) -> World:
    return World(
        store,
        blueprints=[each.blueprint(wing) for each in (api, orders_api, hooks_api)],
        device_name=wing.name_of,
    )


@pytest.fixture
def hook(world: World, wing: Devices) -> Hook:
    """Add a device that is delivered to; its id."""

    def add(name: str = "Cloud till", **config: str) -> str:
        told = {"driver": "webhook", "name": name, "config": config}
        answer = world.ada.post("/api/v1/devices", told)
        assert answer.status_code == 200, answer.json
        device: str = answer.json["id"]
        until(lambda: wing.device(device).state is State.ONLINE)
        return device

    return add


def hexed(key: bytes, body: bytes) -> str:
    return hmac.new(key, body, "sha256").hexdigest()


def based(key: bytes, body: bytes) -> str:
    return base64.b64encode(hmac.digest(key, body, "sha256")).decode()


def standard(
    clock: ManualClock, body: bytes, *, key: bytes = KEY, identity: str = "msg_1", late_s: int = 0
) -> Mapping[str, str]:
    sent = str(clock.now_ms() // 1000 - late_s)
    signature = based(key, b".".join((identity.encode(), sent.encode(), body)))
    return {
        "webhook-id": identity,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1,{based(b'old', body)} v1a,xx v1,{signature}",
    }


def send(world: World, device: str, body: bytes, headers: Mapping[str, str]) -> Any:
    return world.nobody.send(
        "POST", f"/api/v1/hooks/{device}", data=body,
        headers={"Content-Type": "application/json", **headers},
    )  # fmt: skip


def kept(world: World, prefix: str = "sale.") -> list[dict[str, Any]]:
    return [json.loads(entry["body"])["data"] for entry in world.journal(prefix)]


def waiting(store: Store) -> list[dict[str, Any]]:
    with store.read() as rows:
        found = rows.all("SELECT type, body, problem FROM operations WHERE status = 'quarantined'")
    return [{"type": row["type"], **json.loads(row["body"])} for row in found]


def test_a_plain_signature_is_verified_and_a_repeat_has_the_effect_of_once(
    world: World, hook: Hook, store: Store
) -> None:
    device = hook(style="hex", secret="whsec_test")
    body = b'{"event_id":"e-1","type":"sale.completed"}'
    figure = "4e484531790c6ee5bc823ff572187ed4943283953fc359573cbd3ea2a3d13b4a"
    first = send(world, device, body, {"X-Signature": figure})
    assert (first.status_code, first.json["results"][0]["status"]) == (202, "quarantined")
    again = send(world, device, body, {"X-Signature": figure})
    assert (again.status_code, again.json["results"]) == (
        200,
        [{"id": "e-1", "status": "duplicate"}],
    )
    (only,) = waiting(store)
    assert only["data"] == {"event_id": "e-1", "type": "sale.completed"}
    changed = send(world, device, body.replace(b"e-1", b"e-2"), {"X-Signature": figure})
    assert (changed.status_code, changed.json["code"]) == (401, "hook_signature")
    assert send(world, device, body, {}).status_code == 401
    assert len(waiting(store)) == 1
    (card,) = world.ada.get("/api/v1/devices").json["devices"]
    assert [(one["line"], one["count"]) for one in card["turned_away"]] == [("127.0.0.1", 2)]
    assert card["config"]["secret"] == "(set)"


def test_a_sale_in_our_own_words_is_kept_before_it_is_answered(
    world: World, hook: Hook, clock: ManualClock
) -> None:
    device = hook(secret=WHSEC)
    body = json.dumps(EVENT).encode()
    answer = send(world, device, body, standard(clock, body))
    assert answer.status_code == 202
    ((result),) = answer.json["results"]
    assert (result["id"], result["status"]) == ("e-1", "stored")
    assert kept(world) == [SALE]
    (card,) = world.ada.get("/api/v1/devices").json["devices"]
    assert (card["facts"], card["errors"], card["state"]) == (1, 0, "online")
    pieces = world.ada.get(f"/api/v1/devices/{device}/raw").json["pieces"]
    assert bytes.fromhex(pieces[0]["hex"]) == body[:512]
    (entry,) = world.journal("sale.")
    assert (entry["device"], entry["actor"]) == (device, device)


def test_a_repeat_is_known_after_a_restart_and_whatever_else_has_changed(
    world: World, hook: Hook, clock: ManualClock
) -> None:
    device = hook(secret=WHSEC)
    body = json.dumps(EVENT).encode()
    assert send(world, device, body, standard(clock, body)).status_code == 202
    world.ada.post(f"/api/v1/devices/{device}", {"action": "configure", "config": {"url": "x"}})
    clock.advance(7_200_000)
    again = until(lambda: _taken(send(world, device, body, standard(clock, body, identity="m2"))))
    assert (again.status_code, again.json["results"][0]["status"]) == (200, "duplicate")
    other = json.dumps({**EVENT, "data": {**SALE, "cashier": "Zoe"}}).encode()
    reused = send(world, device, other, standard(clock, other, identity="m3"))
    assert (reused.status_code, reused.json["results"][0]["status"]) == (200, "duplicate")
    assert kept(world) == [SALE]


def _taken(answer: Any) -> Any:
    return answer if answer.status_code != 503 else None


@pytest.mark.parametrize("late_s", [301, -301])
def test_what_was_signed_long_ago_is_not_believed(
    world: World, hook: Hook, clock: ManualClock, late_s: int
) -> None:
    device = hook(secret=WHSEC)
    body = json.dumps(EVENT).encode()
    assert send(world, device, body, standard(clock, body, late_s=late_s)).status_code == 401
    near = standard(clock, body, late_s=late_s - late_s // abs(late_s))
    assert send(world, device, body, near).status_code == 202


def test_two_secrets_are_good_while_one_is_replaced(
    world: World, hook: Hook, clock: ManualClock
) -> None:
    device = hook(secret=WHSEC, secret_2=OTHER)
    for number, key in enumerate((KEY, b"another key of twenty-four b")):
        body = json.dumps({**EVENT, "event_id": f"e-{number}"}).encode()
        assert send(world, device, body, standard(clock, body, key=key)).status_code == 202
    change = {"action": "configure", "config": {"secret": ""}}
    assert world.ada.post(f"/api/v1/devices/{device}", change).status_code == 200
    body = json.dumps({**EVENT, "event_id": "e-9"}).encode()
    gone = until(lambda: _taken(send(world, device, body, standard(clock, body))))
    assert gone.status_code == 401


def test_a_payment_that_square_tells_is_kept_once_however_often_it_is_updated(
    world: World, hook: Hook
) -> None:
    url = "https://shop.example/api/v1/hooks/1"
    device = hook(style="square", secret="a square key", url=url, preset="square")
    body = (BODIES / "square_payment_updated.json").read_bytes()
    for event in (b"-3111513fd4fc", b"-3111513fd4fd"):
        told = body.replace(b"-3111513fd4fc", event)
        signature = based(b"a square key", url.encode() + told)
        answer = send(world, device, told, {"x-square-hmacsha256-signature": signature})
        assert answer.status_code in (200, 202)
    assert kept(world, "payment.") == [
        {
            "register": "S8GWD5R9QB376", "currency": "USD", "type": "card", "amount": 1250,
            "receipt": "hYy9", "reference": "03O3USaPaAaFnI6kkwB1JxGgBsUZY",
        }
    ]  # fmt: skip
    early = body.replace(b'"COMPLETED"', b'"APPROVED"').replace(b"hYy9p", b"kYy9p")
    signature = based(b"a square key", url.encode() + early)
    answer = send(world, device, early, {"x-square-hmacsha256-signature": signature})
    assert (answer.status_code, answer.json["results"][0]["status"]) == (200, "set_aside")
    wrong = based(b"a square key", body)  # without the address
    assert send(world, device, body, {"x-square-hmacsha256-signature": wrong}).status_code == 401


def test_an_order_of_square_that_comes_with_its_lines_is_a_sale(world: World, hook: Hook) -> None:
    device = hook(style="square", secret="k", url="https://x", preset="square")
    body = (BODIES / "square_order.json").read_bytes()
    signature = {"x-square-hmacsha256-signature": based(b"k", b"https://x" + body)}
    assert send(world, device, body, signature).json["results"][0]["status"] == "stored"
    (sale,) = kept(world)
    assert (sale["net"], sale["tax"], sale["total"]) == (1300, 111, 1411)
    assert sale["lines"][1] == {
        "sku": "Muffin", "quantity": "1", "unit_price": 400, "discount": 100, "amount": 300,
        "tax": 26, "tax_rate": "0.085",
    }  # fmt: skip


def shopify(world: World, device: str, body: bytes, identity: str, topic: str) -> Any:
    headers = {
        "X-Shopify-Hmac-Sha256": based(b"a shopify key", body),
        "X-Shopify-Webhook-Id": identity,
        "X-Shopify-Topic": topic,
    }
    return send(world, device, body, headers)


def test_a_paid_order_of_shopify_is_a_sale_that_adds_up(world: World, hook: Hook) -> None:
    device = hook(style="shopify", secret="a shopify key", preset="shopify")
    body = (BODIES / "shopify_orders_create.json").read_bytes()
    answer = shopify(world, device, body, "b54557e4", "orders/create")
    assert answer.json["results"][0]["status"] == "stored", answer.json
    (sale,) = kept(world)
    assert (sale["net"], sale["tax"], sale["total"]) == (40900, 2394, 43294)
    assert [line["sku"] for line in sale["lines"]] == ["IPOD2008PINK", "808950811", "shipping"]
    assert sale["lines"][1] == {
        "sku": "808950811", "quantity": "2", "unit_price": 11000, "discount": 2000, "tax": 1200,
        "tax_rate": "0.06", "amount": 20000,
    }  # fmt: skip
    assert sale["tenders"] == [{"type": "shopify_payments", "amount": 43294}]
    assert not any("john" in json.dumps(one) for one in kept(world))  # nobody asked who it was
    paid = shopify(world, device, body, "b54557e5", "orders/paid")
    assert (paid.status_code, paid.json["results"][0]["status"]) == (200, "duplicate")
    trial = body.replace(b'"test":false', b'"test":true').replace(b"820982", b"820983")
    assert shopify(world, device, trial, "b3", "orders/create").status_code == 200


def test_what_no_rule_maps_waits_whole_and_is_never_dropped(
    world: World, hook: Hook, store: Store
) -> None:
    device = hook(style="shopify", secret="a shopify key", preset="shopify")
    body = (BODIES / "shopify_orders_create.json").read_bytes()
    unpaid = body.replace(b'"paid"', b'"pending"')
    broken = body.replace(b'"currency":"USD"', b'"currency":"???"')
    fraction = b'{"id": 1.5}'
    noise = b"\xff\xfe no JSON"
    told = ((unpaid, "orders/create"), (broken, "orders/paid"), (fraction, "carts/x"), (noise, "y"))
    for number, (one, topic) in enumerate(told):
        answer = shopify(world, device, one, f"w-{number}", topic)
        assert answer.status_code == 202, answer.json
        assert answer.json["results"][0]["status"] == "quarantined"
    found = {one["data"]["fault"]: one for one in waiting(store)}
    assert {one["type"] for one in found.values()} == {"hook.unmapped"}
    assert found["no_rule"]["data"]["body"] in (unpaid.decode(), fraction.decode())
    assert found["currency_unknown"]["data"]["body"] == broken.decode()
    assert base64.b64decode(found["no_json"]["data"]["body_base64"]) == noise
    assert kept(world) == []


def test_a_sale_that_does_not_add_up_waits_for_a_person(
    world: World, hook: Hook, store: Store
) -> None:
    device = hook(style="shopify", secret="a shopify key", preset="shopify")
    body = (BODIES / "shopify_orders_create.json").read_bytes()
    wrong = body.replace(b'"total_price":"432.94"', b'"total_price":"432.95"')
    assert shopify(world, device, wrong, "w-1", "orders/create").status_code == 202
    (only,) = waiting(store)
    assert (only["type"], only["data"]["total"]) == ("sale.completed", 43295)


def test_several_events_in_one_body_are_kept_one_by_one(
    world: World, hook: Hook, clock: ManualClock, store: Store
) -> None:
    device = hook(secret=WHSEC)
    drawer = {
        "specversion": "1.0", "id": "7", "source": "till/9", "type": "drawer.opened",
        "time": "2027-01-15T07:59:00Z", "data": {"reason": "no_sale"},
    }  # fmt: skip
    body = json.dumps([drawer, EVENT, {"what": "is this"}]).encode()
    answer = send(world, device, body, standard(clock, body))
    assert [one["status"] for one in answer.json["results"]] == ["stored", "stored", "quarantined"]
    assert [one["id"] for one in answer.json["results"]] == ["till/9 7", "e-1", "msg_1#2"]
    (only,) = waiting(store)
    assert json.loads(only["data"]["body"]) == {"what": "is this"}
    again = send(world, device, body, standard(clock, body, identity="msg_1"))
    assert again.status_code == 200


def test_a_mapping_of_the_shop_says_where_everything_stands(
    world: World, hook: Hook, clock: ManualClock
) -> None:
    rules = {
        "event": "kind",
        "each": "items",
        "rules": [
            {
                "from": "drawer*", "to": "drawer.opened", "id": {"text": "n"}, "time": "at",
                "data": {"reason": {"words": {"X": "no_sale"}, "of": "why", "else": "other"},
                         "register?": "@x-register"},
            },
            {"from": "ping", "to": ""},
        ],
    }  # fmt: skip
    device = hook(secret=WHSEC, mapping=json.dumps(rules))
    items = [
        {"kind": "drawer.a", "n": 1, "at": "2027-01-15T07:00:00Z", "why": "X"},
        {"kind": "drawer.b", "n": 2, "at": "2027-01-15T07:00:01Z", "why": "Q"},
        {"kind": "ping"},
    ]
    body = json.dumps({"items": items}).encode()
    answer = send(world, device, body, {**standard(clock, body), "X-Register": "Bar"})
    assert [one["status"] for one in answer.json["results"]] == ["stored", "stored", "set_aside"]
    assert kept(world, "drawer.") == [
        {"reason": "no_sale", "register": "Bar"},
        {"reason": "other", "register": "Bar"},
    ]


def test_what_the_storage_refuses_is_sent_again_and_kept_once(
    world: World, hook: Hook, clock: ManualClock, storage: Refusing
) -> None:
    device = hook(secret=WHSEC)
    body = json.dumps(EVENT).encode()
    storage.broken = True
    refused = send(world, device, body, standard(clock, body))
    assert (refused.status_code, refused.json["code"]) == (503, "hook_not_kept")
    assert "Retry-After" in refused.headers
    storage.broken = False
    assert send(world, device, body, standard(clock, body)).status_code == 202
    assert send(world, device, body, standard(clock, body)).status_code == 200
    assert kept(world) == [SALE]


def test_what_a_register_may_not_say_waits_whole(
    world: World, hook: Hook, clock: ManualClock, store: Store
) -> None:
    device = hook(secret=WHSEC)
    body = json.dumps({"type": "visit.completed", "event_id": "v-1", "data": {}}).encode()
    answer = send(world, device, body, standard(clock, body))
    assert (answer.status_code, answer.json["results"][0]["status"]) == (202, "quarantined")
    (only,) = waiting(store)
    assert (only["type"], only["data"]["fault"]) == ("hook.unmapped", "fact_not_allowed")
    assert only["data"]["body"] == body.decode()


def test_a_sample_is_tried_out_without_keeping_anything(world: World, hook: Hook) -> None:
    device = hook(style="shopify", secret="k", preset="shopify")
    sample = (BODIES / "shopify_orders_create.json").read_text()
    order = {"command": "try_out", "args": {"body": sample, "topic": "orders/create"}}
    answer = world.ada.post(f"/api/v1/devices/{device}/commands", order)
    (fact,) = answer.json["data"]["facts"]
    assert (fact["type"], fact["data"]["total"]) == ("sale.completed", 43294)
    order["args"] = {"body": "{}", "topic": "carts/update"}
    (fact,) = world.ada.post(f"/api/v1/devices/{device}/commands", order).json["data"]["facts"]
    assert (fact["fault"], fact["place"]) == ("no_rule", "carts/update")
    less = sample.replace('"price":"199.00",', "")
    order["args"] = {"body": less, "topic": "orders/create"}
    (fact,) = world.ada.post(f"/api/v1/devices/{device}/commands", order).json["data"]["facts"]
    assert (fact["fault"], fact["place"]) == ("nothing_there", "lines/unit_price/price")
    assert world.journal("sale.") == world.journal("device.commanded") == []


def test_what_is_too_long_or_meant_for_nobody_is_refused(
    world: World, hook: Hook, clock: ManualClock
) -> None:
    device = hook(secret=WHSEC)
    body = b" " * 1_048_577
    assert send(world, device, body, standard(clock, body)).status_code == 413
    nobody = send(world, "0190a5d0-0000-7000-8000-00000000000a", b"{}", {})
    assert (nobody.status_code, nobody.json["code"]) == (404, "hook_unknown")
    world.ada.post(f"/api/v1/devices/{device}", {"action": "disable"})
    closed = send(world, device, b"{}", standard(clock, b"{}"))
    assert (closed.status_code, closed.json["code"]) == (503, "hook_closed")
    assert "Retry-After" in closed.headers


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({}, "Give the secret"),
        ({"secret": "whsec_???"}, "base64 behind whsec_"),
        ({"style": "square", "secret": "k"}, "signs the address too"),
        ({"secret": WHSEC, "header": "X-Sign"}, "Only a plain signature"),
        ({"secret": WHSEC, "mapping": "{"}, "cannot be read"),
        ({"secret": WHSEC, "mapping": '{"rules":[{"from":"a","to":"b","data":{"x":{"y":1}}}]}'},
         "is no expression"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused_in_a_sentence(
    world: World, config: dict[str, str], sentence: str
) -> None:
    told = {"driver": "webhook", "name": "Cloud till", "config": config}
    answer = world.ada.post("/api/v1/devices", told)
    assert (answer.status_code, answer.json["code"]) == (422, "device_config_invalid")
    assert sentence in answer.json["detail"]
    assert "whsec_???" not in answer.text


def test_a_prefix_and_a_header_of_another_name(world: World, hook: Hook) -> None:
    body = json.dumps(EVENT).encode()
    prefixed = hook("One", style="github", secret="k")
    sign = {"X-Hub-Signature-256": f"sha256={hexed(b'k', body)}", "X-GitHub-Delivery": "d-1"}
    assert send(world, prefixed, body, sign).status_code == 202
    bare = {"X-Hub-Signature-256": hexed(b"k", body)}
    assert send(world, prefixed, body, bare).status_code == 401
    named = hook("Two", style="hex", secret="k", header="X-Till-Mac")
    assert send(world, named, body, {"X-Till-Mac": hexed(b"k", body)}).status_code == 202


def test_many_at_once_are_kept_each_once(world: World, hook: Hook, clock: ManualClock) -> None:
    device = hook(secret=WHSEC)
    answers: list[int] = []

    def deliver(number: int) -> None:
        body = json.dumps({**EVENT, "event_id": f"e-{number % 10}"}).encode()
        answers.append(send(world, device, body, standard(clock, body)).status_code)

    threads = [threading.Thread(target=deliver, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 202}
    assert len(kept(world)) == 10


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
@example(b"7e88678678678678678867867")
@example(b'{"id": "e-1", "amount": [-1E+99999999999999999999, 1e-9999999999999999999]}')
def test_no_body_breaks_the_mapping(raw: bytes) -> None:
    webhook_body.target(raw)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "data", "id", "object", "payment", "status", "amount_money", "amount",
                 "currency", "line_items", "tax_lines", "rate", "price", "quantity", "created_at"]
            ),
            inner | st.sampled_from(["COMPLETED", "paid", "USD", "1.50", "payment.updated"]),
            max_size=5,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_no_event_breaks_the_mapping(event: object) -> None:
    webhook_body.target(json.dumps(event).encode())


def test_every_preset_and_the_example_of_the_page_can_be_read() -> None:
    page = Path("docs/webhooks.md").read_text("utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    for text in (*PRESETS.values(), example):
        assert mapping.parse(text).rules

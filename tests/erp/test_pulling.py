"""An ERP that pulls: what it has a use for, in which form, how long it waits, whose turn it is."""

import gzip
import json
import threading
from hashlib import sha256

import pytest

from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from sync.erp.pulling import api
from sync.erp.wing import Erp
from tests.cast import World
from tests.erp.shop import ANA, Shop

NEXT = "/api/v1/erp/batches/next?consumer=erp"
NDJSON = {"Accept": "application/x-ndjson"}


@pytest.fixture
def erp(shop: Shop) -> Erp:
    return shop.erp()


@pytest.fixture
def ending() -> threading.Event:
    return threading.Event()


@pytest.fixture
def world(store: Store, erp: Erp, ending: threading.Event) -> World:
    return World(store, blueprints=[api.blueprint(erp, ending)])


def settle(world: World, batch: dict[str, object], **answers: object) -> dict[str, object]:
    sent = {"sha256": batch["sha256"], **(answers or {"rest": "accepted"})}
    found = world.erp.post(f"/api/v1/erp/batches/{batch['id']}/receipts", sent)
    assert found.status_code == 200, found.json
    return dict(found.json)


def test_one_word_answers_for_all_that_is_left(world: World, shop: Shop) -> None:
    customer, sale = shop.customer(), shop.sale()
    batch = world.erp.get(NEXT).json
    rejected = {"seq": batch["entries"][1]["seq"], "status": "rejected", "message": "Closed."}
    told = settle(world, batch, receipts=[rejected], rest="accepted")
    assert told == {"batch": batch["id"], "state": "done", "remaining": 0}
    assert shop.record(customer)["stage"] == "accepted"
    assert [one.status for one in shop.erp().held()] == ["rejected"]
    assert batch["entries"][1]["id"] == sale


def test_what_was_put_off_and_is_taken_with_the_rest_waits_no_longer(
    world: World, shop: Shop, clock: ManualClock
) -> None:
    seq = shop.scan()
    batch = world.erp.get(NEXT).json
    settle(world, batch, receipts=[{"seq": seq, "status": "deferred"}])
    clock.advance(2 * 3_600_000)
    again = world.erp.get(NEXT).json
    assert [one["seq"] for one in again["entries"]] == [seq]
    settle(world, again)
    assert shop.erp().held() == []
    assert world.erp.get(NEXT).json["count"] == 0


def test_an_entry_a_line_has_the_bytes_that_were_hashed(world: World, shop: Shop) -> None:
    shop.customer("Épicerie 华新")
    shop.sale()
    found = world.erp.get(NEXT, headers=NDJSON)
    assert found.content_type.startswith("application/x-ndjson")
    assert {"Accept", "Accept-Encoding"} <= set(found.vary)
    head, *lines = found.data.splitlines()
    document = json.loads(head)
    assert sha256(b"[" + b",".join(lines) + b"]").hexdigest() == document["sha256"]
    assert [json.loads(line) for line in lines] == world.erp.get(NEXT).json["entries"]
    assert document["count"] == len(lines)
    assert "entries" not in document


def test_a_large_batch_travels_packed_to_who_takes_that(world: World, shop: Shop) -> None:
    for _ in range(20):
        shop.sale()
    plain = world.erp.get(NEXT)
    packed = world.erp.get(NEXT, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_a_consumer_gets_what_it_has_a_use_for(world: World, shop: Shop) -> None:
    chosen = world.erp.send("PUT", "/api/v1/erp/consumers/erp", json={"takes": ["sale.completed"]})
    assert chosen.status_code == 204
    shop.customer()
    shop.scan()
    sale = shop.sale()
    batch = world.erp.get(NEXT).json
    assert [one["id"] for one in batch["entries"]] == [sale]
    settle(world, batch)
    shop.customer("Another one")
    assert world.erp.get(NEXT).json["count"] == 0
    (standing,) = shop.erp().standings()
    assert (standing.takes, standing.waiting) == (("sale.completed",), 0)


def test_everything_again_begins_with_what_comes_then(world: World, shop: Shop) -> None:
    path = "/api/v1/erp/consumers/erp"
    world.erp.send("PUT", path, json={"takes": ["customer"]})
    shop.scan()
    assert world.erp.get(NEXT).json["count"] == 0
    world.erp.send("PUT", path, json={"takes": None})
    later = shop.scan()
    assert [one["seq"] for one in world.erp.get(NEXT).json["entries"]] == [later]


def test_what_does_not_exist_cannot_be_chosen(world: World) -> None:
    path = "/api/v1/erp/consumers/erp"
    found = world.erp.send("PUT", path, json={"takes": ["customer", "dragons"]})
    assert (found.status_code, found.json["code"]) == (422, "takes_unknown")
    assert found.json["pointer"] == "/takes/1"


def test_two_workers_do_not_work_on_one_batch(world: World, shop: Shop, clock: ManualClock) -> None:
    shop.sale()
    mine = f"{NEXT}&worker=one&lease_s=60"
    theirs = f"{NEXT}&worker=two&lease_s=60"
    first = world.erp.get(mine)
    assert first.json["count"] == 1
    for path in (theirs, NEXT):
        refused = world.erp.get(path)
        assert (refused.status_code, refused.json["code"]) == (409, "batch_leased")
        assert int(refused.headers["Retry-After"]) == 60
    clock.advance(45_000)
    assert world.erp.get(mine).data == first.data, "who asks again goes on"
    clock.advance(59_000)
    assert world.erp.get(theirs).status_code == 409
    clock.advance(1_000)
    assert world.erp.get(theirs).data == first.data
    assert world.erp.get(mine).status_code == 409
    settle(world, first.json)
    assert world.erp.get(mine).json["count"] == 0


def test_who_waits_for_a_batch_gets_it_when_it_comes(world: World, shop: Shop) -> None:
    world.erp.get(NEXT)
    answers: list[object] = []

    def ask() -> None:
        answers.append(world.erp.get(f"{NEXT}&wait_s=30").json)

    waiting = threading.Thread(target=ask)
    waiting.start()
    sale = shop.sale()
    waiting.join(20)
    (batch,) = answers
    assert isinstance(batch, dict)
    assert [one["id"] for one in batch["entries"]] == [sale]


def test_a_stop_ends_the_waiting(world: World, ending: threading.Event) -> None:
    ending.set()
    assert world.erp.get(f"{NEXT}&wait_s=30").json["count"] == 0


def test_a_copy_has_every_record_as_the_erp_may_see_it(world: World, shop: Shop) -> None:
    ids = {shop.customer(f"Shop {number}") for number in range(5)}
    gone = shop.customer("Shop 5")
    shop.merge(min(ids), gone)
    pages, after = [], ""
    while after is not None:
        page = world.erp.get(f"/api/v1/erp/copies/customer?limit=2&after={after}").json
        pages.append(page)
        if len(pages) == 1:
            changed = max(ids)
            shop.edit(changed, {"legal_name": "Changed meanwhile"}, ANA)
            shop.customer("Came meanwhile")
        after = page["next"]
    entries = [entry for page in pages for entry in page["entries"]]
    assert {entry["subject"] for entry in entries} == ids
    assert len({page["seq"] for page in pages}) == 1, "all of it is as of one entry"
    names = {entry["data"]["legal_name"] for entry in entries}
    assert names == {f"Shop {number}" for number in range(5)}
    (whole,) = [entry for entry in entries if entry["subject"] == min(ids)]
    assert (whole["op"], [alias["id"] for alias in whole["aliases"]]) == ("upsert", [gone])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/erp/copies/dragon", "kind_unknown"),
        ("/api/v1/erp/copies/customer?after=nonsense", "cursor_malformed"),
        ("/api/v1/erp/copies/customer?after=0123456789abcdef.1.xyz", "resync_required"),
        ("/api/v1/erp/copies/customer?after=0123456789abcdef.1.00", "resync_required"),
    ],
)
def test_a_copy_that_cannot_go_on_says_why(world: World, path: str, code: str) -> None:
    assert world.erp.get(path).json["code"] == code


def test_a_place_that_nobody_gave_is_no_place(world: World, store: Store) -> None:
    path = f"/api/v1/erp/copies/customer?after={store.epoch}.1.xyz"
    assert world.erp.get(path).json["code"] == "cursor_malformed"

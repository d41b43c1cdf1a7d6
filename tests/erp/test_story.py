"""What became of batches, and how far behind a consumer was, as the console reads them."""

import threading
from typing import Any

import pytest

from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from sync.erp import api, lag
from sync.erp.pulling import api as pulling
from sync.erp.wing import Erp
from tests.cast import World
from tests.erp.shop import Shop

NEXT = "/api/v1/erp/batches/next?consumer=head-office&limit=3"
BATCHES = "/api/v1/sync/batches?consumer=head-office"


@pytest.fixture
def erp(shop: Shop) -> Erp:
    return shop.erp()


@pytest.fixture
def world(store: Store, erp: Erp) -> World:
    never = threading.Event()
    routes = [api.blueprint(erp, never.set), pulling.blueprint(erp, never)]
    return World(store, blueprints=routes)


def answer(world: World, *said: dict[str, object]) -> dict[str, Any]:
    """Take the next batch and answer its entries, in their order, a moment after the one before."""
    clock = world.parts.clock
    assert isinstance(clock, ManualClock)
    clock.advance(5)
    batch: dict[str, Any] = world.erp.get(NEXT).json or {}
    receipts = [
        {"seq": entry["seq"], **one} for entry, one in zip(batch["entries"], said, strict=False)
    ]
    sent = {"sha256": batch["sha256"], "receipts": receipts}
    found = world.erp.post(f"/api/v1/erp/batches/{batch['id']}/receipts", sent)
    assert found.status_code == 200, found.json
    return batch


ACCEPTED: dict[str, object] = {"status": "accepted", "erp_ref": "SO-1"}
REJECTED: dict[str, object] = {"status": "rejected", "message": "No such tax", "code": "E7"}
DEFERRED: dict[str, object] = {"status": "deferred", "message": "Busy"}


def test_batches_are_told_newest_first_in_pages_with_their_receipts(
    world: World, shop: Shop
) -> None:
    for _ in range(9):
        shop.scan()
    first = answer(world, ACCEPTED, REJECTED, DEFERRED)
    answer(world, ACCEPTED, ACCEPTED, ACCEPTED)
    open_one = answer(world, ACCEPTED)
    page = world.ben.get(BATCHES + "&limit=2").json
    assert page
    assert page["more"]
    newest, middle = page["batches"]
    assert (newest["id"], newest["state"], newest["receipts"]) == (
        open_one["id"], "open", {"accepted": 1, "unanswered": 2},
    )  # fmt: skip
    assert (newest["count"], newest["sha256"]) == (3, open_one["sha256"])
    assert newest["answered_at"]
    assert newest["done_at"] is None
    assert middle["state"] == "done"
    rest = world.udo.get(f"{BATCHES}&limit=2&before={middle['id']}").json
    assert rest
    assert not rest["more"]
    (oldest,) = rest["batches"]
    assert oldest["id"] == first["id"]
    assert (oldest["first_seq"], oldest["last_seq"]) == (first["first_seq"], first["last_seq"])
    assert oldest["receipts"] == {"accepted": 1, "rejected": 1, "deferred": 1}


def test_an_opened_batch_says_of_each_entry_what_the_erp_said_and_what_is_next(
    world: World, shop: Shop, clock: ManualClock
) -> None:
    shop.scan()
    shop.sale()
    shop.scan()
    batch = answer(world, ACCEPTED, REJECTED, DEFERRED)
    path = f"/api/v1/sync/batches/{batch['id']}"
    entries = world.ben.get(path).json["entries"]
    assert [entry["status"] for entry in entries] == ["accepted", "rejected", "deferred"]
    taken, refused, put_off = entries
    assert (taken["erp_ref"], taken["problem"], taken["outlook"]) == ("SO-1", None, None)
    assert refused["problem"]["detail"].count("No such tax") == 1
    assert refused["sale"]["total"] == 4403
    assert refused["outlook"] == {"status": "rejected", "attempts": 1, "due_at": None}
    assert put_off["outlook"]["due_at"] > put_off["answered_at"]

    again = world.ben.post(f"/api/v1/erp/outstanding/{refused['seq']}", {"consumer": "head-office"})
    assert again.status_code == 202
    clock.advance(lag.HOUR_MS * 2)
    for _ in range(2):  # a small batch leaves room for what is new
        answer(world, ACCEPTED, ACCEPTED)
    told = world.ben.get(path).json["entries"]
    # What was said then stays said; nothing is left to do.
    assert [entry["status"] for entry in told] == ["accepted", "rejected", "deferred"]
    assert [entry["outlook"] for entry in told] == [None, None, None]
    assert told[1]["problem"]["params"]["erp_code"] == "E7"


def test_entries_come_in_pages_and_by_receipt(world: World, shop: Shop) -> None:
    for _ in range(3):
        shop.scan()
    batch = answer(world, ACCEPTED, DEFERRED)
    path = f"/api/v1/sync/batches/{batch['id']}"
    page = world.ben.get(path + "?limit=2").json
    assert page
    assert page["more"]
    rest = world.ben.get(f"{path}?limit=2&after={page['entries'][-1]['seq']}").json
    assert [entry["status"] for entry in rest["entries"]] == ["unanswered"]
    found = world.ben.get(path + "?status=deferred").json
    assert [entry["seq"] for entry in found["entries"]] == [batch["entries"][1]["seq"]]


@pytest.mark.parametrize("identity", ["nonsense", "0190aaaa-ac96-774b-bcce-b302099a8057"])
def test_a_batch_nobody_knows_is_refused(world: World, identity: str) -> None:
    found = world.ben.get(f"/api/v1/sync/batches/{identity}")
    assert (found.status_code, found.json["code"]) == (404, "batch_unknown")


def test_a_place_that_is_no_id_is_refused(world: World) -> None:
    assert world.ben.get(BATCHES + "&before=nonsense").json["code"] == "batch_unknown"


def test_the_lag_keeps_the_worst_of_each_hour_and_leaves_unseen_hours_out(
    world: World, shop: Shop, erp: Erp, clock: ManualClock
) -> None:
    erp.sample()  # nobody takes anything yet, so there is nothing to remember
    answer_nothing = world.erp.get(NEXT)
    assert answer_nothing.status_code == 200
    clock.advance(lag.HOUR_MS - clock.now_ms() % lag.HOUR_MS)
    for _ in range(5):
        shop.scan()
    clock.advance(600_000)
    erp.sample()
    for _ in range(2):
        answer(world, ACCEPTED, ACCEPTED, ACCEPTED)
    erp.sample()
    clock.advance(2 * lag.HOUR_MS)
    erp.sample()
    told = world.ben.get("/api/v1/sync/lag?consumer=head-office&hours=4").json
    assert told
    assert [(hour["waiting"], hour["oldest_s"]) for hour in told["hours"]] == [(5, 600), (0, 0)]
    first, last = (hour["at"] for hour in told["hours"])
    assert told["since"] < first < last <= told["until"]


def test_the_lag_forgets_after_five_weeks(
    world: World, store: Store, erp: Erp, clock: ManualClock
) -> None:
    world.erp.get(NEXT)
    for _ in range(3):
        erp.sample()
        clock.advance(lag.HOUR_MS)
    clock.advance((lag.KEPT_HOURS - 2) * lag.HOUR_MS)
    erp.sample()
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM erp_lag") == 2


def test_a_pause_names_who_paused_it_and_when(world: World, clock: ManualClock) -> None:
    world.erp.get(NEXT)
    path, body = "/api/v1/sync/pause", {"consumer": "head-office", "paused": True}
    assert world.ben.post(path, body).status_code == 204
    (consumer,) = world.ben.get("/api/v1/sync").json["erp"]["consumers"]
    began = consumer["paused_at"]
    assert (consumer["paused"], consumer["paused_by"]) == (True, "Ben")
    clock.advance(60_000)
    assert world.ada.post(path, body).status_code == 204
    (consumer,) = world.ben.get("/api/v1/sync").json["erp"]["consumers"]
    assert (consumer["paused_by"], consumer["paused_at"]) == ("Ben", began)
    assert world.ada.post(path, {**body, "paused": False}).status_code == 204
    (consumer,) = world.ben.get("/api/v1/sync").json["erp"]["consumers"]
    assert (consumer["paused_by"], consumer["paused_at"]) == ("", None)


def test_reps_and_clerks_see_none_of_it(world: World) -> None:
    for path in (BATCHES, "/api/v1/sync/lag?consumer=head-office"):
        assert world.cleo.get(path).status_code == world.ana.get(path).status_code == 403


def test_an_erp_that_took_its_last_batch_before_reasons_were_kept_is_still_told(
    world: World, shop: Shop, store: Store
) -> None:
    shop.scan()
    batch = answer(world, DEFERRED)
    store.write(lambda tx: tx.execute("UPDATE erp_receipts SET problem = NULL"))
    (entry,) = world.ben.get(f"/api/v1/sync/batches/{batch['id']}").json["entries"]
    assert "Busy" in entry["problem"]["detail"]

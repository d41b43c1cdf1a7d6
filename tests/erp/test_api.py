"""The ERP's door and the console's view of it, over HTTP."""

import threading

import pytest

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.database import Store
from sync.erp import api
from sync.erp.pulling import api as pulling
from tests.cast import World
from tests.erp.paper import Books, PaperConnector
from tests.erp.shop import TILL, Shop

NEXT = "/api/v1/erp/batches/next?consumer=erp"


@pytest.fixture
def nudged() -> list[str]:
    return []


@pytest.fixture
def world(store: Store, shop: Shop, nudged: list[str]) -> World:
    erp = shop.erp(PaperConnector(Books(), "paper"), others=("fleet",))
    erp.round()
    routes = [
        api.blueprint(erp, lambda name, by: nudged.append(f"{name} by {by}")),
        pulling.blueprint(erp, threading.Event()),
    ]
    return World(store, blueprints=routes)


def answer(batch: dict[str, object], **receipt: object) -> dict[str, object]:
    return {"sha256": batch["sha256"], "receipts": [receipt]}


def test_the_erp_takes_a_batch_and_answers_it(world: World, shop: Shop) -> None:
    sale = shop.sale()
    first = world.erp.get(NEXT)
    batch = first.json
    assert (batch["count"], batch["entries"][0]["id"]) == (1, sale)
    assert world.erp.get(NEXT).data == first.data
    path = f"/api/v1/erp/batches/{batch['id']}/receipts"
    sent = answer(batch, seq=batch["first_seq"], status="accepted", erp_ref="SO-1")
    for _ in range(2):
        assert world.erp.post(path, sent).json == {
            "batch": batch["id"], "state": "done", "remaining": 0,
        }  # fmt: skip


def test_nothing_to_take_is_an_empty_batch(world: World) -> None:
    found = world.erp.get(NEXT).json
    assert (found["id"], found["consumer"], found["count"], found["entries"]) == (
        None,
        "erp",
        0,
        [],
    )


@pytest.mark.parametrize(
    ("receipt", "pointer"),
    [
        ({"seq": 1, "status": "perhaps"}, "/receipts/0/status"),
        ({"status": "accepted"}, "/receipts/0/seq"),
        ({"seq": 1, "status": "accepted", "mood": "good"}, "/receipts/0/mood"),
    ],
)
def test_a_receipt_that_says_nothing_is_refused(
    world: World, shop: Shop, receipt: dict[str, object], pointer: str
) -> None:
    shop.scan()
    batch = world.erp.get(NEXT).json
    found = world.erp.post(f"/api/v1/erp/batches/{batch['id']}/receipts", answer(batch, **receipt))
    assert (found.status_code, found.json["pointer"]) == (422, pointer)


def test_another_token_cannot_take_over_a_consumer(world: World, shop: Shop) -> None:
    world.erp.get(NEXT)
    _, token = world.parts.devices.add("second", "erp")
    stranger = type(world.erp)(world.app.test_client(), {"Authorization": f"Bearer {token}"})
    found = stranger.get(NEXT)
    assert (found.status_code, found.json["code"]) == (409, "consumer_taken")


def test_a_token_that_is_replaced_goes_on_where_the_consumer_was(world: World, shop: Shop) -> None:
    sale = shop.sale()
    batch = world.erp.get(NEXT).json
    (machine,) = [one for one in world.parts.devices.list() if one.name == "erp"]
    made = world.ada.post(f"/api/v1/tokens/{machine.id}/secret", {"keep_hours": 1})
    assert made.status_code == 201
    after = type(world.erp)(
        world.app.test_client(), {"Authorization": f"Bearer {made.json['token']}"}
    )
    assert after.get(NEXT).json == world.erp.get(NEXT).json == batch
    sent = answer(batch, seq=batch["first_seq"], status="accepted", erp_ref="SO-1")
    assert after.post(f"/api/v1/erp/batches/{batch['id']}/receipts", sent).json["state"] == "done"
    assert sale not in after.get(NEXT).text
    assert after.get("/api/v1/users").status_code == 403


@pytest.mark.parametrize("who", ["ana", "ben", "till", "scanner", "nobody"])
def test_batches_are_for_the_erp_alone(world: World, who: str) -> None:
    assert getattr(world, who).get(NEXT).status_code in (401, 403)


def test_the_console_sees_how_far_everybody_is(world: World, shop: Shop) -> None:
    shop.scan()
    shop.sale()
    world.erp.get(NEXT)
    found = world.ben.get("/api/v1/sync").json
    assert found["erp"]["connectors"] == ["paper"]
    erp, paper = found["erp"]["consumers"]
    assert (erp["name"], erp["mode"], erp["waiting"]) == ("erp", "pull", 2)
    assert erp["open_batch"] is not None
    assert (paper["name"], paper["mode"], paper["waiting"]) == ("paper", "push", 1)
    assert paper["oldest_waiting_at"] == "2027-01-15T08:00:00.000Z"
    assert found["phones"] == []


def test_a_rejected_entry_is_shown_and_can_be_offered_again(world: World, shop: Shop) -> None:
    shop.scan()
    batch = world.erp.get(NEXT).json
    path = f"/api/v1/erp/batches/{batch['id']}/receipts"
    refused = {"code": "closed", "field": "date", "message": "The period is closed."}
    world.erp.post(path, answer(batch, seq=1, status="rejected", **refused))
    (entry,) = world.ben.get("/api/v1/erp/outstanding").json["entries"]
    assert (entry["seq"], entry["status"], entry["type"]) == (1, "rejected", "scan.captured")
    assert entry["problem"]["detail"] == "The ERP refused it: The period is closed."
    assert world.ben.post("/api/v1/erp/outstanding/1", {"consumer": "erp"}).status_code == 202
    assert world.erp.get(NEXT).json["count"] == 1


def test_an_outstanding_entry_is_called_what_people_call_it(world: World, shop: Shop) -> None:
    customer = shop.customer("Epicerie Lefort")
    sale = shop.sale()
    shop.scan()
    batch = world.erp.get(NEXT).json
    for entry in batch["entries"]:
        path = f"/api/v1/erp/batches/{batch['id']}/receipts"
        world.erp.post(path, answer(batch, seq=entry["seq"], status="rejected"))
    titles = [
        (e["record"], e["sale"]) for e in world.ben.get("/api/v1/erp/outstanding").json["entries"]
    ]
    number = shop.record(customer)["number"]
    sold = {"register": "R1", "receipt": sale[-12:], "total": 4403, "currency": "EUR"}
    assert titles == [
        ({"number": number, "name": "Epicerie Lefort"}, None),
        (None, sold),
        (None, None),
    ]


def test_a_reader_who_sees_no_customers_is_told_no_name(store: Store, shop: Shop) -> None:
    customer = shop.customer("Epicerie Lefort")
    with store.read() as rows:
        assert shop.book.title(rows, TILL, "customer", customer) == ("", "")


@pytest.mark.parametrize("name", ["paper", "fleet"])
def test_the_console_starts_a_run(world: World, nudged: list[str], name: str) -> None:
    found = world.ben.post("/api/v1/sync/run", {"consumer": name})
    assert (found.status_code, found.json) == (202, {"consumer": name})
    assert nudged == [f"{name} by Ben"]


@pytest.mark.parametrize(("name", "code"), [("erp", "consumer_pulls"), ("x", "consumer_unknown")])
def test_only_a_pushed_consumer_can_be_run(
    world: World, nudged: list[str], name: str, code: str
) -> None:
    world.erp.get(NEXT)
    assert world.ben.post("/api/v1/sync/run", {"consumer": name}).json["code"] == code
    assert nudged == []


def test_a_paused_consumer_is_told_to_come_back(world: World, shop: Shop) -> None:
    shop.scan()
    world.erp.get(NEXT)
    asked = {"consumer": "erp", "paused": True}
    assert world.ben.post("/api/v1/sync/pause", asked).status_code == 204
    found = world.erp.get(NEXT)
    assert (found.status_code, found.json["code"]) == (503, "consumer_paused")
    world.ben.post("/api/v1/sync/pause", asked | {"paused": False})
    assert world.erp.get(NEXT).json["count"] == 1


def test_an_erp_that_lost_everything_is_offered_everything_again(world: World, shop: Shop) -> None:
    seq = shop.scan()
    batch = world.erp.get(NEXT).json
    path = f"/api/v1/erp/batches/{batch['id']}/receipts"
    world.erp.post(path, answer(batch, seq=seq, status="accepted"))
    assert world.erp.get(NEXT).json["count"] == 0
    asked = {"consumer": "erp", "after_seq": 0}
    assert world.ben.post("/api/v1/sync/rewind", asked).status_code == 204
    assert world.erp.get(NEXT).json["first_seq"] == seq


def test_what_has_left_the_journal_is_not_offered_again_and_this_is_said(
    world: World, shop: Shop, clock: ManualClock
) -> None:
    for _ in range(3):
        shop.scan()
    clock.advance(31 * DAY_MS)
    Archiver(shop.store, StoreSettings(), []).run()
    late = world.erp.get(NEXT)
    assert (late.status_code, late.json["code"]) == (409, "place_archived")
    low_water = late.json["params"]["seq"]
    asked = {"consumer": "erp", "after_seq": low_water - 1}
    refused = world.ben.post("/api/v1/sync/rewind", asked)
    assert (refused.status_code, refused.json["code"]) == (409, "rewind_archived")
    assert refused.json["params"] == {"seq": low_water}
    asked = {"consumer": "erp", "after_seq": low_water}
    assert world.ben.post("/api/v1/sync/rewind", asked).status_code == 204
    assert world.erp.get(NEXT).status_code == 200


def test_a_rep_neither_pauses_nor_runs(world: World) -> None:
    for path in ("pause", "run"):
        body = {"consumer": "paper", "paused": True} if path == "pause" else {"consumer": "paper"}
        assert world.ana.post(f"/api/v1/sync/{path}", body).status_code == 403

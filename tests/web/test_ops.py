"""Health, figures and quarantine."""

from typing import Any

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from tests.cast import Caller, World, scan

FAR = {"REMOTE_ADDR": "192.0.2.7"}


def test_the_process_says_that_it_is_alive_to_anybody(world: World) -> None:
    answer = world.nobody.get("/healthz", environ_base=FAR)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_stranger_learns_only_whether_it_is_ready(world: World) -> None:
    assert world.nobody.get("/readyz").json == {"ready": True}
    world.parts.health.probe("disk", lambda: Problem("disk_full"), vital=True)
    answer = world.nobody.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False})


def test_people_of_the_house_learn_what_is_wrong(world: World) -> None:
    world.actor("ada")
    world.parts.health.probe("disk", lambda: Problem("disk_full"), vital=True)
    answer = world.ada.get("/readyz", headers={"Accept-Language": "zh"})
    assert answer.status_code == 503
    assert answer.json is not None
    found = {finding["name"]: finding for finding in answer.json["findings"]}
    assert found["storage"] == {"name": "storage", "ok": True, "vital": True, "detail": ""}
    assert "磁盘已满" in found["disk"]["detail"]


def test_an_unsure_clock_is_told_but_does_not_stop_the_shop(
    world: World, clock: ManualClock
) -> None:
    world.actor("ada")
    clock.raise_floor(clock.now_ms() + 1)
    answer = world.ada.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert [f["name"] for f in answer.json["findings"] if not f["ok"]] == ["clock"]


def test_the_figures_are_for_this_machine_and_for_tokens(world: World) -> None:
    assert world.nobody.get("/metrics").status_code == 200
    assert world.nobody.get("/metrics", environ_base=FAR).status_code == 401
    assert world.erp.get("/metrics", environ_base=FAR).status_code == 200
    assert world.ben.get("/metrics").status_code == 403
    for header in ("X-Forwarded-For", "Forwarded"):
        assert world.nobody.get("/metrics", headers={header: "for=1"}).status_code == 401


def test_the_figures_name_routes_and_parts_but_nobody(world: World) -> None:
    world.till.post("/api/v1/facts", [scan()])
    world.ada.post(f"/api/v1/users/{world.actor('ana').id}", {})
    world.parts.health.reading("printer_pages", lambda: 7, "Pages printed.")
    answer = world.nobody.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    posted = 'waystation_requests_total{method="POST",route="/api/v1/facts",status="200"} 1.0'
    assert posted in lines
    assert f"waystation_journal_seq {float(world.store.head)}" in lines
    assert "waystation_printer_pages 7.0" in lines
    assert "waystation_healthy 1.0" in lines
    assert world.actor("ana").id not in answer.text


def poison(world: World, identity: str = "1") -> dict[str, Any]:
    """A sale that does not add up, and what waits for it in quarantine."""
    line = {"sku": "a", "quantity": "1", "unit_price": 100, "amount": 100}
    sale = {
        "register": "1",
        "receipt": identity,
        "currency": "EUR",
        "lines": [line],
        "tenders": [{"type": "cash", "amount": 90}],
        "net": 100,
        "tax": 0,
        "total": 100,
    }
    event = {**scan(identity), "type": "sale.completed", "data": sale}
    world.till.post("/api/v1/facts", [event])
    return item(world.ben, -1)


def item(caller: Caller, index: int) -> dict[str, Any]:
    answer = caller.get("/api/v1/quarantine")
    assert answer.json is not None
    found: dict[str, Any] = answer.json["items"][index]
    return found


def test_what_was_refused_waits_whole_with_its_reason(world: World) -> None:
    waiting = poison(world)
    assert (waiting["type"], waiting["status"]) == ("sale.completed", "quarantined")
    assert (waiting["revision"], waiting["device_name"]) == (0, "till")
    assert waiting["problem"]["code"].startswith("sale_")
    assert waiting["body"]["data"]["net"] == 100


def test_a_mended_event_is_stored_under_its_own_id(world: World) -> None:
    waiting = poison(world)
    waiting["body"]["data"]["tenders"][0]["amount"] = 100
    mended = {"body": waiting["body"], "revision": 1}
    answer = world.ben.post(f"/api/v1/quarantine/{waiting['id']}", mended)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "stored"
    empty = world.ben.get("/api/v1/quarantine").json
    assert empty == {"items": []}
    (entry,) = world.journal("sale.")
    assert entry["device"] == world.actor("till").id, "it stays the till's sale"
    assert entry["actor"] == world.actor("ben").id


def test_an_event_that_is_still_wrong_goes_on_waiting(world: World) -> None:
    waiting = poison(world)
    mended = {"body": waiting["body"], "revision": 1}
    answer = world.ben.post(f"/api/v1/quarantine/{waiting['id']}", mended)
    assert answer.json is not None
    assert answer.json["status"] == "quarantined"
    assert item(world.ben, 0)["revision"] == 1


@pytest.mark.parametrize("identity", ["x", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_what_does_not_wait_cannot_be_sent_again(world: World, identity: str) -> None:
    answer = world.ben.post(f"/api/v1/quarantine/{identity}", {"body": {}, "revision": 1})
    assert answer.status_code == 404


def reject(world: World, body: bytes) -> dict[str, Any]:
    """What is shown of an operation of a phone that was rejected."""
    world.store.write(
        lambda tx: tx.execute(
            "INSERT INTO operations (id, device, type, status, digest, body, received_at)"
            " VALUES (?, 'phone', 'record.create', 'rejected', x'00', ?, 0)",
            (bytes(16), body),
        )
    )
    return item(world.ben, 0)


def test_an_edit_of_a_record_shows_what_it_is_about_but_not_its_values(world: World) -> None:
    waiting = reject(
        world,
        b'{"id":"01890a5d-ac96-774b-bcce-b302099a8057","type":"record.create",'
        b'"kind":"customer","data":{"legal_name":"Secret","iban":"DE02"},'
        b'"at":"2026-11-22T10:00:00Z"}',
    )
    assert waiting["body"]["fields"] == ["iban", "legal_name"]
    assert (waiting["body"]["kind"], waiting["body"]["at"]) == ("customer", "2026-11-22T10:00:00Z")
    assert "Secret" not in str(waiting)


def test_a_fact_of_a_phone_is_named_by_its_type_alone(world: World) -> None:
    body = b'{"type":"fact","event":{"type":"visit.completed","data":{"note":"x"}}}'
    waiting = reject(world, body)
    assert waiting["body"] == {"type": "fact", "event": "visit.completed", "fields": []}


@pytest.mark.parametrize("body", [b"\xff{", b"[1", b"", b"7"])
def test_what_cannot_be_read_is_shown_as_such(world: World, body: bytes) -> None:
    assert reject(world, body)["body"] == {"unreadable_bytes": len(body)}


def test_a_rep_and_a_clerk_see_no_quarantine(world: World) -> None:
    for caller in (world.ana, world.cleo, world.fay):
        assert caller.get("/api/v1/quarantine").status_code == 403

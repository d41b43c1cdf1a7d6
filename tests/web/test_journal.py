"""Reading the journal: pages that lose nothing, and eyes that see only what is theirs."""

from typing import Any

import pytest

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.journal import Entry
from tests.cast import Caller, World, scan


def page(caller: Caller, after: str = "", **more: object) -> dict[str, Any]:
    query = {"after": after, **more}
    answer = caller.get("/api/v1/journal", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    found: dict[str, Any] = answer.json
    return found


def append(world: World, kind: str, data: dict[str, object], type: str = "record.created") -> None:
    now = world.store.clock.now_ms()
    subject = ids.uuid7(now)
    entry = Entry(ids.uuid7(now), type, data, kind=kind, subject=subject, actor="somebody")
    world.store.write(lambda tx: tx.append(entry))


def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    world.till.post("/api/v1/facts", [scan(str(number)) for number in range(25)])
    world.actor("erp")
    seen: list[int] = []
    cursor, more = "", True
    while more:
        found = page(world.erp, cursor, limit=4)
        seen += [entry["seq"] for entry in found["entries"]]
        cursor, more = found["cursor"], found["more"]
    assert seen == list(range(1, world.store.head + 1))
    assert page(world.erp, cursor) == {"entries": [], "cursor": cursor, "more": False}


def test_a_fact_is_given_back_as_it_was_sent(world: World) -> None:
    sent = scan("x-1", note='Grüße 你好 "quoted"\n')
    world.till.post("/api/v1/facts", [sent])
    entry = page(world.erp, types="scan.captured")["entries"][0]
    till = world.actor("till")
    assert {name: entry[name] for name in sent} == sent
    assert entry["device"] == till.id
    assert entry["received_at"] == "2027-01-15T08:00:00.000Z"


def test_only_the_types_asked_for_are_given_and_the_cursor_goes_on(world: World) -> None:
    world.till.post("/api/v1/facts", [scan("1"), {**scan("2"), "type": "scan.partial"}])
    found = page(world.erp, types="scan.partial,scan.invalid")
    assert [entry["type"] for entry in found["entries"]] == ["scan.partial"]
    assert found["cursor"] == f"{world.store.epoch}.{world.store.head}"


@pytest.mark.parametrize("after", ["0123456789abcdef.5", "0123456789abcdef.0"])
def test_a_cursor_of_another_life_asks_for_a_new_start(world: World, after: str) -> None:
    answer = world.erp.get("/api/v1/journal", query_string={"after": after})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "resync_required"


def test_a_place_that_has_left_the_journal_asks_for_a_new_start_and_names_one(
    world: World, clock: ManualClock
) -> None:
    world.till.post("/api/v1/facts", [scan(str(number)) for number in range(5)])
    clock.advance(31 * DAY_MS)
    world.till.post("/api/v1/facts", [scan("young")])
    Archiver(world.store, StoreSettings(), []).run()
    low_water = world.store.head - 1
    for seq in (0, 1, low_water - 1):
        after = f"{world.store.epoch}.{seq}"
        answer = world.erp.get("/api/v1/journal", query_string={"after": after})
        assert (answer.status_code, answer.json["code"]) == (409, "resync_required")
        cursor = answer.json["params"]["cursor"]
        assert cursor == f"{world.store.epoch}.{low_water}"
        assert page(world.erp, cursor)["entries"][0]["id"] == "young"
    assert page(world.erp)["entries"][0]["id"] == "young"


@pytest.mark.parametrize("after", ["x", "5", ".", "a.b", "a.-1", "a.٣", "x" * 61])
def test_a_cursor_that_is_none_is_refused(world: World, after: str) -> None:
    answer = world.erp.get("/api/v1/journal", query_string={"after": after})
    assert answer.status_code == 400


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1.5", ""])
def test_a_limit_out_of_bounds_is_refused(world: World, limit: str) -> None:
    answer = world.erp.get("/api/v1/journal", query_string={"limit": limit})
    assert answer.status_code == 400


@pytest.mark.parametrize("who", ["ben", "ada", "udo"])
def test_people_see_which_fields_changed_but_not_their_values(world: World, who: str) -> None:
    patch = {"legal_name": "Secret & Sons", "iban": "DE02120300"}
    append(world, "customer", {"version": 1, "patch": patch})
    caller = getattr(world, who)
    entry = page(caller, types="record.created")["entries"][0]
    assert entry["kind"] == "customer"
    assert entry["actor"] == "somebody"
    assert entry["data"] == {"version": 1, "fields": ["iban", "legal_name"]}


def test_a_clash_is_told_without_either_side_s_value(world: World) -> None:
    clash = {"field": "legal_name", "base": "A", "current": "B", "proposed": "Secret"}
    append(world, "customer", {"version": 3, "conflicts": [clash]}, "record.conflict")
    entry = page(world.ben, types="record.conflict")["entries"][0]
    assert entry["data"] == {"version": 3, "fields": ["legal_name"]}


def test_the_erp_sees_records_whole(world: World) -> None:
    append(world, "customer", {"patch": {"legal_name": "Secret & Sons"}})
    entry = page(world.erp, types="record.created")["entries"][0]
    assert entry["data"] == {"patch": {"legal_name": "Secret & Sons"}}


def test_people_are_told_who_did_it(world: World) -> None:
    world.ada.post("/api/v1/tokens", {"name": "Till 1", "role": "pos"})
    entry = page(world.udo, types="access.token_added")["entries"][0]
    assert entry["actor"] == world.actor("ada").id
    assert entry["data"] == {"role": "pos"}


def test_an_erased_entry_keeps_its_place(world: World) -> None:
    world.till.post("/api/v1/facts", [scan("1")])
    world.store.write(
        lambda tx: tx.execute("UPDATE journal SET body = NULL WHERE type = 'scan.captured'")
    )
    world.actor("erp")
    for caller in (world.erp, world.udo):
        erased = [entry for entry in page(caller)["entries"] if "id" not in entry]
        assert [(one["seq"], one["type"]) for one in erased] == [(2, "scan.captured")]


def test_the_journal_is_a_batch_of_cloudevents_for_whoever_asks_for_one(world: World) -> None:
    sent = {**scan("x-1"), "subject": "shelf", "odd_name": "left out", "deep": {"a": 1}}
    world.till.post("/api/v1/facts", [sent, scan("x-2")])
    append(world, "customer", {"version": 1, "data": {"name": "Ana"}})
    headers = {"Accept": "application/cloudevents-batch+json"}
    query = {"limit": 2, "types": "scan.captured,record.created"}
    first = world.erp.get("/api/v1/journal", query_string=query, headers=headers)
    assert first.content_type == "application/cloudevents-batch+json"
    assert first.json is not None
    event, _ = first.json
    place = page(world.erp, types="scan.captured")["entries"][0]["seq"]
    assert {name: event[name] for name in ("specversion", "id", "source", "type", "data")} == {
        name: sent[name] for name in ("specversion", "id", "source", "type", "data")
    }
    assert event["sequence"] == str(place).zfill(18)
    assert event["recordedtime"] == "2027-01-15T08:00:00.000Z"
    assert event.keys().isdisjoint({"seq", "received_at", "odd_name", "deep"})
    link = first.headers["Link"].removeprefix("<").partition(">")[0]
    assert 'rel="next"' in first.headers["Link"]
    rest = world.erp.get(link, headers=headers)
    assert rest.json is not None
    assert [one["source"] for one in rest.json] == ["/records/customer"]
    assert 'rel="self"' in rest.headers["Link"]
    # What is written is taken again by whoever speaks CloudEvents.
    again = world.till.post("/api/v1/facts", first.json)
    assert again.status_code == 200


def test_an_auditor_keeps_a_checkpoint_and_holds_the_journal_against_it_later(
    world: World,
) -> None:
    auditor = world.udo
    kept = auditor.get("/api/v1/journal/checkpoint").json
    world.till.post("/api/v1/facts", [scan("1")])
    place = "/api/v1/journal/checkpoint/comparison"
    found = auditor.post(place, kept).json
    assert found == {
        "state": "kept", "seq": kept["seq"], "head": world.store.head, "restored_at": None
    }  # fmt: skip
    refused = auditor.post(place, {**kept, "seq": kept["seq"] + 1})
    assert (refused.status_code, refused.json["code"]) == (422, "checkpoint_foreign")
    assert world.till.get("/api/v1/journal/checkpoint").status_code == 403

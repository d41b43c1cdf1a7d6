"""Who did what, as an auditor reads it."""

import json
from typing import Any

from gateway.kernel import ids
from gateway.store import acts
from gateway.store.journal import Entry
from tests.cast import Caller, World, scan


def read(caller: Caller, **asked: object) -> dict[str, Any]:
    answer = caller.get("/api/v1/audit", query_string=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_acts_come_newest_first_with_the_names_of_who_did_them(world: World) -> None:
    ada, udo = world.ada, world.udo
    added = ada.post("/api/v1/tokens", {"name": "Till 9", "role": "pos"}).json
    world.till.post("/api/v1/facts", [scan("1")])
    # What a till sells and scans is no act; that it got its token is.
    found = read(udo)["acts"]
    assert {one["type"].split(".")[0] for one in found} == {"access"}
    token = next(one for one in found if one["subject"] == added["id"])
    told = [token[name] for name in ("type", "actor_name", "subject_name", "role")]
    assert told == ["access.token_added", world.actor("ada").name, "Till 9", "pos"]
    assert [one["seq"] for one in found] == sorted((one["seq"] for one in found), reverse=True)


def test_no_value_of_a_record_is_told(world: World) -> None:
    now = world.store.clock.now_ms()
    body = {"version": 2, "patch": {"name": "Secret Ltd", "contacts": [{"phone": "13800138000"}]}}
    entry = Entry(
        ids.uuid7(now), "record.edited", body, "customer", "somebody", world.actor("ana").id
    )
    world.store.write(lambda tx: tx.append(entry))
    found = read(world.udo, family="record")
    assert found["acts"][0]["fields"] == ["contacts", "name"]
    assert "Secret" not in json.dumps(found)
    assert "13800138000" not in json.dumps(found)


def test_older_ones_follow_without_gap_or_repeat_and_may_be_narrowed(
    world: World, monkeypatch: Any
) -> None:
    monkeypatch.setattr(acts, "SCAN_MAX", 7)
    for number in range(12):
        world.ada.post("/api/v1/tokens", {"name": f"Till {number}", "role": "pos"})
        world.till.post("/api/v1/facts", [scan(f"{number}")])
    udo = world.udo
    everything = [entry["seq"] for entry in world.journal("access.")]
    seen: list[int] = []
    before: int | None = 0
    while before is not None:
        part = read(udo, before=before, limit=3, family="access")
        seen += [one["seq"] for one in part["acts"]]
        before = part["next"]
    assert seen == everything[::-1]
    ada = world.actor("ada").id
    assert {one["actor"] for one in read(world.udo, actor=ada)["acts"]} == {ada}


def test_only_who_may_audit_reads_it(world: World) -> None:
    for caller in (world.ben, world.ana, world.erp):
        assert caller.get("/api/v1/audit").status_code == 403

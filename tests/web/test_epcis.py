"""The query interface of EPCIS: filters, pages, who may ask, and the form of every answer."""

from typing import Any

import pytest

from gateway.kernel.clock import ManualClock
from tests.cast import Caller, World, scan
from tests.facts.test_epcis import SCHEMA

PATH = "/api/v1/epcis/events"


def count(number: int) -> dict[str, Any]:
    lines = [{"gtin": "4006381333931", "quantity": str(number + 1)}]
    return {**scan(f"c{number}"), "type": "stock.counted", "data": {"lines": lines}}


def ask(caller: Caller, **query: object) -> tuple[list[dict[str, Any]], str]:
    """The events of a page, and the address of the next."""
    answer = caller.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"
    SCHEMA.validate(answer.json)
    assert answer.json is not None
    found = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    link = answer.headers.get("Link", "")
    return found, link.removeprefix("<").partition(">")[0]


def test_pages_follow_each_other_by_their_links(world: World) -> None:
    world.till.post("/api/v1/facts", [count(number) for number in range(7)])
    world.till.post("/api/v1/facts", [scan("between")])
    found, link = ask(world.erp, perPage=3, EQ_bizStep="cycle_counting")
    while link:
        answer = world.erp.get(link)
        assert answer.json is not None
        SCHEMA.validate(answer.json)
        found += answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        link = answer.headers.get("Link", "").removeprefix("<").partition(">")[0]
    assert [event["quantityList"][0]["quantity"] for event in found] == [1, 2, 3, 4, 5, 6, 7]
    assert len({event["eventID"] for event in found}) == 7


def test_what_is_asked_for_is_what_is_answered(world: World, clock: ManualClock) -> None:
    world.till.post("/api/v1/facts", [count(1)])
    clock.advance(60_000)
    world.till.post("/api/v1/facts", [count(2)])
    erp = world.erp
    assert len(ask(erp)[0]) == 2
    late = ask(erp, GE_recordTime="2027-01-15T08:00:30Z")[0]
    assert [event["quantityList"][0]["quantity"] for event in late] == [3]
    assert len(ask(erp, LT_recordTime="2027-01-15T09:00:30+01:00")[0]) == 1
    assert len(ask(erp, eventType="ObjectEvent,TransactionEvent")[0]) == 2
    assert ask(erp, eventType="AggregationEvent")[0] == []
    assert ask(erp, EQ_bizStep="shipping")[0] == []
    assert len(ask(erp, EQ_bizStep="https://ref.gs1.org/cbv/BizStep-cycle_counting")[0]) == 2


def test_a_count_that_was_taken_back_is_told_once_more_as_an_error(
    world: World, clock: ManualClock
) -> None:
    world.till.post("/api/v1/facts", [count(1)])
    first = ask(world.erp)[0][0]
    clock.advance(60_000)
    corrects = first["eventID"].removeprefix("urn:uuid:")
    data = {**count(1)["data"], "corrects": corrects, "reason": "wrong shelf"}
    back = {**scan("r1"), "type": "stock.reversed", "data": data}
    [result] = world.till.post("/api/v1/facts", [back]).json["results"]
    assert result["status"] == "stored", result
    [_, declared] = ask(world.erp)[0]
    assert declared["eventID"] == first["eventID"]
    assert declared["errorDeclaration"]["declarationTime"]
    assert declared["recordTime"] > first["recordTime"]
    assert {name: declared[name] for name in first if name != "recordTime"} == {
        name: first[name] for name in first if name != "recordTime"
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"eventType": "Nothing"}, "epcis_query"),
        ({"GE_recordTime": "yesterday"}, "epcis_query"),
        ({"nextPageToken": "other.1"}, "resync_required"),
        ({"nextPageToken": "?"}, "cursor_malformed"),
        ({"perPage": "0"}, ""),
        ({"MATCH_epc": "x"}, ""),
    ],
)
def test_what_cannot_be_answered_is_refused(world: World, query: dict[str, str], code: str) -> None:
    answer = world.erp.get(PATH, query_string=query)
    assert answer.status_code in (400, 409, 410, 422), answer.text
    assert answer.json is not None
    assert not code or answer.json["code"] == code


def test_only_those_ask_who_may_and_nothing_is_captured(world: World) -> None:
    for name in ("till", "scanner"):
        assert getattr(world, name).get(PATH).status_code == 403
    assert world.erp.post("/api/v1/epcis/capture", {}).status_code in (404, 405)

"""Visits: immutable facts of a field rep, with their place or the reason why there is none."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import VisitSettings
from gateway.access import policy
from gateway.facts import visit as visits
from gateway.facts.accept import Facts
from gateway.facts.settle import Result
from gateway.facts.types import VISIT as VISIT_TYPE
from gateway.facts.types import Position, Visit, unsayable
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.store.database import Store

NOW = 1_800_000_000_000
ANA = Actor(id="ana", name="Ana", role="rep", device="phone-a", territory="north")
BEN = Actor(id="ben", name="Ben", role="manager")
TILL = Actor(id="till-1", name="Till 1", role="pos", device="till-1")
SCANNER = Actor(id="scan-1", name="Scanner 1", role="device", device="scan-1")
PLACE = {"latitude": "53.5503", "longitude": "-9.9920", "accuracy_m": 12}
VISIT: dict[str, Any] = {
    "customer": "01890a5d-ac96-774b-bcce-b302099a8057",
    "check_in": "2026-11-22T10:00:00Z",
    "check_out": "2026-11-22T10:20:00+01:00",
    "position": PLACE,
    "outcome": "order",
}
LATER = {"check_out": "2026-11-22T10:20:00Z"}


def visit(**data: Any) -> dict[str, Any]:
    told = {**VISIT, **LATER, **data}
    return {
        "specversion": "1.0", "id": ids.uuid7(NOW), "source": "phone", "type": "visit.completed",
        "data": {name: value for name, value in told.items() if value is not None},
    }  # fmt: skip


@pytest.fixture
def facts(store: Store) -> Facts:
    return Facts(store)


def send(facts: Facts, event: object, actor: Actor = ANA) -> Result:
    (result,) = facts.accept(json.dumps(event).encode(), actor)
    return result


def kept(store: Store) -> list[dict[str, Any]]:
    with store.read() as rows:
        return rows.all("SELECT * FROM visits ORDER BY seq")


def faults(result: Result) -> list[tuple[str, str]]:
    assert result.problem is not None
    return [(one.code, one.pointer) for one in result.problem.errors]


def test_a_visit_is_stored_once_however_often_it_comes(store: Store, facts: Facts) -> None:
    event = visit(note="Wants the new list", next_date="2026-12-01", files=["a" * 64])
    assert send(facts, event).status == "stored"
    assert send(facts, event).status == "duplicate"
    (row,) = kept(store)
    assert ids.to_text(row["customer"]) == VISIT["customer"]
    assert (row["actor"], row["device"]) == ("ana", "phone-a")
    assert json.loads(row["data"]) == event["data"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"check_out": "2026-11-22T09:59:59Z"}, [("visit_ends_first", "/data/check_out")]),
        ({"check_in": "ten o'clock"}, [("visit_instant_malformed", "/data/check_in")]),
        ({"check_out": "2026-11-22T10:20:00"}, [("visit_instant_malformed", "/data/check_out")]),
        ({"position": None}, [("visit_position_or_reason", "/data/position")]),
        ({"position_missing": "denied"}, [("visit_position_or_reason", "/data/position")]),
        ({"outcome": "sold_the_shop"}, [("visit_outcome_unknown", "/data/outcome")]),
        ({"next_date": "2026-02-30"}, [("date_invalid", "/data/next_date")]),
        (
            {"position": {"latitude": "90.01", "longitude": "-180.5"}},
            [
                ("number_range", "/data/position/latitude"),
                ("number_range", "/data/position/longitude"),
                ("visit_accuracy_missing", "/data/position/accuracy_m"),
            ],
        ),
    ],
)
def test_what_does_not_fit_waits_with_every_reason(
    store: Store, facts: Facts, data: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    result = send(facts, visit(**data))
    assert result.status == "quarantined"
    assert faults(result) == found
    assert kept(store) == []


@pytest.mark.parametrize(
    "data",
    [
        {"customer": "W1-C000001"},
        {"customer": None},
        {"position": {**PLACE, "accuracy_m": -1}},
        {"position": {**PLACE, "latitude": "north"}},
        {"position": None, "position_missing": "did not want to"},
        {"files": ["not a hash"]},
        {"note": 7},
    ],
)
def test_what_is_no_visit_at_all_waits_too(facts: Facts, data: dict[str, Any]) -> None:
    result = send(facts, visit(**data))
    assert result.status == "quarantined"
    assert result.problem is not None
    assert result.problem.code == "fact_data_invalid"


def test_a_mended_visit_leaves_quarantine(store: Store, facts: Facts) -> None:
    event = visit(outcome="sold")
    send(facts, event)
    mended = {**event, "data": {**event["data"], "outcome": "no_order"}}
    assert facts.resend(event["id"], mended, 1, BEN).status == "stored"
    assert json.loads(kept(store)[0]["data"])["outcome"] == "no_order"


def test_a_visit_without_a_position_says_why(store: Store, facts: Facts) -> None:
    assert send(facts, visit(position=None, position_missing="denied")).status == "stored"
    assert "position" not in json.loads(kept(store)[0]["data"])


def test_a_machine_visits_nobody_and_a_rep_sells_nothing(facts: Facts) -> None:
    for machine in (TILL, SCANNER):
        result = send(facts, visit(), machine)
        assert (result.status, result.problem.code) == ("refused", "fact_not_allowed")  # type: ignore[union-attr]
    sale = {**visit(), "type": "sale.completed"}
    assert send(facts, sale).problem.code == "fact_not_allowed"  # type: ignore[union-attr]


def test_a_phone_with_a_clock_in_the_future_is_not_on_top_for_ever(
    store: Store, facts: Facts
) -> None:
    event = visit(check_in="2099-01-01T00:00:00Z", check_out="2099-01-01T00:10:00Z")
    assert send(facts, event).status == "stored"
    assert kept(store)[0]["at"] == store.clock.now_ms()


def test_a_site_names_its_own_outcomes(store: Store) -> None:
    settings = VisitSettings(("tasting = Tasting | 品鉴", "nothing"))
    named = visits.outcomes(settings)
    assert named == {
        "tasting": {"en": "Tasting", "zh-CN": "品鉴", "zh-Hant": "品鉴"},
        "nothing": {"en": "nothing", "zh-CN": "nothing", "zh-Hant": "nothing"},
    }
    own = Facts(store, named)
    assert send(own, visit(outcome="tasting")).status == "stored"
    refused = send(own, visit(outcome="order"))
    assert refused.problem is not None
    assert refused.problem.errors[0].params == {"names": "nothing, tasting"}


def test_the_outcomes_of_the_house_have_three_names_each() -> None:
    for labels in visits.outcomes(VisitSettings()).values():
        assert len(set(labels.values())) >= 2
        assert list(labels) == ["en", "zh-CN", "zh-Hant"]


degrees = st.decimals(-999, 999, places=6).map(lambda number: f"{number:f}")


@given(degrees, degrees, st.integers(0, 10**7) | st.none())
def test_a_position_is_on_earth_or_named(latitude: str, longitude: str, metres: int | None) -> None:
    told = Visit(
        VISIT["customer"], VISIT["check_in"], "2026-11-22T11:00:00Z", "order",
        Position(latitude, longitude, metres),
    )  # fmt: skip
    problem = visits.check(told, visits.OUTCOMES)
    on_earth = abs(Decimal(latitude)) <= 90 and abs(Decimal(longitude)) <= 180
    assert (problem is None) == (on_earth and metres is not None)


def test_what_is_personal_is_hidden_from_whoever_does_not_see_it() -> None:
    event = visit(note="Ute is ill")
    hidden = visits.event_seen(event, "O")
    assert hidden["data"]["note"] == hidden["data"]["position"] == visits.HIDDEN
    assert hidden["data"]["outcome"] == "order"
    assert visits.event_seen(event, "OP") == event
    scan = {"type": "scan.captured", "data": {"note": "kept"}}
    assert visits.event_seen(scan, "O") == scan


def test_those_who_may_send_a_visit_are_those_of_the_policy() -> None:
    for role in (*policy.PEOPLE, *policy.MACHINES):
        row = policy.find(role, "visit", "create")
        assert (VISIT_TYPE not in unsayable(role)) == (row is not None and role != "erp"), role

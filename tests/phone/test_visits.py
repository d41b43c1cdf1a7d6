"""Visits in a push: behind the creation of their customer, exactly once, and mended at the desk."""

import json
from collections.abc import Callable
from typing import Any

from gateway.facts.visit import HIDDEN
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock, to_iso
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.mending import Mending
from sync.phone.push import Push
from sync.phone.waiting import Waiting
from tests.phone import bench
from tests.phone.bench import Phone, new_id

FAY = Actor("01900000-0000-7000-8000-0000000000f1", "Fay", "finance")


def visit(phone: Phone, clock: ManualClock, customer: str, **members: Any) -> dict[str, Any]:
    data = {
        "customer": customer, "check_in": to_iso(clock.now_ms() - 60_000),
        "check_out": to_iso(clock.now_ms()), "outcome": "order", "position_missing": "denied",
        **members.pop("data", {}),
    }  # fmt: skip
    event = {
        "specversion": "1.0", "id": new_id(), "source": "visit", "type": "visit.completed",
        "data": data,
    }  # fmt: skip
    return phone.operation("fact", event=event, **members)


def kept(store: Store) -> list[dict[str, Any]]:
    with store.read() as rows:
        return rows.all("SELECT * FROM visits ORDER BY seq")


def test_a_visit_follows_the_customer_that_was_entered_on_the_way(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    ana = phone()
    creation = ana.create("Harbour Cafe")
    made = visit(ana, clock, creation["record"], depends_on=[creation["id"]])
    assert ana.statuses(made) == ["blocked_by"]
    assert kept(store) == []
    assert ana.statuses(creation, made) == ["applied", "applied"]
    assert ana.statuses(made) == ["duplicate"]
    (row,) = kept(store)
    assert ids.to_text(row["customer"]) == creation["record"]
    assert (row["actor"], row["device"]) == (ana.actor.id, ana.device)


def test_a_visit_of_nobody_is_kept_and_told(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    ana = phone()
    (settled,) = ana.send(visit(ana, clock, new_id()))
    assert settled.status == "rejected"
    assert settled.answer.problem is not None
    assert settled.answer.problem.code == "visit_customer_missing"
    assert kept(store) == []


def test_what_does_not_fit_comes_back_to_the_one_who_was_there(
    clock: ManualClock, phone: Callable[..., Phone], store: Store
) -> None:
    ana = phone()
    creation = ana.create("Harbour Cafe")
    ana.send(creation)
    made = visit(ana, clock, creation["record"], data={"outcome": "sold_out"})
    (settled,) = ana.send(made)
    assert settled.status == "rejected"
    assert settled.answer.problem is not None
    assert [one.code for one in settled.answer.problem.errors] == ["visit_outcome_unknown"]
    event = {**made["event"], "data": {**made["event"]["data"], "outcome": "no_order"}}
    assert ana.statuses({**made, "event": event, "revision": 1}) == ["applied"]
    assert json.loads(kept(store)[0]["data"])["outcome"] == "no_order"


def test_a_visit_stands_where_the_phone_s_clock_set_right_says(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    ana = phone()
    creation = ana.create("Harbour Cafe")
    ana.send(creation)
    begun = to_iso(clock.now_ms() - 3_600_000)
    made = visit(ana, clock, creation["record"], data={"check_in": begun})
    ana.send(made, offset_ms=600_000)
    assert kept(store)[0]["at"] == clock.now_ms() - 3_000_000


def test_a_customer_who_has_left_the_territory_was_visited_all_the_same(
    store: Store, clock: ManualClock, phone: Callable[..., Phone]
) -> None:
    ana, otto = phone(), phone(2, bench.OTTO)
    creation = ana.create("Harbour Cafe")
    ana.send(creation)
    assert otto.statuses(visit(otto, clock, creation["record"])) == ["applied"]


def test_who_keeps_the_books_visits_nobody(clock: ManualClock, phone: Callable[..., Phone]) -> None:
    ana, fay = phone(), phone(2, FAY)
    creation = ana.create("Harbour Cafe")
    ana.send(creation)
    (settled,) = fay.send(visit(fay, clock, creation["record"]))
    assert settled.status == "rejected"
    assert settled.answer.problem is not None
    assert settled.answer.problem.code == "fact_not_allowed"


def test_the_desk_mends_a_visit_without_seeing_what_is_personal_in_it(
    store: Store, clock: ManualClock, records: Records, push: Push, phone: Callable[..., Phone]
) -> None:
    ana = phone()
    creation = ana.create("Harbour Cafe")
    ana.send(creation)
    told = {"outcome": "sold_out", "note": "Ute is ill"}
    made = visit(ana, clock, creation["record"], data=told)
    ana.send(made)
    waiting = Waiting(store, records, push, lambda _: ana.actor)
    mending = Mending(store.keyring, records.engine.kinds, waiting)
    seen = mending.shown(made["id"], Actor("ada", "Ada", "admin"))
    assert (seen.content["data"]["note"], seen.unseen) == (HIDDEN, ["data"])  # type: ignore[index]
    assert mending.shown(made["id"], Actor("ben", "Ben", "manager")).unseen == []
    change = {"data": {"outcome": "no_order"}}
    settled = mending.mend(made["id"], change, 1, Actor("ada", "Ada", "admin"))
    assert settled.status == "applied"
    kept_data = json.loads(kept(store)[0]["data"])
    assert (kept_data["outcome"], kept_data["note"]) == ("no_order", "Ute is ill")
    assert kept(store)[0]["actor"] == ana.actor.id

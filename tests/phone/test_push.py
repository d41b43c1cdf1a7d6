"""Pushing: every operation has its effect once, and every phone hears the same answer again."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store import journal
from gateway.store.database import Store
from sync.phone import plan
from sync.phone.push import Push
from tests.phone import bench
from tests.phone.bench import CLEO, OTTO, POISON, Phone, new_id

Phones = Callable[..., Phone]


def journal_rows(store: Store) -> list[dict[str, Any]]:
    with store.read() as rows:
        return rows.all("SELECT * FROM journal ORDER BY seq")


def record_count(store: Store) -> int:
    with store.read() as rows:
        return int(rows.value("SELECT count(*) FROM records"))


def operation_row(store: Store, identity: str) -> dict[str, Any]:
    with store.read() as rows:
        row = rows.one("SELECT * FROM operations WHERE id = ?", (ids.to_bytes(identity),))
    assert row is not None
    return row


def test_a_new_customer_gets_its_number_and_its_place(store: Store, phone: Phones) -> None:
    ana = phone()
    sent = ana.create("Nordwind")
    (settled,) = ana.send(sent)
    assert settled.status == "applied"
    assert settled.answer.result == {"kind": "customer", "record": sent["record"], "version": 1}
    (entry,) = journal_rows(store)
    assert (entry["type"], entry["seq"]) == ("record.created", settled.answer.seq)
    assert (entry["actor"], entry["device"]) == (ana.actor.id, ana.device)


def test_an_operation_keeps_its_place_and_its_times(
    store: Store, phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    sent = {**ana.create("Nordwind"), "at": "2026-11-01T08:00:00Z"}
    ana.send(sent, offset_ms=-90_000)
    (entry,) = journal_rows(store)
    assert (entry["origin_epoch"], entry["origin_seq"]) == ("first-life", 1)
    assert (entry["occurred_at"], entry["clock_offset_ms"]) == (1_793_520_000_000, -90_000)
    assert entry["received_at"] == clock.now_ms()


def test_a_scan_from_a_phone_becomes_a_fact(store: Store, phone: Phones) -> None:
    ana = phone()
    (settled,) = ana.send(ana.scan())
    (entry,) = journal_rows(store)
    assert (settled.status, entry["type"], entry["seq"]) == (
        "applied",
        "scan.captured",
        settled.answer.seq,
    )
    assert (entry["device"], entry["origin_seq"]) == (ana.device, 1)


def test_goods_are_counted_by_who_works_in_the_shop(store: Store, phone: Phones) -> None:
    counted = {
        "specversion": "1.0", "id": ids.uuid7(1), "source": "count", "type": "stock.counted",
        "data": {"lines": [{"sku": "BAG", "quantity": "7"}]},
    }  # fmt: skip
    assert phone(1).statuses(phone(1).operation("fact", event=counted)) == ["rejected"]
    cleo = phone(2, CLEO)
    assert cleo.statuses(cleo.operation("fact", event=counted)) == ["applied"]
    drop = {"register": "R1", "currency": "EUR", "amount": 1, "reason": "Safe"}
    taken = {**counted, "id": ids.uuid7(2), "type": "cash.drop", "data": drop}
    assert cleo.statuses(cleo.operation("fact", event=taken)) == ["rejected"]
    with store.read() as rows:
        assert rows.tuples("SELECT item, quantity FROM stock_moves") == [("BAG", 7_000_000)]


def test_a_lost_answer_is_given_again_however_often_it_is_asked_for(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    sent = ana.create("Nordwind")
    (first,) = ana.send(sent)
    for _ in range(10):
        (again,) = ana.send(sent)
        assert (again.status, again.answer.status) == ("duplicate", "applied")
        assert again.answer.result.items() >= first.answer.result.items()
    assert (len(journal_rows(store)), record_count(store)) == (1, 1)


def test_two_tabs_that_send_at_once_create_one_customer(store: Store, phone: Phones) -> None:
    ana = phone()
    batch = [ana.create(f"Shop {number}") for number in range(20)]
    answers: list[list[str]] = []
    tabs = [threading.Thread(target=lambda: answers.append(ana.statuses(*batch))) for _ in range(3)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert record_count(store) == 20
    for column in zip(*answers, strict=True):
        assert sorted(column) == ["applied", "duplicate", "duplicate"]


def test_of_a_hundred_only_the_bad_ones_and_their_dependants_stay_behind(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    batch = [ana.create(f"Shop {number}") for number in range(100)]
    batch[37]["data"] = {"notes": "a customer without a name"}
    batch[38]["depends_on"] = [batch[37]["id"]]
    batch[50]["data"] = {"name": POISON}
    statuses = ana.statuses(*batch)
    assert statuses.count("applied") == 97
    assert (statuses[37], statuses[38], statuses[50]) == ("rejected", "blocked_by", "retry")
    rest = [batch[37], batch[38], batch[50]]
    for tries in range(2, plan.TRIES_MAX + 1):
        settled = ana.send(*rest)
        assert settled[0].status == "duplicate"
        assert settled[1].status == "blocked_by"
        assert settled[1].answer.result["blocked_by"] == batch[37]["id"]
        assert settled[2].status == ("rejected" if tries == plan.TRIES_MAX else "retry")
    problem = operation_row(store, batch[50]["id"])["problem"]
    assert "operation_isolated" in problem
    assert record_count(store) == 97


def test_a_failure_leaves_no_gap_in_the_journal_and_no_break_in_its_chain(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    batch = [ana.create("One"), ana.create(POISON), ana.create("Three")]
    assert ana.statuses(*batch) == ["applied", "retry", "applied"]
    assert [entry["seq"] for entry in journal_rows(store)] == [1, 2]
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == 2


def test_a_refused_operation_is_kept_whole_with_its_reason(store: Store, phone: Phones) -> None:
    ana = phone()
    sent = {**ana.create(""), "note": "a member of a newer build"}
    (settled,) = ana.send(sent)
    row = operation_row(store, sent["id"])
    assert (settled.status, row["status"], row["seq"]) == ("rejected", "rejected", None)
    assert b"a member of a newer build" in row["body"]
    assert "record_invalid" in row["problem"]


def test_a_refusal_is_repeated_until_a_higher_revision_replaces_it(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    sent = ana.create("")
    ana.send(sent)
    (again,) = ana.send(sent)
    assert (again.status, again.answer.status) == ("duplicate", "rejected")
    assert again.answer.problem is not None
    assert again.answer.problem.code == "record_invalid"
    mended = {**sent, "revision": 1, "data": {"name": "Nordwind"}}
    assert ana.statuses(mended) == ["applied"]
    assert ana.statuses(mended) == ["duplicate"]
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM reused_ids") == 1


def test_a_replaced_content_that_arrives_late_hears_that_it_is_settled(phone: Phones) -> None:
    ana = phone()
    sent = ana.create("")
    ana.send(sent)
    ana.send({**sent, "revision": 1, "data": {"name": "Nordwind"}})
    (late,) = ana.send(sent)
    assert (late.status, late.answer.status) == ("duplicate", "applied")


def test_a_mended_fact_leaves_its_earlier_content_readable(store: Store, phone: Phones) -> None:
    ana = phone()
    sent = ana.scan(event={"data": {}})
    sent["event"]["id"] = sent["id"]
    assert ana.statuses(sent) == ["rejected"]
    mended = {**sent, "revision": 1, "event": {**sent["event"], "data": {"text": "123"}}}
    assert ana.statuses(mended) == ["applied"]
    (late,) = ana.send(sent)
    assert (late.status, late.answer.status) == ("duplicate", "applied")
    assert len(journal_rows(store)) == 1


def test_one_id_for_two_things_is_refused_and_both_are_kept(store: Store, phone: Phones) -> None:
    ana = phone()
    sent = ana.create("Nordwind")
    other = {**sent, "data": {"name": "Sudwind"}, "revision": 3}
    assert ana.statuses(sent) == ["applied"]
    (refused,) = ana.send(other)
    assert refused.status == "rejected"
    assert refused.answer.problem is not None
    assert (refused.answer.problem.code, refused.answer.problem.status) == ("id_reused", 409)
    assert ana.statuses(sent) == ["duplicate"]
    with store.read() as rows:
        assert b"Sudwind" in rows.value("SELECT body FROM reused_ids")


def test_an_id_that_a_till_has_used_is_refused(store: Store, phone: Phones) -> None:
    ana, otto = phone(1), phone(2, OTTO)
    fact = otto.scan()
    otto.send(fact)
    (refused,) = ana.send({**ana.create("Nordwind"), "id": fact["event"]["id"]})
    assert refused.answer.problem is not None
    assert refused.answer.problem.code == "id_reused"
    assert record_count(store) == 0


def test_an_operation_may_share_its_id_with_its_fact(store: Store, phone: Phones) -> None:
    ana = phone()
    sent = ana.scan()
    sent["event"]["id"] = sent["id"]
    assert ana.statuses(sent) == ["applied"]
    assert ana.statuses(sent) == ["duplicate"]
    assert len(journal_rows(store)) == 1


def test_a_fact_that_waited_is_stored_under_its_own_id(store: Store, phone: Phones) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    sent = ana.scan(depends_on=[customer["id"]])
    sent["event"]["id"] = sent["id"]
    assert ana.statuses(sent) == ["blocked_by"]
    assert ana.statuses(customer, sent) == ["applied", "applied"]
    assert len(journal_rows(store)) == 2


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "sale.completed"}, "fact_not_allowed"),
        ({"type": "weather.changed"}, "fact_type_unknown"),
        ({"data": {}}, "fact_data_invalid"),
        ({"specversion": "9"}, "event_malformed"),
        ({"time": "noon"}, "event_time_malformed"),
    ],
)
def test_a_fact_that_is_not_fit_comes_back_with_its_reason(
    store: Store, phone: Phones, event: dict[str, Any], code: str
) -> None:
    ana = phone()
    sent = ana.scan(event=event)
    (settled,) = ana.send(sent)
    assert settled.status == "rejected"
    assert settled.answer.problem is not None
    assert settled.answer.problem.code == code
    assert operation_row(store, sent["id"])["status"] == "rejected"
    assert journal_rows(store) == []


def test_a_second_operation_in_one_place_of_the_count_is_refused_and_kept(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    first, second = ana.create("One"), ana.create("Two")
    second["origin_seq"] = first["origin_seq"]
    settled = ana.send(first, second)
    assert [each.status for each in settled] == ["applied", "rejected"]
    assert settled[1].answer.problem is not None
    assert settled[1].answer.problem.code == "origin_seq_reused"
    row = operation_row(store, second["id"])
    assert (row["status"], row["origin_seq"]) == ("rejected", None)


def test_a_wiped_phone_counts_anew_under_another_epoch(store: Store, phone: Phones) -> None:
    ana = phone()
    ana.send(ana.create("One"))
    ana.epoch = "second-life"
    assert ana.statuses({**ana.create("Two"), "origin_seq": 1}) == ["applied"]
    places = [(entry["origin_epoch"], entry["origin_seq"]) for entry in journal_rows(store)]
    assert places == [("first-life", 1), ("second-life", 1)]


def test_an_unreadable_entry_is_kept_once_and_its_neighbours_go_on(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    bad = {"id": "17", "type": "record.burn"}
    for _ in range(2):
        settled = ana.send(bad, ana.create("Nordwind"))
        assert [each.status for each in settled] == ["rejected", "applied"]
        assert settled[0].id == "17"
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM operations WHERE type = 'unreadable'") == 1


def test_an_edit_of_a_customer_merges_with_what_others_did(phone: Phones) -> None:
    ana, cleo = phone(1), phone(2, CLEO)
    customer = ana.create("Nordwind")
    ana.send(customer)
    record = customer["record"]
    assert cleo.statuses(cleo.edit(record, 1, {"mood": "sunny"})) == ["applied"]
    assert ana.statuses(ana.edit(record, 1, {"notes": "Ring twice"})) == ["merged"]
    (settled,) = cleo.send(cleo.edit(record, 1, {"name": "Nordwind AG"}))
    assert settled.status == "merged"
    assert ana.statuses(ana.edit(record, 1, {"name": "Nordwind KG"})) == ["conflict"]


def test_a_chain_of_edits_never_conflicts_with_itself(phone: Phones) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    first = ana.edit(customer["record"], 0, {"name": "A"}, base_op=customer["id"])
    second = ana.edit(customer["record"], 0, {"name": "B"}, base_op=first["id"])
    assert ana.statuses(customer, first, second) == ["applied", "applied", "applied"]


def test_an_edit_of_a_record_that_is_not_hers_is_kept_and_refused(
    store: Store, phone: Phones
) -> None:
    ana, otto = phone(1), phone(2, OTTO)
    customer = otto.create("Sudwind")
    otto.send(customer)
    sent = ana.edit(customer["record"], 1, {"notes": "Mine now"})
    (settled,) = ana.send(sent)
    assert settled.answer.problem is not None
    assert (settled.status, settled.answer.problem.code) == ("rejected", "record_missing")
    assert operation_row(store, sent["id"])["status"] == "rejected"


def test_an_update_that_overtakes_its_creation_is_held_and_then_applied(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    update = ana.edit(customer["record"], 1, {"notes": "Ring twice"})
    (held,) = ana.send(update)
    assert held.answer.problem is not None
    assert (held.status, held.answer.problem.code) == ("blocked_by", "creation_missing")
    assert operation_row(store, update["id"])["status"] == "blocked_by"
    assert ana.statuses(customer, update) == ["applied", "applied"]


def test_an_update_whose_creation_never_comes_is_flagged_after_a_day(
    phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    update = ana.edit(new_id(), 1, {"notes": "Ring twice"})
    assert ana.statuses(update) == ["blocked_by"]
    clock.advance(24 * 3_600_000)
    (flagged,) = ana.send(update)
    assert flagged.answer.problem is not None
    assert (flagged.status, flagged.answer.problem.code) == ("rejected", "creation_never_came")


def test_an_operation_waits_for_one_that_never_came_only_so_long(
    phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    visit = ana.create("Nordwind", depends_on=[new_id()])
    assert ana.statuses(visit) == ["blocked_by"]
    clock.advance(24 * 3_600_000)
    assert ana.statuses(visit) == ["rejected"]


def test_an_operation_waits_for_a_refused_one_for_as_long_as_it_takes(
    phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    bad = ana.create("")
    visit = ana.create("Nordwind", depends_on=[bad["id"]])
    assert ana.statuses(bad, visit) == ["rejected", "blocked_by"]
    clock.advance(30 * 24 * 3_600_000)
    assert ana.statuses(visit) == ["blocked_by"]


def test_a_phone_clock_that_runs_wild_changes_no_order_and_refuses_nothing(
    store: Store, phone: Phones
) -> None:
    ana = phone()
    batch = [ana.create(f"Shop {number}") for number in range(3)]
    for sent, claimed in zip(
        batch,
        ("2036-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2016-06-01T00:00:00+08:00"),
        strict=True,
    ):
        sent["at"] = claimed
    assert ana.statuses(*batch) == ["applied"] * 3
    assert [entry["origin_seq"] for entry in journal_rows(store)] == [1, 2, 3]


def test_the_work_of_a_long_push_is_cut_into_slices(store: Store, clock: ManualClock) -> None:
    def slow(_: object) -> Iterator[Problem]:
        clock.advance(15)
        yield from ()

    kinds = {"customer": dataclasses.replace(bench.CUSTOMER, rules=(slow,))}
    push = Push(store, Records(store, kinds, GatewaySettings()), SyncSettings())
    ana = Phone(push, clock, 1, bench.ANA)
    assert ana.statuses(*[ana.create(f"Shop {number}") for number in range(5)]) == ["applied"] * 5
    # Each slice is a transaction of its own, and has one instant.
    instants = [entry["received_at"] for entry in journal_rows(store)]
    assert [instants.count(instant) for instant in sorted(set(instants))] == [2, 2, 1]

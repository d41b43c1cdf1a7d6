"""Accepting facts: once, whole, and never thrown away."""

import json
from typing import Any

import pytest

from gateway.facts.accept import REQUEST_FACTS_MAX, Facts
from gateway.facts.settle import Result
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.database import Store

NOW = 1_800_000_000_000
TILL = Actor(id="till-1", name="Till 1", role="pos", device="till-1")
SCANNER = Actor(id="scan-1", name="Scanner 1", role="device", device="scan-1")


def scan(**more: object) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": ids.uuid7(NOW),
        "source": "lane-1",
        "type": "scan.captured",
        "data": {"text": "4006381333931", "aim": "]E0"},
    }
    return {**event, **more}


def sale(data: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
    line = {"gtin": "4006381333931", "quantity": "2", "unit_price": 1850, "tax_rate": "0.19"}
    whole = {
        "register": "R1",
        "receipt": "17",
        "currency": "EUR",
        "lines": [{**line, "tax": 703, "amount": 3700}],
        "tenders": [{"type": "cash", "amount": 4500, "change": 97}],
        "net": 3700,
        "tax": 703,
        "total": 4403,
    }
    return scan(type="sale.completed", data={**whole, **(data or {})}, **more)


@pytest.fixture
def facts(store: Store) -> Facts:
    return Facts(store)


def send(facts: Facts, body: object, actor: Actor = TILL) -> list[Result]:
    return facts.accept(json.dumps(body).encode(), actor)


def test_a_new_fact_is_stored_and_its_retry_is_answered_with_the_first_result(facts: Facts) -> None:
    event = sale()
    (first,) = send(facts, event)
    (again,) = send(facts, event)
    assert (first.status, first.seq) == ("stored", 1)
    assert (again.status, again.seq) == ("duplicate", 1)


def test_the_same_content_is_a_duplicate_however_it_is_spelt(facts: Facts) -> None:
    event = scan()
    send(facts, event)
    spelt = json.dumps(dict(reversed(event.items())), indent=3).encode()
    assert facts.accept(spelt, TILL)[0].status == "duplicate"


def test_two_equal_facts_in_one_request_are_one(facts: Facts) -> None:
    event = scan()
    first, second = send(facts, [event, event])
    assert (first.status, second.status) == ("stored", "duplicate")
    assert first.seq == second.seq


def test_an_id_used_for_something_else_is_refused_and_both_are_kept(
    facts: Facts, store: Store
) -> None:
    event = scan()
    send(facts, event)
    (other,) = send(facts, {**event, "data": {"text": "something else"}})
    assert other.status == "refused"
    assert other.problem is not None
    assert other.problem.code == "id_reused"
    with store.read() as rows:
        assert b"something else" in rows.value("SELECT body FROM reused_ids")


def test_the_results_come_in_the_order_of_the_request(facts: Facts) -> None:
    known = scan()
    send(facts, known)
    request = [scan(), known, {"id": "no event"}, sale({"total": 1}), scan(type="no.such")]
    results = send(facts, request)
    assert [result.status for result in results] == [
        "stored", "duplicate", "refused", "quarantined", "quarantined",
    ]  # fmt: skip
    assert [result.id for result in results] == [str(event["id"]) for event in request]


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        ({"total": 4404}, "sale_total", "/data/total"),
        ({"net": 3699}, "sale_net", "/data/net"),
        ({"tax": 702}, "sale_tax", "/data/tax"),
        ({"tenders": [{"type": "cash", "amount": 4402}]}, "sale_tenders", "/data/tenders"),
        ({"currency": "ZZZ"}, "currency_unknown", "/data/currency"),
    ],
)
def test_a_sale_that_does_not_add_up_is_quarantined_with_the_reason(
    facts: Facts, store: Store, data: dict[str, Any], code: str, pointer: str
) -> None:
    (result,) = send(facts, sale(data))
    assert result.status == "quarantined"
    assert result.problem is not None
    assert (code, pointer) in {(fault.code, fault.pointer) for fault in result.problem.errors}
    assert store.head == 0
    with store.read() as rows:
        assert rows.value("SELECT status FROM operations") == "quarantined"


def test_a_quarantined_fact_keeps_its_answer_until_somebody_mends_it(facts: Facts) -> None:
    bad = sale({"total": 1})
    send(facts, bad)
    assert send(facts, bad)[0].status == "quarantined"
    mended = {**bad, "data": sale()["data"]}
    result = facts.resend(bad["id"], mended, revision=1, actor=TILL)
    assert (result.status, result.seq) == ("stored", 1)
    # The till knows nothing of the mending and must hear that its sale is settled.
    assert send(facts, bad)[0].status == "duplicate"


def test_the_sender_may_mend_its_own_fact_with_a_higher_revision(facts: Facts) -> None:
    bad = sale({"total": 1})
    send(facts, bad)
    assert send(facts, {**bad, "data": sale()["data"]})[0].status == "refused"
    assert send(facts, {**bad, "data": sale()["data"], "revision": 1})[0].status == "stored"


def test_what_is_not_in_quarantine_cannot_be_resent(facts: Facts) -> None:
    with pytest.raises(Problem) as refused:
        facts.resend(ids.uuid7(NOW), sale(), revision=1, actor=TILL)
    assert refused.value.code == "quarantine_unknown"


def test_a_bad_item_does_not_hold_up_its_neighbours(facts: Facts) -> None:
    good = scan()
    body = b'[%s, {"id": "f", "data": {"price": 1.5}}, {"id": "d", "id": "d"}]'
    results = facts.accept(body % json.dumps(good).encode(), TILL)
    assert [result.status for result in results] == ["stored", "refused", "refused"]
    codes = [result.problem.code for result in results if result.problem]
    assert codes == ["json_float", "json_duplicate_key"]


def test_an_item_that_is_not_utf_8_does_not_hold_up_its_neighbours_either(facts: Facts) -> None:
    body = b'[%s, {"id": "f", "data": {"price": 1.5}}, {"id": "\xab"}]'
    results = facts.accept(body % json.dumps(scan()).encode(), TILL)
    assert [result.status for result in results] == ["stored", "refused", "refused"]
    codes = [result.problem.code for result in results if result.problem]
    assert codes == ["json_float", "json_malformed"]


def test_a_scanner_may_not_book_sales(facts: Facts) -> None:
    (result,) = send(facts, sale(), SCANNER)
    assert result.problem is not None
    assert (result.status, result.problem.code) == ("refused", "fact_not_allowed")


def test_an_event_without_a_zone_in_its_time_is_quarantined(facts: Facts) -> None:
    (result,) = send(facts, scan(time="2026-11-22 10:00"))
    assert result.problem is not None
    assert (result.status, result.problem.code) == ("quarantined", "event_time_malformed")


def test_members_we_do_not_know_travel_on(facts: Facts, store: Store) -> None:
    send(facts, scan(traceparent="00-abc", data={"text": "x", "shelf": {"row": 7}}))
    with store.read() as rows:
        entry = json.loads(journal.splice(journal.page(rows, 0, 1).rows[0]))
    assert entry["traceparent"] == "00-abc"
    assert entry["data"]["shelf"] == {"row": 7}
    assert entry["seq"] == 1


def test_too_many_facts_are_refused_whole(facts: Facts, store: Store) -> None:
    with pytest.raises(Problem) as refused:
        send(facts, [scan() for _ in range(REQUEST_FACTS_MAX + 1)])
    assert refused.value.status == 413
    assert store.head == 0


def test_an_empty_request_has_no_results(facts: Facts) -> None:
    assert send(facts, []) == []


def test_a_sale_is_projected_in_the_transaction_that_stores_it(facts: Facts, store: Store) -> None:
    send(facts, sale())
    with store.read() as rows:
        row = rows.one("SELECT seq, register, receipt, total FROM sales")
        counted = rows.value("SELECT value FROM counters WHERE name = 'facts.sale.completed'")
    assert row == {"seq": 1, "register": "R1", "receipt": "17", "total": 4403}
    assert counted == 1


def test_a_price_that_includes_tax_contains_it(facts: Facts) -> None:
    line = {"sku": "A", "quantity": "1", "unit_price": 1190, "tax_rate": "0.19", "tax": 190}
    data = {
        "lines": [{**line, "amount": 1190}],
        "tenders": [{"type": "card", "amount": 1190}],
        "net": 1000,
        "tax": 190,
        "total": 1190,
        "prices_include_tax": True,
    }
    assert send(facts, sale(data))[0].status == "stored"


def test_a_return_mirrors_its_sale_to_the_cent(facts: Facts) -> None:
    line = {"sku": "A", "quantity": "-3", "unit_price": 885, "tax_rate": "0.5", "amount": -2655}
    data = {
        "lines": [{**line, "tax": -1328}],
        "tenders": [{"type": "cash", "amount": -3983}],
        "net": -2655,
        "tax": -1328,
        "total": -3983,
    }
    assert send(facts, sale(data))[0].status == "stored"

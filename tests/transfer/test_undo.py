"""Taking an import back: nothing erased, no later work of anybody lost, nothing done twice."""

from typing import Any

import pytest

from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records import approvals, stages
from gateway.records.edits import proposals
from gateway.records.engine import Origin
from gateway.transfer.keeping import results
from gateway.transfer.keeping.book import Import
from tests.transfer.conftest import BEN, CLEO, FAY, Desk
from tests.transfer.test_imports import FIRST, KEYED, StopsAt, many


def outcomes(desk: Desk, found: Import) -> dict[int, str]:
    with desk.store.read() as rows:
        told = results.told(rows, found.id, results.UNDO, limit=1000, show="all")
    return {one.row: one.outcome for one in told}


def test_what_an_import_made_is_closed_and_keeps_its_number(desk: Desk) -> None:
    done = desk.take(FIRST)
    numbers = {one["number"] for one in desk.customers()}
    undone = desk.undo(done)
    assert (undone.state, undone.counts) == ("undone", {"created": 2, "closed": 2})
    found = desk.customers()
    assert {one["number"] for one in found} == numbers
    assert {one["data"]["status"] for one in found} == {"closed"}
    assert desk.create()["number"] not in numbers


def test_what_an_import_changed_goes_back(desk: Desk) -> None:
    desk.take(FIRST)
    before = [one["data"] for one in desk.customers()]
    done = desk.take(FIRST.replace("Berlin", "Bonn").replace("030 1234567", "030 7777777"))
    assert desk.undo(done).counts == {"updated": 1, "unchanged": 1, "restored": 1}
    assert [one["data"] for one in desk.customers()] == before


def test_what_somebody_changed_since_stays_and_is_told_with_its_column(desk: Desk) -> None:
    desk.take(FIRST)
    done = desk.take(FIRST.replace("Berlin", "Bonn").replace("030 1234567", "030 7777777"))
    desk.edit(desk.customers()[0], {"phone": "030 8888888"}, BEN)
    undone = desk.undo(done)
    assert undone.counts["partly"] == 1
    assert desk.codes(undone) == {2: ["undo_field_changed"]}
    (told,) = desk.told(undone)
    assert told.problems[0].pointer == "/phone"
    data = desk.customers()[0]["data"]
    assert data["phone"] == "+49308888888"
    assert data["addresses"]["1"]["city"] == "Berlin"


def test_a_new_record_that_somebody_worked_on_stays_open(desk: Desk) -> None:
    done = desk.take(FIRST)
    alpha = desk.customers()[0]
    desk.edit(alpha, {"notes": "called, will order"}, CLEO)
    undone = desk.undo(done)
    assert undone.counts == {"created": 2, "left": 1, "closed": 1}
    assert desk.codes(undone) == {2: ["undo_changed"]}
    assert desk.told(undone)[0].problems[0].params == {"number": alpha["number"], "by": "Cleo"}
    assert [one["data"]["status"] for one in desk.customers()] == ["active", "closed"]


def test_rows_that_build_on_each_other_are_undone_from_the_last(desk: Desk) -> None:
    raw = "Our number,Customer,City\n"
    first = desk.take("Customer,City\nAlpha,Berlin\n")
    number = desk.customers()[0]["number"]
    again = desk.upload(f"{raw}{number},Alpha,Bonn\n")
    done = desk.take(desk.mapped(again, "@number", "legal_name", "addresses.1.city"))
    assert done.counts == {"updated": 1}
    # The first import's record carries the second one's work: that has to go first.
    assert desk.undo(first).counts == {"created": 1, "left": 1}
    assert desk.undo(done).counts["restored"] == 1
    assert desk.customers()[0]["data"]["addresses"]["1"]["city"] == "Berlin"


def test_an_undone_file_that_comes_again_opens_its_records_again(desk: Desk) -> None:
    desk.undo(desk.take(FIRST))
    numbers = [one["number"] for one in desk.customers()]
    again = desk.take(FIRST.replace("Berlin", "Bonn"))
    assert again.counts == {"updated": 2}, desk.codes(again)
    found = desk.customers()
    assert [one["number"] for one in found] == numbers
    assert {one["data"]["status"] for one in found} == {"active"}
    assert found[0]["data"]["addresses"]["1"]["city"] == "Bonn"


def test_an_import_that_only_creates_opens_them_too(desk: Desk) -> None:
    desk.undo(desk.take(FIRST))
    again = desk.take(desk.ruled(desk.upload(FIRST), mode="create"))
    assert again.counts == {"updated": 2}, desk.codes(again)


def test_an_undone_file_without_keys_is_not_kept_out_by_what_was_closed(desk: Desk) -> None:
    raw = "Customer,Phone\nAlpha,030 1234567\n"
    desk.undo(desk.take(raw))
    mended = desk.take(raw.replace("Alpha", "Alpha GmbH"))
    assert mended.counts == {"created": 1}, desk.codes(mended)


def test_an_undone_change_that_comes_again_is_made_again(desk: Desk) -> None:
    desk.take(FIRST)
    second = FIRST.replace("Berlin", "Bonn")
    desk.undo(desk.take(second))
    assert desk.take(second).counts == {"updated": 1, "unchanged": 1}
    assert desk.customers()[0]["data"]["addresses"]["1"]["city"] == "Bonn"


def test_tags_that_others_added_stay_when_those_of_the_file_go(desk: Desk) -> None:
    made = desk.create(tags=["a"])
    raw = "Our number,Tags\n" + made["number"] + ",a; b\n"
    done = desk.take(desk.mapped(desk.upload(raw), "@number", "tags"))
    desk.edit(desk.customers()[0], {"tags": ["a", "b", "c"]}, CLEO)
    assert desk.undo(done).counts["restored"] == 1
    assert desk.customers()[0]["data"]["tags"] == ["a", "c"]


LIMITS = "Our number,Credit limit\n"


def limited(desk: Desk, amount: str) -> Import:
    made = desk.create()
    found = desk.upload(f"{LIMITS}{made['number']},{amount}\n", actor=CLEO)
    return desk.take(desk.mapped(found, "@number", "credit_limit"))


def waiting(desk: Desk) -> list[Any]:
    with desk.store.read() as rows:
        return proposals.of_record(rows, desk.customers()[0]["id"])


def test_what_an_import_only_proposed_is_taken_back(desk: Desk) -> None:
    done = limited(desk, "900000.00")
    assert done.counts == {"waiting": 1}
    assert len(waiting(desk)) == 1
    undone = desk.undo(done, BEN)
    assert undone.counts == {"waiting": 1, "restored": 1}
    assert waiting(desk) == []
    with desk.store.read() as rows:
        (ended,) = proposals.of_record(rows, desk.customers()[0]["id"], "withdrawn")
    assert (ended.ended, ended.decided_name) == ("undone", "Ben")


def test_what_a_new_record_waits_for_is_taken_back_with_it(desk: Desk) -> None:
    raw = "Customer,Limit\nAlpha,900000.00\n"
    found = desk.mapped(desk.upload(raw, actor=CLEO), "legal_name", "credit_limit")
    done = desk.take(found)
    assert len(waiting(desk)) == 1
    assert desk.undo(done).counts["closed"] == 1
    assert waiting(desk) == []


def test_what_a_second_person_confirmed_since_stays_and_is_told(desk: Desk) -> None:
    done = limited(desk, "900000.00")
    (one,) = waiting(desk)
    verdict = approvals.Verdict("approve", one.hash)
    engine = desk.records.engine
    desk.store.write(
        lambda tx: approvals.decide(tx, engine, Origin(FAY, proven=True), one.id, verdict)
    )
    undone = desk.undo(done, BEN)
    assert desk.codes(undone) == {2: ["undo_approved"]}
    assert desk.customers()[0]["data"]["credit_limit"] == 90000000


def test_a_guarded_value_goes_back_only_with_a_second_person(desk: Desk) -> None:
    made = desk.create(credit_limit=90000000)
    raw = f"{LIMITS}{made['number']},5.00\n"
    done = desk.take(desk.mapped(desk.upload(raw), "@number", "credit_limit"))
    assert desk.customers()[0]["data"]["credit_limit"] == 500
    undone = desk.undo(done, BEN)
    assert desk.codes(undone) == {2: ["undo_waits"]}
    assert desk.customers()[0]["data"]["credit_limit"] == 500
    assert waiting(desk)[0].proposed == 90000000


def test_a_clash_that_an_import_brought_goes_with_it(desk: Desk) -> None:
    desk.take(FIRST)
    desk.edit(desk.customers()[0], {"phone": "030 8888888"}, CLEO)
    done = desk.take(FIRST.replace("030 1234567", "030 9999999"))
    assert done.counts["waiting"] == 1
    assert len(desk.records.conflicts(BEN)) == 1
    assert desk.undo(done).counts["restored"] == 1
    assert desk.records.conflicts(BEN) == []
    assert desk.customers()[0]["data"]["phone"] == "+49308888888"


def test_a_refusal_that_the_file_brought_stays(desk: Desk) -> None:
    given = {"state": "granted", "date": "2026-01-02", "source": "form"}
    made = desk.create(email="a@example.org", consents={"marketing-email": given})
    raw = f"Our number,id,answer,date\n{made['number']},marketing-email,denied,2026-02-03\n"
    to = ("@number", "consents.1.@id", "consents.1.state", "consents.1.date")
    done = desk.take(desk.mapped(desk.upload(raw), *to))
    assert done.counts == {"updated": 1}, desk.codes(done)
    undone = desk.undo(done)
    assert desk.codes(undone) == {2: ["undo_consent"]}
    assert desk.customers()[0]["data"]["consents"]["marketing-email"]["state"] == "denied"


def test_the_erp_hears_of_what_it_had_taken(desk: Desk) -> None:
    done = desk.take(FIRST)
    alpha = desk.customers()[0]
    desk.store.write(lambda tx: stages.mark_stage(tx, alpha["id"], 1, "accepted"))
    undone = desk.undo(done)
    assert undone.counts == {"created": 2, "closed": 2, "erp": 1}
    assert desk.customers()[0]["stage"] == "at_gateway"


def test_undoing_that_was_cut_off_goes_on_where_it_stood(desk: Desk) -> None:
    done = desk.take(many(200))
    desk.imports.undo(SYSTEM, done.id)
    desk.imports.work(done.id, StopsAt(2))
    half = desk.state(done.id)
    assert half.state == "undoing"
    assert 0 < half.position < 200
    later = desk.again()
    waits = later.next_working()
    assert waits is not None
    later.work(waits.id)
    undone = desk.state(done.id)
    assert (undone.state, undone.position) == ("undone", 200)
    assert undone.counts == {"created": 200, "closed": 200}
    assert [one["version"] for one in desk.customers()] == [2] * 200


def test_undoing_is_stopped_and_goes_on_and_is_done_once(desk: Desk) -> None:
    done = desk.take(many(3))
    desk.imports.undo(SYSTEM, done.id)
    assert desk.imports.stop(SYSTEM, done.id).state == "halted"
    assert desk.undo(done).counts["closed"] == 3
    with pytest.raises(Problem, match="import_not_undoable"):
        desk.imports.undo(SYSTEM, done.id)


def test_half_a_run_can_be_taken_back_and_not_gone_on_with(desk: Desk) -> None:
    found = desk.check(desk.upload(many(200)))
    desk.imports.run(found.actor, found.id)
    desk.imports.work(found.id, StopsAt(1))
    desk.imports.stop(found.actor, found.id)
    assert desk.undo(found).counts["closed"] == 64
    with pytest.raises(Problem, match="import_over"):
        desk.imports.run(found.actor, found.id)


@pytest.mark.parametrize("states", ["uploaded", "checked"])
def test_what_has_done_nothing_is_not_undone(desk: Desk, states: str) -> None:
    found = desk.upload(FIRST)
    if states == "checked":
        desk.check(found)
    with pytest.raises(Problem, match="import_not_undoable"):
        desk.imports.undo(SYSTEM, found.id)


def test_products_are_taken_off_sale(desk: Desk) -> None:
    raw = "Name,Article number\nMilk,M1\n"
    done = desk.take(desk.upload(raw, kind="product"))
    assert desk.undo(done).counts == {"created": 1, "closed": 1}
    (milk,) = desk.records.page(SYSTEM, "product", limit=5)[0]
    assert milk["data"]["active"] is False


def test_history_keeps_both_what_was_done_and_that_it_was_undone(desk: Desk) -> None:
    done = desk.take(KEYED + "Alpha,,Berlin,D1\n")
    desk.undo(done, BEN)
    (alpha,) = desk.customers()
    told = desk.records.history(SYSTEM, "customer", alpha["id"])
    assert len(told) == 2

"""Stages: how far a record has come on its way to the ERP."""

from dataclasses import replace

from gateway.kernel import canonical
from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records import stages
from gateway.records.edits import writing
from gateway.records.engine import Origin
from gateway.records.rows.heads import Head
from tests.records.conftest import ANA, ERP, Shop

REASON = Problem("erp_number_taken", number="W1-C000001", identifier="waystation:1")


def mark(shop: Shop, head: Head, stage: str, problem: Problem | None = None) -> Head:
    return shop.write(lambda tx: stages.mark_stage(tx, head.id, head.version, stage, problem))


def test_a_record_goes_from_stage_to_stage_and_each_is_told(shop: Shop) -> None:
    head = shop.create(ANA).head
    taken = mark(shop, head, "taken")
    accepted = mark(shop, taken, "accepted")
    assert [h.stage for h in (head, taken, accepted)] == ["at_gateway", "taken", "accepted"]
    assert head.seq < taken.seq < accepted.seq
    entry = shop.journal()[-1]
    assert (entry["type"], entry["subject"]) == ("record.stage", head.id)
    assert canonical.decode(entry["body"])["data"]["stage"] == "accepted"


def test_a_stage_told_twice_is_told_once(shop: Shop) -> None:
    head = mark(shop, shop.create(ANA).head, "taken")
    assert mark(shop, head, "taken").seq == head.seq


def test_an_accepted_record_is_not_taken_again(shop: Shop) -> None:
    head = mark(shop, shop.create(ANA).head, "accepted")
    assert mark(shop, head, "taken").stage == "accepted"


def test_a_rejection_keeps_its_reason_until_the_next_edit(shop: Shop) -> None:
    head = mark(shop, shop.create(ANA).head, "rejected", REASON)
    shown = shop.records.get(ANA, "customer", head.id)
    assert (shown["stage"], shown["stage_detail"]) == ("rejected", REASON.detail())
    assert canonical.decode(shop.journal()[-1]["body"])["data"]["problem"] == REASON.record()
    after = shop.edit(ANA, head.id, {"notes": "mended"}).head
    assert (after.stage, after.stage_detail) == ("at_gateway", None)


def test_a_reason_is_told_in_the_language_of_whoever_reads_it(shop: Shop) -> None:
    head = mark(shop, shop.create(ANA).head, "rejected", REASON)
    reader = replace(ANA, language="zh")
    shown = shop.records.get(reader, "customer", head.id)["stage_detail"]
    assert shown == REASON.detail("zh") != REASON.detail()


def test_a_sentence_of_an_older_gateway_stays_as_it_is(shop: Shop) -> None:
    head = mark(shop, shop.create(ANA).head, "rejected", REASON)
    old = replace(head, stage_detail="The period is closed.")
    head = shop.write(lambda tx: writing.show_stage(tx, Origin(SYSTEM).filled(tx.now_ms), old))
    assert shop.records.get(ANA, "customer", head.id)["stage_detail"] == "The period is closed."
    entry = canonical.decode(shop.journal()[-1]["body"])["data"]
    assert entry["detail"] == "The period is closed."


def test_a_receipt_for_an_older_version_says_nothing_of_the_newer(shop: Shop) -> None:
    head = shop.create(ANA).head
    shop.edit(ANA, head.id, {"notes": "newer"})
    assert mark(shop, head, "accepted").stage == "at_gateway"


def test_what_the_erp_writes_itself_is_accepted(shop: Shop) -> None:
    head = shop.create(ANA).head
    assert shop.edit(ERP, head.id, {"notes": "from the ERP"}).head.stage == "accepted"


def test_a_stage_of_a_record_that_is_not_here_is_nothing(shop: Shop) -> None:
    assert shop.write(lambda tx: stages.mark_stage(tx, shop.new_id(), 1, "taken")) is None

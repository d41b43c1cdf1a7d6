"""Stages: how far a record has come on its way to the ERP."""

from gateway.kernel import canonical
from gateway.records import stages
from gateway.records.heads import Head
from tests.records.conftest import ANA, ERP, Shop


def mark(shop: Shop, head: Head, stage: str, detail: str = "") -> Head:
    return shop.write(lambda tx: stages.mark_stage(tx, head.id, head.version, stage, detail))


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
    head = mark(shop, shop.create(ANA).head, "rejected", "tax id unknown")
    shown = shop.records.get(ANA, "customer", head.id)
    assert (shown["stage"], shown["stage_detail"]) == ("rejected", "tax id unknown")
    after = shop.edit(ANA, head.id, {"notes": "mended"}).head
    assert (after.stage, after.stage_detail) == ("at_gateway", None)


def test_a_receipt_for_an_older_version_says_nothing_of_the_newer(shop: Shop) -> None:
    head = shop.create(ANA).head
    shop.edit(ANA, head.id, {"notes": "newer"})
    assert mark(shop, head, "accepted").stage == "at_gateway"


def test_what_the_erp_writes_itself_is_accepted(shop: Shop) -> None:
    head = shop.create(ANA).head
    assert shop.edit(ERP, head.id, {"notes": "from the ERP"}).head.stage == "accepted"


def test_a_stage_of_a_record_that_is_not_here_is_nothing(shop: Shop) -> None:
    assert shop.write(lambda tx: stages.mark_stage(tx, shop.new_id(), 1, "taken")) is None

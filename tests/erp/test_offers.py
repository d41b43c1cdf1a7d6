"""What a consumer gets next, and when its cursor moves."""

import json
from typing import Any

import pytest

from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin, Proposal
from sync.erp import consumers, forgetting
from sync.erp.batch import Batch, Caps
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts
from tests.erp.conftest import ERP
from tests.erp.shop import BEN, FAY, Shop


def entries(batch: Batch | None) -> list[dict[str, Any]]:
    assert batch is not None
    found: list[dict[str, Any]] = json.loads(batch.body)["entries"]
    return found


def accept(receipts: Receipts, batch: Batch | None) -> None:
    assert batch is not None
    seqs = [entry["seq"] for entry in entries(batch)]
    receipts.record(ERP.device, batch.id, batch.sha256, [Receipt(seq, "accepted") for seq in seqs])


def cursor(shop: Shop, name: str = "erp") -> int:
    with shop.store.read() as rows:
        return int(rows.value("SELECT cursor_seq FROM erp_consumers WHERE name = ?", (name,)))


def test_there_is_nothing_to_take_from_an_empty_journal(offers: Offers) -> None:
    assert offers.next(ERP) is None


def test_reading_moves_nothing_and_gives_the_same_bytes(shop: Shop, offers: Offers) -> None:
    shop.scan()
    first = offers.next(ERP)
    shop.scan()
    assert first is not None
    assert offers.next(ERP) == first
    assert cursor(shop) == 0


def test_a_batch_survives_a_restart_byte_for_byte(shop: Shop, offers: Offers) -> None:
    shop.sale(customer=shop.customer())
    first = offers.next(ERP)
    again = Offers(shop.store, shop.book, Caps(1, 65_536))
    assert again.next(ERP) == first


def test_receipts_open_the_way_to_what_came_meanwhile(
    shop: Shop, offers: Offers, receipts: Receipts
) -> None:
    shop.scan()
    batch = offers.next(ERP)
    late = shop.scan()
    accept(receipts, batch)
    assert [entry["seq"] for entry in entries(offers.next(ERP))] == [late]


def test_a_record_is_offered_as_it_was_at_the_end_of_the_batch(
    shop: Shop, receipts: Receipts
) -> None:
    customer = shop.customer("Lefort")
    shop.edit(customer, {"legal_name": "Lefort SARL"})
    shop.scan()
    offers = Offers(shop.store, shop.book, Caps(2, 1_000_000))
    shop.edit(customer, {"legal_name": "Lefort et fils"})
    batch = offers.next(ERP)
    (offered,) = entries(batch)
    assert (offered["data"]["legal_name"], offered["version"]) == ("Lefort SARL", 2)
    accept(receipts, batch)
    newest = [entry for entry in entries(offers.next(ERP)) if entry.get("kind")]
    assert [entry["data"]["legal_name"] for entry in newest] == ["Lefort et fils"]


def test_a_record_is_offered_with_all_that_the_erp_may_see(
    shop: Shop, offers: Offers, receipts: Receipts
) -> None:
    account = {"holder": "Lefort", "iban": "DE89370400440532013000"}
    shop.customer(bank_accounts={"main": account})
    batch = offers.next(ERP)
    (offered,) = entries(batch)
    assert "bank_accounts" not in offered["data"], "it waits for a second person"
    inbox = shop.records.inbox
    (waiting,) = inbox.page(FAY)[0]
    inbox.decide(Origin(FAY), waiting["id"], Verdict("approve", waiting["hash"]))
    accept(receipts, batch)
    (newest,) = entries(offers.next(ERP))
    assert newest["data"]["bank_accounts"] == {"main": account}


def test_a_taken_record_shows_its_stage(shop: Shop, offers: Offers) -> None:
    customer = shop.customer()
    offers.next(ERP)
    assert shop.record(customer)["stage"] == "taken"


def test_what_the_erp_itself_sent_is_not_offered_back(shop: Shop, offers: Offers) -> None:
    customer = shop.customer()
    erp = Actor(id=ERP.device, name="ERP", role="erp", device=ERP.device)
    shop.records.edit(Origin(erp), "customer", customer, Proposal({"legal_name": "Ours"}, 1))
    batch = offers.next(ERP)
    assert [entry["seq"] for entry in entries(batch)] == [1]
    other = Consumer("other", device="other-token")
    assert entries(offers.next(other))[0]["data"]["legal_name"] == "Ours"


def test_stages_and_conflicts_stay_at_home(shop: Shop, offers: Offers, receipts: Receipts) -> None:
    shop.customer()
    accept(receipts, offers.next(ERP))
    assert offers.next(ERP) is None


def test_a_consumer_that_takes_little_skips_the_rest_at_once(shop: Shop) -> None:
    for _ in range(8):
        shop.scan()
    sale = shop.sale()
    offers = Offers(shop.store, shop.book, Caps(2, 1_000_000))
    offered = entries(offers.next(Consumer("till", takes=("sale.completed",))))
    assert [entry["id"] for entry in offered] == [sale]


def test_the_cursor_moves_past_what_nobody_wants(shop: Shop, offers: Offers) -> None:
    last = shop.scan()
    assert offers.next(Consumer("till", takes=("sale.completed",))) is None
    assert cursor(shop, "till") == last


def test_a_smaller_batch_may_be_asked_for(shop: Shop, offers: Offers) -> None:
    for _ in range(3):
        shop.scan()
    assert len(entries(offers.next(ERP, 2))) == 2


def test_a_consumer_belongs_to_who_named_it_first(shop: Shop, offers: Offers) -> None:
    offers.next(ERP)
    with pytest.raises(Problem, match="consumer_taken"):
        offers.next(Consumer("erp", device="another-token"))
    with pytest.raises(Problem, match="consumer_taken"):
        offers.next(Consumer("erp"))


@pytest.mark.parametrize("name", ["", "ERP", "two words", "x" * 41, "a/b"])
def test_a_consumer_has_a_plain_name(offers: Offers, name: str) -> None:
    with pytest.raises(Problem, match="consumer_name"):
        offers.next(Consumer(name, device="token"))


def test_every_consumer_has_its_own_cursor(shop: Shop, offers: Offers, receipts: Receipts) -> None:
    seq = shop.scan()
    accept(receipts, offers.next(ERP))
    other = offers.next(Consumer("other", device="other-token"))
    assert [entry["seq"] for entry in entries(other)] == [seq]


def test_a_paused_consumer_gets_nothing(shop: Shop, offers: Offers) -> None:
    shop.scan()
    offers.next(ERP)
    shop.store.write(lambda tx: consumers.pause(tx, "erp", paused=True))
    with pytest.raises(Problem, match="consumer_paused"):
        offers.next(ERP)
    shop.store.write(lambda tx: consumers.pause(tx, "erp", paused=False))
    assert offers.next(ERP) is not None


def test_a_rewound_consumer_is_offered_everything_again(
    shop: Shop, offers: Offers, receipts: Receipts
) -> None:
    seqs = [shop.scan(), shop.scan()]
    accept(receipts, offers.next(ERP))
    before = shop.store.write(lambda tx: consumers.rewind(tx, "erp", 0))
    assert before == seqs[-1]
    assert [entry["seq"] for entry in entries(offers.next(ERP))] == seqs


def test_a_visit_that_finds_nothing_is_remembered_now_and_then(
    shop: Shop, offers: Offers, clock: ManualClock
) -> None:
    offers.next(ERP)
    with shop.store.read() as rows:
        first = rows.value("SELECT last_success_at FROM erp_consumers")
    clock.advance(consumers.CONTACT_MS)
    offers.next(ERP)
    with shop.store.read() as rows:
        assert rows.value("SELECT last_success_at FROM erp_consumers") == first + 60_000


def test_the_journal_is_kept_for_whoever_is_slowest(
    shop: Shop, offers: Offers, receipts: Receipts
) -> None:
    shop.scan()
    second = shop.scan()
    with shop.store.read() as rows:
        assert consumers.hold(rows).seq == 0
    batch = offers.next(ERP)
    assert batch is not None
    answers = [Receipt(second - 1, "accepted"), Receipt(second, "deferred")]
    receipts.record(ERP.device, batch.id, batch.sha256, answers)
    with shop.store.read() as rows:
        held = consumers.hold(rows)
    assert (held.seq, held.why) == (second - 1, f"entry {second} is outstanding at erp")


def test_an_erased_record_is_told_once_more_as_gone_and_leaves_the_batch_it_waited_in(
    shop: Shop, offers: Offers, receipts: Receipts
) -> None:
    shop.records.forgetting.also(forgetting.forget)
    customer = shop.customer("Zqopen Xw")
    shop.scan()
    waiting = offers.next(ERP)
    assert waiting is not None
    assert b"Zqopen" in waiting.body
    proposal = shop.records.forgetting.ask(Origin(BEN), "customer", customer, "asked")
    shown = shop.records.inbox.get(FAY, proposal)
    shop.records.inbox.decide(Origin(FAY), proposal, Verdict("approve", shown["hash"]))
    again = offers.next(ERP)
    assert again is not None
    assert again.id != waiting.id
    assert b"Zqopen" not in again.body
    gone = [one for one in entries(again) if one.get("subject") == customer]
    assert [(one["op"], one["type"], one["version"]) for one in gone] == [
        ("delete", "record.erased", 2)
    ]
    assert len(entries(again)) == 2, "the scan comes again with it"
    accept(receipts, again)
    assert offers.next(ERP) is None

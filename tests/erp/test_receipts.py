"""Receipts: recorded once, never moving backwards, never stopping the cursor."""

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from sync.erp import outstanding, story
from sync.erp.batch import Batch
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt, Status
from sync.erp.receipts import Receipts, State
from tests.erp.conftest import ERP
from tests.erp.shop import BEN, Shop
from tests.erp.test_offers import cursor, entries

HOUR_MS = 3_600_000
REASON = Problem("erp_rejected", message="The period is closed.")


class Taker:
    """An ERP that takes the batches of a shop."""

    def __init__(self, shop: Shop, offers: Offers, receipts: Receipts) -> None:
        self.shop, self._offers, self._receipts = shop, offers, receipts

    def take(self) -> Batch:
        batch = self._offers.next(ERP)
        assert batch is not None
        return batch

    def answer(self, batch: Batch, *answers: Receipt) -> State:
        return self._receipts.record(ERP.device, batch.id, batch.sha256, answers)

    def answer_rest(self, batch: Batch) -> State:
        return self._receipts.record(ERP.device, batch.id, batch.sha256, [], "accepted")

    def answer_all(self, status: Status) -> Batch:
        batch = self.take()
        self.answer(batch, *(Receipt(one["seq"], status, REASON) for one in entries(batch)))
        return batch

    def held(self) -> list[tuple[int, str]]:
        with self.shop.store.read() as rows:
            return [(row["seq"], row["status"]) for row in outstanding.listed(rows)]

    def offered(self) -> list[int]:
        batch = self._offers.next(ERP)
        return [one["seq"] for one in entries(batch)] if batch else []


@pytest.fixture
def taker(shop: Shop, offers: Offers, receipts: Receipts) -> Taker:
    return Taker(shop, offers, receipts)


def test_a_till_s_name_for_a_customer_that_is_as_long_as_an_id_holds_up_no_receipt(
    taker: Taker,
) -> None:
    taker.shop.sale(customer="a card number of thirty-six letters!")
    taker.answer_all("rejected")
    assert [status for _, status in taker.held()] == ["rejected"]


def test_a_batch_is_done_when_every_entry_has_its_receipt(taker: Taker) -> None:
    first, second = taker.shop.scan(), taker.shop.scan()
    batch = taker.take()
    assert taker.answer(batch, Receipt(first, "accepted")).remaining == 1
    assert cursor(taker.shop) == 0
    assert taker.answer(batch, Receipt(second, "duplicate")) == State(batch.id, "done", 0)
    assert cursor(taker.shop) == second


def test_receipts_may_be_sent_any_number_of_times(taker: Taker) -> None:
    seq = taker.shop.scan()
    batch = taker.take()
    for _ in range(3):
        assert taker.answer(batch, Receipt(seq, "accepted")).state == "done"
    assert taker.offered() == []


def test_the_first_answer_stands(taker: Taker) -> None:
    seq = taker.shop.scan()
    batch = taker.take()
    taker.answer(batch, Receipt(seq, "accepted"))
    taker.answer(batch, Receipt(seq, "rejected", REASON))
    assert taker.held() == []


def test_a_late_receipt_does_not_move_the_cursor_back(taker: Taker) -> None:
    seq = taker.shop.scan()
    old = taker.answer_all("accepted")
    last = taker.shop.scan()
    taker.answer_all("accepted")
    taker.answer(old, Receipt(seq, "accepted"))
    assert cursor(taker.shop) == last


def test_a_wrong_hash_records_nothing(taker: Taker, receipts: Receipts) -> None:
    seq = taker.shop.scan()
    batch = taker.take()
    with pytest.raises(Problem, match="batch_hash_wrong"):
        receipts.record(ERP.device, batch.id, "0" * 64, [Receipt(seq, "accepted")])
    assert taker.offered() == [seq]


def test_a_receipt_for_something_else_records_none_of_them(taker: Taker) -> None:
    seq = taker.shop.scan()
    batch = taker.take()
    with pytest.raises(Problem, match="receipt_unexpected") as refused:
        taker.answer(batch, Receipt(seq, "accepted"), Receipt(seq + 7, "accepted"))
    assert refused.value.pointer == "/receipts/1/seq"
    assert taker.answer(batch).remaining == 1


@pytest.mark.parametrize("identity", ["nonsense", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_an_unknown_batch_is_refused(receipts: Receipts, identity: str) -> None:
    with pytest.raises(Problem, match="batch_unknown"):
        receipts.record(ERP.device, identity, "0" * 64, [])


def test_another_device_cannot_answer(taker: Taker, receipts: Receipts) -> None:
    seq = taker.shop.scan()
    batch = taker.take()
    with pytest.raises(Problem, match="batch_unknown"):
        receipts.record("another", batch.id, batch.sha256, [Receipt(seq, "accepted")])


def test_a_rejected_entry_waits_for_a_person_and_stops_nothing(taker: Taker) -> None:
    seq = taker.shop.scan()
    taker.answer_all("rejected")
    later = taker.shop.scan()
    assert taker.held() == [(seq, "rejected")]
    assert taker.offered() == [later]


def test_a_rejected_record_tells_its_author_why(taker: Taker) -> None:
    customer = taker.shop.customer()
    taker.answer_all("rejected")
    record = taker.shop.record(customer)
    assert (record["stage"], record["stage_detail"]) == ("rejected", REASON.detail())


def test_mending_a_rejected_record_is_enough(taker: Taker) -> None:
    customer = taker.shop.customer()
    taker.answer_all("rejected")
    taker.shop.edit(customer, {"legal_name": "Lefort SARL"})
    taker.answer_all("accepted")
    assert taker.held() == []
    assert taker.shop.record(customer)["stage"] == "accepted"


def test_a_rejected_entry_can_be_offered_again(taker: Taker) -> None:
    seq = taker.shop.scan()
    taker.answer_all("rejected")
    taker.shop.store.write(lambda tx: outstanding.offer_again(tx, ERP.name, seq))
    assert taker.offered() == [seq]
    taker.answer_all("accepted")
    assert taker.held() == []
    with pytest.raises(Problem, match="outstanding_unknown"):
        taker.shop.store.write(lambda tx: outstanding.offer_again(tx, ERP.name, seq))


def test_a_number_that_no_entry_can_have_is_of_none(taker: Taker) -> None:
    for seq in (2**63 - 1, 2**63, 10**40):
        with pytest.raises(Problem, match="outstanding_unknown"):
            taker.shop.store.write(lambda tx, seq=seq: outstanding.offer_again(tx, ERP.name, seq))


def test_a_deferred_entry_comes_back_when_its_time_has_come(
    taker: Taker, clock: ManualClock
) -> None:
    seq = taker.shop.scan()
    taker.answer_all("deferred")
    assert taker.offered() == []
    clock.advance(60_000)
    assert taker.offered() == [seq]
    taker.answer_all("accepted")
    assert taker.held() == []


def test_a_deferred_entry_rests_longer_each_time(taker: Taker, clock: ManualClock) -> None:
    taker.shop.scan()
    rests = []
    for _ in range(3):
        taker.answer_all("deferred")
        with taker.shop.store.read() as rows:
            rests.append(outstanding.listed(rows)[0]["due_at"] - clock.now_ms())
        clock.advance(HOUR_MS)
    for rest, ceiling in zip(rests, (60_000, 120_000, 240_000), strict=True):
        assert ceiling / 2 <= rest <= ceiling


@pytest.mark.parametrize(
    ("attempts", "jitter", "rest_ms"),
    [
        (1, 1.0, 60_000),
        (1, 0.0, 30_000),
        (2, 1.0, 120_000),
        (7, 1.0, 3_600_000),
        (99, 1.0, 3_600_000),
    ],
)
def test_the_rest_doubles_up_to_an_hour(attempts: int, jitter: float, rest_ms: int) -> None:
    assert outstanding.backoff_ms(attempts, jitter) == rest_ms


def test_a_deferred_record_is_offered_at_its_newest_version(
    taker: Taker, clock: ManualClock
) -> None:
    customer = taker.shop.customer("Lefort")
    taker.answer_all("deferred")
    taker.shop.edit(customer, {"legal_name": "Lefort SARL"})
    clock.advance(HOUR_MS)
    (offered,) = entries(taker.take())
    assert (offered["version"], offered["data"]["legal_name"]) == (2, "Lefort SARL")
    taker.answer_all("accepted")
    assert taker.held() == []


def test_deferred_entries_leave_room_for_new_ones(taker: Taker, clock: ManualClock) -> None:
    for _ in range(60):
        taker.shop.scan()
    taker.answer_all("deferred")
    taker.answer_all("deferred")
    fresh = [taker.shop.scan() for _ in range(30)]
    clock.advance(HOUR_MS)
    offered = taker.offered()
    assert len(offered) == 50
    assert set(offered) & set(fresh)


def test_a_receipt_for_an_older_version_does_not_accept_the_newer(taker: Taker) -> None:
    customer = taker.shop.customer()
    batch = taker.take()
    taker.shop.edit(customer, {"legal_name": "Lefort SARL"})
    taker.answer(batch, Receipt(entries(batch)[0]["seq"], "accepted"))
    assert taker.shop.record(customer)["stage"] == "at_gateway"


def test_facts_side_by_side_are_answered_with_one_word_or_one_by_one(taker: Taker) -> None:
    """A span of facts falls apart as soon as one of them gets an answer of its own."""
    scans = [taker.shop.scan() for _ in range(3)]
    customer = taker.shop.customer()
    later = [taker.shop.scan() for _ in range(3)]
    batch = taker.take()
    with taker.shop.store.read() as rows:
        spans_of = rows.tuples("SELECT seq, last_seq, kind FROM erp_receipts ORDER BY seq")
    assert [row for row in spans_of if not row[2]] == [
        (scans[0], scans[2], ""),
        (later[0], later[2], ""),
    ]
    state = taker.answer(batch, Receipt(scans[1], "rejected", REASON))
    assert state.remaining == 6
    assert taker.answer_rest(batch).state == "done"
    assert taker.held() == [(scans[1], "rejected")]
    assert taker.shop.record(customer)["stage"] == "accepted"
    with taker.shop.store.read() as rows:
        told = story.one(rows, batch.id)
        listed = story.entries(rows, taker.shop.book, BEN, told, story.Portion(scans[0], 4))
    assert told.receipts == {"accepted": 6, "rejected": 1}
    assert [(one.seq, one.status) for one in listed] == [
        (scans[1], "rejected"),
        (scans[2], "accepted"),
        (scans[2] + 1, "accepted"),
        (later[0], "accepted"),
    ]


def test_an_entry_that_was_deferred_is_settled_within_a_span(
    taker: Taker, clock: ManualClock
) -> None:
    scans = [taker.shop.scan() for _ in range(3)]
    taker.answer_all("deferred")
    clock.advance(HOUR_MS)
    batch = taker.take()
    assert taker.answer_rest(batch).state == "done"
    assert taker.held() == []
    with taker.shop.store.read() as rows:
        told = story.one(rows, batch.id)
    assert (told.first_seq, told.last_seq, told.count) == (scans[0], scans[2], 3)

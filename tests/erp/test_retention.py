"""The ERP and the archive: nothing leaves the journal that an ERP still has to take."""

import json
from collections.abc import Sequence

import pytest

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import archiver, journal
from gateway.store.archiver import DAY_MS, Archiver
from sync.erp import consumers
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipt import Receipt
from sync.erp.receipts import Receipts
from sync.erp.wing import Erp
from tests.erp.conftest import ERP
from tests.erp.paper import PaperBench
from tests.erp.shop import Shop

LATE = Consumer("late", device="late-token")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiver, "PAUSE_S", 0)


def archive(shop: Shop, erp: Erp) -> int:
    """What the nightly job does; the low-water mark after it."""
    moving = Archiver(shop.store, StoreSettings(), [erp])
    moving.run()
    assert moving.trouble() is None
    with shop.store.read() as rows:
        return journal.low_water(rows)


def take(offers: Offers, receipts: Receipts, consumer: Consumer = ERP) -> Sequence[int]:
    """Accept one batch; the seqs in it."""
    batch = offers.next(consumer)
    if batch is None:
        return []
    seqs = [entry["seq"] for entry in json.loads(batch.body)["entries"]]
    answers = [Receipt(seq, "accepted") for seq in seqs]
    receipts.record(consumer.device, batch.id, batch.sha256, answers)
    return seqs


def reject(offers: Offers, receipts: Receipts, status: str) -> None:
    """Accept a batch but for its first entry."""
    batch = offers.next(ERP)
    assert batch is not None
    first, *rest = [entry["seq"] for entry in json.loads(batch.body)["entries"]]
    answers = [Receipt(first, status), *(Receipt(seq, "accepted") for seq in rest)]  # type: ignore[arg-type]
    receipts.record(ERP.device, batch.id, batch.sha256, answers)


def test_while_no_erp_has_ever_come_nothing_leaves(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    seqs = [shop.scan() for _ in range(5)]
    clock.advance(400 * DAY_MS)
    erp = shop.erp()
    assert archive(shop, erp) == 0
    with shop.store.read() as rows:
        assert erp.hold(rows).why == "no ERP has taken anything yet"
    assert take(offers, receipts) == seqs


def test_an_entry_leaves_once_it_is_taken_and_old(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(5):
        shop.scan()
    erp = shop.erp()
    take(offers, receipts)
    assert archive(shop, erp) == 0
    clock.advance(31 * DAY_MS)
    assert archive(shop, erp) == 4
    shop.scan()
    assert take(offers, receipts) == [6]


def test_the_slowest_of_several_decides(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(3):
        shop.scan()
    slow = Consumer("slow", device="slow-token")
    take(offers, receipts)
    take(offers, receipts, slow)
    for _ in range(3):
        shop.scan()
    take(offers, receipts)
    clock.advance(31 * DAY_MS)
    assert archive(shop, shop.erp()) == 3
    assert take(offers, receipts, slow) == [4, 5, 6]
    assert archive(shop, shop.erp()) == 5


@pytest.mark.parametrize("status", ["rejected", "deferred"])
def test_an_outstanding_entry_and_all_behind_it_stay_until_it_is_settled(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock, status: str
) -> None:
    for _ in range(6):
        shop.scan()
    erp = shop.erp()
    reject(offers, receipts, status)
    clock.advance(400 * DAY_MS)
    assert archive(shop, erp) == 0
    assert [held.seq for held in erp.held()] == [1]
    erp.offer_again("erp", 1)
    assert take(offers, receipts) == [1]
    assert archive(shop, erp) == 5


def test_a_consumer_that_comes_too_late_is_told_and_begins_where_a_person_says(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(5):
        shop.scan()
    erp = shop.erp()
    take(offers, receipts)
    clock.advance(31 * DAY_MS)
    assert archive(shop, erp) == 4
    for _ in range(2):
        with pytest.raises(Problem) as refused:
            offers.next(LATE)
        assert refused.value.code == "place_archived"
        assert refused.value.params == {"consumer": "late", "seq": 4}
    shop.scan()
    clock.advance(31 * DAY_MS)
    take(offers, receipts)
    assert archive(shop, erp) == 4, "it has to take what is there"
    erp.rewind("late", 4)
    assert take(offers, receipts, LATE) == [5, 6]


def test_a_pushed_consumer_that_comes_too_late_says_so_on_the_console(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(3):
        shop.scan()
    take(offers, receipts)
    clock.advance(31 * DAY_MS)
    assert archive(shop, shop.erp()) == 2
    erp = shop.erp(PaperBench().connector())
    refused = erp.round()
    assert refused is not None
    assert refused.code == "place_archived"
    problems = {one.name: one.problem for one in erp.standings()}
    assert [problem.code for problem in problems.values() if problem] == ["place_archived"]


def test_nobody_goes_back_behind_what_has_left(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(5):
        shop.scan()
    erp = shop.erp()
    take(offers, receipts)
    clock.advance(31 * DAY_MS)
    assert archive(shop, erp) == 4
    with pytest.raises(Problem) as refused:
        erp.rewind("erp", 3)
    assert (refused.value.code, refused.value.params) == ("rewind_archived", {"seq": 4})
    erp.rewind("erp", 4)
    assert take(offers, receipts) == [5]


def test_an_optional_consumer_holds_nothing_back_and_its_old_entries_are_let_go(
    shop: Shop, offers: Offers, receipts: Receipts, clock: ManualClock
) -> None:
    for _ in range(5):
        shop.scan()
    erp = shop.erp(optional_consumers=("erp",))
    reject(offers, receipts, "rejected")
    current = Consumer("current", device="current-token")
    take(offers, receipts, current)
    clock.advance(31 * DAY_MS)
    assert archive(shop, shop.erp()) == 0
    assert archive(shop, erp) == 4
    assert archive(shop, erp) == 4
    with shop.store.read() as rows:
        assert consumers.held(rows, "erp") == {}

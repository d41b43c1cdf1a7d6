"""A day here and at the ERP: counted, summed, hashed, and every document that differs named."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from sync.erp.names import RecordNames
from sync.erp.pushing.engine import Engine, Terms
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.tallying import Side, Tallying
from sync.erp.wing import Erp
from tests.erp.memory import Ledger, MemoryLine
from tests.erp.shop import Shop
from tests.erp.test_pushing import MAPPING

DAY_MS = 86_400_000


class Books:
    """A shop that pushes to an ERP in memory, and what compares the two."""

    def __init__(self, store: Store, **settings: Any) -> None:
        self.shop = Shop(store)
        self.ledger = Ledger()
        self.line = MemoryLine(self.ledger)
        engine = Engine(self.line, MAPPING, Terms(names=RecordNames(store)))
        self.erp: Erp = self.shop.erp(engine, **settings)
        restraint = self.erp.runs["memory"].restraint
        side = Side(self.line, MAPPING, lambda: "EUR", restraint)
        self.tallying = Tallying(store, self.shop.book, {"memory": side})

    @property
    def today(self) -> date:
        return self.tallying.day_of("memory")

    def sales(self) -> Kept:
        told = self.tallying.day("memory", self.today)
        return next(one for one in told if one.source == "sale.completed")

    def customers(self) -> Kept:
        (told,) = self.tallying.kinds("memory")
        return told

    def faults(self, source: str = "sale.completed", day: str | None = None) -> list[str]:
        when = str(self.today) if day is None else day
        return [one.fault for one in self.tallying.findings("memory", source, when)]


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


def test_a_day_that_arrived_whole_agrees_in_count_sum_and_hash(books: Books) -> None:
    customer = books.shop.customer()
    for _ in range(3):
        books.shop.sale(customer=customer)
    assert books.erp.round() is None
    told = books.sales()
    assert (told.ours, told.theirs, told.waiting, told.agrees) == (3, 3, 0, True)
    assert told.ours_hash == told.theirs_hash
    assert told.sums["total"] == ("132.09", "132.09")
    records = books.customers()
    assert (records.ours, records.theirs, records.agrees) == (1, 1, True)


def test_every_difference_is_named_and_offered_once_more(books: Books, clock: ManualClock) -> None:
    lost, changed, drafted, fine = (books.shop.sale() for _ in range(4))
    books.erp.round()
    rows = {row["x_id"]: row for row in books.ledger.all("order")}
    del books.ledger.rows["order"][rows[lost]["id"]]
    rows[changed]["total"] = Decimal("9.99")
    rows[drafted]["state"] = "draft"
    told = books.sales()
    assert (told.ours, told.theirs, told.agrees) == (4, 3, False)
    found = books.tallying.findings("memory", "sale.completed", str(books.today))
    assert [(one.fault, one.id) for one in found] == [
        ("missing", lost),
        ("unfinished", drafted),
        ("differs", changed),
    ]
    assert found[2].fields == ("total",)
    assert (found[2].ours["total"], found[2].theirs["total"]) == ("44.03", "9.99")
    assert "/" in found[0].title
    books.tallying.again("memory", [found[0].seq, found[1].seq])
    assert books.sales().waiting == 2
    clock.advance(1000)
    assert books.erp.round() is None
    assert books.sales().differing == 1
    assert books.faults() == ["differs"]
    assert len(books.ledger.all("order", x_id=fine)) == 1


def test_a_record_that_differs_is_written_whole_when_it_is_offered_once_more(
    books: Books, clock: ManualClock
) -> None:
    customer = books.shop.customer("Lefort", phone="+33142685300")
    books.erp.round()
    books.shop.edit(customer, {"legal_name": "Lefort SARL"})
    books.erp.round()
    (row,) = books.ledger.all("partner", x_id=customer)
    row["phone"] = "+33142685399"
    assert books.customers().differing == 1
    (found,) = books.tallying.findings("memory", "customer", "")
    books.tallying.again("memory", [found.seq])
    clock.advance(1000)
    assert books.erp.round() is None
    assert books.customers().agrees
    assert row["phone"] == "+33142685300"


def test_what_is_still_on_its_way_is_no_difference(books: Books) -> None:
    books.shop.sale()
    books.erp.round()
    books.shop.sale()
    told = books.sales()
    assert (told.ours, told.theirs, told.waiting, told.agrees) == (1, 1, 1, True)


def test_a_document_that_is_there_twice_is_told_and_a_cancelled_twin_is_none(
    books: Books,
) -> None:
    sale = books.shop.sale()
    books.erp.round()
    (row,) = books.ledger.all("order", x_id=sale)
    twin = books.ledger.add("order", x_id=sale, date=row["date"], total=row["total"])
    assert not books.sales().agrees
    assert books.faults() == ["twice"]
    books.ledger.rows["order"][twin]["state"] = "cancel"
    assert books.sales().agrees


def test_a_record_that_was_changed_or_taken_away_there_is_named(books: Books) -> None:
    one, two, three = (books.shop.customer(f"Shop {n}") for n in range(3))
    books.erp.round()
    rows = {row["x_id"]: row for row in books.ledger.all("partner") if row["x_id"]}
    rows[one]["name"] = "Somebody"
    rows[two]["active"] = False
    del books.ledger.rows["partner"][rows[three]["id"]]
    assert books.customers().differing == 3
    found = books.tallying.findings("memory", "customer", "")
    assert not any(one.ours or one.theirs for one in found), "values are not kept"
    assert {one.id: (one.fault, one.fields) for one in found} == {
        three: ("missing", ()),
        one: ("differs", ("name",)),
        two: ("differs", ("active",)),
    }


def test_a_day_ends_where_the_erp_says(books: Books, clock: ManualClock) -> None:
    """Half past eleven in the evening in Greenwich is the next day in Paris."""
    clock.set(1_800_055_800_000)  # 2027-01-15T23:30:00Z
    books.shop.sale()
    books.erp.round()
    assert books.today == date(2027, 1, 16)
    assert books.sales().ours == 1
    (*_, yesterday) = books.tallying.day("memory", date(2027, 1, 15))
    assert yesterday.ours == 0


def test_the_daily_turn_looks_at_yesterday_and_again_at_what_did_not_agree(
    books: Books, clock: ManualClock
) -> None:
    sale = books.shop.sale()
    books.erp.round()
    (row,) = books.ledger.all("order", x_id=sale)
    del books.ledger.rows["order"][row["id"]]
    first = books.today
    clock.advance(DAY_MS)
    books.tallying.run()
    assert books.faults(day=str(first)) == ["missing"]
    books.ledger.rows["order"][row["id"]] = row
    clock.advance(2 * DAY_MS)
    books.tallying.run()
    days = [one for one in books.tallying.listed("memory", str(first), "2100-01-01") if one.day]
    assert all(one.agrees for one in days)
    assert str(first) in {one.day for one in days}


def test_who_is_not_pushed_to_is_not_compared_with(books: Books) -> None:
    with pytest.raises(Problem, match="pushed to"):
        books.tallying.day("head-office", books.today)
    with pytest.raises(Problem, match="journal"):
        books.tallying.again("memory", [4711])


def test_an_erp_that_is_down_says_so_and_the_last_comparison_stands(books: Books) -> None:
    books.shop.sale()
    books.erp.round()
    assert books.sales().agrees
    books.ledger.is_down = True
    with pytest.raises(Problem) as refused:
        books.sales()
    assert refused.value.code == "erp_unreachable"
    assert books.tallying.listed("memory", str(books.today), str(books.today))[0].agrees

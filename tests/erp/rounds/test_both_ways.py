"""One ERP, pushed to and read: what holds one way back holds the other, and why is on record."""

from collections.abc import Iterator, Sequence

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.store.database import Store
from sync.erp.bringing import reading as pages
from sync.erp.bringing import rounds
from sync.erp.bringing.plan import sources
from sync.erp.bringing.rounds import Bring
from sync.erp.connector import Entry, Trouble
from sync.erp.incoming import Incoming
from sync.erp.mapping import reading
from sync.erp.receipt import Receipt
from sync.erp.rounds.circuit import OPEN_AFTER
from sync.jobs.ended import Ended
from tests.erp.bringing.far import MAPPING, Far, FarLine
from tests.erp.paper import KEY, Books, PaperConnector
from tests.erp.shop import BEN, Shop

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
ALWAYS = ("daily 00:00-12:00", "daily 12:00-00:00")
PLAN = sources(reading.parse("far", MAPPING), KINDS)


class Paper(PaperConnector):
    """The way out to the far ERP; the line breaks at one sale, and is well again right after."""

    name = "far"
    bad = ""

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            if entry.id == self.bad:
                raise Trouble(Problem("erp_silent"))
            yield from super().push([entry])


class Both:
    """A shop, and an ERP far away that is pushed to and read."""

    def __init__(self, store: Store, **settings: object) -> None:
        self.far, self.books, self.shop = Far(), Books(), Shop(store)
        self.paper = Paper(self.books, KEY)
        self.erp = self.shop.erp(self.paper, **settings)
        self.push = self.erp.runs["far"]
        engine = lambda: self.shop.records.engine  # noqa: E731
        self.bring = Bring(store, engine, FarLine(self.far), self.push.restraint, PLAN)
        ((_, _, self.turn, _, self.ask),) = Incoming({"far": self.bring}, 300).jobs()

    def busy(self, retry_after_s: int = 0, *, at: int = 1) -> None:
        """The ERP answers 503 to each question about articles from one of them on."""
        count = 0

        def refuse(model: str) -> None:
            nonlocal count
            count += model == "item"
            if model == "item" and count >= at:
                raise Trouble(Problem("erp_busy", status=503), retry_after_s=retry_after_s)

        self.far.before = refuse

    def well(self) -> None:
        self.far.before = lambda _: None

    def brought(self) -> tuple[str, bool]:
        """A turn of the schedule: the code of what ended it, and whether it was held."""
        ended = self.turn()
        assert isinstance(ended, Ended)
        return ended.problem.code if ended.problem else "", ended.held

    def pushed(self) -> tuple[str, bool]:
        ended = self.push.turn()
        return ended.problem.code if ended.problem else "", ended.held

    def articles(self) -> int:
        return len(self.shop.records.page(BEN, "product")[0])


@pytest.fixture
def both(store: Store) -> Both:
    return Both(store)


def test_a_closed_erp_is_not_read_and_the_history_says_why(store: Store) -> None:
    both = Both(store, closed=ALWAYS)
    both.far.item("Coffee", sku="1")
    assert both.brought() == ("erp_closed", True)
    told = both.bring.some(full=True)
    assert told is not None
    assert (told.problem and told.problem.code, both.far.asked) == ("erp_closed", [])


def test_a_reading_goes_no_further_once_the_erp_closes(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    both = Both(store, closed=("daily 02:00-03:00",))
    for number in range(5):
        both.far.item(f"Item {number}", sku=str(number))
    asked = 0

    def close_in(model: str) -> None:
        nonlocal asked
        asked += model == "item"
        is_first = model == "item" and asked == 1
        while is_first and both.push.restraint.closed_until() is None:
            clock.advance(10 * MINUTE_MS)

    both.far.before = close_in
    assert both.brought() == ("erp_closed", True)
    assert 0 < both.articles() < 5
    clock.advance(HOUR_MS)
    assert both.brought() == ("", False)
    assert both.articles() == 5


def test_a_push_goes_no_further_once_the_erp_closes(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(store, closed=("daily 02:00-03:00",), batch_entries_max=1)
    sales = {both.shop.sale(), both.shop.sale()}
    push = both.paper.push

    def close_in(entries: Sequence[Entry]) -> Iterator[Receipt]:
        monkeypatch.undo()
        while both.push.restraint.closed_until() is None:
            clock.advance(10 * MINUTE_MS)
        return push(entries)

    monkeypatch.setattr(both.paper, "push", close_in)
    assert both.pushed() == ("erp_closed", True)
    assert len(both.books.final) == 1
    clock.advance(HOUR_MS)
    assert both.pushed() == ("", False)
    assert both.books.final == sales


def test_a_reading_that_is_asked_for_patience_keeps_its_place_and_comes_back_no_sooner(
    both: Both, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    for number in range(5):
        both.far.item(f"Item {number}", sku=str(number))
    both.busy(retry_after_s=600, at=2)
    assert both.brought() == ("erp_busy", False)
    taken = both.articles()
    assert 0 < taken < 5
    both.well()
    both.far.asked.clear()
    clock.advance(599_999)
    assert both.brought() == ("erp_patience", True)
    assert both.pushed() == ("erp_patience", True)
    assert both.far.asked == []
    clock.advance(1)
    result = both.bring.round()
    assert result is not None
    counts = result.kinds["product"]
    assert (counts.read, counts.new) == (5 - taken, 5 - taken)


def test_a_line_that_failed_at_pushing_is_not_read_while_it_rests(
    both: Both, clock: ManualClock
) -> None:
    both.books.is_down = True
    both.shop.sale()
    for _ in range(OPEN_AFTER):
        both.push.turn()
    assert both.brought() == ("erp_resting", True)
    assert both.far.asked == []
    clock.set(both.push.restraint.circuit().until)
    assert both.brought() == ("", False)


def test_a_resting_line_is_read_once_more_when_somebody_asks(both: Both) -> None:
    both.busy()
    for _ in range(OPEN_AFTER):
        both.brought()
    both.ask()
    assert both.brought() == ("erp_busy", False)
    assert both.brought() == ("erp_resting", True)


def test_a_line_that_failed_at_reading_is_not_pushed_to_while_it_rests(
    both: Both, clock: ManualClock
) -> None:
    sale = both.shop.sale()
    both.busy()
    for _ in range(OPEN_AFTER):
        both.brought()
    assert both.brought() == ("erp_resting", True)
    assert both.pushed() == ("erp_resting", True)
    assert sale not in both.books.final
    clock.set(both.push.restraint.circuit().until)
    assert both.pushed() == ("", False)
    assert sale in both.books.final
    assert both.push.restraint.circuit().failures == 0


def test_a_person_may_read_while_the_line_rests(both: Both) -> None:
    both.far.item("Coffee", sku="1")
    both.busy(retry_after_s=600)
    both.brought()
    both.well()
    told = both.bring.some()
    assert told is not None
    assert (told.problem, both.articles()) == (None, 1)


def test_readings_that_go_well_hide_no_entry_that_breaks_the_line(
    both: Both, clock: ManualClock
) -> None:
    both.paper.bad, after = both.shop.sale(), both.shop.sale()
    for _ in range(OPEN_AFTER + 1):
        both.push.turn()
        clock.advance(HOUR_MS)
        assert both.brought() == ("", False)
    assert after in both.books.final
    assert [held.problem.code for held in both.erp.held()] == ["erp_fault"]


def test_a_push_that_ends_well_forgets_no_patience_that_a_reading_was_asked_for_meanwhile(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.shop.sale()
    both.busy(retry_after_s=600)
    monkeypatch.setattr(both.paper, "tidy", both.brought)
    assert both.pushed() == ("", False)
    assert both.pushed() == ("erp_patience", True)


def test_pushes_that_have_nothing_to_send_do_not_wake_a_line_that_reading_fails_at(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both.paper, "tidy", lambda: None)
    both.busy()
    for _ in range(OPEN_AFTER):
        both.brought()
        both.pushed()
    assert both.brought() == ("erp_resting", True)


def test_a_reading_goes_no_faster_than_the_pace_that_pushing_shares(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(rounds, "STEP_MS", 0)
    both = Both(store, entries_per_minute=("far = 60",))
    for number in range(4):
        both.far.item(f"Item {number}", sku=str(number))

    def read() -> int:
        before, told = -1, both.bring.some()
        while told and not told.ended_at and told.total.read != before:
            before, told = told.total.read, both.bring.some()
        return both.articles()

    taken = read()
    assert 0 < taken < 4
    pause_ms = round(both.push.restraint.pace.pause_s() * 1000)
    assert pause_ms == taken * 1_000
    clock.advance(pause_ms - 1)
    assert read() == taken
    clock.advance(1)
    assert read() > taken

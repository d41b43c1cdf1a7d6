"""When the ERP fails: what rests, is put aside, waits for another, or raises an alarm."""

import threading
from collections.abc import Iterator, Sequence

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from sync.erp.canonical import Customer
from sync.erp.connector import Entry, Outcome, Refusal, Trouble
from sync.erp.receipt import Receipt
from sync.erp.rounds.circuit import OPEN_AFTER
from sync.erp.wing import Erp
from tests.erp.paper import KEY, Books, PaperBench, PaperConnector
from tests.erp.shop import Shop

WAIT_S = 10
HOUR_MS = 3_600_000


class Counting(PaperConnector):
    """Counts what reaches it; its ERP asks to be left alone for a while when it is down."""

    def __init__(self, books: Books, retry_after_s: int = 0) -> None:
        super().__init__(books, KEY)
        self.asked = 0
        self._retry_after_s = retry_after_s

    def _reach(self) -> None:
        self.asked += 1
        if self._books.is_down:
            raise Trouble(Problem("erp_busy", status=503), retry_after_s=self._retry_after_s)


class Choking(PaperConnector):
    """The line breaks at one sale, and is well again right after it."""

    bad = ""

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            if entry.id == self.bad:
                raise Trouble(Problem("erp_silent"))
            yield from super().push([entry])


class Picky(PaperConnector):
    """Takes no customer of one name."""

    def _take_customer(self, one: Customer, was: Customer | None) -> bool:
        if one.name == "Nobody":
            raise Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message="Who is that?"))
        return super()._take_customer(one, was)


def fail(erp: Erp, times: int = OPEN_AFTER) -> None:
    for _ in range(times):
        erp.round()


def codes(erp: Erp) -> list[tuple[str, str]]:
    return [(held.status, held.problem.code) for held in erp.held()]


def test_a_line_that_fails_again_and_again_rests_and_a_restart_does_not_forget_it(
    shop: Shop, clock: ManualClock
) -> None:
    books = Books(is_down=True)
    connector = Counting(books)
    sale = shop.sale()
    fail(shop.erp(connector))
    books.is_down, connector.asked = False, 0
    erp = shop.erp(connector)
    problem = erp.round()
    assert (problem and problem.code, connector.asked) == ("erp_resting", 0)
    (standing,) = erp.standings()
    assert standing.circuit.state(clock.now_ms()) == "open"
    assert standing.problem
    assert standing.problem.code == "erp_busy"
    clock.set(standing.circuit.until)
    assert erp.round() is None
    assert sale in books.final
    assert erp.standings()[0].circuit.failures == 0


def test_a_person_may_try_before_the_pause_is_over(shop: Shop) -> None:
    books = Books(is_down=True)
    sale = shop.sale()
    erp = shop.erp(PaperConnector(books, KEY))
    fail(erp)
    books.is_down = False
    erp.runs["paper"].ask()
    assert erp.round() is None
    assert sale in books.final


def test_an_erp_that_asks_for_patience_is_asked_again_when_it_said(
    shop: Shop, clock: ManualClock
) -> None:
    books = Books(is_down=True)
    connector = Counting(books, retry_after_s=600)
    shop.sale()
    erp = shop.erp(connector)
    fail(erp, times=2)
    assert connector.asked == 1
    clock.advance(600_000)
    fail(erp, times=1)
    assert connector.asked == 2


def test_a_closed_erp_is_not_asked(shop: Shop) -> None:
    books = Books()
    connector = Counting(books)
    sale = shop.sale()
    always = ("daily 00:00-12:00", "daily 12:00-00:00")
    problem = shop.erp(connector, closed=always).round()
    assert (problem and problem.code, connector.asked) == ("erp_closed", 0)
    assert shop.erp(connector, closed=("other: daily 00:00-00:00",)).round() is None
    assert sale in books.final


def test_an_entry_that_breaks_the_line_is_put_aside_and_the_others_go_on(
    shop: Shop, clock: ManualClock
) -> None:
    books = Books()
    connector = Choking(books, KEY)
    before, connector.bad, after = shop.sale(), shop.sale(), shop.sale()
    erp = shop.erp(connector)
    fail(erp)
    assert after not in books.final
    clock.advance(HOUR_MS)
    assert erp.round() is None
    assert {before, after} <= books.final
    for _ in range(4):
        assert codes(erp) == [("deferred", "erp_fault")]
        clock.advance(HOUR_MS)
        erp.round()
    assert codes(erp) == [("rejected", "erp_poison")]
    clock.advance(24 * HOUR_MS)
    erp.round()
    (held,) = erp.held()
    assert held.problem.params == {"times": 5, "reason": "erp_silent"}
    bad, connector.bad = connector.bad, ""
    erp.offer_again("paper", held.seq)
    erp.round()
    assert (bad in books.final, erp.held()) == (True, [])


def test_an_outage_that_looks_like_an_entry_puts_nothing_aside(
    shop: Shop, clock: ManualClock
) -> None:
    """A proxy that still answers, and an ERP behind it that does not."""

    class Behind(PaperConnector):
        def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
            if books.is_down:
                raise Trouble(Problem("erp_silent"), is_unsure=True)
            yield from super().push(entries)

        def probe(self) -> str:
            return "Proxy"

        def tidy(self) -> None:
            pass

    books = Books(is_down=True)
    erp = shop.erp(Behind(books, KEY))
    sales = [shop.sale()]
    for _ in range(20):
        clock.advance(HOUR_MS)
        erp.round()
    assert codes(erp) == [("deferred", "erp_silent")]
    sales += [shop.sale() for _ in range(8)]
    for _ in range(20):
        clock.advance(HOUR_MS)
        erp.round()
    assert {code for _, code in codes(erp)} <= {"erp_silent"}
    books.is_down = False
    for _ in range(3):
        clock.advance(2 * HOUR_MS)
        erp.round()
    assert set(sales) <= books.final


def test_a_key_that_is_refused_is_no_entrys_fault(shop: Shop, clock: ManualClock) -> None:
    class Refused(PaperConnector):
        def probe(self) -> str:
            return "Anybody may ask that"

        def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
            yield from super().push(entries[:1])
            raise Trouble(Problem("erp_key_refused", status=401))

    shop.sale()
    shop.sale()
    erp = shop.erp(Refused(Books(), KEY))
    for _ in range(20):
        clock.advance(HOUR_MS)
        erp.round()
    assert codes(erp) == []


def test_a_sale_waits_for_its_refused_customer_and_follows_at_once(shop: Shop) -> None:
    books = Books()
    refused = shop.customer("Nobody")
    sale, neighbour = shop.sale(customer=refused), shop.sale()
    erp = shop.erp(Picky(books, KEY))
    erp.round()
    assert neighbour in books.final
    for seq in [held.seq for held in erp.held() if held.type == "sale.completed"]:
        erp.offer_again("paper", seq)
    erp.round()
    assert sorted(codes(erp)) == [("deferred", "erp_waits"), ("rejected", "erp_rejected")]
    shop.edit(refused, {"legal_name": "Somebody"})
    assert erp.round() is None
    assert (sale in books.final, erp.held()) == (True, [])


def test_what_one_erp_refused_shows_although_another_one_took_it(shop: Shop) -> None:
    class Second(PaperConnector):
        name = "second"

    customer = shop.customer("Nobody")
    erp = shop.erp(Picky(Books(), KEY), Second(Books(), KEY))
    erp.round()
    assert shop.record(customer)["stage"] == "rejected"
    shop.edit(customer, {"legal_name": "Somebody"})
    erp.round()
    assert shop.record(customer)["stage"] == "accepted"


def test_a_connector_that_fails_at_everything_puts_nothing_aside(
    shop: Shop, clock: ManualClock
) -> None:
    class Broken(PaperConnector):
        def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
            raise KeyError("what the ERP calls it now")

    books = Books()
    erp = shop.erp(Broken(books, KEY))
    sales = [shop.sale(), shop.sale()]
    for _ in range(10):
        erp.round()
        clock.advance(2 * HOUR_MS)
    assert codes(erp) == [("deferred", "erp_fault")] * 2
    assert shop.erp(PaperConnector(books, KEY)).round() is None
    assert set(sales) <= books.final


def test_everything_that_was_refused_is_offered_again_at_once(shop: Shop) -> None:
    books = Books()
    connector = Choking(books, KEY)
    customers = [shop.customer("Nobody") for _ in range(3)]
    erp = shop.erp(Picky(books, KEY))
    erp.round()
    assert len(erp.held()) == 3
    erp = shop.erp(connector)
    assert erp.offer_all("paper") == 3
    erp.round()
    assert all(books.named(customer) for customer in customers)
    assert (erp.held(), erp.offer_all("paper"), erp.offer_all("nobody")) == ([], 0, 0)


def test_a_sale_of_a_customer_whom_the_erp_knows_does_not_wait_for_a_refused_edit(
    shop: Shop,
) -> None:
    books = Books()
    known = shop.customer("Lefort")
    erp = shop.erp(Picky(books, KEY))
    erp.round()
    shop.edit(known, {"legal_name": "Nobody"})
    erp.round()
    sale = shop.sale(customer=known)
    erp.round()
    assert codes(erp) == [("rejected", "erp_rejected")]
    assert sale in books.final


def test_entries_that_wait_for_a_silent_erp_raise_an_alarm(shop: Shop, clock: ManualClock) -> None:
    bench = PaperBench()
    erp = shop.erp(bench.connector(), silent_hours=4)
    erp.round()
    bench.go_down()
    clock.advance(5 * HOUR_MS)
    shop.sale()
    assert erp.trouble() is None  # nothing waits for long
    clock.advance(4 * HOUR_MS)
    (alarm,) = erp.alarms()
    assert (alarm.code, alarm.params["hours"], alarm.params["count"]) == ("erp_no_contact", 4, 1)
    assert {name: read() for name, read, _ in erp.readings()}["erp_alarms"] == 1
    erp.pause("paper", paused=True)
    assert erp.trouble() is None
    erp.pause("paper", paused=False)
    bench.come_back()
    erp.round()
    assert erp.trouble() is None


def test_a_round_that_stands_still_is_noticed(shop: Shop, clock: ManualClock) -> None:
    begun, let_go = threading.Event(), threading.Event()

    class Hanging(PaperConnector):
        def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
            begun.set()
            let_go.wait(WAIT_S)
            yield from super().push(entries)

    shop.sale()
    shop.sale()
    erp = shop.erp(Hanging(Books(), KEY), stuck_min=15)
    round_ = threading.Thread(target=erp.round)
    round_.start()
    assert begun.wait(WAIT_S)
    moving = erp.standings()[0].moving
    assert moving
    assert (moving.done, moving.total) == (0, 2)
    clock.advance(16 * 60_000)
    problem = erp.trouble()
    assert problem
    assert (problem.code, problem.params["minutes"]) == ("erp_stuck", 16)
    let_go.set()
    round_.join(WAIT_S)
    assert erp.trouble() is None
    assert erp.standings()[0].moving is None

"""A comparison leaves an ERP alone whenever a push or a reading would."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from sync.erp.connector import Trouble
from sync.erp.rounds.circuit import OPEN_AFTER
from sync.jobs.ended import Ended
from tests.erp.tallying.test_tallying import Books

HOUR_MS = 3_600_000
AT_NIGHT = ("daily 00:00-02:00",)


def sold(store: Store, **settings: Any) -> Books:
    """Books with a customer and a sale that the ERP has, and nothing asked since."""
    books = Books(store, **settings)
    books.shop.sale(customer=books.shop.customer())
    assert books.erp.round() is None
    books.ledger.asked.clear()
    return books


def turn(books: Books) -> tuple[str, bool, Mapping[str, int]]:
    ended = books.tallying.run()
    assert isinstance(ended, Ended)
    return ended.problem.code if ended.problem else "", ended.held, ended.counts


def refused(books: Books) -> str:
    with pytest.raises(Problem) as found:
        books.sales()
    return found.value.code


def failing(books: Books) -> None:
    """The line to the ERP fails until it is left alone."""
    books.ledger.is_down = True
    for _ in range(OPEN_AFTER):
        books.shop.sale()
        books.erp.round()
    books.ledger.is_down = False
    books.ledger.asked.clear()


def test_an_erp_that_is_closed_is_asked_nothing_and_compared_in_the_hour_it_opens(
    store: Store, clock: ManualClock
) -> None:
    books = sold(store, closed=AT_NIGHT)
    closed_until = books.erp.runs["memory"].restraint.closed_until
    while closed_until() is None:
        clock.advance(HOUR_MS // 2)
    assert turn(books) == ("erp_closed", True, {})
    assert refused(books) == "erp_closed"
    assert books.ledger.asked == []
    while closed_until() is not None:
        clock.advance(HOUR_MS // 2)
    code, held, counts = turn(books)
    assert (code, held) == ("", False)
    assert counts["compared"]
    assert turn(books)[2] == {}, "once a day, whenever it succeeded"


def test_a_line_that_rests_is_asked_nothing_unless_a_person_wants_to_know(store: Store) -> None:
    books = sold(store)
    failing(books)
    assert turn(books) == ("erp_resting", True, {})
    assert books.ledger.asked == []
    assert books.sales().ours == 1
    books.tallying.ask()
    assert turn(books)[0] == ""


def test_an_erp_that_asks_a_comparison_for_patience_is_pushed_nothing_either(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = sold(store)

    def busy(*_: object, **__: object) -> None:
        raise Trouble(Problem("erp_busy", status=429), retry_after_s=3600)

    with monkeypatch.context() as later:
        later.setattr(books.line, "find", busy)
        assert turn(books)[0] == "erp_busy"
    push = books.erp.runs["memory"]
    ended = push.turn()
    assert (ended.problem and ended.problem.code, ended.held) == ("erp_patience", True)
    clock.advance(HOUR_MS)
    assert push.turn().problem is None


def test_rows_that_are_compared_count_for_the_pace_that_pushing_shares(
    store: Store, clock: ManualClock
) -> None:
    books = sold(store, entries_per_minute=("memory = 600",))
    pace = books.erp.runs["memory"].restraint.pace
    clock.advance(HOUR_MS)
    books.sales()
    assert pace.pause_s() == 0.1


def test_a_person_is_told_when_the_pace_makes_a_comparison_long(store: Store) -> None:
    books = sold(store, entries_per_minute=("memory = 60",))
    books.erp.runs["memory"].restraint.pace.took(30)
    assert refused(books) == "tally_paced"
    assert books.ledger.asked == []


def test_a_turn_that_waits_for_its_pace_ends_when_the_gateway_does(store: Store) -> None:
    books = sold(store, entries_per_minute=("memory = 60",))
    books.erp.runs["memory"].restraint.pace.took(1)
    books.tallying.stop()
    assert turn(books) == ("", True, {})
    assert books.ledger.asked == []

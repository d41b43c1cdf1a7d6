"""A round of pushing: what ends it, what it remembers, and what it isolates."""

import threading
from collections.abc import Iterator, Sequence

from sync.erp.connector import Entry
from sync.erp.receipt import Receipt
from sync.erp.wing import Erp
from tests.erp.paper import KEY, Books, PaperBench, PaperConnector
from tests.erp.shop import Shop

WAIT_S = 10


class Stumbling(PaperConnector):
    """A connector with a bug: it falls over one customer's name."""

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            if entry.data.get("legal_name") == "Null":
                raise KeyError("Null")
            yield from super().push([entry])


class Lazy(PaperConnector):
    """A connector with a bug: it forgets the last entry."""

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        yield from super().push(entries[:-1])


class Slow(PaperConnector):
    """A connector that waits for its ERP until it is let go."""

    def __init__(self) -> None:
        super().__init__(Books(), KEY)
        self.begun, self.let_go = threading.Event(), threading.Event()

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            self.begun.set()
            self.let_go.wait(WAIT_S)
            yield from super().push([entry])


def test_a_round_goes_on_until_nothing_is_left(shop: Shop) -> None:
    bench = PaperBench()
    sales = [shop.sale() for _ in range(5)]
    assert shop.erp(bench.connector(), batch_entries_max=2).round() is None
    assert all(bench.orders(sale) for sale in sales)


def test_an_entry_the_connector_falls_over_stops_no_other(shop: Shop) -> None:
    books = Books()
    names = ["Lefort", "Null", "Nordwind"]
    customers = {name: shop.customer(name) for name in names}
    erp = shop.erp(Stumbling(books, KEY))
    assert erp.round() is None
    assert [len(books.named(customers[name])) for name in names] == [1, 0, 1]
    (held,) = erp.held()
    assert (held.subject, held.status, held.problem.code) == (
        customers["Null"], "deferred", "erp_fault",
    )  # fmt: skip


def test_an_entry_the_connector_forgets_is_offered_again(shop: Shop) -> None:
    shop.sale()
    shop.sale()
    erp = shop.erp(Lazy(Books(), KEY))
    assert erp.round() is None
    (held,) = erp.held()
    assert (held.status, held.problem.code) == ("deferred", "erp_fault")


def test_a_paused_consumer_is_not_pushed_to(shop: Shop) -> None:
    bench = PaperBench()
    sale = shop.sale()
    erp = shop.erp(bench.connector())
    erp.pause("paper", paused=True)
    erp.round()
    assert bench.orders(sale) == []
    (standing,) = erp.standings()
    assert (standing.paused, standing.problem) == (True, None)
    erp.pause("paper", paused=False)
    erp.round()
    assert len(bench.orders(sale)) == 1


def test_two_rounds_never_run_at_once(shop: Shop) -> None:
    connector = Slow()
    sale = shop.sale()
    erp = shop.erp(connector)
    first = threading.Thread(target=erp.round)
    first.start()
    assert connector.begun.wait(WAIT_S)
    assert erp.round() is None
    connector.let_go.set()
    first.join(WAIT_S)
    assert erp.standings()[0].waiting == 0
    assert sale in connector._books.final


def test_a_stop_ends_the_round_after_the_entry_it_is_at(shop: Shop) -> None:
    connector = Slow()
    for _ in range(3):
        shop.sale()
    erp = shop.erp(connector)
    first = threading.Thread(target=erp.round)
    first.start()
    assert connector.begun.wait(WAIT_S)
    erp.stop()
    connector.let_go.set()
    first.join(WAIT_S)
    assert len(connector._books.final) == 1
    again = shop.erp(PaperConnector(connector._books, KEY))
    assert again.round() is None
    assert len(connector._books.final) == 3


def test_without_a_connector_a_round_does_nothing(shop: Shop) -> None:
    shop.sale()
    erp = shop.erp()
    assert erp.round() is None
    assert (erp.runs, erp.standings()) == ({}, [])


def test_two_connectors_push_side_by_side_and_neither_waits_for_the_other(shop: Shop) -> None:
    class Second(PaperConnector):
        name = "second"

    one, other = PaperBench(), Books()
    sale = shop.sale()
    erp = shop.erp(one.connector(), Second(other, KEY))
    one.go_down()
    problem = erp.round()
    assert problem is not None
    assert problem.code == "erp_unreachable"
    assert sale in other.final
    standings = {standing.name: standing for standing in erp.standings()}
    assert (standings["paper"].waiting, standings["second"].waiting) == (1, 0)
    assert standings["second"].problem is None
    one.come_back()
    erp.round()
    assert len(one.orders(sale)) == 1
    assert [name for name, *_ in erp.jobs()] == ["push paper", "push second", "erp lag"]


def test_what_the_erp_calls_our_records_is_remembered(shop: Shop) -> None:
    class Naming(PaperConnector):
        def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
            for entry in entries:
                seen.append(dict(entry.links))
                links = {"phones/main": "7"}
                yield Receipt(entry.seq, "accepted", erp_ref="party,3", links=links)

    seen: list[dict[str, str]] = []
    customer = shop.customer()
    erp: Erp = shop.erp(Naming(Books(), KEY))
    erp.round()
    shop.edit(customer, {"legal_name": "Lefort SARL"})
    erp.round()
    assert seen == [{}, {"": "party,3", "phones/main": "7"}]


def test_a_name_that_a_pulling_erp_took_first_stops_only_the_rounds(shop: Shop) -> None:
    shop.sale()
    shop.erp().next("paper", "some-token", None)
    erp = shop.erp(PaperConnector(Books(), KEY))
    problem = erp.round()
    assert problem is not None
    assert problem.code == "consumer_taken"
    assert erp.standings()[0].problem is None

"""Comparisons over HTTP: who reads them, who has them made, and the files to keep."""

import pytest

from gateway.store.database import Store
from sync.erp.tallying import api
from tests.cast import World
from tests.erp.tallying.test_tallying import Books

TALLIES = "/api/v1/sync/tallies"


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


@pytest.fixture
def world(store: Store, books: Books) -> World:
    return World(store, blueprints=[api.blueprint(books.tallying, lambda: "Lefort")])


def days(books: Books) -> str:
    return f"consumer=memory&since={books.today}&until={books.today}"


def test_a_manager_compares_a_day_reads_what_differs_and_offers_it_again(
    world: World, books: Books
) -> None:
    lost, _ = books.shop.sale(), books.shop.sale()
    books.erp.round()
    (row,) = books.ledger.all("order", x_id=lost)
    del books.ledger.rows["order"][row["id"]]
    day = str(books.today)
    told = world.ben.post(TALLIES, {"consumer": "memory", "day": day}).json
    assert (told["consumers"], told["today"]) == (["memory"], day)
    (sales,) = [one for one in told["tallies"] if one["source"] == "sale.completed"]
    assert (sales["agrees"], sales["ours"], sales["theirs"], sales["differing"]) == (False, 2, 1, 1)
    asked = f"{TALLIES}/findings?consumer=memory&source=sale.completed&day={day}"
    (found,) = world.ben.get(asked).json["findings"]
    assert (found["fault"], found["id"]) == ("missing", lost)
    again = {"consumer": "memory", "seqs": [found["seq"]]}
    assert world.ben.post(f"{TALLIES}/again", again).status_code == 204
    assert books.erp.round() is None
    told = world.ben.post(TALLIES, {"consumer": "memory", "day": day}).json
    assert all(one["agrees"] for one in told["tallies"])


def test_records_are_compared_as_they_are_now(world: World, books: Books) -> None:
    books.shop.customer()
    books.erp.round()
    told = world.ben.post(TALLIES, {"consumer": "memory"}).json
    (customers,) = [one for one in told["tallies"] if one["source"] == "customer"]
    assert (customers["day"], customers["ours"], customers["agrees"]) == ("", 1, True)


def test_an_auditor_takes_the_report_as_a_table_and_as_pages(world: World, books: Books) -> None:
    books.shop.sale()
    books.erp.round()
    books.sales()
    table = world.udo.get(f"{TALLIES}/report?{days(books)}")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "sale.completed" in table.data.decode("utf-8-sig")
    pages = world.udo.get(f"{TALLIES}/report?{days(books)}&form=pdf")
    assert pages.headers["Content-Type"] == "application/pdf"
    assert pages.headers["Content-Disposition"].endswith('.pdf"')
    assert b"Lefort" in pages.data


@pytest.mark.parametrize(
    ("since", "until"), [("2027-01-16", "2027-01-15"), ("2020-01-01", "2027-01-01")]
)
def test_days_that_make_no_span_are_refused(world: World, since: str, until: str) -> None:
    answer = world.ben.get(f"{TALLIES}?consumer=memory&since={since}&until={until}")
    assert (answer.status_code, answer.json["code"]) == (400, "tally_days")


def test_who_keeps_no_books_compares_nothing(world: World, books: Books) -> None:
    assert world.ana.get(f"{TALLIES}?{days(books)}").status_code == 403
    assert world.udo.post(TALLIES, {"consumer": "memory"}).status_code == 403
    answer = world.ben.post(TALLIES, {"consumer": "head-office"})
    assert (answer.status_code, answer.json["code"]) == (409, "consumer_not_compared")

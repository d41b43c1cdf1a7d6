"""The count itself: it must find what is missing, doubled or left half done, and nothing else."""

from tests.torture.audit import Promises
from tests.torture.tryton_count import Books, count

PROMISES = Promises(
    facts={"sale-1": (1, {"receipt": "1"}), "scan-1": (2, {"text": "x"})},
    operations={"op-1": "customer-1", "op-2": "customer-1", "op-3": ""},
)


def test_everything_once_is_no_fault() -> None:
    found = count(Books(["customer-1"], [("sale-1", "processing")]), PROMISES)
    assert (found.customers, found.sales, found.twins, found.faults) == (1, 1, 0, [])


def test_what_was_kept_and_never_promised_is_no_fault() -> None:
    books = Books(["customer-1", "more"], [("sale-1", "done"), ("more", "processing")])
    assert count(books, PROMISES).faults == []


def test_a_cancelled_twin_is_counted_and_no_fault() -> None:
    books = Books(["customer-1"], [("sale-1", "done"), ("sale-1", "cancelled")])
    assert (count(books, PROMISES).twins, count(books, PROMISES).faults) == (1, [])


def test_what_is_missing_is_found() -> None:
    assert count(Books([], []), PROMISES).faults == [
        "customer customer-1 is in Tryton 0 times",
        "sale sale-1 is in Tryton 0 times",
    ]


def test_what_is_doubled_is_found_even_if_nobody_was_promised_it() -> None:
    books = Books(
        ["customer-1", "customer-1", "more", "more"],
        [("sale-1", "processing"), ("sale-1", "done")],
    )
    assert count(books, PROMISES).faults == [
        "customer customer-1 is in Tryton 2 times",
        "customer more is in Tryton 2 times",
        "sale sale-1 is in Tryton 2 times",
    ]


def test_what_is_half_done_is_found() -> None:
    found = count(Books(["customer-1"], [("sale-1", "confirmed")]), PROMISES)
    assert found.faults == [
        "sale sale-1 is in Tryton 0 times",
        "sale sale-1 was left as confirmed in Tryton",
    ]

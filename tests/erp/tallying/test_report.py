"""What an accountant keeps: a table and pages, in every language."""

import csv
import io

import pytest

from gateway.kernel import clock as clocks
from sync.erp.tallying import paper, report, words
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.sides import Finding

DAY = "2027-01-15"
FOUND = [
    Kept("memory", "sale.completed", DAY, 1_800_000_000_000, 3, 2, 1,
         {"total": ("88.06", "44.03")}, "a" * 64, "b" * 64, 2),
    Kept("memory", "customer", "", 1_800_000_000_000, 5, 5, 0, {}, "c" * 64, "c" * 64, 0),
]  # fmt: skip
OURS, THEIRS = {"total": "9"}, {"total": "8"}
FINDINGS = {
    ("sale.completed", DAY): [
        Finding("missing", "0190-1", 7, "R1/000007"),
        Finding("differs", "0190-2", 8, "=R1/1", ("order,4",), ("total",), OURS, THEIRS),
    ]
}
HEAD = paper.Head("Lefort", "memory", DAY, DAY, clocks.to_iso(1_800_000_000_000))


def test_the_table_has_a_line_for_each_comparison_and_each_difference_and_runs_no_formula() -> None:
    text = report.table(FOUND, FINDINGS).decode("utf-8-sig")
    head, sales, missing, differs, customers = csv.reader(io.StringIO(text))
    assert tuple(head) == report.HEADS
    assert sales[:7] == [DAY, "sale.completed", "3", "2", "1", "2", "total 88.06 / 44.03"]
    assert (missing[9], missing[10]) == ("missing", "R1/000007")
    assert (differs[10], differs[12], differs[13]) == ("'=R1/1", "total: 9 / 8", "order,4")
    assert customers[7] == "c" * 64


@pytest.mark.parametrize("language", ["en", "zh-CN", "zh-Hant"])
def test_the_pages_say_the_same_in_every_language(language: str) -> None:
    told = paper.document(HEAD, FOUND, FINDINGS, words.told(language), language)
    assert told.startswith(b"%PDF-")
    assert (paper.FONTS.get(language, paper.PLAIN)).encode() in told


def test_a_long_report_goes_on_on_the_next_page() -> None:
    many = {("sale.completed", DAY): [Finding("missing", str(n), n, f"R1/{n}") for n in range(200)]}
    told = paper.document(HEAD, FOUND, many, words.told("en"), "en")
    assert told.count(b"/Type /Page\n") >= 4
    assert b"R1/199" in told
    assert b"(Page 4)" in told


def test_every_language_has_the_same_words() -> None:
    assert words.told("zh-CN").keys() == words.told("en").keys() == words.told("zh-Hant").keys()

"""Codes a site has made up itself: the rules, their samples, and what they cost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codes.reading import Fault
from devices.codes.site_codes import parse_codes, read_code

SHELF = "shelf A(?P<aisle>[0-9]{2})-(?P<bay>[0-9]{1,3}) ; A07-12 aisle=07 bay=12"
INNER = r"inner IN\.(?P<gtin>[0-9]{13})(?:-(?P<lot>[A-Z0-9]{1,8})|x) ; IN.4006381333931-A1 lot=A1"


def test_a_rule_reads_its_code() -> None:
    found = read_code("A12-3", parse_codes([SHELF]))
    assert found is not None
    assert found.values == {"code": "shelf", "aisle": "12", "bay": "3"}
    assert read_code("A12-3x", parse_codes([SHELF])) is None
    assert read_code("A" * 200, parse_codes(["all [A]{1,100} ; AA"])) is None


def test_an_article_number_inside_is_checked_and_kept_as_14_digits() -> None:
    rules = parse_codes([INNER])
    found = read_code("IN.4006381333931x", rules)
    assert found is not None
    assert (found.gtin, found.values) == (
        "04006381333931", {"code": "inner", "gtin": "04006381333931"},
    )  # fmt: skip
    wrong = read_code("IN.4006381333932x", rules)
    assert wrong is not None
    assert wrong.fault == Fault("check_digit", "gtin", "1", "2")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "starts with a name"),
        ("Shelf A", "starts with a name"),
        ("shelf", "starts with a name"),
        ("shelf A[0-9]", "has no sample"),
        ("shelf A[0-9] ; A12", "does not fit its pattern"),
        ("shelf A(?P<aisle>[0-9]) ; A1 aisle=2", "gives aisle=1, not 2"),
        ("shelf A[0-9]+ ; A1", "where a character"),
        ("shelf [a--b] ; a", "cannot be read"),
        ("shelf A[0-9]* ; A1", "where a character"),
        ("shelf (?:A|B){1,9} ; A", "where a character"),
        ("shelf (A) ; A", "where a character"),
        (r"shelf (?P<a>A)\1 ; AA", "where a character"),
        ("shelf (?=A)A ; A", "where a character"),
        ("shelf A{1,999} ; A", "no number of times"),
        ("shelf [A]{1,100}[A]{1,100}[A]{1,100} ; AAA", "too many ways"),
        ("shelf (?P<a>A ; A", "cannot be read"),
        ("inner (?P<gtin>[0-9]{13}) ; 4006381333932", "has no right gtin"),
        ("inner (?P<gtin>[0-9]{5}) ; 12345", "has no right gtin"),
        ("shelf " + "A" * 300 + " ; A", "longer than 200"),
    ],
)
def test_a_wrong_rule_is_refused_in_a_sentence(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_codes([line])


@given(st.text("AB[]{}(?P<a>)|,0-9\\\\d.:+*^$", max_size=40), st.text("AB0", max_size=128))
def test_no_pattern_that_is_taken_holds_a_reader_up(pattern: str, text: str) -> None:
    try:
        rules = parse_codes([f"any {pattern} ; A"])
    except ValueError:
        return
    began = time.process_time()
    read_code(text, rules)
    assert time.process_time() - began < 0.1


def test_the_widest_pattern_that_is_taken_is_quick() -> None:
    rules = parse_codes(["any [A]{1,100}[A]{1,100} ; AA"])
    began = time.process_time()
    assert read_code("A" * 127 + "B", rules) is None
    assert time.process_time() - began < 0.1

"""Stored forms. Most cases stand in tests/cases/fields.json; here is what that table cannot say."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import countries, dates, formats, phones, tax_ids
from gateway.kernel.problems import Problem


def outcome(work: Callable[[], str]) -> tuple[str, str]:
    """The stored form, or the code of the refusal."""
    try:
        return work(), ""
    except Problem as problem:
        return "", problem.code


@given(st.text(max_size=60))
def test_a_name_is_its_own_stored_form(text: str) -> None:
    assert formats.name(formats.name(text)) == formats.name(text)


@given(st.text(max_size=60))
def test_lines_are_their_own_stored_form(text: str) -> None:
    assert formats.lines(formats.lines(text)) == formats.lines(text)


@given(st.text(max_size=60))
def test_a_name_is_one_line_without_control_characters(text: str) -> None:
    stored = formats.name(text)
    assert stored == stored.strip()
    assert not set(stored) & set("\n\t\x00\u200b\u202e")


@given(st.text(max_size=40))
def test_any_text_is_a_phone_number_or_a_refusal(text: str) -> None:
    stored, code = outcome(lambda: phones.number(text, "DE").text)
    assert code in ("", "phone_impossible")
    if not code:
        assert stored.startswith("+")
        assert phones.number(stored, "CN").text == stored


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_refusal(text: str) -> None:
    stored, code = outcome(lambda: dates.normalise(text))
    assert code in ("", "date_invalid", "date_ambiguous")
    if not code:
        assert dates.normalise(stored) == stored


@given(st.dates(min_value=dates.date(1900, 1, 1), max_value=dates.date(2199, 12, 31)))
def test_every_written_form_of_a_day_is_that_day(day: dates.date) -> None:
    iso = day.isoformat()
    forms = (
        iso,
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day}.{day.month}.{day.year}",
    )
    assert {dates.normalise(form) for form in forms} == {iso}


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1900, 2199))
def test_a_date_that_could_be_read_two_ways_is_never_guessed(
    first: int, second: int, year: int
) -> None:
    text = f"{first:02d}/{second:02d}/{year}"
    if first == second:
        assert dates.normalise(text) == f"{year}-{first:02d}-{first:02d}"
    else:
        with pytest.raises(Problem, match="date_ambiguous"):
            dates.normalise(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Müller & Söhne", "muller & sohne"),
        ("CAFÉ", "cafe"),
        ("Ｗａｙ", "way"),
        ("Straße", "strasse"),
        ("上海华新", "上海华新"),
    ],
)
def test_a_search_sees_no_case_and_no_accents(typed: str, folded: str) -> None:
    assert formats.fold(typed) == folded


@pytest.mark.parametrize("country", ["CN", "DE", "FR", "US", "CH", "IT", "ES", "GB", "JP", "ZA"])
def test_a_country_with_a_check_refuses_nonsense(country: str) -> None:
    with pytest.raises(Problem, match="tax_id_invalid"):
        tax_ids.number("000000", country)


def test_a_number_that_is_possible_but_in_no_range_is_kept_with_a_warning() -> None:
    assert phones.number("95588", "CN") == phones.Phone("+8695588", valid=False)


def test_countries_are_those_of_iso_3166() -> None:
    assert len(countries.COUNTRIES) == 249
    assert {"DE", "CN", "TW", "HK", "GB"} <= countries.COUNTRIES
    assert not {"UK", "EU", "XK"} & countries.COUNTRIES


@given(st.text(max_size=60))
def test_a_code_is_its_own_stored_form(text: str) -> None:
    assert formats.code(formats.code(text)) == formats.code(text)


@given(st.text(alphabet="ab \u200b\u200c\u200d\u202e\u2066\ufeff\u3164\u2800\u00ad", max_size=30))
def test_nothing_invisible_is_left_at_the_ends_or_alone(text: str) -> None:
    stored = formats.name(text)
    assert stored == formats.name(stored)
    assert not {"\u200b", "\u202e", "\u2066", "\ufeff", "\u3164", "\u2800", "\u00ad"} & set(stored)
    assert all(word.strip("\u200c\u200d") == word for word in stored.split(" "))


def test_a_note_keeps_its_lines_and_loses_what_nobody_sees() -> None:
    assert formats.lines("one\u202e\r\ntwo\ufeff\tthree\u0007") == "one\ntwo\tthree"

"""Identity numbers: a slip of the finger shows, another document passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel.identity_numbers import is_wrong

# Examples of the standards and their authorities; none is a living person's.
GOOD = {
    "BR": "390.533.447-05",
    "CN": "11010519491231002X",
    "ES": "54362315K",
    "FI": "131052-308T",
    "IT": "RCCMNL83S18D969H",
    "PL": "44051401359",
    "SE": "880320-0016",
    "TR": "17291716060",
    "ZA": "7503305044089",
}


@pytest.mark.parametrize(("country", "number"), GOOD.items())
def test_a_number_of_the_standard_passes(country: str, number: str) -> None:
    assert not is_wrong(number, country)
    assert not is_wrong(number.lower(), country)


@pytest.mark.parametrize(("country", "number"), GOOD.items())
@given(st.integers(1, 9))
def test_another_last_but_one_digit_shows(country: str, number: str, step: int) -> None:
    place = max(at for at, sign in enumerate(number[:-1]) if sign.isdigit())
    digit = (int(number[place]) + step) % 10
    assert is_wrong(number[:place] + str(digit) + number[place + 1 :], country)


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("CN", "E12345678"),  # a passport
        ("CN", "H1234567890"),  # a travel permit
        ("CN", "110105194912310"),  # a card of the first generation: fifteen digits, none to check
        ("KR", "9710139019902"),
        ("DE", "L01X00T471"),
        ("", "1"),
    ],
)
def test_another_document_or_country_is_kept_as_it_is(country: str, number: str) -> None:
    assert not is_wrong(number, country)


@given(st.text(max_size=30), st.sampled_from([*GOOD, "DE", ""]))
def test_no_text_is_too_strange(text: str, country: str) -> None:
    assert is_wrong(text, country) in (True, False)

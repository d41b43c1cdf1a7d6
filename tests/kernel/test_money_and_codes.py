"""Money in minor units and GS1 check digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import codes, money
from gateway.kernel.problems import Problem


@pytest.mark.parametrize(
    ("quantity", "unit_price", "amount"),
    [("0.575", 380, 219), ("3", 442, 1326), ("-3", 442, -1326), ("0.5", 1, 1), ("-0.5", 1, -1)],
)
def test_a_line_is_rounded_half_up_once_on_the_absolute_value(
    quantity: str, unit_price: int, amount: int
) -> None:
    assert money.line_amount(Decimal(quantity), unit_price) == amount


def test_halves_of_the_published_examples_round_away_from_zero() -> None:
    assert money.round_half_up(Decimal("3") * Decimal("442.50")) == 1328
    assert money.round_half_up(Decimal("-3") * Decimal("442.50")) == -1328


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD", "CNY"]))
def test_an_amount_survives_its_decimal_text(minor: int, currency: str) -> None:
    text = money.to_decimal(minor, currency)
    assert Decimal(text).scaleb(money.exponent(currency)) == minor
    assert len(text.partition(".")[2]) == money.exponent(currency)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        money.exponent("EURO")
    assert refused.value.code == "currency_unknown"


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4006381333931", "04006381333931"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("16901234567899", "16901234567899"),
        ("4006381333932", None),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", None),
        ("400638133393", None),
        ("", None),
    ],
)
def test_a_gtin_is_fourteen_digits_with_a_right_check_digit(text: str, gtin: str | None) -> None:
    assert codes.gtin14(text) == gtin


@given(st.text("0123456789", min_size=7, max_size=13))
def test_one_wrong_digit_never_passes(body: str) -> None:
    digit = codes.check_digit(body)
    assert codes.check_digit(body) == digit
    changed = str((int(body[0]) + 1) % 10) + body[1:]
    assert codes.check_digit(changed) != digit

"""Labels of the shop's own scales: the rules, their samples, and what they read."""

import pytest

from devices.codes.label_tables import TABLES
from devices.codes.labels import parse_rules, read_label
from devices.codes.reading import Fault

CENTS = 2


def read_by(rule: str, text: str, decimals: int = CENTS) -> dict[str, object]:
    elements = read_label(text, parse_rules([rule], decimals), decimals)
    assert elements is not None
    assert elements.fault is None
    return dict(elements.values)


@pytest.mark.parametrize(
    ("rule", "text", "values"),
    [
        ("22 plu:5 price:5.2 check", "2212345012503", {"plu": "12345", "price_minor": 1250}),
        ("22 plu:5 price:5.1 check", "2212345012503", {"plu": "12345", "price_minor": 12500}),
        ("22 plu:5 weight:5.3kg check", "2212345012503",
         {"plu": "12345", "weight": {"value": "1.250", "unit": "kg"}}),
        ("22 plu:5 pieces:5 check", "2212345012503", {"plu": "12345", "pieces": "01250"}),
        ("22 skip:5 price:5.2 check", "2212345012503", {"price_minor": 1250}),
        ("99 staff:6", "99000123", {"staff": "000123"}),
        ("20 plu:5 verifier:1 price:4.2", "201234592875", {"plu": "12345", "price_minor": 2875}),
    ],
)  # fmt: skip
def test_a_rule_reads_its_label(rule: str, text: str, values: dict[str, object]) -> None:
    assert read_by(rule, text) == values


def test_money_follows_the_currency_of_the_shop() -> None:
    assert read_by("22 plu:5 price:5 check", "2212345012503", 0)["price_minor"] == 1250
    with pytest.raises(ValueError, match="more decimals than can be kept"):
        parse_rules(["22 plu:5 price:5.2 check"], 0)


def test_a_wrong_price_verifier_is_found() -> None:
    rules = parse_rules(["20 plu:5 verifier:1 price:4.2"], CENTS)
    good = read_label("201234592875", rules, CENTS)
    assert good is not None
    assert good.fault is None
    bad = read_label("201234582875", rules, CENTS)
    assert bad is not None
    assert bad.fault == Fault("verifier", "price", "9", "8")


def test_a_code_of_another_length_is_no_label() -> None:
    rules = parse_rules(["22 plu:5 price:5.2 check"], CENTS)
    assert read_label("22123450125", rules, CENTS) is None
    assert read_label("2312345012502", rules, CENTS) is None


def test_samples_are_tried() -> None:
    parse_rules(
        ["26 plu:5 amount:5.2 weight:5.3kg check ; 261234501250005758 amount_minor=1250"
         " weight=0.575kg plu=12345"],
        CENTS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "starts with a prefix"),
        ("AB plu:5", "starts with a prefix"),
        ("22", "names no field"),
        ("22 check", "names no field"),
        ("22 plu", "is not a field"),
        ("22 plu:5 plu:5", "names a field twice"),
        ("22 plu:5 verifier:1", "a verifier has 1 digit"),
        ("22 plu:5 verifier:2 price:4", "a verifier has 1 digit"),
        ("22 plu:5 price:5.2 check ; 2212345012504", "has 4 where 3 is expected"),
        ("22 plu:5 price:5.2 check ; 221234501250", "13 digits are expected"),
        ("22 plu:5 price:5.2 check ; 2212345012503 price_minor=1", "gives price_minor=1250, not 1"),
    ],
)
def test_a_wrong_rule_is_refused_in_a_sentence(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_rules([line], CENTS)


def test_every_wrong_rule_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r'(?s)rule "A".*rule "B"'):
        parse_rules(["A", "22 plu:5", "B"], CENTS)


@pytest.mark.parametrize("country", TABLES)
def test_the_table_of_a_country_gives_what_its_samples_say(country: str) -> None:
    assert len(parse_rules([f"country {country}"], CENTS)) == len(TABLES[country])


def test_a_rule_of_the_shop_above_the_table_of_its_country_wins() -> None:
    rules = parse_rules(["20 plu:5 price:5.2 check", "country SE"], CENTS)
    own = read_label("2012345601253", rules, CENTS)
    assert own is not None
    assert own.values == {"plu": "12345", "price_minor": 60125}


def test_one_code_is_read_as_the_country_has_it() -> None:
    def read_in(country: str) -> object:
        found = read_label("2312345601254", parse_rules([f"country {country}"], CENTS), CENTS)
        return found and (found.fault.reason if found.fault else dict(found.values))

    assert read_in("SE") == {"item": "123456", "weight": {"value": "0.125", "unit": "kg"}}
    assert read_in("DK") == {"item": "1234", "price_minor": 560125}
    assert read_in("DE") == "verifier"
    assert read_in("GB") is None


def test_a_country_without_a_table_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="there are tables for CN, DE, DK"):
        parse_rules(["country FR"], CENTS)

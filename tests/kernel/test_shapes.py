"""What msgspec says of a shape, in words: driven by msgspec itself, so that an update shows."""

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from gateway.facts import basic
from gateway.kernel import countries, country_names, languages, shapes
from gateway.kernel.problems import Problem


class Line(Struct, forbid_unknown_fields=True):
    gtin: basic.ArticleNumber
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    name: Annotated[str, Meta(min_length=2, max_length=4)] | None = None
    quantity: basic.Decimal6 = "1"


class Fact(Struct):
    lines: Annotated[list[Line], Meta(min_length=1, max_length=2)]
    currency: basic.Currency = "EUR"


GOOD = {"gtin": "4006381333931"}


def said(value: object) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Fact)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ({}, "lines is missing", "缺少 lines"),
        ({"lines": [{}]}, "lines[0].gtin is missing", "缺少 lines[0].gtin"),
        (
            {"lines": [{**GOOD, "x": 1}]},
            "lines[0].x is not known here",
            "这里没有 lines[0].x 这一项",
        ),
        (
            {"lines": 5},
            "lines: a list was expected, and a whole number came",
            "lines：应为列表，实际为整数",
        ),
        (
            {"lines": [{"gtin": "12"}]},
            "lines[0].gtin: an article number of 8 to 14 digits was expected",
            "lines[0].gtin：应为8 至 14 位数字的商品条码",
        ),
        (
            {"lines": [{**GOOD, "quantity": "a"}]},
            'lines[0].quantity: a number in quotes, such as "2" or "0.125", with at most six'
            " decimals, was expected",
            'lines[0].quantity：应为加引号的数字，例如 "2" 或 "0.125"，小数最多六位',
        ),
        (
            {"lines": [{**GOOD, "name": 5}]},
            "lines[0].name: a text or nothing was expected, and a whole number came",
            "lines[0].name：应为文本或空值，实际为整数",
        ),
        (
            {"lines": []},
            "lines: too few entries, at least 1 are needed",
            "lines：条目太少，至少需要 1 个",
        ),
        (
            {"lines": [{**GOOD, "count": 0}]},
            "lines[0].count: a number of 1 or more was expected",
            "lines[0].count：数字应不小于 1",
        ),
        (
            {"lines": [{**GOOD, "name": "abcde"}]},
            "lines[0].name: at most 4 characters fit",
            "lines[0].name：最多 4 个字符",
        ),
        (
            {"lines": [GOOD], "currency": "euro"},
            "currency: a currency in three capital letters, such as EUR, was expected",
            "currency：应为三个大写字母的货币代码，例如 EUR",
        ),
    ],
)
def test_a_wrong_shape_is_told_in_words(value: object, english: str, chinese: str) -> None:
    message = said(value)
    assert shapes.told(message, "en") == english
    assert shapes.told(message, "zh-CN") == chinese
    assert not any(sign in shapes.told(message, "zh-Hant") for sign in ("`", "regex", "Expected"))


def test_a_message_that_was_ended_as_a_sentence_stays_one() -> None:
    assert shapes.told(f"{said({})}.", "en") == "lines is missing."
    assert shapes.told(f"{said({'lines': []})}.", "zh-CN") == "lines：条目太少，至少需要 1 个。"


def test_what_is_none_of_its_messages_stays_as_it_is() -> None:
    for text in ("", "no such file", "a\nb - at `$.x`"):
        assert shapes.told(text, "en") == text


def test_a_problem_that_was_stored_is_told_in_words_and_keeps_what_was_said() -> None:
    problem = Problem("fact_data_invalid", type="sale.completed", reason=said({}))
    again = Problem.from_record(problem.record())
    assert "lines is missing" in again.detail("en")
    assert "缺少 lines" in again.detail("zh-CN")
    params: Any = again.document()["params"]
    assert params["reason"] == "Object missing required field `lines`"


def test_a_country_is_told_by_its_name_and_kept_by_its_code() -> None:
    problem = Problem("postal_code_invalid", country="DE")
    assert "Postal codes in Germany look" in problem.detail("en")
    assert "德国" in problem.detail("zh-CN")
    assert "德國" in problem.detail("zh-Hant")
    assert problem.document()["params"] == {"country": "DE"}
    assert "Atlantis" in Problem("postal_code_invalid", country="Atlantis").detail()


def test_every_country_has_a_name_in_every_language() -> None:
    for code in countries.COUNTRIES:
        names = [country_names.told(code, language) for language in languages.LANGUAGES]
        assert all(names)
        assert code not in names


def test_every_form_is_a_pattern_that_some_type_has() -> None:
    patterns = [one["pattern"] for one in shapes.texts()["form"].values() if "pattern" in one]
    assert len(patterns) == len(set(patterns))

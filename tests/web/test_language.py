"""Which language an answer is in."""

import pytest

from gateway.web.door.language import spoken


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-TW,en;q=0.1", "zh-Hant"),
        ("zh-HK,zh-TW;q=0.9,zh;q=0.8,en;q=0.7", "zh-Hant"),
        ("zh-CN,zh-TW;q=0.9", "zh-CN"),
        ("en;q=0.5, zh-Hant-MO", "zh-Hant"),
        ("fr, zh-Hant;q=0.2, zh-CN;q=0.3", "zh-CN"),
        ("de-DE,de;q=0.9,en;q=0.8", "en"),
        ("de,zh;q=0.5,en;q=0.4", "zh-CN"),
        ("en;q=0.1, zh;q=0.2", "zh-CN"),
        ("fr", "en"),
        ("*", "en"),
        ("zh;q=0", "en"),
        ("zh;q=nan,;;;q=", "en"),
        (";" * 5000, "en"),
    ],
)
def test_it_speaks_the_best_language_it_knows(header: str, language: str) -> None:
    assert spoken(header, "en") == language


def test_without_a_wish_it_speaks_what_is_known_of_the_caller() -> None:
    assert spoken("", "zh-CN") == "zh-CN"
    assert spoken("", "zh-Hant") == "zh-Hant"
    assert spoken("fr", "zh-CN") == "zh-CN"
    assert spoken("en", "zh-CN") == "en"

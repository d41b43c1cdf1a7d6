"""How Chinese is written and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import chinese


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("华新科技", "huaxinkeji"),
        ("重庆长江", "chongqingchangjiang"),
        ("中国银行", "zhongguoyinhang"),
        ("绿", "lv"),
        ("ABC贸易", "ABCmaoyi"),
        ("", ""),
    ],
)
def test_a_text_is_said_in_toneless_pinyin(text: str, said: str) -> None:
    assert chinese.sound(text) == said


def test_initials_stand_for_their_syllables() -> None:
    assert chinese.initials("上海华新科技") == "shhxkj"


def test_traditional_characters_become_simplified() -> None:
    assert chinese.simplified("華新科技（上海）有限公司") == "华新科技（上海）有限公司"
    assert chinese.simplified("Nordwind") == "Nordwind"


def test_simplified_characters_become_traditional() -> None:
    assert chinese.traditional("华新科技") == "華新科技"
    assert chinese.traditional("Nordwind") == "Nordwind"


@given(st.text())
def test_any_text_has_a_sound(text: str) -> None:
    assert isinstance(chinese.sound(text), str)
    assert len(chinese.initials(text)) == len(chinese.syllables(text))


def test_without_the_packages_a_text_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese._converter.cache_clear()
    chinese._sounds.cache_clear()
    monkeypatch.setattr(chinese, "find_spec", lambda name: None)
    try:
        assert chinese.simplified("華新") == "華新"
        assert chinese.sound("华新") == "华新"
        assert chinese.abilities() == ""
    finally:
        chinese._converter.cache_clear()
        chinese._sounds.cache_clear()

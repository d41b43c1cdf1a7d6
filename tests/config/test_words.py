"""What settings say of themselves has a Chinese text, and no Chinese text is left over."""

from string import Formatter

from config.entries import Entry, entries
from config.schema import Settings
from config.words import SIMPLIFIED

# Units that are written alike everywhere.
EVERYWHERE = {"", "KiB", "MiB"}
ENTRIES: dict[str, Entry] = {entry.name: entry for entry in entries()}


def english() -> set[str]:
    """Every English text that a setting may say of itself, with words in braces left open."""
    said: set[str] = set()

    def say(text: str) -> str:
        said.add(text)
        return text

    for entry in ENTRIES.values():
        say(entry.meaning)
        say(entry.rule.unit)
        say(str(type(getattr(Settings(), entry.section)).__doc__))
        entry.rule.expectation(entry.kind, say)
    return said - EVERYWHERE


def expected(name: str) -> str:
    return ENTRIES[name].rule.expectation(ENTRIES[name].kind, SIMPLIFIED.__getitem__)


def names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_setting_describes_itself_in_chinese() -> None:
    missing = english() - SIMPLIFIED.keys()
    assert not missing, f"Write these in config/words.zh.toml: {sorted(missing)}"


def test_no_chinese_text_of_a_setting_is_left_over() -> None:
    left = SIMPLIFIED.keys() - english()
    assert not left, f"Nothing says this any more, delete it from config/words.zh.toml: {left}"


def test_a_piece_names_the_same_words_in_both_languages() -> None:
    for text in (text for text in SIMPLIFIED if "{" in text):
        assert names(text) == names(SIMPLIFIED[text])


def test_what_is_expected_is_put_together_in_chinese() -> None:
    assert expected("web.live_seconds_max") == "5 到 3600 的整数（秒）"
    assert expected("phone.unlock") == '"required" 或 "offered" 或 "off"'
    assert expected("visits.outcomes").startswith("列表，每项为小写字母的词")

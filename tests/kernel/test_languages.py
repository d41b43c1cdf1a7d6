"""Which language a tag asks for, and the traditional form of the house's own texts."""

import json
from string import Formatter

import pytest

from gateway.kernel import languages
from gateway.kernel.languages import LANGUAGES
from gateway.kernel.problems import CATALOGUE, Problem
from tests.tidy.tree import ROOT

CASES = json.loads((ROOT / "tests/cases/languages.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["tag"])
def test_a_tag_leads_to_the_nearest_language(case: dict[str, str]) -> None:
    assert (languages.nearest(case["tag"]) or "") == case["language"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_of_the_house_is_its_own_nearest(language: str) -> None:
    assert languages.nearest(language) == language


def test_a_text_nobody_has_derived_yet_is_told_in_simplified_characters() -> None:
    assert languages.told("zh-TW", "New", "刚刚写下") == "刚刚写下"


def test_each_reader_is_told_in_their_own_language() -> None:
    problem = Problem("not_signed_in")
    tags = ("en-US", "zh-SG", "zh-HK", "tlh")
    english, simplified, traditional, other = map(problem.detail, tags)
    assert english == other == problem.detail()
    assert simplified.startswith("尚未登录")
    assert traditional.startswith("尚未登入")


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_problem_names_the_same_values_in_every_language(code: str) -> None:
    entry = CATALOGUE[code]
    said = [languages.told(tag, str(entry["en"]), str(entry["zh"])) for tag in LANGUAGES]
    named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in said]
    assert named == [named[0]] * len(LANGUAGES)

"""What corrects the conversion to traditional Chinese is needed, and traditional itself."""

import json
import re
from importlib import import_module

import pytest

from docs import traditional
from docs.traditional import BUNDLES, CORRECTIONS

# Words in which 行 is no row and 列 no column.
BOUND = (
    "执行 进行 运行 自行 另行 先行 换行 银行 支行 分行 商行 行业 现行 行为 行动 可行 行政 旅行 "
    "通行 平行 并行 推行 发行 命令行 列出 列为 列入 列在 列表 下列 系列 序列 排列"
).split()
# One character for two traditional ones; people write the short form of these in Taiwan as well.
SHORT = {"台": "臺"}


def simplified_texts() -> list[str]:
    """Every simplified text of the house."""
    found = list(traditional.texts())
    for folder in BUNDLES:
        for said in json.loads((folder / "zh-CN.json").read_text("utf-8")).values():
            found += [said] if isinstance(said, str) else said.values()
    return found


def test_every_correction_corrects_something() -> None:
    texts = simplified_texts()
    whole = [text for text in CORRECTIONS["texts"] if text not in texts]
    terms = [term for term in CORRECTIONS["terms"] if not any(term in text for text in texts)]
    assert not whole + terms, f"Delete these from docs/traditional.toml: {whole + terms}"


@pytest.mark.parametrize("section", CORRECTIONS)
def test_a_correction_is_written_in_traditional_characters(section: str) -> None:
    convert = import_module("opencc").OpenCC("s2tw").convert
    short = str.maketrans(SHORT)
    wrong = [
        said for said in CORRECTIONS[section].values() if convert(said) != said.translate(short)
    ]
    assert not wrong, f"These hold simplified characters: {wrong}"


def test_every_row_and_every_column_is_turned_the_right_way() -> None:
    words = sorted((*BOUND, *CORRECTIONS["terms"]), key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, words)))
    bare = [
        text
        for text in simplified_texts()
        if text not in CORRECTIONS["texts"] and re.search("[行列]", known.sub("", text))
    ]
    assert not bare, (
        "A mainland 行 (row) is 列 in Taiwan and a mainland 列 (column) is 欄: name the words in"
        f" docs/traditional.toml, or in BOUND here what is neither: {bare}"
    )


def test_quotation_marks_are_those_of_the_readers() -> None:
    assert traditional.traditional("“客户”与‘信息’") == "「客戶」與『資訊』"


def test_a_term_goes_before_the_conversion_and_the_longest_before_the_shorter() -> None:
    said = traditional.traditional
    assert said("此条码没有记录") == "此條碼沒有記錄"
    assert said("这条记录") == "這筆記錄"
    assert said("第 {row} 行") == "第 {row} 列"
    assert said("银行账户的微信号") == "銀行帳戶的微信號"

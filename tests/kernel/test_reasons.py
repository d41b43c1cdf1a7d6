"""Reasons inside problems, in the language of whoever reads them."""

import re

import pytest

from gateway.kernel import reasons
from gateway.kernel.problems import Problem
from tests.tidy import tree


@pytest.mark.parametrize(
    ("reason", "simplified", "traditional"),
    [
        ("nothing answers at its address", "其地址无应答", "其地址無回應"),
        ("it sent other JSON", "返回了其他 JSON", "返回了其他 JSON"),
        ("it sent text/html", "返回的是 text/html", "返回的是 text/html"),
        ("res.partner has no field vat", "res.partner 没有字段 vat", "res.partner 沒有欄位 vat"),
        ("Object missing required field `a`", "缺少 a", "缺少 a"),
        ("Ihr Konto ist gesperrt", "Ihr Konto ist gesperrt", "Ihr Konto ist gesperrt"),
    ],
)
def test_a_reason_of_ours_is_told_in_the_readers_language(
    reason: str, simplified: str, traditional: str
) -> None:
    said = [reasons.told(reason, language) for language in ("zh-CN", "zh-Hant")]
    assert said == [simplified, traditional]


def test_an_erp_that_cannot_be_reached_is_told_in_one_language_and_kept_in_english() -> None:
    problem = Problem("erp_unreachable", reason="the connection was refused or broken off")
    assert "（连接被拒绝或中断）" in problem.detail("zh-CN")
    assert "(the connection was refused or broken off)" in problem.detail("en")
    assert problem.params["reason"] == "the connection was refused or broken off"


def test_no_reason_is_left_over_that_nobody_gives() -> None:
    given = re.sub(r"\{[^{}\n]*\}", "{}", "\n".join(tree.text(p) for p in tree.python_source()))
    unused = [one for one in reasons.texts() if re.sub(r"\{\w+\}", "{}", one) not in given]
    assert not unused, f"Delete these from gateway/kernel/reasons.toml: {unused}"

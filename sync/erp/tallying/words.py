"""The words of the report, by language."""

from collections.abc import Mapping
from typing import Final

from gateway.kernel.languages import SIMPLIFIED, TRADITIONAL

_ENGLISH: Final[Mapping[str, str]] = {
    "title": "Comparison with the ERP",
    "written": "Written",
    "now": "All records",
    "same": "both sides are the same",
    "apart": "the sides differ",
    "ours": "here",
    "theirs": "there",
    "waiting": "on the way",
    "missing": "missing there",
    "twice": "there twice",
    "unfinished": "there, but not finished",
    "differs": "other values there",
    "more": "further differences:",
    "page": "Page",
}
_SIMPLIFIED: Final[Mapping[str, str]] = {
    "title": "与 ERP 对账",
    "written": "生成时间",
    "now": "全部记录",
    "same": "双方一致",
    "apart": "双方不一致",
    "ours": "本地",
    "theirs": "ERP",
    "waiting": "在途",
    "missing": "ERP 中缺失",
    "twice": "ERP 中重复",
    "unfinished": "ERP 中未完成",
    "differs": "数值不同",
    "more": "其他差异：",
    "page": "页",
}
_TRADITIONAL: Final[Mapping[str, str]] = {
    **_SIMPLIFIED,
    "title": "與 ERP 對帳",
    "written": "產生時間",
    "now": "全部紀錄",
    "same": "雙方一致",
    "apart": "雙方不一致",
    "twice": "ERP 中重複",
    "differs": "數值不同",
    "more": "其他差異：",
    "page": "頁",
}
_ALL: Final = {SIMPLIFIED: _SIMPLIFIED, TRADITIONAL: _TRADITIONAL}


def told(language: str) -> Mapping[str, str]:
    """The words of a language, English where there are none."""
    return _ALL.get(language, _ENGLISH)

"""Chinese writing: traditional and simplified characters, and how characters sound (pure).

Both need a package that may be left out (``waystation[chinese]``): OpenCC for the characters,
pypinyin for the sounds. Without them a text passes through, and a character has no sound.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FIRST, LAST = "\u3400", "\u9fff"

_han = re.compile(f"[{FIRST}-{LAST}\U00020000-\U000323af]")
_entry = re.compile(r'"(\d+)": "([^",]+)')  # of pypinyin's table: code point, first reading
_runs = re.compile(f"[{FIRST}-{LAST}]+|[^\\s{FIRST}-{LAST}]+")

# Characters with several readings, in the words of places and companies where the rarer one holds.
_READ_TOGETHER: Final = {
    word: sounds.split(".")
    for word, sounds in (
        pair.split(":")
        for pair in (
            "重庆:chong.qing 长安:chang.an 长春:chang.chun 长城:chang.cheng 长虹:chang.hong "
            "长江:chang.jiang "
            "长乐:chang.le 长青:chang.qing 长沙:chang.sha 长途:chang.tu 长兴:chang.xing "
            "长征:chang.zheng "
            "长治:chang.zhi 长洲:chang.zhou 厦门:xia.men 成都:cheng.du 都江:du.jiang 首都:shou.du "
            "银行:yin.hang 商行:shang.hang 洋行:yang.hang 分行:fen.hang 支行:zhi.hang "
            "车行:che.hang "
            "行业:hang.ye 音乐:yin.yue 乐器:yue.qi 重新:chong.xin 会计:kuai.ji 六安:lu.an "
            "蚌埠:beng.bu "
            "番禺:pan.yu 台州:tai.zhou 天台:tian.tai 乐清:yue.qing 丽水:li.shui 东阿:dong.e "
            "亳州:bo.zhou "
            "大厦:da.sha 朝阳:chao.yang 单县:shan.xian 铅山:yan.shan 洪洞:hong.tong 涡阳:guo.yang "
            "莘县:shen.xian 莘庄:xin.zhuang 郫都:pi.du 涪陵:fu.ling 药行:yao.hang 米行:mi.hang "
            "藏族:zang.zu "
            "西藏:xi.zang 调味:tiao.wei 便利:bian.li 参茸:shen.rong 人参:ren.shen 降解:jiang.jie"
        ).split()
    )
}
_together = re.compile("|".join(_READ_TOGETHER))


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return not text.isascii() and _han.search(text) is not None


def simplified(text: str) -> str:
    """A text with simplified for traditional characters."""
    return _converter("t2s")(text) if has_han(text) else text


def traditional(text: str) -> str:
    """A text with traditional for simplified characters."""
    return _converter("s2t")(text) if has_han(text) else text


def syllables(text: str) -> list[str]:
    """A syllable of toneless pinyin (``lv`` for 绿) for each character; other words as they are.

    A character without a known sound stands for itself.
    """
    found: list[str] = []
    for run in _runs.findall(text):
        found += _spoken(run) if FIRST <= run[0] <= LAST else [run]
    return found


def sound(text: str) -> str:
    """The syllables of a text in one word: 华新 is ``huaxin``."""
    return "".join(syllables(text))


def initials(text: str) -> str:
    """The first letter of each syllable: 华新 is ``hx``."""
    return "".join(syllable[0] for syllable in syllables(text))


def abilities() -> str:
    """What is installed, as a short text: what was written with less is written anew."""
    return ("t" if find_spec("opencc") else "") + ("p" if find_spec("pypinyin") else "")


def warm_up() -> None:
    """Load the dictionaries now, so that the first question does not wait for them (0.1 s)."""
    _converter("t2s")
    _sounds()


def _spoken(run: str) -> list[str]:
    sounds = _sounds()
    found: list[str] = []
    at = 0
    for match in _together.finditer(run) if sounds else ():
        found += [sounds.get(ord(character), character) for character in run[at : match.start()]]
        found += _READ_TOGETHER[match[0]]
        at = match.end()
    return found + [sounds.get(ord(character), character) for character in run[at:]]


@cache
def _converter(way: str) -> Callable[[str], str]:
    if find_spec("opencc") is None:
        return str
    convert: Callable[[str], str] = import_module("opencc").OpenCC(way).convert
    return convert


@cache
def _sounds() -> dict[int, str]:
    """The commonest reading of each character of the basic block, by its code point.

    Read from pypinyin's table without loading the package: 2 MiB of memory instead of 12, and a
    look-up takes a tenth of a microsecond instead of five.
    """
    found = find_spec("pypinyin")
    if found is None or found.origin is None:
        return {}
    table = Path(found.origin).with_name("pinyin_dict.json").read_text("utf-8")
    entries = ((int(entry[1]), entry[2]) for entry in _entry.finditer(table))
    return {code: _toneless(reading) for code, reading in entries if code <= ord(LAST)}


@cache
def _toneless(reading: str) -> str:
    spread = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in spread if not unicodedata.combining(c))

"""Places in the names of Chinese companies, where they are moved or left out at will (pure)."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from gateway.kernel import chinese

_TABLE: Final = Path(__file__).with_name("china.txt")
# Places outside the table whose names begin company names as well.
ELSEWHERE: Final = ("香港", "澳门", "台湾", "台北", "高雄", "中国", "全国")
_peoples = "朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|壮|傣|白|景颇|傈僳|回|蒙古|柯尔克孜|哈萨克|维吾尔"
_autonomous = re.compile(f"(.{{2,}}?)(?:(?:{_peoples})族?)+自治[州区]")
_suffix = re.compile("(?:特别行政区|自治区|地区|省|市|盟)$")
# A short form of these is as often a word of the brand.
SHY: Final = frozenset(
    {"东方", "中山", "和平", "新华", "长安", "太和", "广德", "永康", "兴化", "海门"}
)
_LETTERS_MAX: Final = 11


def split(name: str) -> tuple[str, frozenset[str]]:
    """(rest, places) of a simplified name: the places at its head, and those in brackets.

    At least two characters of the name are left.
    """
    places: set[str] = set()
    for inner in re.findall(r"\(([^()]*)\)", name):
        if short := _known().get(inner):
            places.add(short)
            name = name.replace(f"({inner})", "")
        else:
            name = name.replace(f"({inner})", inner)
    while found := _head(name):
        places.add(found[1])
        name = name[len(found[0]) :]
    return name, frozenset(places)


@cache
def sounds() -> frozenset[str]:
    """How places sound, for names that are written in Latin letters."""
    return frozenset(chinese.sound(place) for place in _known().values())


def _head(name: str) -> tuple[str, str] | None:
    known = _known()
    for length in range(min(_LETTERS_MAX, len(name) - 2), 1, -1):
        if short := known.get(name[:length]):
            return name[:length], short
    return None


@cache
def _known() -> dict[str, str]:
    """Every place, in full and short, by its short form."""
    known = {place: place for place in ELSEWHERE}
    for line in _TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            province, prefecture, *districts = line.split(" ")
            known |= {name: name for name in districts if len(name) > 2}
            cities = [name for name in districts if name.endswith("市")]
            for full in (province, prefecture, *cities):
                short = _short(full)
                known[full] = short
                if len(short) > 1 and short not in SHY:
                    known[short] = short
    return known


def _short(full: str) -> str:
    autonomous = _autonomous.fullmatch(full)
    return autonomous[1] if autonomous else _suffix.sub("", full)

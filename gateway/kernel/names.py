"""Names of companies as they are compared, and how alike two of them are (pure).

A name falls into place, brand, trade and legal form: 上海 华新 科技 有限公司. The brand says most
about which company it is; place and form are moved, swapped and left out at will. A branch (分公司)
is a business of its own.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel, JaroWinkler

from gateway.kernel import chinese, legal_forms, places, tokens, trades

_branch = re.compile(
    r"^(.{4,}?(?:公司|集团|店|行))(.{2,}?(?:分公司|支公司|分店|分行|支行|办事处))$"
)
_initials = re.compile(r"\b(?:\w\.\s?){2,}")
_ends = re.compile(r"(?:jituan)?(?:gufen)?(?:youxian)?(?:zeren)?gongsi$")
_noise = re.compile(r"[\W_]+")
_twice = re.compile(r"(.)\1+")
_umlauts = re.compile("([aou])e")
# Below 1 by what each says against one company: another legal form, only the sound, letters
# swapped, a word more, another place.
_OTHER_FORM = 0.985
_HEARD = 0.965
_SWAPPED = 0.87
_WORD_MORE = 0.91
_ELSEWHERE = 0.85
_HALF = 0.5
_PLACE_LETTERS = 12
_NOWHERE: frozenset[str] = frozenset()
_ONE_FORM = ("有限公司 有限责任公司 ltd limited coltd companylimited colimited".split(),)


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name.

    ``plain`` is the brand as it is written, ``core`` brand and trade in one word, ``order`` their
    words sorted. ``sound`` is how the core is said, in Latin letters: equal for a Chinese name and
    its pinyin. ``single`` is the core with every letter that is typed twice in a row typed once.
    """

    plain: str
    core: str
    order: str
    sound: str
    single: str
    brand: str
    brand_sound: str
    trade: str
    form: str
    places: frozenset[str]
    branch: str

    @property
    def keys(self) -> set[str]:
        """What two names of one company likely share: how it is written, said or ordered.

        And of which letters it is made, whichever of them were swapped.
        """
        letters = "".join(sorted(self.core))
        found = (self.core, self.sound, self.order, self.single, f"~{letters}")
        return {key + self.branch for key in found if len(key) > 1}

    @property
    def words(self) -> tuple[str, ...]:
        """How the brand is written and, where that differs, how it is said."""
        if not chinese.has_han(self.brand):
            return (self.plain,)
        return self.plain, self.brand_sound


@lru_cache(maxsize=2048)  # an entry is compared, then indexed, then looked for again
def parse(text: str) -> Name | None:
    """The parts of a name as somebody typed it; None when nothing of it is left."""
    written = tokens.fold(text)
    branch = ""
    if found := _branch.fullmatch(written):
        written, branch = found[1], found[2]
    head, form = legal_forms.split(written.upper())
    form = "".join(_noise.split(form.lower()))
    if chinese.has_han(head):
        return _chinese(head.lower(), form, branch)
    return _latin(head, form, branch)


def alike(one: Name, other: Name) -> float:
    """How alike two names are, from 0 to 1."""
    if one.branch != other.branch:
        return _HALF
    likeness = _cores(one, other)
    if one.places and other.places and not one.places & other.places:
        return likeness * _ELSEWHERE
    return likeness


def _cores(one: Name, other: Name) -> float:
    if one.core == other.core or one.order == other.order:
        return 1.0 if _same_form(one.form, other.form) else _OTHER_FORM
    if one.sound == other.sound or one.single == other.single:
        return _HEARD
    if one.trade and other.trade:
        return _by_parts(one, other)
    return max(_whole(one, other), _short(one, other))


def _same_form(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    return any(one in forms and other in forms for forms in _ONE_FORM)


def _by_parts(one: Name, other: Name) -> float:
    """Both say what they do: that alone makes no two companies alike."""
    brands = _brands(one, other)
    if one.trade == other.trade:
        return brands
    if brands == 1.0 and (one.trade in other.trade or other.trade in one.trade):
        return 0.95
    return brands * (0.8 + 0.2 * Indel.normalized_similarity(one.trade, other.trade))


def _whole(one: Name, other: Name) -> float:
    return max(
        Indel.normalized_similarity(one.core, other.core),
        0.95 * Indel.normalized_similarity(one.sound, other.sound),
        0.97 * Indel.normalized_similarity(one.order, other.order),
    )


def _short(one: Name, other: Name) -> float:
    """One of them does not say what it does, or not in words that are known."""
    brands = _brands(one, other)
    return 0.95 * brands if min(len(one.brand), len(other.brand)) > 1 else _HALF * brands


def _brands(one: Name, other: Name) -> float:
    ours, theirs = one.brand, other.brand
    if ours == theirs:
        return 1.0
    if one.brand_sound == other.brand_sound:
        return _HEARD
    if len(ours) == len(theirs) and sorted(ours) == sorted(theirs):
        return _SWAPPED
    if _holds(one, other) or _holds(other, one):
        return _WORD_MORE
    return max(
        Indel.normalized_similarity(ours, theirs),
        0.95 * Indel.normalized_similarity(one.brand_sound, other.brand_sound),
        0.0 if chinese.has_han(ours + theirs) else _winkler(ours, theirs),
    )


def _holds(one: Name, other: Name) -> bool:
    """Whether a brand of several words is another with a word more, such as a place."""
    if len(one.brand) <= len(other.brand) or not one.plain.isascii():
        return False
    words = one.plain.split(" ")
    return len(words) > 1 and all(word in words for word in other.plain.split(" "))


def _winkler(one: str, other: str) -> float:
    """Long Latin brands: a slip near the end weighs less than one at the beginning."""
    if min(len(one), len(other)) < 5:
        return 0.0
    return 0.9 * JaroWinkler.normalized_similarity(one, other)


def _chinese(head: str, form: str, branch: str) -> Name | None:
    rest, found = places.split("".join(head.split()))
    core = "".join(_noise.split(rest)) or rest
    if not core:
        return None
    brand, trade = trades.split(core)
    sound = chinese.sound(core)
    brand_sound = sound[: len(sound) - len(chinese.sound(trade))] if trade else sound
    single = _twice.sub(r"\1", core)
    return Name(
        brand + trade[:1], core, core, sound, single, brand, brand_sound, trade, form, found, branch
    )


def _latin(head: str, form: str, branch: str) -> Name | None:
    joined = _initials.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", head)
    plain = joined.lower().replace("&", " and ").replace("'", "")
    words = [trades.spelled_out(word) for word in _noise.split(plain) if word]
    if not words:
        return None
    words = [word for word in words if word != "and"] or words
    core = "".join(words)
    brands = [word for word in words if not trades.is_trade(word)] or words
    trade = " ".join(sorted(word for word in words if word not in brands))
    brand = "".join(brands)
    sound = _said(words, core)
    brand_sound = sound if sound != core else brand
    order = "".join(sorted(words))
    plain, single = " ".join(brands), _twice.sub(r"\1", core)
    return Name(
        plain, core, order, sound, single, brand, brand_sound, trade, form, _NOWHERE, branch
    )


def _said(words: list[str], core: str) -> str:
    """How a Latin name is said; one that is pinyin without form and place, as its Chinese is."""
    rest = _ends.sub("", core)
    if len(rest) >= 4 and rest != core:
        for length in range(min(_PLACE_LETTERS, len(rest) - 4), 3, -1):
            if rest[:length] in places.sounds():
                return rest[length:]
        return rest
    if len(words) > 1 and words[0] in places.sounds():
        return "".join(words[1:])
    return _umlauts.sub(r"\1", core)

"""How values of one sort are compared: normal form, likeness and exact keys (pure).

Every measure takes texts as people type them, stored form or not.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rapidfuzz.distance import OSA, Indel, JaroWinkler

from gateway.kernel import chinese, names, tokens

_PHONE_DIGITS: Final = 8
_extension = re.compile(r"(?:;?\s*(?:ext|x|转|分机|#)\.?\s*=?\s*\d+)$", re.IGNORECASE)
_not_code = re.compile(r"[\W_]+")
# What stands before a VAT number of the European Union, or its like, of eight characters or more.
_country = re.compile(
    "^(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    "(?=[0-9A-Z]{8})"
)
_street_words = re.compile(r"(?:stra(?:ss|ß)e|strasse|str)\b\.?")
FREEMAIL: Final = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com "
    "aol.com gmx.de gmx.net gmx.ch web.de t-online.de freenet.de orange.fr free.fr laposte.net "
    "libero.it virgilio.it mail.ru yandex.ru proton.me protonmail.com qq.com foxmail.com 163.com "
    "126.com sina.com sina.cn sohu.com aliyun.com 139.com 189.cn 21cn.com yeah.net".split()
)


def _none(_: object) -> tuple[str, ...]:
    return ()


# Of a measure whose values are compared as a whole.
NO_WORDS: Final = _none


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to compare.

    ``form`` gives the normal form of a text, None where it says nothing. ``alike`` takes two normal
    forms and answers from 0 to 1. ``keys`` are what two values of one thing most likely share
    exactly, ``words`` texts of which they most likely share pieces.
    """

    form: Callable[[str], Any]
    alike: Callable[[Any, Any], float]
    keys: Callable[[Any], Iterable[str]]
    words: Callable[[Any], Iterable[str]] = NO_WORDS


def _one(form: str) -> tuple[str]:
    return (form,)


def _equal(one: str, other: str) -> float:
    return 1.0 if one == other else 0.0


def _phone(text: str) -> str | None:
    """The last eight digits, which are the same however the number is dialled; no extension."""
    digits = re.sub(r"\D", "", _extension.sub("", text.strip()))
    return digits[-_PHONE_DIGITS:] if len(digits) >= 5 else None


def _email(text: str) -> str | None:
    """Without case, and without what stands behind a plus."""
    local, at, domain = tokens.fold(text).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at and local and domain else None


def _email_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    local, _, domain = one.partition("@")
    other_local, _, other_domain = other.partition("@")
    if domain == other_domain:
        slip = OSA.distance(local, other_local, score_cutoff=1) <= 1 and len(local) > 4
        return 0.9 if slip else 0.0 if domain in FREEMAIL else 0.6
    return 0.0


def _email_keys(form: str) -> list[str]:
    domain = form.partition("@")[2]
    return [form] if domain in FREEMAIL else [form, f"@{domain}"]


def _code(text: str) -> str | None:
    """Letters and digits alone, in capitals."""
    return _not_code.sub("", tokens.fold(text)).upper() or None


def _tax(text: str) -> str | None:
    """A tax number without the country that may stand before it."""
    code = _code(text)
    return code and _country.sub("", code)


def _code_alike(one: str, other: str) -> float:
    """One slip of the fingers, or none."""
    if one == other:
        return 1.0
    return 0.9 if min(len(one), len(other)) > 4 and OSA.distance(one, other) == 1 else 0.0


def _date(text: str) -> str | None:
    return re.sub(r"\D", "", text) or None


def _date_alike(one: str, other: str) -> float:
    """Day and month may be swapped, and one digit may be wrong."""
    if one == other:
        return 1.0
    if len(one) == len(other) == 8 and one[:4] + one[6:] + one[4:6] == other:
        return 0.9
    return 0.9 if OSA.distance(one, other) == 1 else 0.0


def _word(text: str) -> str | None:
    return " ".join(_not_code.split(tokens.fold(text))).strip() or None


def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return JaroWinkler.normalized_similarity(one, other)


def _person(text: str) -> tuple[str, ...] | None:
    """The words of a person's name, in one order whichever stands first."""
    return tuple(sorted(word for word in _not_code.split(tokens.fold(text)) if word)) or None


def _person_alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Each word beside the one it is most like; a word too many may be a middle name."""
    if one == other:
        return 1.0
    if len(one) == len(other):
        return (_beside(one, other) + _beside(other, one)) / 2
    few, many = sorted((one, other), key=len)
    return 0.95 * _beside(few, many)


def _beside(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """The best likeness of each of our words, weighed by its length."""
    best = (
        len(word) * max(JaroWinkler.normalized_similarity(word, their) for their in theirs)
        for word in ours
    )
    return sum(best) / sum(map(len, ours))


@lru_cache(maxsize=4096)  # there are fewer cities than customers
def _place(text: str) -> str | None:
    """A city as it is said, so that 上海市, 上海 and Shanghai are one."""
    plain = _word(text)
    if plain is None or not chinese.has_han(plain):
        return plain
    return chinese.sound(plain.removesuffix("市"))


def _street(text: str) -> str | None:
    plain = _word(_street_words.sub("str ", tokens.fold(text)))
    return plain and " ".join(sorted(re.findall(r"\d+|[^\d\s]+", plain)))


def _street_alike(one: str, other: str) -> float:
    """House numbers must be the same; the words may be spelled a little differently."""
    if one == other:
        return 1.0
    likeness = Indel.normalized_similarity(one, other)
    digits, other_digits = re.findall(r"\d+", one), re.findall(r"\d+", other)
    return likeness if digits == other_digits else 0.7 * likeness


def _site(text: str) -> str | None:
    host = tokens.fold(text).partition("://")[2] or tokens.fold(text)
    return host.partition("/")[0].removeprefix("www.") or None


NAME: Final = Measure(names.parse, names.alike, lambda name: name.keys, lambda name: name.words)
PHONE: Final = Measure(_phone, _equal, _one)
EMAIL: Final = Measure(_email, _email_alike, _email_keys)
TAX: Final = Measure(_tax, _code_alike, _one)
CODE: Final = Measure(_code, _code_alike, _one)
DATE: Final = Measure(_date, _date_alike, _one)
PERSON: Final = Measure(_person, _person_alike, iter, iter)
WORD: Final = Measure(_word, _word_alike, _one)
PLACE: Final = Measure(_place, _word_alike, _none)
STREET: Final = Measure(_street, _street_alike, _one)
SITE: Final = Measure(_site, _equal, _one)
# Keyed digests of sealed values: equal or not, and nothing else is known of them.
BLIND: Final = Measure(str, _equal, _one)

# What the web app is told of a measure. Digests and pieces of persons' names stay here.
NAMES: Final[Mapping[Measure, str]] = {
    NAME: "name",
    PHONE: "phone",
    EMAIL: "email",
    TAX: "tax",
    CODE: "code",
    PLACE: "place",
    STREET: "street",
    SITE: "site",
}

"""Nineteen ways in which a person writes the name of a company that is on file already."""

import random
from collections.abc import Callable

import opencc

from bench import vocabulary as words
from bench.customers import Company
from gateway.kernel import chinese

_traditional = opencc.OpenCC("s2t")
_syllables: dict[str, list[str]] = {}


def another_form(company: Company, chance: random.Random) -> str:
    """The legal form is another one."""
    forms = words.CHINESE_FORMS if company.chinese else words.WESTERN_FORMS
    other = chance.choice([form for form, _ in forms if form != company.form])
    return company.name.removesuffix(company.form) + other


def no_form(company: Company, _: random.Random) -> str:
    """The legal form is left out."""
    return company.name.removesuffix(company.form).strip()


def place_moved(company: Company, chance: random.Random) -> str:
    """The place stands in brackets, or behind a Western name."""
    if not company.chinese:
        return f"{company.brand} {company.trade} {company.city} {company.form}"
    marks = chance.choice(("（）", "()"))
    return f"{company.brand}{company.trade}{marks[0]}{company.city}{marks[1]}{company.form}"


def place_dropped(company: Company, _: random.Random) -> str:
    """The place is left out, which a Western name has none of."""
    return company.name.removeprefix(company.city)


def traditional(company: Company, _: random.Random) -> str:
    """Traditional characters."""
    return str(_traditional.convert(company.name))


def homophone(company: Company, chance: random.Random) -> str:
    """A character that sounds the same."""
    if not company.chinese:
        return slip(company, chance)
    if not _syllables:
        for character in dict.fromkeys(words.CHINESE_BRAND):
            _syllables.setdefault(chinese.syllables(character)[0], []).append(character)
    places = [i for i, c in enumerate(company.brand) if len(_alike(c)) > 1]
    if not places:
        return lost(company, chance)
    at = chance.choice(places)
    other = chance.choice([c for c in _alike(company.brand[at]) if c != company.brand[at]])
    return company.name.replace(company.brand, company.brand[:at] + other + company.brand[at + 1 :])


def lost(company: Company, chance: random.Random) -> str:
    """A character of the brand or trade is missing."""
    at = company.name.index(company.brand) + chance.randrange(
        len(company.brand) + len(company.trade)
    )
    return company.name[:at] + company.name[at + 1 :]


def pinyin(company: Company, _: random.Random) -> str:
    """Latin letters for Chinese characters, a word each for place, brand, trade and form."""
    if not company.chinese:
        return words.latin(company.name)
    parts = (company.city, company.brand, company.trade, company.form)
    return " ".join("".join(chinese.syllables(part)).capitalize() for part in parts)


def short(company: Company, _: random.Random) -> str:
    """What people call it: the brand, and how its trade begins."""
    if company.chinese:
        return company.brand + company.trade[:2]
    return f"{company.brand} {company.trade.split()[0]}"


def swapped(company: Company, chance: random.Random) -> str:
    """Two neighbouring letters are swapped."""
    at = chance.randrange(max(1, len(company.brand) - 1)) + company.name.index(company.brand)
    name = company.name
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def slip(company: Company, chance: random.Random) -> str:
    """One letter or character is another."""
    at = chance.randrange(len(company.brand)) + company.name.index(company.brand)
    other = chance.choice(words.CHINESE_BRAND if company.chinese else "aeinrstlmodu")
    return company.name[:at] + other + company.name[at + 1 :]


def doubled(company: Company, chance: random.Random) -> str:
    """One letter is typed twice."""
    at = chance.randrange(len(company.brand)) + company.name.index(company.brand)
    return company.name[:at] + company.name[at] + company.name[at:]


def word_order(company: Company, chance: random.Random) -> str:
    """The trade stands before the brand."""
    if company.chinese:
        return place_moved(company, chance)
    return f"{company.trade} {company.brand} {company.form}"


def no_accents(company: Company, chance: random.Random) -> str:
    """No accents; a Chinese name with its brackets in full width and blanks between."""
    if company.chinese:
        return f"{company.city} {company.brand}{company.trade} {company.form}"
    return words.latin(company.name) if not company.name.isascii() else slip(company, chance)


def and_word(company: Company, chance: random.Random) -> str:
    """Ampersand or the word, or a full stop behind initials."""
    if "&" in company.brand:
        return company.name.replace("&", "and", 1)
    return no_form(company, chance)


def shouted(company: Company, _: random.Random) -> str:
    """Capitals, or the place with its administrative suffix."""
    if company.chinese:
        return f"{company.city}市{company.name.removeprefix(company.city)}"
    return company.name.upper()


def shortened(company: Company, chance: random.Random) -> str:
    """A word of the trade is abbreviated."""
    brief = words.SHORTENED.get(company.trade)
    return company.name.replace(company.trade, brief) if brief else no_form(company, chance)


def dotted(company: Company, chance: random.Random) -> str:
    """Initials with full stops between them."""
    if company.brand.isupper() and company.brand.isascii():
        return company.name.replace(company.brand, ".".join(company.brand) + ".")
    return another_form(company, chance)


def blanks(company: Company, chance: random.Random) -> str:
    """A blank too many or too few."""
    if company.chinese or " " not in company.brand + company.trade:
        at = chance.randrange(1, max(2, len(company.brand))) + company.name.index(company.brand)
        return f"{company.name[:at]} {company.name[at:]}"
    return company.name.replace(" ", "", 1)


KINDS: tuple[Callable[[Company, random.Random], str], ...] = (
    another_form, no_form, place_moved, place_dropped, traditional, homophone, lost, pinyin, short,
    swapped, slip, doubled, word_order, no_accents, and_word, shouted, shortened, dotted, blanks,
)  # fmt: skip


def noisy(company: Company, chance: random.Random) -> dict[str, object]:
    """A company as somebody else enters it, with a second slip for three in ten of them."""
    data = dict(company.data)
    name = chance.choice(KINDS)(company, chance)
    if chance.random() < 0.3:
        name = _again(name, chance)
    data["legal_name"] = name
    if chance.random() < 0.45:
        data["phone"] = f"+49{chance.randrange(10**9, 10**10)}"
        if chance.random() < 0.5:
            del data["phone"]
    if chance.random() < 0.7:
        data.pop("tax_id", None)
    if chance.random() < 0.25:
        del data["addresses"]
    elif chance.random() < 0.7:
        address = {"purpose": "billing", "city": company.city, "country": data["country"]}
        data["addresses"] = {"a1": address}
    del data["contacts"]
    if chance.random() < 0.8:
        del data["email"]
    return data


def _again(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(name) - 1))
    if chance.random() < 0.5:
        return name[:at] + name[at + 1 :]
    return name[:at] + name[at : at + 1] + name[at:]


def _alike(character: str) -> list[str]:
    return _syllables.get(chinese.syllables(character)[0], [])

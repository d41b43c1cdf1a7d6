"""Customers that never were: companies of China and the West, and how people mistype them.

Everything comes from a seed, so that two runs ask the same questions of the same file. As in a real
company register, no two companies of one place share a name. Unified social credit codes and German
VAT numbers carry their true check digits.
"""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from stdnum.cn import uscc
from stdnum.de import vat

from bench import vocabulary as words

CHINESE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Company:
    """One company: what it is made of, and ``data`` as a customer record holds it."""

    chinese: bool
    brand: str
    trade: str
    form: str
    city: str
    data: dict[str, object]

    @property
    def name(self) -> str:
        """The whole legal name."""
        return str(self.data["legal_name"])


class Register:
    """A company register: gives new companies, never the same name twice in one place."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self._taken: set[int] = set()

    def companies(self, count: int) -> Iterator[Company]:
        """So many new companies."""
        return (self.company() for _ in range(count))

    def company(self) -> Company:
        """A new company."""
        chinese = self.random.random() < CHINESE_SHARE
        while True:
            brand, trade, form = self._chinese() if chinese else self._western()
            city = self.random.choice(words.CHINESE_CITIES if chinese else words.WESTERN_CITIES)
            if self._is_free(brand, trade, city[0]):
                return self.settle(brand, trade, form, city, chinese=chinese)

    def namesake(self, of: Company) -> Company:
        """Another company of the same name in another city."""
        cities = words.CHINESE_CITIES if of.chinese else words.WESTERN_CITIES
        others = [city for city in cities if city[0] != of.city]
        city = self.random.choice(others)
        while not self._is_free(of.brand, of.trade, city[0]):
            city = self.random.choice(others)
        return self.settle(of.brand, of.trade, of.form, city, chinese=of.chinese)

    def _is_free(self, brand: str, trade: str, city: str) -> bool:
        mark = zlib.crc32(f"{brand}|{trade}|{city}".encode())
        taken = mark in self._taken
        self._taken.add(mark)
        return not taken

    def _chinese(self) -> tuple[str, str, str]:
        pick = self.random.choice
        length = self.random.choices((2, 3, 4), (70, 20, 10))[0]
        brand = "".join(pick(words.CHINESE_BRAND) for _ in range(length))
        return brand, pick(words.CHINESE_TRADES), self._form(words.CHINESE_FORMS)

    def _western(self) -> tuple[str, str, str]:
        pick = self.random.choice
        shape = self.random.random()
        if shape < 0.45:
            brand = pick(words.SURNAMES)
        elif shape < 0.6:
            brand = f"{pick(words.SURNAMES)} & {pick(words.SURNAMES)}"
        elif shape < 0.9:
            brand = pick(words.HEADS) + pick(words.TAILS)
        else:
            brand = "".join(pick("ABCDEFGHIKLMNOPRSTVW") for _ in range(3))
        return brand, pick(words.WESTERN_TRADES), self._form(words.WESTERN_FORMS)

    def _form(self, forms: tuple[tuple[str, int], ...]) -> str:
        names, weights = zip(*forms, strict=True)
        return str(self.random.choices(names, weights)[0])

    def settle(
        self, brand: str, trade: str, form: str, city: tuple[str, str], *, chinese: bool
    ) -> Company:
        """A company of this name in a city, with numbers and addresses of its own."""
        country = city[1] if not chinese else "CN"
        name = f"{city[0]}{brand}{trade}{form}" if chinese else f"{brand} {trade} {form}"
        host = "".join(c for c in words.latin(f"{brand}{trade}") if c.isalnum())[:18].lower()
        data: dict[str, object] = {
            "legal_name": name,
            "country": country,
            "phone": self._phone(city[1], country),
            "email": f"info@{host}{self.random.randrange(1000)}.example.com",
            "addresses": {"a1": self._address(city[0], country)},
            "contacts": {"c1": {"name": self._person(chinese=chinese)}},
        }
        if number := self._tax_id(country):
            data["tax_id"] = number
        if self.random.random() < 0.3:
            data["tags"] = [self.random.choice(words.TAGS)]
        return Company(chinese, brand, trade, form, city[0], data)

    def _phone(self, place: str, country: str) -> str:
        digits = self.random.randrange
        if country == "CN":
            if self.random.random() < 0.5:
                return f"+861{self.random.choice('3589')}{digits(10**9):09d}"
            return f"+86{place}{digits(2, 9)}{digits(10**7):07d}"
        return f"+{words.DIALLING[country]}{digits(20, 99)}{digits(10**7):07d}"

    def _address(self, city: str, country: str) -> dict[str, str]:
        number = self.random.randrange(1, 400)
        if country == "CN":
            street = f"{self.random.choice(words.CHINESE_STREETS)}{number}号"
            code = f"{self.random.randrange(100_000, 860_000)}"
        else:
            street = f"{self.random.choice(words.WESTERN_STREETS)} {number}"
            code = f"{self.random.randrange(10_000, 99_999)}"
        return {"purpose": "billing", "country": country, "city": city, "street": street,
                "postal_code": code}  # fmt: skip

    def _person(self, *, chinese: bool) -> str:
        pick = self.random.choice
        if chinese:
            given = "".join(pick(words.CHINESE_BRAND) for _ in range(self.random.choice((1, 2))))
            return pick(words.CHINESE_SURNAMES) + given
        return f"{pick(words.GIVEN)} {pick(words.SURNAMES)}"

    def _tax_id(self, country: str) -> str:
        if country == "CN":
            body = "9131" + f"{self.random.randrange(10**4):04d}"
            body += "".join(self.random.choice(_USCC_LETTERS) for _ in range(9))
            return str(body + uscc.calc_check_digit(body))
        if country == "DE":
            body = f"{self.random.randrange(10**7, 10**8)}"
            return f"DE{body}{_vat_digit(body)}"
        return ""


_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@cache
def _vat_digit(body: str) -> str:
    return next(d for d in "0123456789" if vat.is_valid(body + d))

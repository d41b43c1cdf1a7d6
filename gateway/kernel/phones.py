"""Phone numbers in the international form of E.164.

Number plans move, so only what is impossible is refused; what is merely unusual is kept with a
warning.
"""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers

from gateway.kernel import formats
from gateway.kernel.problems import Problem

LENGTH_MAX: Final = 60

_label = re.compile(r"^(?:tel|phone|电话|手机)\s*[.:]?\s*", re.IGNORECASE)
_extension_words = re.compile(
    r"\s*(?:转接|转|轉|分机|分機|内线|內線|Durchwahl|DW)\s*[.:：]?\s*(?=\d)", re.IGNORECASE
)
_chinese_dashes = re.compile(r"((?:\+?86[\s-]*)?\(?0?\d{2,3}\)?[\s-]*\d{7,8})-(\d{1,6})")
_shape = re.compile(
    r"[\d\s()+\-./·~*#,;=:]*(?:\s*;?(?:ext|extension|x)[.:=\s]*\d+)?#?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Phone:
    """``text`` is E.164, with ``;ext=801`` behind it where there is an extension (RFC 3966).

    ``valid`` is False for a number that is possible but belongs to no known range: number plans
    move, so that is a warning and never a refusal.
    """

    text: str
    valid: bool


def number(text: str, country: str) -> Phone:
    """A phone number; ``country`` (ISO 3166) is where a national number is dialled.

    Problem phone_impossible.
    """
    cleaned = _clean(text, country)
    if len(cleaned) > LENGTH_MAX or not _shape.fullmatch(cleaned):
        # Letters would be read as keypad digits: "030 1234567 home" would become another number.
        raise Problem("phone_impossible", country=country)
    try:
        found = phonenumbers.parse(cleaned, country)
    except phonenumbers.NumberParseException as error:
        raise Problem("phone_impossible", country=country) from error
    if not phonenumbers.is_possible_number(found):
        raise Problem("phone_impossible", country=country)
    stored = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if found.extension:
        stored += f";ext={found.extension}"
    return Phone(stored, phonenumbers.is_valid_number(found))


def _clean(text: str, country: str) -> str:
    """Chinese ways to write an extension, as the library reads them."""
    plain = _label.sub("", formats.name(text))
    plain = _extension_words.sub(" ext. ", plain)
    # Elsewhere a last group after a dash is direct dialling, a part of the number itself.
    chinese = plain.startswith("+86") or (country == "CN" and not plain.startswith("+"))
    dashes = _chinese_dashes.fullmatch(plain) if chinese else None
    return f"{dashes[1]} ext. {dashes[2]}" if dashes else plain

"""Bank accounts: IBAN, the bank's own code, and national account numbers."""

import re
from dataclasses import dataclass
from typing import Final

from stdnum import bic as bic_standard
from stdnum import iban as iban_standard
from stdnum import luhn
from stdnum.exceptions import ValidationError

from gateway.kernel import formats
from gateway.kernel.problems import Problem

_account_shape: Final = re.compile(r"[0-9A-Z]{4,34}")
_chinese_shape: Final = re.compile(r"[0-9]{8,30}")
# ISO/IEC 7812: China UnionPay issues cards of 16 to 19 digits that begin with 62.
_union_pay: Final = re.compile(r"62[0-9]{14,17}")


@dataclass(frozen=True, slots=True)
class Account:
    """``usual`` is False for a number that looks like a card with a digit mistyped."""

    text: str
    usual: bool


def iban(text: str) -> str:
    """An IBAN without blanks, its check digits and national part verified; Problem iban_invalid."""
    try:
        return str(iban_standard.validate(formats.name(text)))
    except ValidationError as error:
        raise Problem("iban_invalid") from error


def bic(text: str) -> str:
    """A bank's code (ISO 9362) of 8 or 11 signs in capitals; Problem bic_invalid."""
    try:
        return str(bic_standard.validate(formats.name(text)))
    except ValidationError as error:
        raise Problem("bic_invalid") from error


def account(text: str, country: str) -> Account:
    """A national account number without blanks and dashes; Problem account_number_invalid.

    There is no check of company accounts in China; a UnionPay card has a Luhn digit. Companies may
    hold accounts that merely look like cards, so a wrong one is unusual, never refused.
    """
    plain = re.sub(r"[\s./-]", "", formats.name(text)).upper()
    shape = _chinese_shape if country == "CN" else _account_shape
    if not shape.fullmatch(plain):
        raise Problem("account_number_invalid", country=country)
    is_card = country == "CN" and _union_pay.fullmatch(plain) is not None
    return Account(plain, usual=not is_card or luhn.is_valid(plain))

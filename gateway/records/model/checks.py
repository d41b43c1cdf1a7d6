"""The check of each field type: what was typed becomes its stored form, or a Problem (pure).

A check answers the stored value and the code of a warning, which is empty for most. The same cases
(``tests/cases/fields.json``) test these checks and those of the web app.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from gateway.kernel import (
    banks,
    clock,
    codes,
    countries,
    dates,
    formats,
    ids,
    money,
    phones,
    postal_codes,
    tax_ids,
)
from gateway.kernel.problems import Problem
from gateway.records.model.fields import ELEMENTS_MAX, Field

Checked = tuple[object, str]
Check = Callable[[Field, object, str], Checked]

INTEGER_MAX: Final = 2**53 - 1  # the largest whole number that JavaScript keeps exact
NUMBER_MAX: Final = 40  # characters of a number
# Masks are made of this character; a value that holds it is a mask that came back, never data.
MASK: Final = "•"

_integer = re.compile(r"[+-]?[0-9]{1,16}")
_decimal = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,8})?")


def value(field: Field, given: object, country: str) -> Checked:
    """The stored form of one value that is not a group. Problem by its code, without a pointer."""
    return _CHECKS[field.type](field, given, country)


def _text_of(field: Field, given: object) -> str:
    if not isinstance(given, str):
        raise Problem("value_type", expected="text")
    if MASK in given:
        raise Problem("value_masked")
    # Ten times the limit is no longer a slip of the finger, and is not worth normalising.
    if len(given) > 10 * field.length_max:
        raise Problem("value_too_long", length_max=field.length_max)
    return given


def _fits(field: Field, text: str) -> str:
    if len(text) > field.length_max:
        raise Problem("value_too_long", length_max=field.length_max)
    return text


def _text(field: Field, given: object, _: str) -> Checked:
    return _fits(field, formats.name(_text_of(field, given))), ""


def _multiline(field: Field, given: object, _: str) -> Checked:
    return _fits(field, formats.lines(_text_of(field, given))), ""


def _choice(field: Field, given: object, _: str) -> Checked:
    if given not in [choice.value for choice in field.choices]:
        raise Problem("choice_unknown")
    return given, ""


def _country(field: Field, given: object, _: str) -> Checked:
    return countries.code(_text_of(field, given)), ""


def _language(field: Field, given: object, _: str) -> Checked:
    return formats.language(_text_of(field, given)), ""


def _currency(field: Field, given: object, _: str) -> Checked:
    code = formats.name(_text_of(field, given)).upper()
    money.exponent(code)
    return code, ""


def _phone(field: Field, given: object, country: str) -> Checked:
    phone = phones.number(_text_of(field, given), country)
    return phone.text, "" if phone.valid else "phone_unusual"


def _email(field: Field, given: object, _: str) -> Checked:
    return formats.email(_text_of(field, given)), ""


def _url(field: Field, given: object, _: str) -> Checked:
    return _fits(field, formats.url(_text_of(field, given))), ""


def _date(field: Field, given: object, _: str) -> Checked:
    return dates.normalise(_text_of(field, given)), ""


def _instant(field: Field, given: object, _: str) -> Checked:
    try:
        return clock.to_iso(clock.from_iso(_text_of(field, given))), ""
    except (ValueError, OverflowError) as error:
        raise Problem("instant_invalid") from error


def _money(field: Field, given: object, _: str) -> Checked:
    if isinstance(given, bool) or not isinstance(given, int):
        raise Problem("money_invalid")
    return int(_within(field, Decimal(given))), ""


def _digits(given: object) -> str:
    """A number as it was typed, full-width digits as usual ones; nothing for anything else."""
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return formats.name(given) if isinstance(given, str) and len(given) < NUMBER_MAX else ""


def _whole(field: Field, given: object, _: str) -> Checked:
    text = _digits(given)
    if not _integer.fullmatch(text):
        raise Problem("integer_invalid")
    return int(_within(field, Decimal(text))), ""


def _fraction(field: Field, given: object, _: str) -> Checked:
    text = _digits(given)
    if not _decimal.fullmatch(text):
        raise Problem("decimal_invalid")
    number = _within(field, Decimal(text))
    plain = f"{number:f}"
    # 0.190 and 0.19 are one value; a change between them would be none.
    return plain.rstrip("0").rstrip(".") if "." in plain else plain, ""


def _within(field: Field, number: Decimal) -> Decimal:
    low = Decimal(field.minimum or -INTEGER_MAX)
    high = Decimal(field.maximum or INTEGER_MAX)
    if not low <= number <= high:
        raise Problem("number_range", low=str(low), high=str(high))
    return number + 0  # there is no negative zero in a shop


def _tax_id(field: Field, given: object, country: str) -> Checked:
    found = tax_ids.number(_text_of(field, given), country)
    return found.text, "" if found.checked else "tax_id_unchecked"


def _iban(field: Field, given: object, _: str) -> Checked:
    return banks.iban(_text_of(field, given)), ""


def _bic(field: Field, given: object, _: str) -> Checked:
    return banks.bic(_text_of(field, given)), ""


def _account_number(field: Field, given: object, country: str) -> Checked:
    found = banks.account(_text_of(field, given), country)
    return found.text, "" if found.usual else "account_number_unusual"


def _code(field: Field, given: object, _: str) -> Checked:
    return _fits(field, formats.code(_text_of(field, given))), ""


def _postal_code(field: Field, given: object, country: str) -> Checked:
    return _fits(field, postal_codes.code(_text_of(field, given), country)), ""


def _wechat(field: Field, given: object, _: str) -> Checked:
    return formats.wechat(_text_of(field, given)), ""


def _gtin(field: Field, given: object, _: str) -> Checked:
    digits = codes.gtin14(re.sub(r"[\s-]", "", formats.name(_text_of(field, given))))
    if digits is None:
        raise Problem("gtin_invalid")
    return digits, ""


def _reference(field: Field, given: object, _: str) -> Checked:
    text = _text_of(field, given).strip()
    return ids.to_text(ids.key(text, "reference_invalid")), ""


def _boolean(_: Field, given: object, __: str) -> Checked:
    if not isinstance(given, bool):
        raise Problem("boolean_invalid")
    return given, ""


def _tags(field: Field, given: object, country: str) -> Checked:
    """Sorted, each once, so that a set has one form whatever order it was typed in."""
    if not isinstance(given, list):
        raise Problem("value_type", expected="list")
    if len(given) > ELEMENTS_MAX:
        raise Problem("elements_too_many", count_max=ELEMENTS_MAX)
    check = _gtin if field.items == "gtin" else _text
    kept = {str(check(field, item, country)[0]) for item in given}
    return sorted(kept - {""}), ""


_CHECKS: Final[Mapping[str, Check]] = {
    "text": _text,
    "multiline": _multiline,
    "choice": _choice,
    "country": _country,
    "language": _language,
    "currency": _currency,
    "phone": _phone,
    "email": _email,
    "url": _url,
    "date": _date,
    "instant": _instant,
    "money": _money,
    "integer": _whole,
    "decimal": _fraction,
    "tax_id": _tax_id,
    "iban": _iban,
    "gtin": _gtin,
    "boolean": _boolean,
    "tags": _tags,
    "code": _code,
    "postal_code": _postal_code,
    "wechat": _wechat,
    "bic": _bic,
    "account_number": _account_number,
    "reference": _reference,
}

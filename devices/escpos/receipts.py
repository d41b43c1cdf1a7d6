"""What a printed receipt says of a sale, as far as rules can tell (pure).

Nothing is guessed: an amount counts only as it must be written in its currency, and a sale is told
only where everything it needs is there and adds up. A shop's own patterns are a part of regular
expressions whose cost is bounded: ``*``, ``+`` and repeated groups are refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from devices.escpos.words import WORDS, Words
from gateway.kernel import money

LINE_LENGTH_MAX: Final = 128
PATTERN_LENGTH_MAX: Final = 200
WAYS_MAX: Final = 1_000
AMOUNT_LIMIT: Final = 10**15
_AMOUNT = re.compile(r"(?<![\w.,])-?\d[\d.,' ’]{0,20}\d-?(?![\w%])|(?<![\w.,])-?\d(?![\w%.,])")
_PERCENT = re.compile(r"\d{1,2}(?:[.,]\d{1,3})? ?%")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
    r"(?:[ T,]{1,3}\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
)
_NAME = r"[ .:：#№°]{0,4}(?:n[or°]?\.?|num(?:mer|ber)?|号)?[ .:：#№°]{0,4}"
_REGISTER = _NAME + r"([a-z0-9-]{0,12}\d[a-z0-9-]{0,12})"
_RECEIPT = _NAME + r"([a-z0-9/-]{0,16}\d[a-z0-9/-]{0,24})"


@dataclass(frozen=True)
class ReceiptRules:
    """``patterns`` are the shop's own, by what they find; the first group is the value.

    ``language`` is one of ``WORDS``, empty for all of them. ``register`` is the till's name where
    its receipts do not say it, ``tax_rate`` the one rate of all that is sold.
    """

    currency: str
    language: str = ""
    register: str = ""
    tax_rate: str = ""
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    @property
    def words(self) -> Sequence[Words]:
        """The words that may stand on its receipts."""
        return [WORDS[self.language]] if self.language else list(WORDS.values())


@dataclass(frozen=True)
class Understood:
    """What a receipt says; money in minor units. What it does not say is None."""

    total: int | None = None
    tax: int | None = None
    register: str | None = None
    receipt: str | None = None
    date: str | None = None
    payment: str | None = None

    def members(self) -> dict[str, Any]:
        """What it says, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


def bounded(pattern: str) -> re.Pattern[str]:
    """A pattern of the shop; ValueError with a sentence when it is none or might cost much."""
    if len(pattern) > PATTERN_LENGTH_MAX:
        raise ValueError(f"A pattern has at most {PATTERN_LENGTH_MAX} characters.")
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", "x", pattern)
    if re.search(r"[*+]|\{\d*,\}|\((?!\?:)\?|\)[?{]", bare):
        raise ValueError("A pattern repeats single characters, and by number, such as {1,8}.")
    ways = 1 << min(20, bare.count("?") - bare.count("(?:") + bare.count("|"))
    for least, most in re.findall(r"\{(\d{1,4}),(\d{1,4})\}", bare):
        ways *= max(1, int(most) - int(least) + 1)
    if ways > WAYS_MAX:
        raise ValueError("A pattern can be tried in too many ways: give more of it a fixed length.")
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"A pattern cannot be read: {error}.") from error


def amount_of(text: str, decimals: int) -> int | None:
    """An amount as it is printed, in minor units; None where it is not written as one.

    ``1.234,50``, ``1,234.50``, ``1 234.50``, ``12.50-``; without minor units ``1,250``.
    """
    sign = -1 if "-" in text else 1
    bare = re.sub(r"[ '’-]", "", text)
    whole, fraction = bare, ""
    if decimals:
        found = re.fullmatch(rf"(.{{1,20}})[.,](\d{{{decimals}}})", bare)
        if not found:
            return None
        whole, fraction = found[1], found[2]
    if not re.fullmatch(r"\d{1,12}|\d{1,3}(?:,\d{3}){1,4}|\d{1,3}(?:\.\d{3}){1,4}", whole):
        return None
    amount = sign * int(re.sub(r"[.,]", "", whole) + fraction)
    return amount if abs(amount) < AMOUNT_LIMIT else None


def understand(lines: Sequence[str], rules: ReceiptRules) -> Understood:
    """What a receipt says."""
    decimals = money.exponent(rules.currency)
    short = [line[:LINE_LENGTH_MAX] for line in lines]
    lower = [line.lower() for line in short]
    return Understood(
        total=_total(short, lower, rules, decimals),
        tax=_tax(short, lower, rules, decimals),
        register=rules.register or _named(short, lower, rules, "register", _REGISTER),
        receipt=_named(short, lower, rules, "receipt", _RECEIPT),
        date=_date(short, rules),
        payment=_payment(short, lower, rules, decimals),
    )


def sale_of(found: Understood, rules: ReceiptRules) -> dict[str, Any] | None:
    """A sale of one line, where the receipt says all that one needs and its tax is right."""
    total, tax = found.total, found.tax or 0
    if not total or total < 0 or not (found.register and found.receipt and found.payment):
        return None
    rate = Decimal(rules.tax_rate or "0")
    if (tax and not rate) or tax != money.round_half_up(total * rate / (1 + rate)):
        return None
    line = {
        "sku": "receipt", "quantity": "1", "unit_price": total, "amount": total, "tax": tax,
        "tax_rate": rules.tax_rate or "0",
    }  # fmt: skip
    return {
        "register": found.register, "receipt": found.receipt, "currency": rules.currency,
        "lines": [line], "tenders": [{"type": found.payment, "amount": total}],
        "net": total - tax, "tax": tax, "total": total, "prices_include_tax": True,
    }  # fmt: skip


def _own(lines: Sequence[str], rules: ReceiptRules, name: str) -> str | None:
    """What the shop's own pattern finds: the last of it."""
    pattern = rules.patterns[name]
    for line in reversed(lines):
        if found := pattern.search(line):
            return (found[1] if pattern.groups else found[0]) or ""
    return None


def _total(
    lines: Sequence[str], lower: Sequence[str], rules: ReceiptRules, decimals: int
) -> int | None:
    if "total" in rules.patterns:
        return _last_amount(_own(lines, rules, "total") or "", decimals)
    found = None
    for line, small in zip(lines, lower, strict=True):
        for words in rules.words:
            if re.search(words.total, small) and not re.search(words.never, small):
                amount = _last_amount(line, decimals)
                found = found if amount is None else amount
    return found


def _tax(
    lines: Sequence[str], lower: Sequence[str], rules: ReceiptRules, decimals: int
) -> int | None:
    """The one amount of each line about tax, added up; a table of rates says nothing here."""
    if "tax" in rules.patterns:
        return _last_amount(_own(lines, rules, "tax") or "", decimals)
    amounts: list[int] = []
    for line, small in zip(lines, lower, strict=True):
        if any(_about(small, words.tax, words.never_tax) for words in rules.words):
            amounts += _amounts(line, decimals)[:2]
            if len(_amounts(line, decimals)) > 1:
                return None
    return sum(amounts) if amounts else None


def _about(line: str, wanted: str, never: str) -> bool:
    return bool(re.search(wanted, line)) and not re.search(never, line)


def _named(
    lines: Sequence[str], lower: Sequence[str], rules: ReceiptRules, name: str, value: str
) -> str | None:
    """The word behind a name, such as the number of the receipt."""
    if name in rules.patterns:
        return (_own(lines, rules, name) or "")[:80] or None
    for line, small in zip(lines, lower, strict=True):
        if len(line) != len(small):
            continue  # a few letters change their length with their case
        for words in rules.words:
            if found := re.search(f"(?:{getattr(words, name)}){value}", small):
                return line[found.start(1) : found.end(1)]
    return None


def _date(lines: Sequence[str], rules: ReceiptRules) -> str | None:
    if "date" in rules.patterns:
        return (_own(lines, rules, "date") or "")[:40] or None
    return next((found[0] for line in lines if (found := _DATE.search(line))), None)


def _payment(
    lines: Sequence[str], lower: Sequence[str], rules: ReceiptRules, decimals: int
) -> str | None:
    if "payment" in rules.patterns:
        return (_own(lines, rules, "payment") or "")[:80] or None
    kinds = {
        kind
        for line, small in zip(lines, lower, strict=True)
        if _amounts(line, decimals)
        for words in rules.words
        for kind, pattern in words.payments.items()
        if re.search(pattern, small)
    }
    return kinds.pop() if len(kinds) == 1 else None  # of several nobody knows how much each was


def _amounts(line: str, decimals: int) -> list[int]:
    bare = _PERCENT.sub("", line)
    found = (amount_of(one[0].strip(), decimals) for one in _AMOUNT.finditer(bare))
    return [amount for amount in found if amount is not None]


def _last_amount(line: str, decimals: int) -> int | None:
    amounts = _amounts(line, decimals)
    return amounts[-1] if amounts else None

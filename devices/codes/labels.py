"""Labels a shop prints itself: scale labels and in-store prefixes, read by rules of the site
(pure).

What the digits behind a prefix such as 22 mean differs from country to country and from scale to
scale, so nothing is assumed: without a rule such a code is only a restricted number. A rule is one
line of settings::

    22 plu:5 price:5.2 check ; 2212345012503 plu=12345 price_minor=1250
    26 plu:5 amount:5.2 weight:5.3kg check ; 261234501250005758 amount_minor=1250 weight=0.575kg

First the prefix, then the fields with their number of digits, decimals and unit, then ``check`` if
the last digit is a GS1 check digit; behind a semicolon samples and what they must give, tried when
the gateway starts. ``price`` and ``amount`` are money, ``verifier:1`` is the check digit of the
price that follows it, ``count`` is a number of pieces, ``skip`` is not kept. The line
``country SE`` stands for the rules of a country (``label_tables``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from devices.codes.label_tables import TABLES
from devices.codes.reading import Elements, Fault
from gateway.kernel import codes

MONEY = frozenset({"price", "amount"})
COUNTS = frozenset({"count"})
_FIELD = re.compile(
    r"(?P<name>[a-z][a-z_]{0,19}):(?P<digits>[1-9][0-9]?)(\.(?P<decimals>[0-9]))?(?P<unit>[a-z]{0,3})"
)


@dataclass(frozen=True)
class Part:
    """One field of a label: its name, how many digits, how many of them decimals, and a unit of
    measure.
    """

    name: str
    digits: int
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True)
class LabelRule:
    """How the labels with one prefix and length are read."""

    prefix: str
    parts: tuple[Part, ...]
    checked: bool

    @property
    def length(self) -> int:
        """Digits of the whole label."""
        return len(self.prefix) + sum(part.digits for part in self.parts) + self.checked

    def covers(self, text: str) -> bool:
        """Whether a code of ASCII digits is such a label."""
        return len(text) == self.length and text.startswith(self.prefix)


def parse_rules(lines: Sequence[str], money_decimals: int) -> tuple[LabelRule, ...]:
    """The rules of a site; ValueError with a sentence for each line that is no rule or fails its
    own samples.
    """
    rules: list[LabelRule] = []
    complaints = []
    for line in lines:
        try:
            rules += [_parse(each, money_decimals) for each in _spread(line)]
        except ValueError as error:
            complaints.append(f'The label rule "{line}" is refused: {error}.')
    if complaints:
        raise ValueError("\n".join(complaints))
    return tuple(rules)


def _spread(line: str) -> Sequence[str]:
    """The rules behind ``country SE``; any other line is one."""
    word, _, country = line.partition(" ")
    if word != "country":
        return (line,)
    if country.strip() not in TABLES:
        raise ValueError(f"there are tables for {', '.join(TABLES)}")
    return TABLES[country.strip()]


def read_label(text: str, rules: Sequence[LabelRule], money_decimals: int) -> Elements | None:
    """The parts of a label of ASCII digits, or None when no rule covers it."""
    for rule in rules:
        if rule.covers(text):
            return _read(text, rule, money_decimals)
    return None


def _parse(line: str, money_decimals: int) -> LabelRule:
    head, *samples = (part.split() for part in line.split(";"))
    if not head or not re.fullmatch(r"[0-9]{1,8}", head[0]):
        raise ValueError("it starts with a prefix of 1 to 8 digits")
    checked = head[-1] == "check"
    parts = tuple(_part(word, money_decimals) for word in head[1 : -1 if checked else None])
    _refuse_misfits(parts)
    rule = LabelRule(head[0], parts, checked)
    for sample in samples:
        _try(rule, sample, money_decimals)
    return rule


def _part(word: str, money_decimals: int) -> Part:
    match = _FIELD.fullmatch(word)
    if match is None:
        raise ValueError(f'"{word}" is not a field such as plu:5, price:5.2 or weight:5.3kg')
    part = Part(match["name"], int(match["digits"]), int(match["decimals"] or 0), match["unit"])
    if part.decimals > (money_decimals if part.name in MONEY else part.digits):
        raise ValueError(f'"{word}" has more decimals than can be kept')
    return part


def _refuse_misfits(parts: Sequence[Part]) -> None:
    names = [part.name for part in parts if part.name != "skip"]
    if not names:
        raise ValueError("it names no field to keep")
    if len(set(names)) < len(names):
        raise ValueError("it names a field twice")
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if part.name == "verifier" and (
            part.digits != 1 or not following or following.digits not in (4, 5)
        ):
            raise ValueError("a verifier has 1 digit and stands before a price of 4 or 5")


def _try(rule: LabelRule, sample: Sequence[str], money_decimals: int) -> None:
    text, *expectations = sample or [""]
    if not (text.isascii() and text.isdigit() and rule.covers(text)):
        raise ValueError(
            f'its sample "{text}" has another prefix or length ({rule.length} digits are expected)'
        )
    elements = _read(text, rule, money_decimals)
    if fault := elements.fault:
        raise ValueError(f'its sample "{text}" has {fault.got} where {fault.expected} is expected')
    values = {name: _plain(value) for name, value in elements.values.items()}
    for expectation in expectations:
        name, _, value = expectation.partition("=")
        if values.get(name) != value:
            raise ValueError(f'its sample "{text}" gives {name}={values.get(name)}, not {value}')


def _read(text: str, rule: LabelRule, money_decimals: int) -> Elements:
    if rule.checked and (expected := codes.check_digit(text[:-1])) != int(text[-1]):
        return Elements(fault=Fault("check_digit", "label", str(expected), text[-1]))
    values: dict[str, object] = {}
    place, verifier = len(rule.prefix), ""
    for part in rule.parts:
        digits = text[place : place + part.digits]
        place += part.digits
        if verifier and (wanted := _price_verifier(digits)) != verifier:
            return Elements(fault=Fault("verifier", part.name, wanted, verifier))
        verifier = digits if part.name == "verifier" else ""
        if part.name not in ("skip", "verifier"):
            values |= _value(part, digits, money_decimals)
    return Elements(values)


def _price_verifier(digits: str) -> str:
    from devices.codes import gs1

    return gs1.price_verifier(digits)


def _value(part: Part, digits: str, money_decimals: int) -> Mapping[str, object]:
    if part.name in MONEY:
        return {f"{part.name}_minor": int(digits) * 10 ** (money_decimals - part.decimals)}
    if part.name in COUNTS:
        return {part.name: int(digits)}
    if part.unit or part.decimals:
        value = format(Decimal(int(digits)).scaleb(-part.decimals), "f")
        return {part.name: {"value": value, "unit": part.unit}}
    return {part.name: digits}


def _plain(value: object) -> str:
    return f"{value['value']}{value['unit']}" if isinstance(value, dict) else str(value)

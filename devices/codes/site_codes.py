r"""Codes a site has made up itself, such as shelves and badges, read by its own patterns (pure).

A rule is one line of settings: a name, a pattern for the whole code, and behind a semicolon samples
with what they must give, tried when the gateway starts::

    shelf A(?P<aisle>[0-9]{2})-(?P<bay>[0-9]{1,3}) ; A07-12 aisle=07 bay=12

A pattern is a small part of regular expressions: characters, classes, groups with names, choices,
and repetitions whose number is bounded. What it could try is counted when it is read, so that no
code can hold a reader up. A group named ``gtin`` is an article number, and checked as one.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from devices.codes.reading import Elements, Fault
from gateway.kernel import codes

PATTERN_MAX: Final = 200
TEXT_MAX: Final = 128
# As many ways to divide one code are tried at most.
WAYS_MAX: Final = 10_000
_NAME = re.compile(r"[a-z][a-z_]{0,19}")
_PIECE = re.compile(
    r"(?P<atom>\[\^?[^\]\[\\]*(?:\\[dws\]\\^-][^\]\[\\]*)*\]|\\[dwsDWS.\-/()\[\]{}|?*+^$\\]"
    r"|[A-Za-z0-9 _\-/:,=&%#@!~<>\"';])"
    r"(?:(?P<maybe>\?)|\{(?P<least>[0-9]{1,3})(?:,(?P<most>[0-9]{1,3}))?\})?"
    r"|(?P<open>\(\?P<[a-z][a-z_]{0,19}>|\(\?:)|(?P<close>\)(?![?*+{]))|(?P<choice>\|)"
)


@dataclass(frozen=True)
class CodeRule:
    """A code of the site: its name and the pattern of the whole of it."""

    name: str
    pattern: re.Pattern[str]


def parse_codes(lines: Sequence[str]) -> tuple[CodeRule, ...]:
    """The rules of a site; ValueError with a sentence for each line that is no rule or fails its
    own samples.
    """
    rules, complaints = [], []
    for line in lines:
        try:
            rules.append(_parse(line))
        except ValueError as error:
            complaints.append(f'The code rule "{line}" is refused: {error}.')
    if complaints:
        raise ValueError("\n".join(complaints))
    return tuple(rules)


def read_code(text: str, rules: Sequence[CodeRule]) -> Elements | None:
    """The parts of a code of the site, or None when no rule knows it."""
    if len(text) > TEXT_MAX:
        return None
    for rule in rules:
        match = rule.pattern.fullmatch(text)
        if match is not None:
            return _elements(rule, match)
    return None


def _elements(rule: CodeRule, match: re.Match[str]) -> Elements:
    parts = {name: value for name, value in match.groupdict().items() if value is not None}
    number = parts.pop("gtin", None)
    values: dict[str, object] = {"code": rule.name, **parts}
    if number is None:
        return Elements(values)
    gtin = codes.gtin14(number)
    if gtin is not None:
        return Elements({**values, "gtin": gtin}, gtin)
    if len(number) in codes.GTIN_LENGTHS and number.isdigit():
        expected = str(codes.check_digit(number[:-1]))
        return Elements(values, fault=Fault("check_digit", "gtin", expected, number[-1]))
    return Elements(values, fault=Fault("length", "gtin", got=number))


def _parse(line: str) -> CodeRule:
    head, *samples = line.split(" ; ")
    name, _, pattern = head.strip().partition(" ")
    if not _NAME.fullmatch(name) or not pattern.strip():
        raise ValueError(
            'it starts with a name in small letters and a pattern, as in "shelf A[0-9]{2}"'
        )
    rule = CodeRule(name, _bounded(pattern.strip()))
    if not samples:
        raise ValueError('it has no sample; one stands behind " ; "')
    for sample in samples:
        _try(rule, sample.split())
    return rule


def _bounded(pattern: str) -> re.Pattern[str]:
    """The pattern compiled, once it is known to cost little whatever it is tried on."""
    if len(pattern) > PATTERN_MAX:
        raise ValueError(f"its pattern is longer than {PATTERN_MAX} characters")
    ways, place = 1, 0
    while place < len(pattern):
        piece = _PIECE.match(pattern, place)
        if piece is None:
            raise ValueError(
                f'its pattern has "{pattern[place : place + 12]}", where a character, a class such'
                " as [0-9], a group such as (?P<name>...) or a repetition such as {1,8} is expected"
            )
        ways *= _ways(piece)
        place = piece.end()
    if ways > WAYS_MAX:
        raise ValueError(
            "its pattern can be tried in too many ways; give more parts a fixed length"
        )
    try:
        with warnings.catch_warnings():
            # What will mean something else in a later Python is refused now.
            warnings.simplefilter("error", FutureWarning)
            return re.compile(pattern, re.ASCII)
    except (re.error, FutureWarning) as error:
        raise ValueError(f"its pattern cannot be read ({error})") from error


def _ways(piece: re.Match[str]) -> int:
    if piece["choice"] or piece["maybe"]:
        return 2
    if piece["least"] is None or piece["most"] is None:
        return 1
    least, most = int(piece["least"]), int(piece["most"])
    if most < least or most > TEXT_MAX:
        raise ValueError(f'"{piece[0]}" is no number of times, which is at most {TEXT_MAX}')
    return most - least + 1


def _try(rule: CodeRule, sample: Sequence[str]) -> None:
    text, *expectations = sample or [""]
    elements = read_code(text, (rule,))
    if elements is None:
        raise ValueError(f'its sample "{text}" does not fit its pattern')
    if fault := elements.fault:
        raise ValueError(f'its sample "{text}" has no right {fault.field}: {fault.got}')
    for expectation in expectations:
        name, _, value = expectation.partition("=")
        if elements.values.get(name) != value:
            found = elements.values.get(name)
            raise ValueError(f'its sample "{text}" gives {name}={found}, not {value}')

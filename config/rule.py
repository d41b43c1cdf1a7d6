"""The rule a setting's values keep, and how a value is read and checked by it (pure)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

_DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_LISTEN = (
    r"(\[[0-9a-fA-F:]+\]|[0-9A-Za-z.\-]+):"
    r"([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
)
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PRIVATE_ADDRESS = rf"(10\.{_BYTE}|172\.(1[6-9]|2[0-9]|3[01])|192\.168|169\.254)\.{_BYTE}\.{_BYTE}"
# Name of a shape, its pattern, and how a sentence asks for it.
SHAPES: Mapping[str, tuple[str, str]] = {
    "country": (r"[A-Z]{2}", "a two-letter ISO 3166 country code such as DE"),
    "currency": (r"[A-Z]{3}", "a three-letter ISO 4217 currency code such as EUR"),
    "listen": (_LISTEN, "an address and a port such as 127.0.0.1:8080"),
    "listen_or_none": (f"({_LISTEN})?", "an address and a port such as 0.0.0.0:8080, or nothing"),
    "host": (
        rf"localhost|{_PRIVATE_ADDRESS}|({_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}",
        "a name with a dot such as gateway.example.com, or a private address such as 192.168.1.10",
    ),
    "origin": (
        r"(https://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?)?",
        "an address such as https://gateway.example.com:8443, in small letters and with nothing"
        " behind it, or nothing",
    ),
    "network": (
        r"[0-9a-fA-F:.]+(/[0-9]{1,3})?",
        "an IP address or a network such as 10.0.0.0/8",
    ),
    "prefix": (r"[A-Z][A-Z0-9]{0,5}", "up to six capital letters and digits, a letter first"),
    "outcome": (
        r"[a-z][a-z0-9_]{0,39}( *=( *[^|=\s][^|=]*\|){0,2} *[^|=\s][^|=]*)?",
        'a word in small letters with its names, such as "order = Order taken | 已下单 | 已下單"',
    ),
    "location": (
        r"([0-9]{13}|https?://[^\s?#]+|urn:[a-z0-9][a-z0-9-]{1,31}:[!-~]+)?",
        "a GLN of 13 digits, or an address that starts with https://, http:// or urn:",
    ),
    "zone": (r"([A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2})?", "a time zone such as Europe/Paris"),
    "window": (
        rf"([a-z0-9_-]+: )?(daily|{_DAY}(-{_DAY})?) {_TIME}-{_TIME}",
        'a time such as "Sun 02:00-04:00", "daily 23:30-00:30" or "tryton: Mon-Fri 01:00-01:20"',
    ),
    "pace": (
        r"[a-z0-9_-]+ *= *[1-9][0-9]{0,5}",
        'a connector with how many entries a minute, such as "tryton = 120"',
    ),
    "url": (r"(https?://[^\s?#]+)?", "an address that starts with https:// or http://"),
}
# Turns an English text of the settings into the text of another language.
Say = Callable[[str], str]
BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True)
class Rule:
    """What a value must be, beyond its type.

    ``low`` and ``high`` bound a whole number, in ``unit``. ``choices`` and ``shape`` (a name in
    SHAPES) bound a text; ``filled`` refuses an empty one, also inside a list. A ``path`` counts
    from the data folder. A ``secret`` is never shown and may come from a file. ``because`` ends a
    refusal with the reason.
    """

    low: int | None = None
    high: int | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    shape: str = ""
    filled: bool = False
    path: bool = False
    secret: bool = False
    because: str = ""

    def expectation(self, kind: type, say: Say = str) -> str:
        """What is expected of a value, as the object of a sentence.

        ``say`` turns each English piece of it into another language; pieces hold words in braces.
        """
        if kind is bool:
            return say("true or false")
        if kind is int:
            return self._number_expected(say)
        if kind is tuple:
            if self.choices:
                return say("a list of {each}").format(each=self._text_expected(say))
            if self.shape:
                return say("a list, each of it {each}").format(each=say(SHAPES[self.shape][1]))
            return say(
                "a list of texts of which none is empty" if self.filled else "a list of texts"
            )
        return self._text_expected(say)

    def _number_expected(self, say: Say) -> str:
        if not self.unit:
            return say("a whole number from {low} to {high}").format(low=self.low, high=self.high)
        words = say("a whole number from {low} to {high} ({unit})")
        return words.format(low=self.low, high=self.high, unit=say(self.unit))

    def _text_expected(self, say: Say) -> str:
        if self.choices:
            either = say("{one} or {other}")
            quoted = (f'"{choice}"' for choice in self.choices)
            return reduce(lambda one, other: either.format(one=one, other=other), quoted)
        if self.shape:
            return say(SHAPES[self.shape][1])
        if self.path:
            return say("the path of a file, or nothing")
        return say("a text that is not empty" if self.filled else "a text")

    def accepts(self, value: object) -> bool:
        """Whether a value of the right type keeps the rule."""
        match value:
            case bool():
                return True
            case int():
                return self._within(value)
            case tuple():
                return all(isinstance(part, str) and self.accepts(part) for part in value)
            case str():
                return self._fits(value)
        return False

    def _within(self, value: int) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _fits(self, text: str) -> bool:
        if "\n" in text or (self.filled and not text.strip()):
            return False
        if self.choices:
            return text in self.choices
        return not self.shape or re.fullmatch(SHAPES[self.shape][0], text) is not None


def typed(value: object, kind: type) -> object | None:
    """A value from TOML as ``kind`` (str, int, bool or tuple), or None when it is not one."""
    if kind is tuple:
        return tuple(value) if isinstance(value, list) else None
    # A boolean is an integer in Python, and 1 is not true: only the very type counts.
    return value if type(value) is kind else None


def read_text(text: str, kind: type) -> object | None:
    """A value from the environment as ``kind``, or None; a list is written with commas."""
    if kind is int:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
    if kind is bool:
        return BOOLEANS.get(text)
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",")) if text.strip() else ()
    return text

"""The texts of cells as what they say: numbers, money, instants (pure).

Every function raises a Problem that names the column, and never what stood in it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gateway.kernel import dates
from gateway.kernel.money import exponent
from gateway.kernel.problems import Problem

Mark = Literal[".", ","]
Order = Literal["dmy", "mdy"]

_GROUPS: Final = "'’ \u00a0\u202f"
_DIGITS_MAX: Final = 12
_DECIMALS_MAX: Final = 6
_TEXT_MAX: Final = 40
# A currency or a unit before or behind: EUR, ¥, kg.
_UNITS: Final = re.compile(r"^[^\d(+\-−.,%]{0,4}|[^\d).,\-−%]{0,4}$")
# A minus before or behind, or brackets, as accounts have them.
_SIGNED: Final = re.compile(
    r"(?P<open>\(?)(?=.*\)$|[^(]*$)(?P<minus>[+-]?)(?P<number>[^()+-]+?)(?P<behind>-?)\)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")
_DAY: Final = re.compile(r"(\d{1,4})[./\-](\d{1,2})[./\-](\d{1,4})(?:[T, ]+(.+))?")
_TIME: Final = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp][Mm])?")


def _number_shape(mark: Mark) -> re.Pattern[str]:
    other = "." if mark == "," else ","
    here = re.escape(mark)
    return re.compile(
        rf"\d{{1,3}}(?:[{re.escape(other)}{_GROUPS}]\d{{3}})+(?:{here}\d*)?|\d+(?:{here}\d*)?|{here}\d+"
    )


_SHAPES: Final = {mark: _number_shape(mark) for mark in (".", ",")}


@dataclass(frozen=True)
class Numbers:
    """How a file writes numbers.

    ``mark`` stands before the decimals. Unless ``strict``, a number that can only be meant the
    other way (``12,50`` where the mark is a point) is taken so. ``whole``: money comes in minor
    units already.
    """

    mark: Mark = "."
    strict: bool = False
    whole: bool = False

    def decimal(self, text: str, column: str) -> Decimal:
        """A number of at most twelve digits and six decimals; Problem row_number_unreadable."""
        plain = unicodedata.normalize("NFKC", text[:_TEXT_MAX]).strip()
        signed = _SIGNED.fullmatch(_UNITS.sub("", plain).replace("−", "-"))
        plain = signed["number"].strip() if signed else ""
        negative = signed is not None and (
            signed["open"] + signed["minus"] not in ("", "+") or signed["behind"] == "-"
        )
        for mark in (self.mark, "," if self.mark == "." else "."):
            if plain.isascii() and _SHAPES[mark].fullmatch(plain):
                bare = re.sub(rf"[^0-9{re.escape(mark)}]", "", plain).replace(mark, ".")
                value = Decimal(bare)
                if _fits(value):
                    return -value if negative else value
            if self.strict:
                break
        raise Problem("row_number_unreadable", column=column[:80])

    def minor(self, text: str, currency: str, column: str) -> int:
        """Money in minor units; Problem row_number_unreadable or row_number_finer."""
        value = self.decimal(text, column)
        scaled = value if self.whole else value.scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise Problem("row_number_finer", column=column[:80], currency=currency)
        return int(scaled)

    def quantity(self, text: str, column: str) -> Decimal:
        """How many, or how much."""
        return self.decimal(text, column)

    def rate(self, text: str, column: str) -> Decimal:
        """A tax rate as a fraction: ``19%``, ``19``, ``0.19`` are the same; 1 is one per cent."""
        value = self.decimal(text.replace("%", ""), column)
        if "%" in text or value >= 1:
            value = value / 100
        if not 0 <= value < 1 or value != round(value, _DECIMALS_MAX):
            raise Problem("row_number_unreadable", column=column[:80])
        return value


def plain(value: Decimal) -> str:
    """Decimal text without an exponent and without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fits(value: Decimal) -> bool:
    _, digits, places = value.as_tuple()
    decimals = max(0, -int(places))
    return len(digits) - decimals <= _DIGITS_MAX and value == round(value, _DECIMALS_MAX)


@dataclass(frozen=True)
class Times:
    """How a file writes dates: ``zone`` where it names none, ``order`` where it may be either."""

    zone: ZoneInfo
    order: Order = "dmy"

    def instant(self, text: str, column: str, clock: str = "") -> int:
        """Unix milliseconds of a day with its time, which ``clock`` may bring; Problem
        row_date_unreadable.
        """
        written = unicodedata.normalize("NFKC", f"{text.strip()[:_TEXT_MAX]} {clock.strip()[:20]}")
        try:
            moment = self._moment(written.strip())
            known = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            since = known.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        except (ValueError, OverflowError, Problem) as error:
            raise Problem("row_date_unreadable", column=column[:80]) from error
        if not 1990 <= known.year <= 2200:
            raise Problem("row_date_unreadable", column=column[:80])
        return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000

    def day(self, text: str, column: str) -> str:
        """A day, ISO 8601; Problem row_date_unreadable."""
        try:
            return (
                self._moment(unicodedata.normalize("NFKC", text[:_TEXT_MAX]).strip())
                .date()
                .isoformat()
            )
        except (ValueError, OverflowError, Problem) as error:
            raise Problem("row_date_unreadable", column=column[:80]) from error

    def _moment(self, text: str) -> datetime:
        if compact := _COMPACT.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (as below)
        if "年" in text:
            head, _, tail = text.partition("日")
            return _with_time(date.fromisoformat(dates.normalise(head + "日")), tail.strip())
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # not ISO 8601: what people write is tried
        match = _DAY.fullmatch(text)
        if match is None:
            raise ValueError(text)
        first, second, third = (int(match[number]) for number in (1, 2, 3))
        if len(match[1]) == 4:
            year, month, day = first, second, third
        else:
            if len(match[3]) not in (2, 4):
                raise ValueError(text)
            year = third + 2000 if len(match[3]) == 2 else third
            month, day = (second, first) if self.order == "dmy" else (first, second)
        return _with_time(date(year, month, day), match[4] or "")


def _with_time(day: date, text: str) -> datetime:
    if not text:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (the zone comes after)
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour = int(match[1])
    if half := (match[4] or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(day.year, day.month, day.day, hour, int(match[2]), int(match[3] or 0))  # noqa: DTZ001

"""When an ERP is closed: windows such as ``Sun 02:00-04:00`` in the shop's time (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = timedelta(days=1)
MINUTES = 1440
_DAY = f"({'|'.join(DAYS)})"
_SHAPE = re.compile(
    rf"((?P<connector>[a-z0-9_-]+): )?(?P<days>daily|{_DAY}(-{_DAY})?)"
    r" (?P<begins>[0-9]{2}:[0-9]{2})-(?P<ends>[0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Window:
    """On these days (0 is Monday) from ``begins`` for so long; of one connector, or of all."""

    days: frozenset[int]
    begins: time
    length: timedelta
    connector: str = ""

    def ends(self, local: datetime) -> datetime | None:
        """When it ends, if it is open at an instant; both are naive, in the shop's time."""
        for day in (local.date(), (local - DAY).date()):
            begun = datetime.combine(day, self.begins)
            if day.weekday() in self.days and begun <= local < begun + self.length:
                return begun + self.length
        return None


def parse(text: str) -> Window:
    """A window of the settings, such as ``tryton: Mon-Fri 23:30-00:30``, or ``daily ...``.

    One that ends before it begins ends on the next day; ValueError for anything else.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    start, end = _minutes(found["begins"]), _minutes(found["ends"])
    length = timedelta(minutes=(end - start) % MINUTES or MINUTES)
    at = time(start // 60, start % 60)
    return Window(_days(found["days"]), at, length, found["connector"] or "")


def closed_until(
    windows: Iterable[Window], connector: str, now: datetime, zone: tzinfo | None
) -> datetime | None:
    """When an ERP that is closed ``now`` opens again, in UTC; None while it is open.

    Windows that touch are one. ``zone`` None is the machine's own.
    """
    mine = [one for one in windows if one.connector in ("", connector)]
    local = now.astimezone(zone).replace(tzinfo=None)
    opens: datetime | None = None
    for _ in range(len(mine) * len(DAYS) + 1):
        later = [end for one in mine if (end := one.ends(opens or local))]
        if not later:
            break
        opens = max(later)
    if opens is None:
        return None
    return (opens.replace(tzinfo=zone) if zone else opens).astimezone(UTC)


def _days(text: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(len(DAYS)))
    first, _, last = text.partition("-")
    start = DAYS.index(first)
    count = (DAYS.index(last or first) - start) % len(DAYS) + 1
    return frozenset((start + number) % len(DAYS) for number in range(count))


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)

"""When a job has its turns: a pause between them, or the five fields of cron (pure).

APScheduler finds the turns. Two of its habits are kept out: it lists every missed turn one by one,
six million of them when a clock that began in 1970 is set right, and it counts weekdays from Monday
where cron does from Sunday.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from gateway.kernel import ids
from gateway.kernel.problems import Problem

EVERY_S_MIN = 5
EVERY_S_MAX = 7 * 86_400
JITTER_S_MAX = 3600
CRON_CHARACTERS_MAX = 120
_MOMENT = timedelta(microseconds=1)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?P<first>[a-z]{3}|[0-7])(-(?P<last>[a-z]{3}|[0-7]))?(/(?P<step>[1-7]))?")


@dataclass(frozen=True, slots=True)
class Trigger:
    """``every_s`` seconds from the beginning of one turn to the next, or ``cron``: minute, hour,
    day, month and weekday (Sunday is 0 and 7), all of which must fit, in the shop's time. Each turn
    is late by up to ``jitter_s`` seconds, at random.
    """

    every_s: int | None = None
    cron: str = ""
    jitter_s: int = 0


def checked(trigger: Trigger, zone: tzinfo | None = None) -> Trigger:
    """The same, if there is a turn to come; Problem schedule_trigger or schedule_cron, with a
    pointer.
    """
    if (trigger.every_s is None) == (not trigger.cron):
        raise Problem("schedule_trigger", pointer="/every_s", low=EVERY_S_MIN, high=EVERY_S_MAX)
    if trigger.every_s is not None and not EVERY_S_MIN <= trigger.every_s <= EVERY_S_MAX:
        raise Problem("schedule_trigger", pointer="/every_s", low=EVERY_S_MIN, high=EVERY_S_MAX)
    if trigger.cron:
        _cron(trigger.cron, zone)
    return trigger


class Turns(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A trigger as APScheduler asks it: when the turn after one at ``now`` is. Problem as of
    ``checked``.
    """

    def __init__(self, trigger: Trigger, zone: tzinfo | None = None) -> None:
        self._every = timedelta(seconds=trigger.every_s or 0)
        self._cron = _cron(trigger.cron, zone) if trigger.cron else None
        self.jitter_s = trigger.jitter_s

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime | None:
        """The turn after one at ``now``; None where there is none ever."""
        due = self.due(now)
        return due and due + timedelta(seconds=self.jitter_s * ids.jitter())

    def due(self, now: datetime) -> datetime | None:
        """The same without the delay."""
        if self._cron is None:
            return now + self._every
        due: datetime | None = self._cron.get_next_fire_time(None, now + _MOMENT)
        return due


def upcoming(
    trigger: Trigger, now: datetime, count: int, zone: tzinfo | None = None
) -> list[datetime]:
    """The next turns after ``now``, without their random delay."""
    turns, found = Turns(trigger, zone), []
    for _ in range(count):
        due = turns.due(now)
        if due is None:
            break
        found.append(due)
        now = due
    return found


def _cron(text: str, zone: tzinfo | None) -> CronTrigger:
    *others, days = text.lower().split() or [""]
    try:
        return CronTrigger.from_crontab(" ".join([*others, weekdays(days)]), timezone=zone)
    except ValueError as error:
        raise Problem("schedule_cron", pointer="/cron", cron=text) from error


def weekdays(field: str) -> str:
    """Cron's field of weekdays (``1-5``, ``0``, ``sat,sun``) as names; ValueError."""
    if field == "*":
        return field
    named: set[int] = set()
    for part in field.replace("*", "0-6").split(","):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(field)
        first = _day(found["first"])
        last = _day(found["last"] or found["first"])
        span = 7 if found["last"] == "7" and first == 0 else (last - first) % 7 + 1
        named.update((first + n) % 7 for n in range(0, span, int(found["step"] or 1)))
    return ",".join(_DAYS[day] for day in sorted(named))


def _day(text: str) -> int:
    return int(text) % 7 if text.isdigit() else _DAYS.index(text)

"""Which alarms stand, and what is to be told of them (pure).

An alarm is told once when it begins, once when it is over, and again each day it goes on. It is
told only after it has stood for the quiet time, and its end after it has stayed away for as long:
a line that comes and goes is one alarm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from gateway.kernel.problems import Problem

What = Literal["began", "ended", "still", "test"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody must hear of. ``key`` is the same for as long as it is one alarm."""

    key: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an alarm stands before it is told, and after what time it is told again."""

    quiet_ms: int
    remind_ms: int


class Standing(Struct):
    """An alarm that stands, or has just gone. Instants are Unix milliseconds."""

    problem: dict[str, Any]
    since: int
    told_at: int | None = None
    gone_at: int | None = None


class Notice(Struct):
    """One thing to be told. ``since`` is when the alarm began, ``at`` when this came about."""

    id: str
    what: What
    key: str
    problem: dict[str, Any]
    since: int
    at: int


def turn(
    standing: dict[str, Standing], found: Iterable[Alarm], now_ms: int, pace: Pace
) -> list[Notice]:
    """Bring ``standing`` up to date with what is found now; what is to be told of it."""
    now_found = {alarm.key: alarm.problem for alarm in found}
    for key, problem in now_found.items():
        one = standing.setdefault(key, Standing(problem.record(), now_ms))
        one.problem, one.gone_at = problem.record(), None
    notices: list[Notice] = []
    for key in sorted(standing):
        one = standing[key]
        _not_after(one, now_ms)
        if key not in now_found and one.gone_at is None:
            one.gone_at = now_ms
        what = _due(one, now_ms, pace)
        if what is not None:
            notices.append(_notice(key, one, what, now_ms))
            one.told_at = now_ms
        if what == "ended" or (one.gone_at is not None and one.told_at is None):
            del standing[key]
    return notices


def _due(one: Standing, now_ms: int, pace: Pace) -> What | None:
    if one.gone_at is not None:
        if one.told_at is None:
            return None
        return "ended" if now_ms - one.gone_at >= pace.quiet_ms else None
    if one.told_at is None:
        return "began" if now_ms - one.since >= pace.quiet_ms else None
    return "still" if now_ms - one.told_at >= pace.remind_ms else None


def _not_after(one: Standing, now_ms: int) -> None:
    """A clock that was set back must not keep anything silent until it has caught up."""
    one.since = min(one.since, now_ms)
    if one.told_at is not None:
        one.told_at = min(one.told_at, now_ms)
    if one.gone_at is not None:
        one.gone_at = min(one.gone_at, now_ms)


def _notice(key: str, one: Standing, what: What, now_ms: int) -> Notice:
    # The same for every way and every attempt, so that who hears it twice can tell.
    return Notice(f"{key}:{one.since}:{what}:{now_ms}", what, key, one.problem, one.since, now_ms)

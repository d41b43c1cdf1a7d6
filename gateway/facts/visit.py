"""Visits: whether one fits together, how it may end, and what of it is personal (pure).

A phone without a position says why, so that nobody takes a refusal for a fault. No time is refused
for being impossible: phones have wrong clocks, and the visit took place all the same.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from config.schema import VisitSettings
from gateway.facts.types import VISIT, Position, Visit
from gateway.kernel import clock
from gateway.kernel.languages import LANGUAGES
from gateway.kernel.problems import Problem

HIDDEN: Final = "••••"
# Where somebody was and what was talked about, of field class P; the rest is business, class O.
PERSONAL: Final = ("note", "position")
_LIMITS: Final = (("latitude", 90), ("longitude", 180))


def outcomes(settings: VisitSettings) -> Mapping[str, Mapping[str, str]]:
    """How a visit may end at this site: each value with its labels by language tag.

    A language without a label has that of the one before it, the first the value itself.
    """
    found = {}
    for line in settings.outcomes:
        value, _, names = (part.strip() for part in line.partition("="))
        labels = [label.strip() for label in names.split("|")] if names else [value]
        labels += labels[-1:] * (len(LANGUAGES) - len(labels))
        found[value] = dict(zip(LANGUAGES, labels, strict=True))
    return found


OUTCOMES: Final = frozenset(outcomes(VisitSettings()))


def check(visit: Visit, allowed: Collection[str]) -> Problem | None:
    """Everything that does not fit, as one problem with pointers; None when all of it does."""
    errors = [*_times(visit), *_position(visit)]
    if visit.outcome not in allowed:
        named = ", ".join(sorted(allowed))
        errors.append(Problem("visit_outcome_unknown", pointer="/data/outcome", names=named))
    if visit.next_date is not None and not _is_day(visit.next_date):
        errors.append(Problem("date_invalid", pointer="/data/next_date"))
    return Problem("visit_invalid", errors=errors) if errors else None


def _times(visit: Visit) -> Iterator[Problem]:
    instants = []
    for name in ("check_in", "check_out"):
        try:
            instants.append(clock.from_iso(getattr(visit, name)))
        except (ValueError, OverflowError):
            yield Problem("visit_instant_malformed", pointer=f"/data/{name}")
    if len(instants) == 2 and instants[1] < instants[0]:
        yield Problem("visit_ends_first", pointer="/data/check_out")


def _position(visit: Visit) -> Iterator[Problem]:
    if visit.position is not None:
        yield from _place(visit.position)
    if (visit.position is None) == (visit.position_missing is None):
        yield Problem("visit_position_or_reason", pointer="/data/position")


def _place(position: Position) -> Iterator[Problem]:
    for name, limit in _LIMITS:
        if abs(Decimal(getattr(position, name))) > limit:
            place = f"/data/position/{name}"
            yield Problem("number_range", pointer=place, low=str(-limit), high=str(limit))
    if position.accuracy_m is None:
        yield Problem("visit_accuracy_missing", pointer="/data/position/accuracy_m")


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def checked_in_at(visit: Visit, offset_ms: int, now_ms: int) -> int:
    """When it began, in Unix ms: by the phone's clock set right, and never after it came."""
    return min(now_ms, clock.from_iso(visit.check_in) + offset_ms)


def seen(data: Mapping[str, Any], clear: Collection[str]) -> dict[str, Any]:
    """The data of a visit for somebody who sees these field classes; the rest hidden."""
    if "P" in clear:
        return dict(data)
    return {name: HIDDEN if name in PERSONAL else value for name, value in data.items()}


def event_seen(event: Mapping[str, Any], clear: Collection[str]) -> dict[str, Any]:
    """An event of any type for the same; what is hidden in it is personal data of a visit."""
    data = event.get("data")
    if event.get("type") != VISIT or not isinstance(data, Mapping):
        return dict(event)
    return {**event, "data": seen(data, clear)}
